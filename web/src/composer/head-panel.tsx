/** What a process is called, and how its instances begin. */
import { Select, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isRecord } from '../api/http.ts';
import type { StepField } from '../fields/step-fields.ts';
import { ValueField } from '../fields/value-field.tsx';
import { keyFrom } from '../ui/key-from.ts';
import { useLabel } from '../ui/label.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './composer.module.css';
import { type Draft, named, withFields } from './draft.ts';

export type HeadPanelProps = { readonly draft: Draft; readonly onChange: (draft: Draft) => void };

const BEGINNINGS = ['hand', 'message', 'criteria'] as const;

export function HeadPanel({ draft, onChange }: HeadPanelProps): ReactNode {
  const { t, i18n } = useTranslation();
  const label = useLabel();
  return (
    <Panel title={t('composer.process')}>
      <div className={classes.form}>
        <TextInput
          label={t('composer.name')}
          dir="auto"
          value={label(draft.name as never)}
          onChange={(event) => {
            const name = event.currentTarget.value;
            const isLinked = draft.key === keyFrom(label(draft.name as never));
            onChange({ ...named(draft, name, i18n.language), ...(isLinked && { key: keyFrom(name) }) });
          }}
        />
        <TextInput
          label={t('composer.key')}
          description={t('composer.keyHint')}
          required
          value={draft.key}
          onChange={(event) => onChange({ ...draft, key: event.currentTarget.value })}
        />
        <Beginning draft={draft} onChange={onChange} />
      </div>
    </Panel>
  );
}

function Beginning({ draft, onChange }: HeadPanelProps): ReactNode {
  const { t } = useTranslation();
  const { start, startMessage } = draft;
  const begins = start !== undefined ? 'criteria' : startMessage !== undefined ? 'message' : 'hand';
  const change = (next: string | null): void => {
    const fields = { start: undefined, startMessage: undefined };
    if (next === 'message') onChange(withFields(draft, { ...fields, startMessage: '' }));
    else if (next === 'criteria') onChange(withFields(draft, { ...fields, start: { criteria: [], mode: 'all' } }));
    else onChange(withFields(draft, fields));
  };
  const criteria = isRecord(start) ? start : {};
  const put = (field: string, value: unknown): void =>
    onChange({ ...draft, start: withFields(criteria, { [field]: value }) });
  return (
    <>
      <Select
        label={t('composer.begins')}
        data={BEGINNINGS.map((value) => ({ value, label: t(`composer.beginnings.${value}`) }))}
        value={begins}
        allowDeselect={false}
        onChange={change}
      />
      {begins === 'message' && (
        <TextInput
          label={t('fields.message')}
          description={t('composer.messageHint')}
          value={String(startMessage)}
          onChange={(event) => onChange({ ...draft, startMessage: event.currentTarget.value })}
        />
      )}
      {begins === 'criteria' &&
        CRITERIA_FIELDS.map((field) => (
          <ValueField
            key={field.name}
            field={field}
            label={t(`composer.start.${field.name}`)}
            hint={t(`composer.startHint.${field.name}`)}
            value={criteria[field.name]}
            onChange={(value) => put(field.name, value ?? (field.name === 'criteria' ? [] : undefined))}
          />
        ))}
    </>
  );
}

type CriteriaField = StepField & { readonly name: 'criteria' | 'mode' | 'within' };
const CRITERIA_FIELDS: readonly CriteriaField[] = [
  { name: 'criteria', kind: 'list', schema: {}, isRequired: true },
  { name: 'mode', kind: 'choice', schema: { enum: ['all', 'any'], default: 'all' }, isRequired: false },
  { name: 'within', kind: 'text', schema: {}, isRequired: false },
];
