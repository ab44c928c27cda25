/**
 * A unit that sets the very row it guards needs no look at it first: one UPDATE changes the rows whose column still has the
 * value and tells which it did not meet. Looking would write each row twice, for a lock is written into the row too.
 *
 * That is done for all guards of a family or for none: of one statement a family, with its rows in the order of their keys,
 * no two processes can wait for each other. Each unit has this guard alone, so that it changes all or nothing, and nobody
 * else in the batch has to do with the row. Guards that are more than that are looked up (guards.ts).
 */
import type { Key, Row } from '../../store/family.ts';
import type { Guard, Unit, Write } from '../../store/unit.ts';
import { integerArray } from './array-parameter.ts';
import type { Statement } from './driver.ts';
import { changeableIn, columnIn, compareKeys, type KeyText, keyText, type Table, type Tables } from './table.ts';
import { columnArrays, keyArrays, places, unnest } from './unnest.ts';
import { keyOfRow } from './write-plan.ts';

/** A row's columns are marked by bits of a number; a family with more optional ones is looked up. */
const MAX_MARKS = 50;

type GuardedSet = {
  readonly unit: Unit;
  readonly guard: EqualGuard;
  readonly write: SetWrite;
};
type EqualGuard = Extract<Guard, { readonly expect: 'equal' }>;
type SetWrite = Extract<Write, { readonly kind: 'set' }>;

/** What one statement sets in a table: in the order of the keys. */
export type GuardedSets = {
  readonly table: Table;
  readonly sets: readonly GuardedSet[];
  readonly statement: Statement;
};

/** The families whose guards can all be part of the write, in the order of the tables. */
export function guardedSetsOf(units: readonly Unit[], tables: Tables): GuardedSets[] {
  const candidates = candidatesOf(units, tables);
  if (candidates.size === 0) return [];
  dropOthers(units, candidates);
  return [...tables.values()].flatMap((table) => {
    const own = candidates.get(table.family.name);
    if (own === undefined) return [];
    const sets = [...own.values()].sort((a, b) => compareKeys(a.write.key, b.write.key));
    const statement = setStatement(table, sets);
    return statement === undefined ? [] : [{ table, sets, statement }];
  });
}

/** By family and key. */
type Candidates = Map<string, Map<KeyText, GuardedSet>>;

/** Families all of whose guards are of the kind. */
function candidatesOf(units: readonly Unit[], tables: Tables): Candidates {
  const candidates: Candidates = new Map();
  const refused = new Set<string>();
  for (const unit of units) {
    const set = guardedSetOf(unit, tables);
    if (set === undefined) {
      for (const { family } of unit.guards) refused.add(family.name);
      continue;
    }
    const { name } = set.guard.family;
    const own = candidates.get(name) ?? new Map<KeyText, GuardedSet>();
    candidates.set(name, own);
    const text = keyText(set.guard.key);
    const first = own.values().next().value;
    if (own.has(text) || (first !== undefined && first.guard.column !== set.guard.column)) refused.add(name);
    own.set(text, set);
  }
  for (const name of refused) candidates.delete(name);
  return candidates;
}

/** Its only guard says that a whole number is what it was, and its only write to that row sets columns. */
function guardedSetOf(unit: Unit, tables: Tables): GuardedSet | undefined {
  const [guard] = unit.guards;
  if (guard === undefined || unit.guards.length > 1 || guard.expect !== 'equal') return undefined;
  const table = tables.get(guard.family.name);
  if (table === undefined || !Number.isSafeInteger(guard.value)) return undefined;
  if (columnIn(table, guard.column).type !== 'bigint') return undefined;
  const text = keyText(guard.key);
  const write = unit.writes.find((one) => one.family.name === guard.family.name && keyText(keyOf(one)) === text);
  return write?.kind === 'set' && Object.keys(write.columns).length > 0 ? { unit, guard, write } : undefined;
}

