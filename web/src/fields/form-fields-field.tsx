/** Builds the form of a task: a row for each thing to fill in. A schema that says more is edited as JSON. */
import { ActionIcon, Button, Checkbox, Select, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PlusIcon, TrashIcon } from '../app/icons.tsx';
import type { ValueFieldProps } from './field-props.ts';
import classes from './fields.module.css';
import { FIELD_TYPES, type FormRow, formOf, freshName, rowsOf } from './form-draft.ts';
import { JsonField } from './json-field.tsx';

export function FormFieldsField(props: ValueFieldProps): ReactNode {
  const { t } = useTranslation();
  const { label, hint, value, onChange, error } = props;
  const rows = rowsOf(value);
  if (rows === undefined) return <JsonField {...props} />;
  const put = (next: readonly FormRow[]): void => onChange(formOf(value, next));
  const fresh: FormRow = {
    ...{ name: freshName(rows), title: '', type: 'text', choices: [], isRequired: false, rest: {} },
  };
  return (
    <fieldset className={classes.box}>
      <legend>{label}</legend>
      <p className="quiet small">{hint}</p>
      <ol className={classes.rows}>
        {rows.map((row, at) => (
          <FormRowFields
            // biome-ignore lint/suspicious/noArrayIndexKey: its name is what somebody may be typing
            key={at}
            row={row}
            isTaken={(name) => rows.some((other) => other !== row && other.name === name)}
            onChange={(next) => put(rows.with(at, next))}
            onRemove={() => put(rows.toSpliced(at, 1))}
          />
        ))}
      </ol>
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<PlusIcon size={16} />}
          onClick={() => put([...rows, fresh])}
        >
          {t('fieldEditors.addField')}
        </Button>
      </div>
      {error && (
        <p className={classes.wrong} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

type FormRowFieldsProps = {
  readonly row: FormRow;
  readonly isTaken: (name: string) => boolean;
  readonly onChange: (row: FormRow) => void;
  readonly onRemove: () => void;
};

function FormRowFields({ row, isTaken, onChange, onRemove }: FormRowFieldsProps): ReactNode {
  const { t } = useTranslation();
  const { name, title, type, choices, isRequired } = row;
  return (
    <li className={classes.formRow}>
      <TextInput
        size="xs"
        label={t('fieldEditors.field.name')}
        value={name}
        onChange={(event) => {
          const next = event.currentTarget.value.trim();
          if (!isTaken(next)) onChange({ ...row, name: next });
        }}
      />
      <TextInput
        size="xs"
        label={t('fieldEditors.field.title')}
        value={title}
        onChange={(event) => onChange({ ...row, title: event.currentTarget.value })}
      />
      <Select
        size="xs"
        label={t('fieldEditors.field.type')}
        data={FIELD_TYPES.map((each) => ({ value: each, label: t(`fieldEditors.types.${each}`) }))}
        value={type}
        allowDeselect={false}
        onChange={(next) => onChange({ ...row, type: FIELD_TYPES.find((each) => each === next) ?? 'text' })}
      />
      {type === 'choice' && (
        <TextInput
          size="xs"
          label={t('fieldEditors.field.choices')}
          defaultValue={choices.join(', ')}
          onChange={(event) => {
            const next = event.currentTarget.value.split(',').map((choice) => choice.trim());
            onChange({ ...row, choices: next.filter((choice) => choice !== '') });
          }}
        />
      )}
      <Checkbox
        size="xs"
        label={t('fieldEditors.field.required')}
        checked={isRequired}
        onChange={(event) => onChange({ ...row, isRequired: event.currentTarget.checked })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t('fieldEditors.removeField', { name })}
        onClick={onRemove}
      >
        <TrashIcon />
      </ActionIcon>
    </li>
  );
}
