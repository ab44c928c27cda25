/** What became of a reading on its way, and what should become of the row on arrival. */

export const BAD_ROWS = [
  'null',
  'text',
  'negative',
  'nan-text',
  'absent-field',
  'future-time',
  'wrong-device',
  'wrong-unit',
  'malformed-time',
  'malformed-row',
  'unknown-value',
] as const;
export type BadRow = (typeof BAD_ROWS)[number];

/** In the order of their codes. Of a reading that is skewed and late at once the last one in this list is told. */
export const TAGS = [
  'good',
  'no-label',
  'clock-skew',
  'out-of-order',
  'late',
  'duplicate',
  'conflict',
  ...BAD_ROWS,
] as const;
export type Tag = (typeof TAGS)[number];
export const tagCode = (tag: Tag): number => TAGS.indexOf(tag);

export type QuarantineCode =
  | 'malformed-row'
  | 'malformed-time'
  | 'future-time'
  | 'unknown-device'
  | 'not-a-number'
  | 'out-of-range'
  | 'missing-field'
  | 'unknown-value';
/** A counter jump is seen later, among the rows that were stored. */
export type Verdict = 'stored' | 'duplicate' | QuarantineCode;
