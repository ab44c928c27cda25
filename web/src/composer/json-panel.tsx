/** The JSON of what is composed. What is written here comes back into the steps as soon as it is a definition again. */
import { Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import fieldClasses from '../fields/fields.module.css';
import { useDraftText } from '../fields/use-draft-text.ts';
import { Panel } from '../ui/panel.tsx';
import { type Draft, draftOf } from './draft.ts';

export type JsonPanelProps = { readonly draft: Draft; readonly onChange: (draft: Draft) => void };

export function JsonPanel({ draft, onChange }: JsonPanelProps): ReactNode {
  const { t } = useTranslation();
  const text = useDraftText({
    value: draft,
    toText: (value) => JSON.stringify(value, null, 2),
    toValue: parsed,
    onChange,
  });
  return (
    <Panel title={t('composer.views.json')}>
      <Textarea
        className={fieldClasses.code ?? ''}
        aria-label={t('composer.json')}
        description={t('composer.jsonHint')}
        dir="ltr"
        autosize
        minRows={16}
        maxRows={40}
        spellCheck={false}
        value={text.text}
        error={text.isWrong ? t('composer.notDefinition') : null}
        onChange={(event) => text.change(event.currentTarget.value)}
      />
    </Panel>
  );
}

/** Throws for what is no definition. */
function parsed(text: string): Draft {
  const draft = draftOf(JSON.parse(text));
  if (draft === undefined) throw new Error('no definition');
  return draft;
}
