/** What the product makes of the rows of a generated device, in the terms of the truth. Rows come as they are stored. */
import type { Field } from '../../../src/measurements/device/field.ts';
import { emptyRows, type Rows } from '../../../src/measurements/pipeline/rows.ts';
import { brickProduction } from '../../../src/measurements/services/brick-production.ts';
import { DeviceRun, type Results } from '../../../src/measurements/services/device-run.ts';
import { machineMonitoring } from '../../../src/measurements/services/machine-monitoring.ts';
import type { MeasurementService } from '../../../src/measurements/services/measurement-service.ts';
import { moistureAnalysis } from '../../../src/measurements/services/moisture-analysis.ts';
import type { DeviceTruth, PlantTruth } from '../truth/generate.ts';

export const SERVICES = new Map<string, MeasurementService>(
  [brickProduction, moistureAnalysis, machineMonitoring].map((service) => [service.name, service]),
);

export type Analysed = {
  readonly results: Results;
  readonly jumps: number;
  readonly seconds: number;
  readonly rows: number;
};

type Subject = Pick<DeviceTruth, 'settings' | 'arrivals'>;
type Plan = Pick<PlantTruth, 'shiftPlan' | 'timeZone'>;

/** Pushes everything that a device sent and that was not refused on arrival, at once, and ends. */
export function analyseDevice(plan: Plan, device: Subject): Analysed {
  const rows = storedRowsOf(device, serviceOf(device).derive.length);
  const jumps = { count: 0 };
  const run = openRun(plan, device, { jumps });
  const begun = performance.now();
  run.push(rows);
  const results = run.finish();
  return { results, jumps: jumps.count, seconds: (performance.now() - begun) / 1_000, rows: rows.count };
}

/** The same in portions; where `restart` says so the run goes on from its own snapshot. */
export function analyseInPortions(
  plan: Plan,
  device: Subject,
  { portion, restart }: { readonly portion: () => number; readonly restart: () => boolean },
): Results {
  const rows = storedRowsOf(device, serviceOf(device).derive.length);
  const all: Results = { segments: [], scopes: [], buckets: [], quality: [], findings: [] };
  const keep = (run: DeviceRun) => {
    for (const [name, items] of Object.entries(run.results)) (all[name as keyof Results] as unknown[]).push(...items);
  };
  let run = openRun(plan, device, {});
  for (let from = 0; from < rows.count; ) {
    const to = Math.min(rows.count, from + portion());
    run.push(rows, from, to);
    from = to;
    if (!restart()) continue;
    keep(run);
    run = openRun(plan, device, { snapshot: run.snapshot() });
  }
  run.finish();
  keep(run);
  return all;
}

const serviceOf = ({ settings }: Pick<Subject, 'settings'>): MeasurementService =>
  SERVICES.get(settings.service) as MeasurementService;

function openRun(
  { shiftPlan, timeZone }: Plan,
  { settings }: Pick<Subject, 'settings'>,
  { snapshot, jumps = { count: 0 } }: { readonly snapshot?: string; readonly jumps?: { count: number } },
): DeviceRun {
  return new DeviceRun({
    service: serviceOf({ settings }),
    device: {
      fields: settings.fields as readonly Field[] as Field[],
      idealCycleMs: settings.idealCycleMs,
      expectedIntervalMs: settings.expectedIntervalMs,
      maxGapMs: settings.maxGapMs,
      products: settings.products ?? {},
    },
    timeZone,
    plan: settings.line === undefined ? undefined : (shiftPlan as never),
    snapshot,
    onJump: () => {
      jumps.count += 1;
    },
  });
}

/** Sorted by time and receipt, copies left out (the earliest stays), all but the last of one time marked. */
export function storedRowsOf({ arrivals }: Pick<DeviceTruth, 'arrivals'>, derived: number): Rows {
  const { ts, receivedAt, values, refused } = arrivals;
  const order: number[] = [];
  for (let row = 0; row < arrivals.rows; row++) if (!refused.has(row)) order.push(row);
  const keyOf = (row: number) => values.map((column) => column[row]).join(' ');
  const at = (row: number) => ts[row] as number;
  const received = (row: number) => receivedAt[row] as number;
  order.sort((a, b) => at(a) - at(b) || received(a) - received(b));
  const rows = emptyRows(order.length, values.length + derived);
  let seen = new Set<string>();
  let moment = Number.NaN;
  for (const row of order) {
    if (at(row) !== moment) {
      moment = at(row);
      seen = new Set();
    }
    const key = keyOf(row);
    if (seen.has(key)) continue;
    if (seen.size > 0) rows.stands[rows.count - 1] = 0;
    seen.add(key);
    rows.at[rows.count] = at(row);
    rows.receivedAt[rows.count] = received(row);
    for (const [place, column] of values.entries())
      (rows.columns[place] as Float64Array)[rows.count] = column[row] as number;
    rows.count += 1;
  }
  return rows;
}
