/** Why a decision came out as it did, cut to what a history can hold. */
import type { Evaluation } from '../../feel/dmn/decisions.ts';

type Trace = Omit<Evaluation, 'value'>;

/** Characters of one trace as JSON. */
export const MAX_TRACE_LENGTH = 16_000;

/**
 * First the cells that did not hold are left out, then the reasons of nulls, then the tables' inputs, then whole decisions
 * from the end; the rules that fired stay longest. `isCut` says that something is missing.
 */
export function boundedTrace({ trace = [], notes = [] }: Trace): unknown {
  const whole = { decisions: trace, notes };
  if (isShort(whole)) return whole;
  const decisions = trace.map(({ notes: _, tables, ...decision }) => ({
    ...decision,
    tables: tables.map(({ failedAt: _failed, ...table }) => table),
  }));
  const withoutCells = { decisions, notes: [], isCut: true };
  if (isShort(withoutCells)) return withoutCells;
  const fired = decisions.map(({ id, name, value, tables }) => ({
    id,
    name,
    value: isShort(value, 1_000) ? value : '…',
    tables: tables.map((table) => ({ id: table.id, fired: table.fired.slice(0, 20) })),
  }));
  while (fired.length > 0 && !isShort({ decisions: fired })) fired.shift();
  return { decisions: fired, notes: [], isCut: true };
}

const isShort = (value: unknown, limit = MAX_TRACE_LENGTH): boolean => JSON.stringify(value).length <= limit;
