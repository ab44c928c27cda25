/** Firings: the evidence people decide by. What is kept in an instance is JSON of its own time; unknown parts are left out. */
import { z } from 'zod';
import type { Firing } from '../../../client/wire-process.ts';
import { SEVERITIES } from '../../../measurements/anomaly/anomaly.ts';
import { isoTime, time } from '../wire-schema.ts';

const band = z.strictObject({ low: z.number(), high: z.number() });
const signal = z.union([
  z.object({ of: z.array(z.string()) }).describe('A combination of other criteria.'),
  z
    .object({ anomaly: z.string(), field: z.string(), severity: z.enum(SEVERITIES) })
    .describe('An anomaly that the service of the device found.'),
  z.object({ field: z.string(), detector: z.string().exactOptional() }),
]);

export const firingView = z.strictObject({
  id: z.string(),
  criterion: z.string(),
  criterionId: z.string().exactOptional(),
  device: z.string(),
  at: time,
  value: z.number().exactOptional(),
  limit: z.union([z.number(), band]).exactOptional(),
  version: z.int().exactOptional(),
  signal: signal.exactOptional(),
  anomalies: z.array(z.string()).exactOptional(),
  from: time.exactOptional(),
  to: time.exactOptional(),
}) satisfies z.ZodType<Firing>;

/** The last moment that a date can say. */
const LAST_INSTANT = 8.64e15;
/** An instant is a number inside; a sender may have written ISO text. */
const instant = z.union([
  z.number().min(0).max(LAST_INSTANT).transform(isoTime),
  z.iso.datetime({ offset: true }).transform((text) => isoTime(Date.parse(text))),
]);

const stored = z.looseObject({ id: z.string(), criterion: z.string(), device: z.string(), at: instant });

/** The firings among the variables of an instance; what is no firing is left out. */
export function evidenceOf(variables: Readonly<Record<string, unknown>>): Firing[] {
  const { evidence } = variables;
  if (!Array.isArray(evidence)) return [];
  return evidence.flatMap((entry) => {
    const parsed = stored.safeParse(entry);
    if (!parsed.success) return [];
    const { id, criterion, device, at, ...facts } = parsed.data;
    return [{ id, criterion, device, at, ...known(facts) }];
  });
}

/** Each known part on its own, so that one odd value hides no other. */
function known(facts: Readonly<Record<string, unknown>>): Partial<Firing> {
  const parts = Object.entries(evidenceParts).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(facts[name]);
    return parsed.success ? [[name, parsed.data] as const] : [];
  });
  return Object.fromEntries(parts) as Partial<Firing>;
}

const evidenceParts = {
  criterionId: z.string(),
  value: z.number(),
  limit: z.union([z.number(), band]),
  version: z.int(),
  signal,
  anomalies: z.array(z.string()),
  from: instant,
  to: instant,
} as const;
