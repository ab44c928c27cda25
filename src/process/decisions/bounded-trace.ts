/** Why a decision came out as it did, cut to what a history can hold. */
import type { Evaluation } from '../../feel/dmn/decisions.ts';

type Trace = Omit<Evaluation, 'value'>;

/** Characters of one trace as JSON. */
export const MAX_TRACE_LENGTH = 16_000;
/** What is around the decisions. */
const FRAME_LENGTH = 50;

/**
 * First the cells that did not hold and the reasons of nulls are left out, then the inputs, then whole decisions, those
 * first that were evaluated first; the rules that fired stay longest. `isCut` says that something is missing.
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
  return { decisions: lastOf(fired), notes: [], isCut: true };
}

/** As many as fit in, from the end. */
function lastOf<Told>(decisions: readonly Told[]): readonly Told[] {
  let first = decisions.length;
  for (let room = MAX_TRACE_LENGTH - FRAME_LENGTH; first > 0; first--) {
    room -= JSON.stringify(decisions[first - 1]).length + 1;
    if (room < 0) break;
  }
  return decisions.slice(first);
}

const isShort = (value: unknown, limit = MAX_TRACE_LENGTH): boolean => JSON.stringify(value).length <= limit;
