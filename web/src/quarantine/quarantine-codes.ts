/** Why rows are refused, in the order in which a row is looked at. */
import type { QuarantineCode } from '../api/measurements.ts';

const CODES: Record<QuarantineCode, true> = {
  'too-deep': true,
  'too-large': true,
  'forbidden-key': true,
  'forbidden-character': true,
  'malformed-row': true,
  'malformed-time': true,
  'future-time': true,
  'unknown-device': true,
  'no-values': true,
  'unknown-field': true,
  'not-a-number': true,
  'out-of-range': true,
  'missing-field': true,
  'unknown-value': true,
  'counter-jump': true,
};
export const QUARANTINE_CODES = Object.keys(CODES) as QuarantineCode[];

/** undefined: it is none. */
export const quarantineCodeOf = (text: unknown): QuarantineCode | undefined =>
  QUARANTINE_CODES.find((code) => code === text);
