/**
 * Rows of a partitioned family lie in tables of a month each. What is in no month's table is in the table `default`, and
 * what was there before the family was partitioned in one that ends with the month of its last row. Which there are, their
 * names say: measurement_y2026m01, measurement_default, measurement_before_y2026m02.
 */
import type { Instant } from '../../kernel/clock.ts';
import { columnIn, literal, quoted, type Table } from './table.ts';

/** A month as a whole number: twelve times the year, and the months since January. */
export type Month = number;

export const monthOf = (at: Instant): Month => {
  const date = new Date(at);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};
/** The first instant of a month, in UTC. */
export const startOfMonth = (month: Month): Instant => Date.UTC(Math.floor(month / 12), month % 12);

/** What a table of its rows covers: from a month on (undefined: since ever) up to another one, which is not included. */
export type Part = { readonly name: string; readonly from: Month | undefined; readonly to: Month };

const textOf = (month: Month): string =>
  `y${String(Math.floor(month / 12)).padStart(4, '0')}m${String((month % 12) + 1).padStart(2, '0')}`;

export const monthPart = ({ bareName }: Table, month: Month): Part => ({
  name: `${bareName}_${textOf(month)}`,
  from: month,
  to: month + 1,
});
/** For the rows before a month, all in one. */
export const earlierPart = ({ bareName }: Table, to: Month): Part => ({
  name: `${bareName}_before_${textOf(to)}`,
  from: undefined,
  to,
});
export const defaultName = ({ bareName }: Table): string => `${bareName}_default`;

/** What the name of one of its tables says; undefined for the default, and for tables that somebody else has attached. */
export function partNamed({ bareName }: Table, name: string): Part | undefined {
  if (!name.startsWith(`${bareName}_`)) return undefined;
  const [, before, year, month] = /^(before_)?y(\d{4})m(\d\d)$/.exec(name.slice(bareName.length + 1)) ?? [];
  if (year === undefined || month === undefined) return undefined;
  const first = Number(year) * 12 + Number(month) - 1;
  return before === undefined ? { name, from: first, to: first + 1 } : { name, from: undefined, to: first };
}

export const covers = ({ from, to }: Part, month: Month): boolean =>
  (from === undefined || from <= month) && month < to;

/** The column by which the rows are parted, or a mistake in the declaration. */
export function partedBy(table: Table): string | undefined {
  const { partition, key, isHot, isLog, name } = table.family;
  if (partition === undefined) return undefined;
  const isRight = key.includes(partition.column) && columnIn(table, partition.column).type === 'bigint';
  if (!isRight || isLog || isHot === true) throw new TypeError(`${name} cannot be partitioned by ${partition.column}`);
  return partition.column;
}

/** The names of the tables that its rows are in. */
export const listStatement = (table: Table): string =>
  `SELECT c.relname AS name FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
    WHERE i.inhparent = ${literal(table.sql)}::regclass`;

export const inSchema = (table: Table, name: string): string =>
  `${table.sql.slice(0, table.sql.lastIndexOf('.'))}.${quoted(name)}`;

/** Attached and not created in place: that would lock out everybody who reads or writes any of the family's rows. */
export function attachSql(table: Table, { name, from, to }: Part): string {
  const bound = `FROM (${from === undefined ? 'MINVALUE' : startOfMonth(from)}) TO (${startOfMonth(to)})`;
  return `ALTER TABLE ${table.sql} ATTACH PARTITION ${inSchema(table, name)} FOR VALUES ${bound}`;
}
