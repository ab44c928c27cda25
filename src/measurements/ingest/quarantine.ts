/** Rows that cannot be measurements are kept with a reason, so that a wrong name or a broken sensor loses nothing. */
import { hash } from 'node:crypto';
import { defineFamily, type RowOf } from '../../store/family.ts';
import { DEVICE_ID } from '../input.ts';

/** Why a row was refused; docs/reference/measurements.md explains each. */
export const QUARANTINE_PROBLEMS = {
  'too-deep': 'The row is nested too deeply.',
  'too-large': 'The row has too many values or too much text.',
  'forbidden-key': 'The row has a member that no row may have.',
  'forbidden-character': 'The row has a NUL or half a character in it.',
  'malformed-row': 'The row is not {device, ts, values}.',
  'malformed-time': 'The time cannot be read.',
  'future-time': 'The time lies in the future.',
  'unknown-device': 'No device has this id.',
  'no-values': 'The row has no values.',
  'unknown-field': 'The device declares no such field.',
  'not-a-number': 'A value is not a finite number.',
  'out-of-range': 'A value lies outside the range of its field.',
  'missing-field': 'A field that the device always sends is absent.',
  'unknown-value': 'A text is not among the values of its field.',
  'counter-jump': 'A counter rises faster than the machine can count.',
} as const;
export type QuarantineCode = keyof typeof QUARANTINE_PROBLEMS;
export const QUARANTINE_CODES = Object.keys(QUARANTINE_PROBLEMS) as QuarantineCode[];

/** Of a refused row so much is kept. What is longer is kept for people to look at, and cannot be taken in again. */
export const MAX_QUARANTINED_CHARACTERS = 20_000;

/** And of one nested without end so many levels. */
const MAX_KEPT_DEPTH = 100;

export const quarantineFamily = defineFamily({
  name: 'quarantine',
  area: 'measurements',
  columns: {
    /** A hash of the row and its reason: the same bad row sent twice is kept once. */
    id: 'text',
    device: 'text?',
    receivedAt: 'integer',
    actor: 'text',
    code: 'text',
    /** The row as JSON, cut to the limit. */
    row: 'text',
    /** The local day on which the data quality of its device counts it; null: none does. */
    countedOn: 'text?',
  },
  key: ['id'],
  indexes: [
    { columns: ['receivedAt', 'id'] },
    { columns: ['device', 'receivedAt', 'id'] },
    { columns: ['code', 'receivedAt', 'id'] },
  ],
});
export type QuarantineRow = RowOf<typeof quarantineFamily>;

/** A row that was refused: its place in the call, why, and what it was. */
export type Refusal = {
  readonly row: number;
  readonly code: QuarantineCode;
  readonly device: string | null;
  /** Its time; null: it has none, or one that has not come yet. */
  readonly at: number | null;
  readonly receivedAt: number;
  readonly source: unknown;
};

export function quarantineRow(
  { code, device, receivedAt, source }: Refusal,
  { actor, countedOn = null }: { readonly actor: string; readonly countedOn?: string | null },
): QuarantineRow {
  const text = jsonOf(source);
  return {
    id: idOf(code, text),
    device: device !== null && DEVICE_ID.test(device) ? device : null,
    receivedAt,
    actor,
    code,
    row: text.slice(0, MAX_QUARANTINED_CHARACTERS).replace(/[\uD800-\uDBFF]$/, ''),
    countedOn,
  };
}

/** What was refused, as it came; undefined: it was kept in part only, or is no JSON. */
export function sourceOf({ row }: Pick<QuarantineRow, 'row'>): unknown {
  // Of what was cut in the middle of a character one less is kept.
  if (row.length >= MAX_QUARANTINED_CHARACTERS - 1) return undefined;
  try {
    return JSON.parse(row) as unknown;
  } catch {
    return undefined;
  }
}

/** Where the row lies, when it is refused for this reason. */
export const quarantineId = (code: QuarantineCode, source: unknown): string => idOf(code, jsonOf(source));

const idOf = (code: QuarantineCode, text: string): string => hash('sha256', `${code} ${text}`, 'hex').slice(0, 24);

/**
 * JSON escapes what no store can keep (NUL, half characters). What is nested deeper than the limit is left out, and a
 * number that JSON has no word for is written as text. What is no JSON at all is named.
 */
function jsonOf(source: unknown): string {
  try {
    return JSON.stringify(keepable(source, MAX_KEPT_DEPTH)) ?? typeof source;
  } catch {
    return 'not JSON';
  }
}

function keepable(value: unknown, depth: number): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.map((item) => keepable(item, depth - 1));
  // Built of entries and not by assignment: a member called __proto__ stays a member.
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, keepable(item, depth - 1)]));
}
