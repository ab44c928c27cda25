/** What an operation is, in words: its verb, what goes with it, and which instances it is for. */
import { useTranslation } from 'react-i18next';
import type { InstanceChoice, Operation } from '../api/operations.ts';
import { useFormat } from '../i18n/format.ts';

/** The parts of a filter as a list; "all that are open" for none. */
export function useFilterWords(): (filter: InstanceChoice) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const wordOf = (name: keyof InstanceChoice, value: unknown): string => {
    if (name === 'status') return t(`status.${value as 'active'}`);
    return name === 'startedBefore' || name === 'startedAfter' ? format.exact(String(value)) : String(value);
  };
  return (filter) => {
    const parts = (Object.entries(filter) as [keyof InstanceChoice, unknown][]).filter(
      ([, value]) => value !== undefined && value !== false,
    );
    if (parts.length === 0) return t('operations.anyInstance');
    return format.list(parts.map(([name, value]) => t(`operations.filters.${name}`, { value: wordOf(name, value) })));
  };
}

/** What was asked for beside the verb, short; empty when there is nothing. */
export function detailsText({ details }: Pick<Operation, 'details'>): string {
  const { reason, from, to, version, set, variables, remove } = details;
  const values = Object.entries(set ?? variables ?? {}).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [
    ...(reason === undefined ? [] : [`“${reason}”`]),
    ...(from === undefined || to === undefined ? [] : [`${from} → ${to}`]),
    ...(version === undefined ? [] : [`v${version}`]),
    ...values,
    ...(remove ?? []).map((name) => `– ${name}`),
  ].join(', ');
}
