/** Fields of several values, one a line: lists of texts, and texts by name. */
import { Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { shownOf, type ValueFieldProps } from './field-props.ts';
import classes from './fields.module.css';
import { linesOf, listText, pairsOf, pairsText } from './step-fields.ts';
import { useDraftText } from './use-draft-text.ts';

export function ListField(props: ValueFieldProps): ReactNode {
  const draft = useDraftText({
    value: props.value,
    toText: listText,
    toValue: (text): unknown => (linesOf(text).length === 0 ? undefined : linesOf(text)),
    onChange: props.onChange,
  });
  return (
    <Textarea
      {...shownOf(props)}
      autosize
      minRows={2}
      maxRows={8}
      value={draft.text}
      onChange={(event) => draft.change(event.currentTarget.value)}
    />
  );
}

export function PairsField(props: ValueFieldProps): ReactNode {
  const draft = useDraftText({
    value: props.value,
    toText: pairsText,
    toValue: (text): unknown => pairsOf(text),
    onChange: props.onChange,
  });
  return (
    <Textarea
      {...shownOf(props)}
      className={classes.code ?? ''}
      dir="ltr"
      autosize
      minRows={2}
      maxRows={8}
      spellCheck={false}
      placeholder="404 = missing"
      value={draft.text}
      onChange={(event) => draft.change(event.currentTarget.value)}
    />
  );
}
