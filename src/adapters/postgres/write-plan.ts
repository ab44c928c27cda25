/**
 * What a batch of units does to each row, folded so that a row is written once: later writes of a batch are taken into the
 * earlier ones where that can be done without knowing the row. Where it cannot (add, then set) a second wave follows.
 */
import { type Family, type Key, type Row, startOf, type Value } from '../../store/family.ts';
import type { Unit, Write } from '../../store/unit.ts';
import { type KeyText, keyText } from './table.ts';

export type Change =
  /** The row is not there: its absence was looked up, and if somebody else puts it now this must fail, not overwrite. */
  | { kind: 'insert'; readonly key: Key; row: Row }
  | { kind: 'put'; readonly key: Key; row: Row }
  | { kind: 'delete'; readonly key: Key }
  /** Of a row that may be there or not; first the columns are set, then the amounts are added. */
  | { kind: 'change'; readonly key: Key; set?: Row; add?: Row };

export type Wave = Map<KeyText, Change>;
export type FamilyPlan = { readonly family: Family; readonly waves: Wave[]; readonly appended: Row[] };
/** By the family's name. */
export type WritePlan = Map<string, FamilyPlan>;

const NONE: ReadonlySet<Write> = new Set();

/** Without writes that are `done` already. */
export function planWrites(units: readonly Unit[], done: ReadonlySet<Write> = NONE): WritePlan {
  const plan: WritePlan = new Map();
  for (const unit of units) {
    for (const write of unit.writes) {
      if (done.has(write)) continue;
      const own = planOf(plan, write.family);
      if (write.family.isLog && write.kind !== 'delete') own.appended.push(appendedRow(write));
      else fold(own.waves, write, write.kind === 'put' && unit.guards.length > 0 ? unit : undefined);
    }
  }
  return plan;
}

function planOf(plan: WritePlan, family: Family): FamilyPlan {
  let own = plan.get(family.name);
  if (own === undefined) {
    own = { family, waves: [new Map()], appended: [] };
    plan.set(family.name, own);
  }
  return own;
}

function appendedRow(write: Write): Row {
  if (write.kind === 'put') return write.row;
  throw new TypeError(`${write.family.name} is a log: rows are appended, and never changed`);
}

export const keyOfRow = ({ key }: Family, row: Row): Key => key.map((column) => row[column] as Value);

function fold(waves: Wave[], write: Write, guardedBy: Unit | undefined): void {
  const key = write.kind === 'put' ? keyOfRow(write.family, write.row) : write.key;
  const text = keyText(key);
  let last = waves.length - 1;
  while (last > 0 && !waves[last]?.has(text)) last -= 1;
  const before = waves[last]?.get(text);
  const isInsert = guardedBy?.guards.some((guard) => guardsAbsence(guard, write.family, text)) ?? false;
  if (isInsert && before?.kind === 'change') {
    // What came before met no row, as the insert's guard found, or was of the same unit, which now says the whole row.
    for (const wave of waves) wave.delete(text);
    waves[0]?.set(text, first(write, key, true));
    return;
  }
  const after = before === undefined ? first(write, key, isInsert) : folded(before, write);
  if (after !== undefined) {
    waves[last]?.set(text, after);
    return;
  }
  if (waves[last + 1] === undefined) waves.push(new Map());
  waves[last + 1]?.set(text, first(write, key, false));
}

function guardsAbsence(guard: Unit['guards'][number], family: Family, text: KeyText): boolean {
  return guard.expect === 'absent' && guard.family.name === family.name && keyText(guard.key) === text;
}

function first(write: Write, key: Key, isInsert: boolean): Change {
  switch (write.kind) {
    case 'put':
      return { kind: isInsert ? 'insert' : 'put', key, row: write.row };
    case 'set':
      return { kind: 'change', key, set: write.columns };
    case 'delete':
      return { kind: 'delete', key };
    case 'add':
      return { kind: 'change', key, add: write.amounts };
    default:
      return write satisfies never;
  }
}

/** Both in one, or undefined where the second has to wait for the first. */
function folded(before: Change, write: Write): Change | undefined {
  switch (before.kind) {
    case 'insert':
    case 'put':
      return onKnownRow(before, write);
    case 'delete':
      if (write.kind === 'put') return { kind: 'put', key: before.key, row: write.row };
      if (write.kind === 'add') return { kind: 'put', key: before.key, row: startedRow(write) };
      return before;
    case 'change':
      if (write.kind === 'put') return { kind: 'put', key: before.key, row: write.row };
      if (write.kind === 'delete') return { kind: 'delete', key: before.key };
      if (write.kind === 'add') return { ...before, add: sums(before.add ?? {}, write.amounts) };
      return before.add === undefined ? { ...before, set: { ...before.set, ...write.columns } } : undefined;
    default:
      return before satisfies never;
  }
}

function onKnownRow(before: Extract<Change, { row: Row }>, write: Write): Change | undefined {
  switch (write.kind) {
    case 'put':
      return { ...before, row: write.row };
    case 'set':
      return { ...before, row: { ...before.row, ...write.columns } };
    case 'add':
      return { ...before, row: sums(before.row, write.amounts) };
    case 'delete':
      // A looked-up absence has to be proved by the insert before the row may go again.
      return before.kind === 'insert' ? undefined : { kind: 'delete', key: before.key };
    default:
      return write satisfies never;
  }
}

/** What an addition makes where there is no row. */
export const startedRow = ({ family, key, amounts }: Extract<Write, { kind: 'add' }>): Row =>
  sums(zeroRow(family, key), amounts);

export function zeroRow({ columns, key: names }: Family, key: Key): Row {
  const zeros = Object.entries(columns).map(([name, type]) => [name, startOf(type)]);
  return Object.fromEntries([...zeros, ...names.map((name, place) => [name, key[place]])]) as Row;
}

/** The row with the amounts added. */
export function sums(row: Row, amounts: Readonly<Record<string, number>>): Row {
  const after: Record<string, Value> = { ...row };
  for (const [name, more] of Object.entries(amounts)) after[name] = Number(after[name] ?? 0) + more;
  return after;
}
