/** What a database would refuse, refused by the model store, so that a mistake shows in the first test and not in the plant. */
import { MillraceError } from '../kernel/errors.ts';
import { type Family, type Key, type Row, startOf, type Value } from '../store/family.ts';
import type { Claim, Query } from '../store/query.ts';
import type { Unit, Write } from '../store/unit.ts';
import { orderBy } from './model-query.ts';

/** A unit names known families of one area, with whole keys and values that fit their columns. */
export function requireUnit({ guards, writes }: Unit, known: (family: Family) => void): void {
  const areas = new Set<string>();
  for (const guard of guards) {
    known(guard.family);
    areas.add(guard.family.area);
    requireKey(guard.family, guard.key);
    if (guard.family.isLog) throw new TypeError(`${guard.family.name} is a log: no guard can look at it`);
    if (guard.expect === 'equal') requireValue(guard.family, guard.column, guard.value);
  }
  for (const write of writes) {
    known(write.family);
    areas.add(write.family.area);
    requireWrite(write);
  }
  if (areas.size > 1) throw new TypeError('a unit names families of one area');
}

function requireWrite(write: Write): void {
  const { family } = write;
  if (write.kind === 'put') {
    requireRow(family, family.isLog ? { id: 0, ...write.row } : write.row);
    return;
  }
  if (family.isLog && write.kind !== 'delete')
    throw new TypeError(`${family.name} is a log: rows are appended, and never changed`);
  requireKey(family, write.key);
  if (write.kind === 'set') requireColumns(family, write.columns);
  if (write.kind === 'add') requireAmounts(family, write.amounts);
}

/** A change of a row leaves its key alone. */
function requireColumns(family: Family, columns: Row): void {
  for (const [column, value] of Object.entries(columns)) {
    if (family.key.includes(column)) throw new TypeError(`${family.name}.${column} is part of the key`);
    requireValue(family, column, value);
  }
}

/** Null plus one is null in SQL: only columns that are never null can be added to. */
function requireAmounts(family: Family, amounts: Readonly<Record<string, number>>): void {
  requireColumns(family, amounts);
  for (const column of Object.keys(amounts)) {
    const type = family.columns[column];
    if (type !== 'integer' && type !== 'real') throw new TypeError(`${family.name}.${column} is ${type}: no sum`);
  }
}

export function requireRow(family: Family, row: Row): void {
  for (const column of Object.keys(row)) {
    if (family.columns[column] === undefined) throw new TypeError(`${family.name} has no column ${column}`);
  }
  for (const column of Object.keys(family.columns)) requireValue(family, column, row[column]);
}

export function requireKey(family: Family, key: Key): void {
  if (key.length !== family.key.length) throw new TypeError(`a key of ${family.name} has ${family.key.length} columns`);
  family.key.forEach((column, place) => {
    requireValue(family, column, key[place]);
  });
}

export function requireQuery(family: Family, { where = {}, order, after, limit }: Query): void {
  const orders = (order ?? family.key).map((text) => orderBy(text).column);
  if (!Number.isSafeInteger(limit) || limit < 0) throw new TypeError('a limit is a whole number');
  if (after !== undefined && after.length !== orders.length)
    throw new TypeError('`after` has a value per order column');
  for (const column of [...orders, ...Object.keys(where)]) requireComparable(family, column);
  orders.forEach((column, place) => {
    requireValue(family, column, after === undefined ? someValue(family, column) : after[place]);
  });
  for (const [column, condition] of Object.entries(where)) {
    const bounds = condition === null || typeof condition !== 'object' ? [] : Object.values(condition).flat();
    if (bounds.includes(null)) throw new TypeError(`${family.name}.${column}: null is no bound and in no list`);
    const values = condition === null || typeof condition !== 'object' ? [condition] : bounds;
    if (family.columns[column] === undefined) throw new TypeError(`${family.name} has no column ${column}`);
    for (const value of values) if (value !== undefined) requireValue(family, column, value as Value);
  }
}

export function requireClaim(family: Family, { set, add = {}, columns = [], ...query }: Claim): void {
  if (family.isLog) throw new TypeError(`${family.name} is a log: rows are only appended`);
  requireQuery(family, query);
  requireColumns(family, set as Row);
  requireAmounts(family, add as Readonly<Record<string, number>>);
  for (const column of columns) {
    if (family.columns[column] === undefined) throw new TypeError(`${family.name} has no column ${column}`);
  }
  const both = Object.keys(add).find((column) => column in set);
  if (both !== undefined) throw new TypeError(`${family.name}.${both} is set and added to`);
}

/** What is compared is no JSON: which texts say the same value, no index knows. */
function requireComparable(family: Family, column: string): void {
  if (family.columns[column]?.startsWith('json'))
    throw new TypeError(`${family.name}.${column} is JSON: nothing compares it`);
}

function requireValue(family: Family, column: string, value: Value | undefined): void {
  const type = family.columns[column];
  if (type === undefined) throw new TypeError(`${family.name} has no column ${column}`);
  if (value === null && type.endsWith('?')) return;
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
    throw new MillraceError('store.invalid-value', { family: family.name, column });
  }
  const fits = /^(text|json)/.test(type)
    ? typeof value === 'string'
    : type.startsWith('real')
      ? Number.isFinite(value)
      : Number.isSafeInteger(value);
  if (!fits) throw new TypeError(`${family.name}.${column} is ${type}, not ${JSON.stringify(value)}`);
}

function someValue({ columns }: Family, column: string): Value {
  return startOf(columns[column] ?? 'integer?');
}