/** Leaves out families where somebody else writes to a guarded row. */
function dropOthers(units: readonly Unit[], candidates: Candidates): void {
  for (const unit of units) {
    for (const write of unit.writes) {
      const set = candidates.get(write.family.name)?.get(keyText(keyOf(write)));
      if (set !== undefined && (set.write !== write || set.unit !== unit)) candidates.delete(write.family.name);
    }
  }
}

const keyOf = (write: Write): Key => (write.kind === 'put' ? keyOfRow(write.family, write.row) : write.key);

/** Of a place in the arrays that is no column's. */
const MARKS = { type: 'bigint' } as const;

/**
 * Answers one row: null when every row was met, else the places of those that were. Where not all rows set the same columns,
 * each says by the bits of a number which are its own.
 */
function setStatement(table: Table, sets: readonly GuardedSet[]): Statement | undefined {
  const rows = sets.map(({ write }) => write.columns);
  const { names, isMarked } = namesOf(rows);
  if (isMarked && names.length > MAX_MARKS) return undefined;
  const guarded = columnIn(table, (sets[0] as GuardedSet).guard.column);
  const changed = names.map((name) => changeableIn(table, name));
  const found = [...table.key, guarded];
  const given = [...found, ...changed, ...(isMarked ? [MARKS] : [])];
  const marks = `u.c${given.length - 1}`;
  const change = changed.map(({ sql }, place) => {
    const value = `u.c${found.length + place}`;
    return `${sql} = ${isMarked ? `CASE WHEN (${marks} & ${2 ** place}) <> 0 THEN ${value} ELSE t.${sql} END` : value}`;
  });
  const same = found.map(({ sql }, place) => `t.${sql} = u.c${place}`);
  return {
    text: `WITH met AS (UPDATE ${table.sql} AS t SET ${change.join(', ')}
      FROM ${unnest(given)} WITH ORDINALITY AS u(${places(given)}, place) WHERE ${same.join(' AND ')} RETURNING u.place)
      SELECT CASE WHEN count(*) < $${given.length + 1}::bigint THEN coalesce(array_agg(place), '{}') END FROM met`,
    values: [
      ...keyArrays(
        table,
        sets.map(({ write }) => write.key),
      ),
      integerArray(sets.map(({ guard }) => guard.value as number)),
      ...columnArrays(changed, rows),
      ...(isMarked ? [integerArray(rows.map((row) => marksOf(row, names)))] : []),
      sets.length,
    ],
  };
}

/** The columns that the rows set, and whether some set only a part of them. Mostly all set the same, and in one order. */
function namesOf(rows: readonly Row[]): { readonly names: readonly string[]; readonly isMarked: boolean } {
  const shapes = new Set<string>();
  const names = new Set<string>();
  let last: readonly string[] = [];
  for (const row of rows) {
    if (hasNames(row, last)) continue;
    last = Object.keys(row);
    for (const name of last) names.add(name);
    shapes.add([...last].sort().join());
  }
  return { names: [...names].sort(), isMarked: shapes.size > 1 };
}

/** Whether the row has these columns, in this order. A column without a value is a mistake. */
function hasNames(row: Row, names: readonly string[]): boolean {
  let place = 0;
  let isSame = true;
  for (const name in row) {
    if (row[name] === undefined) throw new TypeError(`a row lacks the column ${name}`);
    if (name !== names[place]) isSame = false;
    place += 1;
  }
  return isSame && place === names.length;
}

const marksOf = (row: Row, names: readonly string[]): number =>
  names.reduce((marks, name, place) => (row[name] === undefined ? marks : marks + 2 ** place), 0);

/** The units whose row was not what they wanted. */
export function missedUnits(all: readonly GuardedSets[], answers: readonly (readonly unknown[][])[]): Set<Unit> {
  const missed = new Set<Unit>();
  all.forEach(({ sets }, at) => {
    const met = answers[at]?.[0]?.[0] as readonly (number | string)[] | null;
    if (met === null) return;
    for (const { unit } of sets) missed.add(unit);
    for (const place of met) missed.delete((sets[Number(place) - 1] as GuardedSet).unit);
  });
  return missed;
}
