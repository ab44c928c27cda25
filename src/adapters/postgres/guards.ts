/**
 * Guards that are no part of a write (guarded-sets.ts): the guarded rows are locked and read, one statement a family; then
 * the units are decided in memory, in their order, each seeing what the earlier ones of the batch have done to those rows.
 */
import type { Key, Row, Value } from '../../store/family.ts';
import type { CommitVerdict, Guard, Unit, Write } from '../../store/unit.ts';
import type { Statement } from './driver.ts';
import { columnIn, compareKeys, type KeyText, keyText, type Table, type Tables, tableNamed } from './table.ts';
import { keyArrays, places, sameKey, unnest } from './unnest.ts';
import { keyOfRow, sums, zeroRow } from './write-plan.ts';

/** What is to be looked up in one table: keys in order, and the columns that guards compare. */
export type Look = Wanted & { readonly statement: Statement };
type Wanted = { readonly table: Table; readonly keys: readonly Key[]; readonly columns: readonly string[] };

/** Of all families but those whose guards are part of their writes. */
export function looksOf(units: readonly Unit[], tables: Tables, written: ReadonlySet<string>): Look[] {
  const wanted = new Map<string, { readonly keys: Map<KeyText, Key>; readonly columns: Set<string> }>();
  for (const { guards } of units) {
    for (const guard of guards) {
      if (written.has(guard.family.name)) continue;
      tableNamed(tables, guard.family);
      let own = wanted.get(guard.family.name);
      if (own === undefined) {
        own = { keys: new Map(), columns: new Set() };
        wanted.set(guard.family.name, own);
      }
      own.keys.set(keyText(guard.key), guard.key);
      if (guard.expect === 'equal') own.columns.add(guard.column);
    }
  }
  return [...tables.values()].flatMap((table) => {
    const own = wanted.get(table.family.name);
    if (own === undefined) return [];
    const look = { table, keys: [...own.keys.values()].sort(compareKeys), columns: [...own.columns].sort() };
    return [{ ...look, statement: lookStatement(look) }];
  });
}

/** Locks the rows in the order of their keys; answers the place of each key that has a row, and the columns. */
function lookStatement({ table, keys, columns }: Wanted): Statement {
  const values = columns.map((name) => `, t.${columnIn(table, name).sql}`).join('');
  return {
    text: `SELECT u.place${values} FROM ${unnest(table.key)} WITH ORDINALITY AS u(${places(table.key)}, place)
      JOIN ${table.sql} AS t ON ${sameKey(table)} FOR NO KEY UPDATE OF t`,
    values: keyArrays(table, keys),
  };
}

/** Rows by statement. */
export type Answers = readonly (readonly unknown[][])[];

/** A guarded row while the batch is decided; undefined is a row that is not there. */
type GuardedRows = Map<string, Map<KeyText, Row | undefined>>;

/** The looked-up rows from the answers, which come in the order of the looks. */
function guardedRows(looks: readonly Look[], answers: Answers): GuardedRows {
  const guarded: GuardedRows = new Map();
  looks.forEach(({ table, keys, columns }, at) => {
    const rows = new Map<KeyText, Row | undefined>(keys.map((key) => [keyText(key), undefined]));
    for (const [place, ...values] of answers[at] ?? []) {
      const row: Record<string, Value> = {};
      columns.forEach((name, column) => {
        row[name] = values[column] as Value;
      });
      rows.set(keyText(keys[Number(place) - 1] as Key), row);
    }
    guarded.set(table.family.name, rows);
  });
  return guarded;
}

/** Decides the units in their order. `missed` are those whose guard was part of a write that met no row. */
export function decide(
  units: readonly Unit[],
  {
    looks,
    answers,
    missed,
  }: { readonly looks: readonly Look[]; readonly answers: Answers; readonly missed: ReadonlySet<Unit> },
): CommitVerdict[] {
  if (looks.length === 0) return units.map((unit) => (missed.has(unit) ? 'conflict' : 'ok'));
  const guarded = guardedRows(looks, answers);
  return units.map((unit) => {
    const { guards, writes } = unit;
    if (missed.has(unit) || !guards.every((guard) => holds(guard, guarded))) return 'conflict';
    for (const write of writes) {
      const rows = guarded.get(write.family.name);
      if (rows !== undefined) apply(write, rows);
    }
    return 'ok';
  });
}

function holds(guard: Guard, guarded: GuardedRows): boolean {
  const rows = guarded.get(guard.family.name);
  if (rows === undefined) return true; // its write was guarded, and met the row
  const row = rows.get(keyText(guard.key));
  return guard.expect === 'absent' ? row === undefined : row !== undefined && row[guard.column] === guard.value;
}

function apply(write: Write, rows: Map<KeyText, Row | undefined>): void {
  const text = keyText(write.kind === 'put' ? keyOfRow(write.family, write.row) : write.key);
  if (!rows.has(text)) return;
  const before = rows.get(text);
  if (write.kind === 'put') rows.set(text, write.row);
  else if (write.kind === 'delete') rows.set(text, undefined);
  else if (write.kind === 'set') rows.set(text, before && { ...before, ...write.columns });
  else rows.set(text, sums(before ?? zeroRow(write.family, write.key), write.amounts));
}
