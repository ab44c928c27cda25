/** The small parts that many bodies and answers share, as schemas: ids, times, durations, labels, variables. */
import { z } from 'zod';
import type { Label } from '../../client/wire.ts';
import type { Instant } from '../../kernel/clock.ts';
import { parseDuration } from '../../kernel/duration.ts';
import { parseInstanceId, parseJobId } from '../../kernel/ids.ts';

const STORABLE = /^[^\0\p{Surrogate}]*$/u;

/** Text that every store can keep: no NUL, no half of a surrogate pair. */
export const text = (longest: number) =>
  z.string().min(1).max(longest).regex(STORABLE, 'has characters that cannot be stored');

export const instanceId = z
  .string()
  .max(40)
  .transform(parseInstanceId)
  .meta({ description: 'ins_ and eleven characters.' });
export const jobId = z.string().max(40).transform(parseJobId).meta({ description: 'job_ and eleven characters.' });
export const instanceIdText = z.string().meta({ description: 'ins_ and eleven characters.' });
export const jobIdText = z.string().meta({ description: 'job_ and eleven characters.' });

/** ISO 8601 with an offset → milliseconds. */
export const instant = z.iso.datetime({ offset: true }).transform((iso) => Date.parse(iso));
export const time = z.iso.datetime();
/** "30s" → milliseconds. */
export const duration = z
  .string()
  .max(40)
  .transform(parseDuration)
  .meta({ description: 'For example "30s", "1h30m" or "PT30S".' });
export const durationText = z.string().meta({ description: 'For example "30s".' });
export const label = z
  .union([z.string(), z.record(z.string(), z.string())])
  .meta({ description: 'One text, or one for each locale.' });

/** Its depth and size were bounded when the body was read. */
export const json = z.unknown();
export const variables = z.record(text(200), json);

/** A part that its domain checks, with the form that the domain asks for in the documentation. */
export const checkedInside = (form: z.ZodType) => {
  const { $schema: _, ...shape } = z.toJSONSchema(form, { io: 'input', unrepresentable: 'any' });
  return z.looseObject({}).meta(shape);
};

/** Milliseconds → ISO 8601. */
export const isoTime = (at: Instant): string => new Date(at).toISOString();
export const isoTimeOrNull = (at: Instant | null): string | null => (at === null ? null : isoTime(at));

/** A label is stored as text, or as JSON when it has several languages. */
export function labelOf(stored: string): Label {
  if (!stored.startsWith('{')) return stored;
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(stored));
  } catch {
    return stored; // a name that only looks like JSON
  }
}
