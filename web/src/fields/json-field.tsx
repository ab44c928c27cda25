/** A field that takes any value, as JSON. */
import { Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { shownOf, type ValueFieldProps } from './field-props.ts';
import classes from './fields.module.css';
import { useDraftText } from './use-draft-text.ts';

/** What is no JSON is said to be so, and is not taken over. */
export function JsonField(props: ValueFieldProps): ReactNode {
  const { t } = useTranslation();
  const draft = useDraftText({
    value: props.value,
    toText: (value) => (value === undefined ? '' : JSON.stringify(value, null, 2)),
    toValue: (text): unknown => (text.trim() === '' ? undefined : JSON.parse(text)),
    onChange: props.onChange,
  });
  return (
    <Textarea
      {...shownOf(props)}
      className={classes.code ?? ''}
      dir="ltr"
      autosize
      minRows={2}
      maxRows={14}
      spellCheck={false}
      value={draft.text}
      error={draft.isWrong ? t('fieldEditors.notJson') : (props.error ?? null)}
      onChange={(event) => draft.change(event.currentTarget.value)}
    />
  );
}
