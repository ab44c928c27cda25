/** A report of anomalies against labelled windows, as the API shows it. */
import { z } from 'zod';
import type { Labels, Report } from '../../../client/wire-measurements.ts';
import { formatDuration } from '../../../kernel/duration.ts';
import type { DeviceReport } from '../../../measurements/report/device-report.ts';
import { refused } from '../problem.ts';
import { durationText, isoTime, time } from '../wire-schema.ts';

const score = { hit: z.int(), missed: z.int(), falseAlarms: z.int(), anomalies: z.int() };

export const reportSchema = z.strictObject({
  device: z.string(),
  scoredFrom: time.describe('What happened earlier, while detectors were learning, does not count.'),
  ...score,
  windows: z.array(
    z.strictObject({
      from: time,
      to: time,
      isHit: z.boolean(),
      delay: durationText.nullable(),
      anomalies: z.array(z.string()),
    }),
  ),
  detectors: z.record(z.string(), z.strictObject(score)),
}) satisfies z.ZodType<Report>;

const windows = z.array(z.tuple([z.string().max(100), z.string().max(100)])).max(10_000);
export const labelsBody = z.union([windows, z.record(z.string().max(500), windows)]);

/** Series that a refusal names. */
const MAX_NAMED = 10;

/** The windows of one series. Throws `request.invalid` when the labels do not say which. */
export function windowsOf(labels: Labels, series: string | undefined): [string, string][] {
  if (Array.isArray(labels)) return labels;
  const names = Object.keys(labels);
  const name = series ?? (names.length === 1 ? names[0] : undefined);
  const found = name === undefined || !Object.hasOwn(labels, name) ? undefined : labels[name];
  if (found !== undefined) return found;
  const message =
    name === undefined
      ? `is missing; the labels are of ${names.length} series: ${names.slice(0, MAX_NAMED).join(', ')}${names.length > MAX_NAMED ? ', …' : ''}`
      : `the labels have no series "${name}"`;
  throw refused([{ path: 'body.series', message }]);
}

export const reportOf = ({
  device,
  scoredFrom,
  windows: seen,
  detectors,
  hit,
  missed,
  falseAlarms,
  anomalies,
}: DeviceReport): Report => ({
  device,
  scoredFrom: isoTime(scoredFrom),
  hit,
  missed,
  falseAlarms,
  anomalies,
  windows: seen.map(({ from, to, isHit, delayMs, anomalies: touching }) => ({
    from: isoTime(from),
    to: isoTime(to),
    isHit,
    delay: delayMs === null ? null : formatDuration(delayMs),
    anomalies: [...touching],
  })),
  detectors: { ...detectors },
});
