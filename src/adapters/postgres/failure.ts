/** What went wrong, as far as it decides what to do next. */
import { isMillraceError } from '../../kernel/errors.ts';

export type Failure =
  /** Somebody else was in the way; the same batch may well succeed now. */
  | 'collision'
  /** The connection is gone; what was not sent is not stored. */
  | 'connection'
  /** A value that the database does not take: one unit's fault, and no other's. */
  | 'data'
  | 'other';

/**
 * Deadlock, serialization, a row that appeared after its absence was looked up, a lock that was not given in time, and a
 * transaction that was given up because this process stood still in it.
 */
const COLLISIONS = new Set(['40P01', '40001', '23505', '55P03', '25P03']);
/** Classes of SQLSTATE: connection exceptions, operator intervention (shutdown, killed backend). */
const CONNECTION_CODES = /^(?:08|57P)/;
/** Data exceptions, constraints, limits of the program (an index entry that is too long). */
const DATA_CODES = /^(?:22|23|54)/;

export function failureOf(error: unknown): Failure {
  if (error instanceof TypeError || isMillraceError(error, 'store.invalid-value')) return 'data';
  const code = sqlStateOf(error);
  if (code === undefined || CONNECTION_CODES.test(code)) return 'connection';
  if (COLLISIONS.has(code)) return 'collision';
  return DATA_CODES.test(code) ? 'data' : 'other';
}

/** Whether the server gave a statement up because it took too long. */
export const isTimeout = (error: unknown): boolean => sqlStateOf(error) === '57014';

/** What the server said; errors of sockets and of this process carry no severity. */
function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
