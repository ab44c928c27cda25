/** Criteria as the API shows and takes them: durations are text on the wire. */
import { z } from 'zod';
import type {
  Criterion as WireCriterion,
  CriterionSettings as WireSettings,
} from '../../../client/wire-measurements.ts';
import { formatDuration } from '../../../kernel/duration.ts';
import { SEVERITIES } from '../../../measurements/anomaly/anomaly.ts';
import type { CriterionView } from '../../../measurements/criterion/criterion.ts';
import { type CriterionSettings, isCombination } from '../../../measurements/criterion/settings.ts';
import { checkedInside, duration, durationText, isoTime, isoTimeOrNull, time } from '../wire-schema.ts';

const band = z.strictObject({ low: z.number(), high: z.number() });
const limitSettings = z.strictObject({
  signal: z.strictObject({ field: z.string(), detector: z.string().exactOptional() }),
  limit: z.union([z.number(), band]),
  direction: z.enum(['above', 'below', 'outside']),
  duration: durationText,
  hysteresis: z.number(),
  enabled: z.boolean(),
});
const combinationSettings = z.strictObject({
  of: z.array(z.string()),
  atLeast: z.int(),
  duration: durationText,
  enabled: z.boolean(),
});

const anomalySettings = z.strictObject({
  signal: z.strictObject({
    anomaly: z.string().describe('A kind of anomaly that the service of the device finds, such as stoppage.'),
    field: z.string().describe('Default: on any.').exactOptional(),
    minSeverity: z.enum(SEVERITIES).exactOptional(),
  }),
  duration: durationText,
  enabled: z.boolean(),
});

export const settingsSchema = z.union([limitSettings, combinationSettings, anomalySettings]);

export const criterionSchema = z.strictObject({
  id: z.string().describe('<device>.<name>'),
  device: z.string(),
  name: z.string(),
  version: z.int(),
  settings: settingsSchema,
  state: z.strictObject({
    active: z.boolean().describe('Whether it has fired and not cleared.'),
    value: z.number().nullable().describe('What it judged last.'),
    at: time.nullable(),
  }),
  updatedAt: time,
  updatedBy: z.string(),
}) satisfies z.ZodType<WireCriterion>;

/** What a criterion is set to, or any part of it; the domain checks everything but the duration. */
export const settingsBody = checkedInside(
  z.union([limitSettings.partial(), combinationSettings.partial(), anomalySettings.partial()]),
).transform((settings) => settingsInput(settings));

function settingsInput({ duration: given, ...rest }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    ...rest,
    ...(given !== undefined && { durationMs: typeof given === 'string' ? duration.parse(given) : given }),
  };
}

export const criterionOf = ({
  id,
  device,
  name,
  version,
  settings,
  state,
  last,
  updatedAt,
  updatedBy,
}: CriterionView): WireCriterion => ({
  id,
  device,
  name,
  version,
  settings: settingsOf(settings),
  state: { active: state.phase === 'fired', value: last?.value ?? null, at: isoTimeOrNull(last?.at ?? null) },
  updatedAt: isoTime(updatedAt),
  updatedBy,
});

export function settingsOf(settings: CriterionSettings): WireSettings {
  const { durationMs, ...rest } = settings;
  const shown = { ...rest, duration: formatDuration(durationMs) };
  return (isCombination(settings) ? { ...shown, of: [...settings.of] } : shown) as WireSettings;
}
