/** Reads the event `millrace.measurements.criterion.fired`; docs/reference/measurements.md describes its body. */
import { z } from 'zod';
import { MillraceError } from '../../kernel/errors.ts';
import type { Firing } from '../core/firing.ts';

export const FIRED_TOPIC = 'millrace.measurements.criterion.fired';

const body = z.looseObject({
  id: z.union([z.string().min(1), z.int()]).transform(String),
  criterion: z.string().min(1),
  device: z.string().min(1),
  at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
});

/** Throws `process.invalid-firing`. */
export function parseFiring(message: unknown): Firing {
  const parsed = body.safeParse(message);
  if (!parsed.success) throw new MillraceError('process.invalid-firing', { problem: z.prettifyError(parsed.error) });
  return parsed.data;
}
