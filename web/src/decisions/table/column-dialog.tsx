/** One column of a decision table: what it asks or gives, which values it may have, and its place among the others. */
import { Button, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/dialog.tsx';
import { columnsOf } from './column-name.ts';
import { type ColumnAt, type InputColumn, numberOf, type OutputColumn } from './table-draft.ts';
import classes from './table-editor.module.css';
import type { Draft } from './use-draft.ts';

export type ColumnDialogProps = {
  readonly draft: Draft;
  readonly column: ColumnAt;
  readonly onClose: () => void;
};

export function ColumnDialog({ draft, column, onClose }: ColumnDialogProps): ReactNode {
  const { t } = useTranslation();
  const { table, edit } = draft;
  const { side, at } = column;
  const count = table[side].length;
  const [texts, setTexts] = useState(() => textsOf(draft, column));
  const name = columnsOf(table)[numberOf(table, column)]?.name ?? '';
  const save = (): void => {
    if (side === 'inputs') edit({ do: 'input', at, column: { ...idOf(table.inputs[at]), ...inputOf(texts) } });
    else if (side === 'outputs') edit({ do: 'output', at, column: { ...idOf(table.outputs[at]), ...outputOf(texts) } });
    else edit({ do: 'annotation', at, title: texts.label ?? '' });
    onClose();
  };
  const act = (edits: Parameters<Draft['edit']>[0]): void => {
    edit(edits);
    onClose();
  };
  return (
    <Dialog title={t('decisions.changeColumn', { column: name })} onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {FIELDS[side].map((field) => (
          <TextInput
            key={field}
            data-autofocus={field === FIELDS[side][0]}
            label={t(`decisions.fields.${field}`)}
            description={HINTED.has(field) ? t(`decisions.fieldHints.${field as 'values'}`) : null}
            dir={field === 'label' ? 'auto' : 'ltr'}
            value={texts[field] ?? ''}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setTexts((before) => ({ ...before, [field]: value }));
            }}
          />
        ))}
        <div className={classes.actions}>
          <Button type="submit">{t('decisions.takeOver')}</Button>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
        </div>
        <div className={classes.actions}>
          <Button
            variant="default"
            size="xs"
            disabled={at === 0}
            onClick={() => act({ do: 'moveColumn', side, at, by: -1 })}
          >
            {t('decisions.columnTools.before')}
          </Button>
          <Button
            variant="default"
            size="xs"
            disabled={at >= count - 1}
            onClick={() => act({ do: 'moveColumn', side, at, by: 1 })}
          >
            {t('decisions.columnTools.after')}
          </Button>
          <Button variant="default" size="xs" onClick={() => act({ do: 'copyColumn', side, at })}>
            {t('decisions.columnTools.copy')}
          </Button>
          <Button variant="default" size="xs" color="danger" onClick={() => act({ do: 'removeColumn', side, at })}>
            {t('decisions.columnTools.remove')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type Field = 'label' | 'expression' | 'name' | 'type' | 'values' | 'defaultValue';
type Texts = Partial<Record<Field, string>>;

const FIELDS: Readonly<Record<ColumnAt['side'], readonly Field[]>> = {
  inputs: ['label', 'expression', 'type', 'values'],
  outputs: ['label', 'name', 'type', 'values', 'defaultValue'],
  annotations: ['label'],
};
const HINTED: ReadonlySet<Field> = new Set(['expression', 'name', 'type', 'values', 'defaultValue']);

function textsOf({ table }: Draft, { side, at }: ColumnAt): Texts {
  if (side === 'annotations') return { label: table.annotations[at] ?? '' };
  return { ...(side === 'inputs' ? table.inputs[at] : table.outputs[at]) };
}

/** The column keeps its place in the file. */
const idOf = (column: { readonly id?: string } | undefined): { id?: string } =>
  column?.id === undefined ? {} : { id: column.id };

/** What is left empty is left out. */
const filled = <Name extends Field>(texts: Texts, names: readonly Name[]): { [Key in Name]?: string } => {
  const given = names.flatMap((name) => {
    const text = texts[name]?.trim() ?? '';
    return text === '' ? [] : [[name, text] as const];
  });
  return Object.fromEntries(given) as { [Key in Name]?: string };
};

const inputOf = (texts: Texts): InputColumn => ({
  expression: texts.expression?.trim() ?? '',
  ...filled(texts, ['label', 'type', 'values']),
});

const outputOf = (texts: Texts): OutputColumn => ({
  name: texts.name?.trim() ?? '',
  ...filled(texts, ['label', 'type', 'values', 'defaultValue']),
});
