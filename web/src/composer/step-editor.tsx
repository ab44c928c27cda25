/** Everything that can be set of a step: its name, the fields of its kind, and where it leads. */
import { TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Module } from '../api/definitions.ts';
import type { StepField } from '../fields/step-fields.ts';
import { ValueField } from '../fields/value-field.tsx';
import { useFieldText } from '../modules/use-modules.ts';
import { useLabel } from '../ui/label.ts';
import classes from './composer.module.css';
import { type Draft, named, renameStep, type Step, withFields } from './draft.ts';
import { formOf, moduleOf, valuesOf } from './step-kinds.ts';
import { outcomesOf, withOutcomes } from './ways.ts';
import { WaysOn } from './ways-on.tsx';

export type StepEditorProps = {
  readonly draft: Draft;
  readonly step: Step;
  readonly modules: readonly Module[];
  readonly onRenamed: (id: string) => void;
  readonly onDraft: (draft: Draft) => void;
  readonly onChange: (step: Step) => void;
};

export function StepEditor({ draft, step, modules, onRenamed, onDraft, onChange }: StepEditorProps): ReactNode {
  const { t, i18n } = useTranslation();
  const label = useLabel();
  const { first, others, kept, isConfig } = formOf(step, modules);
  const outcomes = outcomesOf(step, moduleOf(step, modules));
  const values = valuesOf(step);
  const change = (name: string, value: unknown): void => {
    const next = isConfig
      ? { ...step, config: withFields(values, { [name]: value }) }
      : withFields(step, { [name]: value });
    onChange(withOutcomes(next, outcomesOf(next, moduleOf(next, modules))));
  };
  /** Outcomes that only its ways name are shown as if it listed them. */
  const shownValue = ({ name }: StepField): unknown => {
    if (name !== 'outcomes' || isConfig || values[name] !== undefined) return values[name];
    return outcomes.length > 1 ? outcomes : undefined;
  };
  const fields = (list: readonly StepField[]): ReactNode =>
    list.map((field) => <OneField key={field.name} field={field} value={shownValue(field)} onChange={change} />);
  return (
    <div className={classes.form}>
      <div className={classes.pair}>
        <TextInput
          label={t('composer.stepName')}
          dir="auto"
          value={label(step.name as never)}
          onChange={(event) => onChange(named(step, event.currentTarget.value, i18n.language))}
        />
        <IdField
          key={step.id}
          id={step.id}
          onRename={(to) => {
            const renamed = renameStep(draft, step.id, to);
            if (renamed === draft) return;
            onDraft(renamed);
            onRenamed(to);
          }}
        />
      </div>
      {fields(first)}
      {others.length > 0 && (
        <details className={classes.others}>
          <summary>{t('composer.moreFields')}</summary>
          <div className={classes.form}>{fields(others)}</div>
        </details>
      )}
      {step.type !== 'end' && <WaysOn draft={draft} step={step} outcomes={outcomes} onChange={onChange} />}
      {kept.length > 0 && <p className="quiet small">{t('composer.kept', { names: kept.join(', ') })}</p>}
    </div>
  );
}

type OneFieldProps = {
  readonly field: StepField;
  readonly value: unknown;
  readonly onChange: (name: string, value: unknown) => void;
};

function OneField({ field, value, onChange }: OneFieldProps): ReactNode {
  const fieldText = useFieldText();
  const { label, hint } = fieldText(field.name, field.schema);
  return (
    <ValueField field={field} label={label} hint={hint} value={value} onChange={(next) => onChange(field.name, next)} />
  );
}

/** Other steps lead to it by its id, so it changes once it is written, not letter by letter. */
function IdField({ id, onRename }: { readonly id: string; readonly onRename: (to: string) => void }): ReactNode {
  const { t } = useTranslation();
  const [text, setText] = useState(id);
  return (
    <TextInput
      label={t('composer.id')}
      value={text}
      onChange={(event) => setText(event.currentTarget.value.trim())}
      onBlur={() => onRename(text)}
    />
  );
}
