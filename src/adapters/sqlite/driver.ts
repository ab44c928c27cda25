/**
 * The SQLite driver: node:sqlite where Node has it in full, else its twin @photostructure/sqlite, by what both share.
 * Both are loaded when a store is opened and not before, so that a plant on PostgreSQL needs neither.
 */
import { MillraceError } from '../../kernel/errors.ts';
import type { Value } from '../../store/family.ts';

export type Statement = {
  run(...parameters: Value[]): { readonly changes: number | bigint };
  get(...parameters: Value[]): unknown;
  all(...parameters: Value[]): unknown[];
  setReturnArrays(enabled: boolean): void;
};

export type Database = {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
  /** False after SQLite has rolled a transaction back by itself, as it does when the disk is full. */
  readonly isTransaction: boolean;
};

type DatabaseConstructor = new (path: string, options: { readonly readOnly: boolean }) => Database;
export type Driver = { readonly DatabaseSync: DatabaseConstructor };

/** The first Node whose own driver knows everything above. */
const FIRST_NODE_WITH_SQLITE = [22, 16] as const;

const TWIN = '@photostructure/sqlite';

export async function loadDriver(): Promise<Driver> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [firstMajor, firstMinor] = FIRST_NODE_WITH_SQLITE;
  const isBuiltIn = major > firstMajor || (major === firstMajor && minor >= firstMinor);
  const name = isBuiltIn ? 'node:sqlite' : TWIN;
  try {
    return (await import(name)) as Driver;
  } catch (error) {
    throw new MillraceError('config.driver-missing', { name, purpose: 'the embedded store' }, { cause: error });
  }
}

/** The primary result codes of SQLite that say that somebody else has the lock. */
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

/** Whether SQLite failed because of another connection, and not because of the file. */
export function isBusy(error: unknown): boolean {
  const { errcode } = (typeof error === 'object' && error !== null ? error : {}) as { readonly errcode?: unknown };
  if (typeof errcode !== 'number') return false;
  const primary = errcode & 0xff; // an extended code has more in the higher bytes
  return primary === SQLITE_BUSY || primary === SQLITE_LOCKED;
}

/** Positive numbers below this are taken for zero by the twin, which rounds what is almost a small integer. */
const ALMOST_ZERO = 2 ** -52;

/** The values as the driver stores them exactly; a tiny number travels as text, which SQLite reads back to the same number. */
export function bindable(values: readonly Value[]): readonly Value[] {
  return values.some(isAlmostZero) ? values.map((value) => (isAlmostZero(value) ? String(value) : value)) : values;
}

const isAlmostZero = (value: Value): boolean => typeof value === 'number' && value > 0 && value < ALMOST_ZERO;
