/** Devices as the API shows and takes them: cycles, gaps and silences are durations on the wire. */
import { z } from 'zod';
import type { Device as WireDevice } from '../../../client/wire-measurements.ts';
import { formatDuration, parseDuration } from '../../../kernel/duration.ts';
import { DETECTORS } from '../../../measurements/anomaly/detector-name.ts';
import type { Device } from '../../../measurements/device/device.ts';
import { FIELD_ROLES, SIGNAL_MEANINGS } from '../../../measurements/device/field.ts';
import { checkedInside, duration, durationText, isoTimeOrNull, text, time } from '../wire-schema.ts';

const field = z.object({
  name: z.string(),
  role: z.enum(FIELD_ROLES).describe('Default: gauge.').exactOptional(),
  unit: z.string().exactOptional(),
  min: z.number().exactOptional(),
  max: z.number().exactOptional(),
  resolution: z.number().describe('The smallest step it can show.').exactOptional(),
  detectors: z
    .array(z.enum(DETECTORS))
    .describe('What watches it (default: z-score and sudden-change).')
    .exactOptional(),
  thresholds: z
    .partialRecord(z.enum(DETECTORS), z.number())
    .describe('The scores from which on detectors open an anomaly on it (default: as they come).')
    .exactOptional(),
  required: z.boolean().describe('A reading without it goes to quarantine.').exactOptional(),
  maxSilence: durationText
    .describe('Of a gauge or counter: for so long it may be missing while the device goes on sending.')
    .exactOptional(),
  maxRate: z.number().describe('Of a counter: items per second at most.').exactOptional(),
  modulus: z.int().describe('Of a counter: the number after which it starts again at 0.').exactOptional(),
  jitter: z.int().describe('Of a counter: a fall of so much is none.').exactOptional(),
  values: z.array(z.string()).describe('Of a state or label: the texts it can have.').exactOptional(),
  states: z.record(z.string(), z.enum(SIGNAL_MEANINGS)).describe('What each text of a state says.').exactOptional(),
});

export const deviceSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  line: z.string().describe('The production line it stands in; empty: none.'),
  fields: z.array(field),
  idealCycle: durationText.nullable(),
  service: z.string().describe('The measurement service that analyses its readings.').nullable(),
  expectedInterval: durationText.nullable(),
  maxGap: durationText.nullable(),
  products: z.record(z.string(), durationText).describe('Ideal cycles of products that have one of their own.'),
  lastSeenAt: time.nullable(),
  lastReadingAt: time.describe('The time that its latest reading carries.').nullable(),
  simulated: z.boolean(),
}) satisfies z.ZodType<WireDevice>;

const parts = {
  name: text(200).exactOptional(),
  line: z.string().max(200).exactOptional(),
  idealCycle: duration.nullable().exactOptional(),
  service: text(50).nullable().exactOptional(),
  expectedInterval: duration.nullable().exactOptional(),
  maxGap: duration.nullable().exactOptional(),
  products: z.record(text(200), duration).exactOptional(),
};
const fields = z.array(checkedInside(field)).max(1_000);

export const newDeviceBody = z.strictObject({ id: text(200), ...parts, fields: fields.exactOptional() });
export const deviceChangeBody = z.strictObject({ ...parts, fields: fields.exactOptional() });

type Durations = {
  readonly idealCycle?: number | null;
  readonly expectedInterval?: number | null;
  readonly maxGap?: number | null;
  readonly fields?: readonly Readonly<Record<string, unknown>>[];
};

/** What the domain takes; it checks the rest. Throws `duration.malformed` for that of a field. */
export function deviceInput<Body extends Durations>({ idealCycle, expectedInterval, maxGap, fields, ...rest }: Body) {
  return {
    ...rest,
    ...(fields !== undefined && { fields: fields.map(fieldInput) }),
    ...(idealCycle !== undefined && { idealCycleMs: idealCycle }),
    ...(expectedInterval !== undefined && { expectedIntervalMs: expectedInterval }),
    ...(maxGap !== undefined && { maxGapMs: maxGap }),
  };
}

/** What is no text is left for the domain to refuse. */
function fieldInput(field: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { maxSilence, ...rest } = field;
  return typeof maxSilence === 'string' ? { ...rest, maxSilenceMs: parseDuration(maxSilence) } : field;
}

export type Seen = {
  readonly lastSeenAt: number | null;
  readonly lastReadingAt: number | null;
  readonly simulated: boolean;
};

export const deviceOf = (
  { id, name, line, fields: declared, idealCycleMs, service, expectedIntervalMs, maxGapMs, products }: Device,
  { lastSeenAt, lastReadingAt, simulated }: Seen,
): WireDevice => ({
  id,
  name,
  line,
  fields: declared.map(({ maxSilenceMs, ...one }) => ({
    ...one,
    ...(maxSilenceMs !== undefined && { maxSilence: formatDuration(maxSilenceMs) }),
  })),
  idealCycle: durationOf(idealCycleMs),
  service,
  expectedInterval: durationOf(expectedIntervalMs),
  maxGap: durationOf(maxGapMs),
  products: Object.fromEntries(Object.entries(products).map(([product, ms]) => [product, formatDuration(ms)])),
  lastSeenAt: isoTimeOrNull(lastSeenAt),
  lastReadingAt: isoTimeOrNull(lastReadingAt),
  simulated,
});

const durationOf = (ms: number | null): string | null => (ms === null ? null : formatDuration(ms));
