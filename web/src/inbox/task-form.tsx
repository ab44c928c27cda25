/** What a task asks to be filled in: a field for each variable, and above them what is wrong. */
import { Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { AlertIcon } from '../app/icons.tsx';
import { useLabel } from '../ui/label.ts';
import { Panel } from '../ui/panel.tsx';
import { fieldAt } from './form-answers.ts';
import { type FormField, type Group, keyOf, type SimpleField, simpleFieldsOf } from './form-fields.ts';
import classes from './task-form.module.css';
import type { TaskForm } from './use-task-form.ts';

export type TaskFormPanelProps = { readonly form: TaskForm; readonly isDisabled: boolean };

/** Longer texts get several lines. */
const SHORT = 200;

export function TaskFormPanel({ form, isDisabled }: TaskFormPanelProps): ReactNode {
  const { t } = useTranslation();
  const formId = useId();
  const simple = simpleFieldsOf(form.fields);
  const idOf = (field: SimpleField): string => `${formId}-${simple.indexOf(field)}`;
  const one = (field: SimpleField): ReactNode => (
    <Field key={keyOf(field)} id={idOf(field)} field={field} form={form} isDisabled={isDisabled} />
  );
  return (
    <Panel title={t('form.title')}>
      <div className={classes.form}>
        {form.problems.length > 0 && <Problems key={form.refusals} form={form} idOf={idOf} />}
        {form.fields.map((field) =>
          field.kind === 'group' ? (
            <FieldGroup key={keyOf(field)} group={field}>
              {field.fields.map(one)}
            </FieldGroup>
          ) : (
            one(field)
          ),
        )}
      </div>
    </Panel>
  );
}

type ProblemsProps = { readonly form: TaskForm; readonly idOf: (field: SimpleField) => string };

/** Takes the focus when an answer was refused: the buttons are at the other end of the page. */
function Problems({ form: { fields, problems }, idOf }: ProblemsProps): ReactNode {
  const { t } = useTranslation();
  const nameOf = useFieldName();
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => frame.current?.focus(), []);
  return (
    <div ref={frame} className={classes.problems} role="alert" tabIndex={-1}>
      <AlertIcon size={20} />
      <div>
        <p className={classes.wrong}>{t('form.wrong', { count: problems.length })}</p>
        <ul>
          {problems.map((problem) => {
            const field = fieldAt(fields, problem);
            return (
              <li key={`${problem.path} ${problem.message}`}>
                {field === undefined ? (
                  <bdi>{problem.path}</bdi>
                ) : (
                  <button
                    type="button"
                    className={classes.toField}
                    onClick={() => document.getElementById(idOf(field))?.focus()}
                  >
                    <bdi>{nameOf(field)}</bdi>
                  </button>
                )}
                {': '}
                <bdi>{problem.message}</bdi>
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

function FieldGroup({ group, children }: { readonly group: Group; readonly children: ReactNode }): ReactNode {
  const nameOf = useFieldName();
  const descriptionId = useId();
  const { description } = group;
  return (
    <fieldset className={classes.group} aria-describedby={description === '' ? undefined : descriptionId}>
      <legend>
        <bdi>{nameOf(group)}</bdi>
      </legend>
      {description !== '' && (
        <p id={descriptionId} className="quiet small">
          {description}
        </p>
      )}
      {children}
    </fieldset>
  );
}

type FieldProps = {
  readonly id: string;
  readonly field: SimpleField;
  readonly form: TaskForm;
  readonly isDisabled: boolean;
};

function Field({ id, field, form, isDisabled }: FieldProps): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const nameOf = useFieldName();
  const text = form.draft.get(keyOf(field)) ?? '';
  const messages = form.problems.filter((one) => fieldAt(form.fields, one) === field).map(({ message }) => message);
  const asked = {
    id,
    label: nameOf(field),
    description: field.description === '' ? null : field.description,
    error: messages.length === 0 ? null : messages.join(' '),
    disabled: isDisabled,
  };
  const change = (next: string): void => form.change(field, next);
  const typed = {
    ...asked,
    required: field.isRequired,
    value: text,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => change(event.currentTarget.value),
  };
  switch (field.kind) {
    case 'boolean':
      return <Checkbox {...asked} checked={text === 'true'} onChange={() => change(String(text !== 'true'))} />;
    case 'choice':
      return (
        <Select
          {...typed}
          placeholder={t('form.choose')}
          data={field.choices.map((choice) => ({ value: choice.text, label: label(choice.label) }))}
          value={text === '' ? null : text}
          clearable={!field.isRequired}
          onChange={(next) => change(next ?? '')}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...typed}
          onChange={(next) => change(String(next))}
          allowDecimal={!field.isWhole}
          {...(field.minimum !== undefined && { min: field.minimum })}
          {...(field.maximum !== undefined && { max: field.maximum })}
          clampBehavior="none"
          stepHoldDelay={400}
          stepHoldInterval={80}
        />
      );
    case 'date':
      return <TextInput {...typed} type="date" />;
    case 'json':
      return <Textarea {...typed} className={classes.json ?? ''} dir="ltr" autosize minRows={3} spellCheck={false} />;
    case 'text': {
      const { maxLength = Number.POSITIVE_INFINITY } = field;
      if (maxLength <= SHORT) return <TextInput {...typed} maxLength={maxLength} />;
      return <Textarea {...typed} autosize minRows={1} maxRows={8} {...(field.maxLength && { maxLength })} />;
    }
    default:
      return field satisfies never;
  }
}

/** A form that is filled in as a whole has no name of its own. */
function useFieldName(): (field: Pick<FormField, 'label'>) => string {
  const { t } = useTranslation();
  const label = useLabel();
  return (field) => label(field.label) || t('form.whole');
}
