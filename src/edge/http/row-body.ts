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
export const bounded = (row: unknown): unknown => (isDeeper(row, MAX_DEPTH) ? cut(row, MAX_DEPTH) : row);

/** Whether something lies below this many levels. Goes no deeper than that, and makes nothing: every row passes here. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  // What was JSON has no members but its own.
  for (const name in value)
    if (levels === 0 || isDeeper((value as Readonly<Record<string, unknown>>)[name], levels - 1)) return true;
  return false;
}

function cut(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((item) => cut(item, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, cut(item, depth - 1)]));
}
