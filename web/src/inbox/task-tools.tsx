/** In which order the inbox shows its tasks, and which of them: of one process, with one value of a searchable variable. */
import { Button, Select, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TASK_SORTS } from '../api/tasks.ts';
import { useDefinition } from '../history/steps.ts';
import { useDefinitionChoices } from '../processes/definition-choices.ts';
import classes from './task-list.module.css';
import { COMPARISONS, type Condition, filterCountOf, sortOf, type TaskView } from './task-view.ts';

export function TaskTools({ view }: { readonly view: TaskView }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const panelId = useId();
  const count = filterCountOf(view);
  const [isOpen, setIsOpen] = useState(count > 0);
  const change = (next: TaskView): void => void navigate({ to: '/inbox', search: next, replace: true });
  const { sort: _, ...unsorted } = view;
  return (
    <>
      <div className={classes.tools}>
        <Select
          size="xs"
          aria-label={t('inboxFilters.order')}
          data={TASK_SORTS.map((value) => ({ value, label: t(`inboxFilters.orders.${value}`) }))}
          value={view.sort ?? 'created'}
          allowDeselect={false}
          onChange={(next) => {
            const sort = sortOf(next);
            change(sort === undefined || sort === 'created' ? unsorted : { ...unsorted, sort });
          }}
        />
        <Button
          size="xs"
          variant={count > 0 ? 'light' : 'default'}
          aria-expanded={isOpen}
          aria-controls={isOpen ? panelId : undefined}
          onClick={() => setIsOpen(!isOpen)}
        >
          {count > 0 ? t('inboxFilters.openCount', { count }) : t('inboxFilters.open')}
        </Button>
      </div>
      {isOpen && (
        <search id={panelId} className={classes.filter} aria-label={t('inboxFilters.title')}>
          <FilterFields view={view} change={change} />
        </search>
      )}
    </>
  );
}

type FilterFieldsProps = { readonly view: TaskView; readonly change: (view: TaskView) => void };

function FilterFields({ view, change }: FilterFieldsProps): ReactNode {
  const { t } = useTranslation();
  const definitions = useDefinitionChoices();
  const { process, variable, ...rest } = view;
  const definition = useDefinition(process ?? '', undefined, process !== undefined);
  const searchable = definition.data?.searchable ?? [];
  const [name, setName] = useState<string | null>(variable?.name ?? null);
  const chosen = searchable.find((each) => each.name === name);
  return (
    <>
      <Select
        size="xs"
        label={t('inboxFilters.process')}
        placeholder={t('inboxFilters.anyProcess')}
        data={definitions}
        value={process ?? null}
        clearable
        clearButtonProps={{ 'aria-label': t('clear') }}
        onChange={(next) => {
          setName(null);
          change(next === null ? rest : { ...rest, process: next });
        }}
      />
      {searchable.length > 0 && (
        <Select
          size="xs"
          label={t('inboxFilters.variable')}
          placeholder={t('inboxFilters.anyVariable')}
          data={searchable.map((each) => each.name)}
          value={name}
          clearable
          clearButtonProps={{ 'aria-label': t('clear') }}
          onChange={(next) => {
            setName(next);
            change({ ...rest, ...(process !== undefined && { process }) });
          }}
        />
      )}
      {chosen !== undefined && (
        <ConditionFields
          key={chosen.name}
          name={chosen.name}
          type={chosen.type}
          condition={variable?.name === chosen.name ? variable : undefined}
          onChange={(condition) =>
            change({
              ...rest,
              ...(process !== undefined && { process }),
              ...(condition !== undefined && { variable: condition }),
            })
          }
        />
      )}
      {filterCountOf(view) > 0 && (
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => {
            setName(null);
            change(rest);
          }}
        >
          {t('inboxFilters.clear')}
        </Button>
      )}
    </>
  );
}

type VariableType = 'string' | 'number' | 'date' | 'boolean';
type ConditionFieldsProps = {
  readonly name: string;
  readonly type: VariableType;
  readonly condition: Condition | undefined;
  readonly onChange: (condition: Condition | undefined) => void;
};

/** Texts are equal or not; numbers and dates lie on a line. */
function ConditionFields({ name, type, condition, onChange }: ConditionFieldsProps): ReactNode {
  const { t } = useTranslation();
  const [comparison, setComparison] = useState<Condition['comparison']>(condition?.comparison ?? 'is');
  const [text, setText] = useState(condition === undefined ? '' : String(condition.value));
  const apply = (nextText: string, nextComparison = comparison): void => {
    const value = readValue(type, nextText);
    onChange(value === undefined ? undefined : { name, comparison: nextComparison, value });
  };
  const isOrdered = type === 'number' || type === 'date';
  return (
    <div className={classes.condition}>
      {isOrdered && (
        <Select
          size="xs"
          label={t('inboxFilters.is')}
          data={COMPARISONS.map((value) => ({ value, label: t(`inboxFilters.comparisons.${value}`) }))}
          value={comparison}
          allowDeselect={false}
          onChange={(next) => {
            const chosen = COMPARISONS.find((each) => each === next) ?? 'is';
            setComparison(chosen);
            apply(text, chosen);
          }}
        />
      )}
      {type === 'boolean' ? (
        <Select
          size="xs"
          label={t('inboxFilters.value')}
          data={[
            { value: 'true', label: t('inboxFilters.yes') },
            { value: 'false', label: t('inboxFilters.no') },
          ]}
          value={text === '' ? null : text}
          onChange={(next) => {
            setText(next ?? '');
            apply(next ?? '');
          }}
        />
      ) : (
        <TextInput
          size="xs"
          label={t('inboxFilters.value')}
          type={type === 'date' ? 'date' : 'text'}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onBlur={() => apply(text)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') apply(text);
          }}
        />
      )}
    </div>
  );
}

/** Undefined for what is no value of the type. */
function readValue(type: VariableType, text: string): string | number | boolean | undefined {
  const given = text.trim();
  if (given === '') return undefined;
  if (type === 'boolean') return given === 'true';
  if (type !== 'number') return given;
  const value = Number(given);
  return Number.isFinite(value) ? value : undefined;
}
