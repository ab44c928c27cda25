/** The fields of a device in a form. */
import { Button, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type FieldDraft, FORM_ROLES, newField, nextRow } from './device-draft.ts';
import classes from './field-rows.module.css';

export type FieldRowsProps = {
  readonly fields: readonly FieldDraft[];
  readonly onChange: (fields: readonly FieldDraft[]) => void;
};

export function FieldRows({ fields, onChange }: FieldRowsProps): ReactNode {
  const { t } = useTranslation();
  return (
    <fieldset className={classes.fields}>
      <legend>{t('deviceForm.fields')}</legend>
      {fields.map((field) => (
        <FieldRow
          key={field.row}
          field={field}
          onChange={(part) => onChange(fields.map((each) => (each.row === field.row ? { ...each, ...part } : each)))}
          onRemove={() => onChange(fields.filter(({ row }) => row !== field.row))}
        />
      ))}
      <Button size="xs" variant="default" onClick={() => onChange([...fields, newField(nextRow(fields))])}>
        {t('deviceForm.addField')}
      </Button>
    </fieldset>
  );
}

type FieldRowProps = {
  readonly field: FieldDraft;
  readonly onChange: (part: Partial<FieldDraft>) => void;
  readonly onRemove: () => void;
};

function FieldRow({ field, onChange, onRemove }: FieldRowProps): ReactNode {
  const { t } = useTranslation();
  const { name, role, unit, required } = field;
  const roles = role === 'state' ? [...FORM_ROLES, role] : FORM_ROLES;
  return (
    <section className={classes.field} aria-label={name || t('deviceForm.newField')}>
      <TextInput
        label={t('deviceForm.field')}
        dir="auto"
        value={name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <Select
        label={t('deviceForm.role')}
        data={roles.map((value) => ({ value, label: t(`deviceForm.roles.${value}`) }))}
        value={role}
        allowDeselect={false}
        disabled={role === 'state'}
        onChange={(value) => onChange({ role: FORM_ROLES.find((each) => each === value) ?? 'gauge' })}
      />
      {role === 'label' || role === 'state' ? (
        <TextInput
          className={classes.wide ?? ''}
          label={t('deviceForm.values')}
          description={t(role === 'state' ? 'deviceForm.stateHint' : 'deviceForm.valuesHint')}
          dir="auto"
          value={field.values}
          disabled={role === 'state'}
          onChange={(event) => onChange({ values: event.currentTarget.value })}
        />
      ) : (
        <>
          <TextInput
            label={t('deviceForm.unit')}
            dir="auto"
            value={unit}
            onChange={(event) => onChange({ unit: event.currentTarget.value })}
          />
          <Bound label={t('deviceForm.min')} value={field.min} onChange={(min) => onChange({ min })} />
          <Bound label={t('deviceForm.max')} value={field.max} onChange={(max) => onChange({ max })} />
        </>
      )}
      {role === 'counter' && (
        <Bound label={t('deviceForm.maxRate')} value={field.maxRate} onChange={(maxRate) => onChange({ maxRate })} />
      )}
      <div className={classes.end}>
        <Switch
          label={t('deviceForm.required')}
          checked={required}
          onChange={(event) => onChange({ required: event.currentTarget.checked })}
        />
        <Button size="xs" variant="subtle" onClick={onRemove} aria-label={t('deviceForm.removeNamed', { name })}>
          {t('deviceForm.remove')}
        </Button>
      </div>
    </section>
  );
}

type BoundProps = {
  readonly label: string;
  readonly value: number | '';
  readonly onChange: (value: number | '') => void;
};

function Bound({ onChange, ...props }: BoundProps): ReactNode {
  return <NumberInput {...props} onChange={(value) => onChange(typeof value === 'number' ? value : '')} />;
}
