/** Sets values of one step. A field that is emptied, or that says what the definition says, is no setting any more. */
import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeSettings, findingsOf, type Module } from '../api/definitions.ts';
import { isRecord } from '../api/http.ts';
import { keys } from '../api/keys.ts';
import { toastDone } from '../app/problem-toast.tsx';
import { type StepField, stepFieldsOf } from '../fields/step-fields.ts';
import { ValueField } from '../fields/value-field.tsx';
import { useFieldText, useModules } from '../modules/use-modules.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useLabel } from '../ui/label.ts';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import { changeOf, type SettableStep, type SettingRow } from './settable.ts';
import { SettingValue } from './setting-value.tsx';
import classes from './settings.module.css';

export type SettingsDialogProps = {
  readonly definitionKey: string;
  readonly step: SettableStep;
  readonly onClose: () => void;
};

export function SettingsDialog({ definitionKey, step, onClose }: SettingsDialogProps): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const client = useQueryClient();
  const modules = useModules();
  const { id, node, rows } = step;
  const name = label(node.name as never) || id;
  const [values, setValues] = useState<Readonly<Record<string, unknown>>>(() => valuesOf(rows));
  const all = withUnset(rows, fieldsOf(step, modules.data ?? []));
  const save = useMutation({
    meta: { showsOwnErrors: true },
    mutationFn: () =>
      changeSettings(definitionKey, {
        [id]: changeOf(
          all.map(({ row }) => row),
          values,
        ),
      }),
    onSuccess: () => {
      toastDone(t('settings.saved', { name }));
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.definition(definitionKey, undefined) }),
  });
  const change = (setting: string, value: unknown): void => setValues((before) => ({ ...before, [setting]: value }));
  return (
    <Dialog isWide title={t('settings.changeNamed', { name })} onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <p className="quiet">{t('settings.effect')}</p>
        {all.map(({ row, field }) => (
          <SettingField
            key={row.setting}
            row={row}
            field={field}
            value={values[row.setting]}
            onChange={(value) => change(row.setting, value)}
          />
        ))}
        {save.error && <Refusal error={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('save')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

type SettingFieldProps = {
  readonly row: SettingRow;
  readonly field: StepField;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
};

function SettingField({ row: { defined }, field, value, onChange }: SettingFieldProps): ReactNode {
  const { t } = useTranslation();
  const fieldText = useFieldText();
  const { label, hint } = fieldText(field.name, field.schema);
  const isOwn = value !== undefined && JSON.stringify(value) !== JSON.stringify(defined);
  return (
    <div className={classes.field}>
      <ValueField field={field} label={label} hint={hint} value={value} onChange={onChange} />
      <div className={classes.reset}>
        <span className="quiet small">
          {t('settings.defined')} <SettingValue value={defined} />
        </span>
        {isOwn && (
          <Button
            variant="subtle"
            size="compact-xs"
            aria-label={t('settings.resetNamed', { name: label })}
            onClick={() => onChange(defined)}
          >
            {t('settings.reset')}
          </Button>
        )}
      </div>
    </div>
  );
}

function Refusal({ error }: { readonly error: unknown }): ReactNode {
  const findings = findingsOf(error) ?? [];
  return (
    <div>
      <ProblemPanel error={error} />
      <ul>
        {findings.map(({ rule, element, message }) => (
          <li key={`${rule} ${element} ${message}`}>
            <bdi>{message}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}

const valuesOf = (rows: readonly SettingRow[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(rows.map(({ setting, set, defined }) => [setting, set ?? defined]));

/** By the schema of its module, or of its kind of step. Nothing that is set here is required: the definition has it. */
function fieldsOf({ node }: SettableStep, modules: readonly Module[]): readonly StepField[] {
  const isModule = node.type === 'module';
  const found = modules.find(({ name, type }) => (isModule ? name === node.module : type === node.type));
  return stepFieldsOf(isRecord(found?.config) ? found.config : {}).map((field) => ({ ...field, isRequired: false }));
}

type Settable = { readonly row: SettingRow; readonly field: StepField };

/** Of a module's step also the fields that nobody has filled in so far. */
function withUnset(rows: readonly SettingRow[], fields: readonly StepField[]): readonly Settable[] {
  const known = rows.map((row) => ({
    row,
    field: fields.find(({ name }) => name === row.setting) ?? plain(row.setting),
  }));
  const isConfig = rows.length === 0 || rows.some((row) => row.isConfig);
  if (!isConfig) return known;
  const others = fields.filter(({ name }) => !rows.some(({ setting }) => setting === name));
  return [
    ...known,
    ...others.map((field) => ({ field, row: { setting: field.name, isConfig, defined: undefined, set: undefined } })),
  ];
}

const plain = (name: string): StepField => ({ name, schema: {}, kind: 'json', isRequired: false });
