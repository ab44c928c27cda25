/** A row as devices send it: `{device, ts, values: {field: value}}`. What follows from the row alone is checked here. */
import type { Instant } from '../../kernel/clock.ts';
import { uncleanPart } from './cleaning.ts';
import type { ReadTime } from './event-time.ts';
import type { Refusal } from './quarantine.ts';

/** A device's clock may run ahead by this much. */
export const MAX_CLOCK_AHEAD_MS = 5 * 60_000;
/** So far ahead lies no history that is imported or replayed: a year was mistyped. */
export const MAX_HISTORY_AHEAD_MS = 366 * 86_400_000;

export type TimedRow = {
  readonly kind: 'timed';
  /** Its place in the call. */
  readonly row: number;
  readonly device: string;
  readonly at: Instant;
  readonly receivedAt: Instant;
  readonly values: Readonly<Record<string, unknown>>;
  readonly source: unknown;
};
export type ReadRow = TimedRow | (Refusal & { readonly kind: 'refused' });

const MEMBERS = ['device', 'ts', 'values'];

export type ReadRowOptions = {
  readonly readTime: ReadTime;
  readonly receivedAt: Instant;
  /** The row says what happens now: it may not lie in the future. */
  readonly isLive: boolean;
};

export function readRow(source: unknown, row: number, { readTime, receivedAt, isLive }: ReadRowOptions): ReadRow {
  const latest = receivedAt + (isLive ? MAX_CLOCK_AHEAD_MS : MAX_HISTORY_AHEAD_MS);
  const refuse = (code: Refusal['code'], device: string | null): ReadRow => ({
    kind: 'refused',
    row,
    code,
    device,
    at: timeIn(source, { readTime, latest }),
    receivedAt,
    source,
  });
  const unclean = uncleanPart(source);
  if (unclean !== undefined) return refuse(unclean, isObject(source) ? textIn(source, 'device') : null);
  if (!isObject(source)) return refuse('malformed-row', null);
  const { device, ts, values } = source;
  if (typeof device !== 'string' || !isObject(values))
    return refuse('malformed-row', typeof device === 'string' ? device : null);
  for (const member of Object.keys(source)) if (!MEMBERS.includes(member)) return refuse('malformed-row', device);
  const at = readTime(ts);
  if (at === undefined) return refuse('malformed-time', device);
  if (at > latest) return refuse('future-time', device);
  return { kind: 'timed', row, device, at, receivedAt, values, source };
}

function textIn(source: Record<string, unknown>, member: string): string | null {
  const value = Object.hasOwn(source, member) ? source[member] : undefined;
  return typeof value === 'string' ? value : null;
}

/** Of a refused row; null: it has none that can be read, or one that has not come yet. */
function timeIn(
  source: unknown,
  { readTime, latest }: { readonly readTime: ReadTime; readonly latest: Instant },
): Instant | null {
  const at = isObject(source) && Object.hasOwn(source, 'ts') ? readTime(source.ts) : undefined;
  return at === undefined || at > latest ? null : at;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
