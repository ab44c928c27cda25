/** What people and programs hand in is parsed once, here at the border; every problem is named in one answer. */
import { z } from 'zod';
import type { ErrorCode } from '../kernel/error-table.ts';
import { MillraceError } from '../kernel/errors.ts';
import { plainWords } from '../kernel/plain-words.ts';

/** Names of devices: what controllers call their machines. */
export const DEVICE_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
/** Names of criteria carry no dot, so that `<device>.<name>` can be read in one way only. */
export const CRITERION_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
/** No store keeps NUL, and half a surrogate pair is no character. */
const STORABLE = /^[^\0\p{Surrogate}]*$/u;

export const deviceId = z.string().regex(DEVICE_ID, 'has letters, digits, "_", "." or "-", at most 100');
export const criterionName = z.string().regex(CRITERION_NAME, 'has letters, digits, "_" or "-", at most 100');
export const fieldName = z
  .string()
  .regex(FIELD_NAME, 'starts with a letter and has letters, digits, "_", "." or "-", at most 64');
export const label = z.string().max(200).regex(STORABLE, 'has characters that cannot be stored');

/** Unknown → typed, or an error with this code whose details list every problem. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  code: ErrorCode,
): z.output<Schema> {
  const parsed = schema.safeParse(input, { error: plainWords });
  if (parsed.success) return parsed.data;
  throw invalid(
    code,
    parsed.error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)),
  );
}

export function invalid(code: ErrorCode, problems: readonly string[]): MillraceError {
  return new MillraceError(code, { count: problems.length, problems: problems.join('; ') });
}
