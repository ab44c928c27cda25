/** The report of one device: its anomalies, and how many of its first rows were for learning, read from the store. */
import { z } from 'zod';
import type { Instant } from '../../kernel/clock.ts';
import type { Store } from '../../store/store.ts';
import type { Anomalies } from '../anomaly/anomalies.ts';
import type { Devices } from '../device/devices.ts';
import { openReadTime } from '../ingest/event-time.ts';
import { measurementFamily } from '../ingest/measurement.ts';
import { invalid, parseInput } from '../input.ts';
import { MAX_PAGE_ROWS } from '../page.ts';
import {
  compareWithWindows,
  learningRows,
  type Report,
  type ReportedAnomaly,
  ROWS_THAT_MATTER,
  type Window,
} from './report.ts';

/** `windows` as label files have them: pairs of times, read as UTC where they have no offset. */
export type ReportRequest = { readonly device: string; readonly windows: unknown };
export type DeviceReport = Report & { readonly device: string; readonly scoredFrom: Instant };

const windowsSchema = z.array(z.tuple([z.string(), z.string()])).max(10_000);

/** Throws `device.unknown` or `measurement.invalid-windows`. */
export async function readReport(
  { store, devices, anomalies }: { readonly store: Store; readonly devices: Devices; readonly anomalies: Anomalies },
  { device, windows: given }: ReportRequest,
): Promise<DeviceReport> {
  const windows = parseWindows(given);
  await devices.get(device);
  const scoredFrom = await endOfLearning(store, device);
  const found: ReportedAnomaly[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await anomalies.list({ device, limit: MAX_PAGE_ROWS, cursor });
    found.push(...page.items);
    cursor = page.next;
  }
  return { device, scoredFrom, ...compareWithWindows(found.reverse(), windows, { scoredFrom }) };
}

function parseWindows(given: unknown): Window[] {
  const readTime = openReadTime('UTC');
  return parseInput(windowsSchema, given, 'measurement.invalid-windows').map(([start, end], place) => {
    const [from, to] = [readTime(start), readTime(end)];
    if (from === undefined || to === undefined || from > to)
      throw invalid('measurement.invalid-windows', [`${place}: is no stretch of time`]);
    return { from, to };
  });
}

async function endOfLearning(store: Store, device: string): Promise<Instant> {
  const rows = await store.select(measurementFamily, {
    where: { device },
    order: ['at', 'hash'],
    limit: ROWS_THAT_MATTER,
  });
  return rows[learningRows(rows.length)]?.at ?? 0;
}
