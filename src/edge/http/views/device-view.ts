/** Devices as the API shows and takes them: the ideal cycle is a duration on the wire. */
import { z } from 'zod';
import type { Device as WireDevice } from '../../../client/wire-measurements.ts';
import { formatDuration } from '../../../kernel/duration.ts';
import { DETECTORS } from '../../../measurements/anomaly/detector-name.ts';
import type { Device } from '../../../measurements/device/device.ts';
import { checkedInside, duration, durationText, isoTimeOrNull, text, time } from '../wire-schema.ts';

const field = z.object({
  name: z.string(),
  unit: z.string().exactOptional(),
  min: z.number().exactOptional(),
  max: z.number().exactOptional(),
  resolution: z.number().describe('The smallest step it can show.').exactOptional(),
  detectors: z
    .array(z.enum(DETECTORS))
    .describe('What watches it (default: z-score and sudden-change).')
    .exactOptional(),
});

export const deviceSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  line: z.string().describe('The production line it stands in; empty: none.'),
  fields: z.array(field),
  idealCycle: durationText.nullable(),
  lastSeenAt: time.nullable(),
  simulated: z.boolean(),
}) satisfies z.ZodType<WireDevice>;

const parts = {
  name: text(200).exactOptional(),
  line: z.string().max(200).exactOptional(),
  idealCycle: duration.nullable().exactOptional(),
};
const fields = z.array(checkedInside(field)).max(1_000);

export const newDeviceBody = z.strictObject({ id: text(200), ...parts, fields });
export const deviceChangeBody = z.strictObject({ ...parts, fields: fields.exactOptional() });

/** What the domain takes; it checks the rest. */
export function deviceInput<Body extends { readonly idealCycle?: number | null }>({
  idealCycle,
  ...rest
}: Body): Omit<Body, 'idealCycle'> & { idealCycleMs?: number | null } {
  return { ...rest, ...(idealCycle !== undefined && { idealCycleMs: idealCycle }) };
}

export type Seen = { readonly lastSeenAt: number | null; readonly simulated: boolean };

export const deviceOf = (
  { id, name, line, fields: declared, idealCycleMs }: Device,
  { lastSeenAt, simulated }: Seen,
): WireDevice => ({
  id,
  name,
  line,
  fields: declared.map((one) => ({ ...one })),
  idealCycle: idealCycleMs === null ? null : formatDuration(idealCycleMs),
  lastSeenAt: isoTimeOrNull(lastSeenAt),
  simulated,
});
