/**
 * Bodies of a route that judges row by row: a row is whatever JSON can say, because the receiver keeps the bad ones with
 * their reason and takes the others. Other bodies are refused whole for what no part behind them can take.
 */
import { MillraceError } from '../../kernel/errors.ts';

/** A row that nests deeper is cut there. No receiver takes one of half this depth, and behind it nothing may overflow. */
const MAX_DEPTH = 200;

/** Throws `request.malformed` for what is no JSON at all. */
export function rowsIn(text: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new MillraceError('request.malformed', { problem: 'it is not JSON' });
  }
  return Array.isArray(body) ? body.map(bounded) : body;
}

/** The row as it is, or cut. */
export const bounded = (row: unknown): unknown => (isTooDeep(row) ? cut(row, MAX_DEPTH) : row);

function isTooDeep(row: unknown): boolean {
  let level = [row];
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++)
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  return level.length > 0;
}

function cut(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((item) => cut(item, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, cut(item, depth - 1)]));
}
