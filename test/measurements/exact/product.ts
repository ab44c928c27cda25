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

/** Pushes everything that a device sent and that was not refused on arrival, in portions, and ends. */
export function analyseDevice(plant: PlantTruth, device: DeviceTruth): Analysed {
  const { settings } = device;
  const service = SERVICES.get(settings.service) as MeasurementService;
  const rows = storedRowsOf(device, service.derive.length);
  let jumps = 0;
  const run = new DeviceRun({
    service,
    device: {
      fields: settings.fields as readonly Field[] as Field[],
      idealCycleMs: settings.idealCycleMs,
      expectedIntervalMs: settings.expectedIntervalMs,
      maxGapMs: settings.maxGapMs,
      products: settings.products ?? {},
    },
    timeZone: plant.timeZone,
    plan: settings.line === undefined ? undefined : (plant.shiftPlan as never),
    onJump: () => {
      jumps += 1;
    },
  });
  const begun = performance.now();
  run.push(rows);
  const results = run.finish();
  return { results, jumps, seconds: (performance.now() - begun) / 1_000, rows: rows.count };
}

/** Sorted by time and receipt, copies left out (the earliest stays), all but the last of one time marked. */
export function storedRowsOf({ arrivals }: DeviceTruth, derived: number): Rows {
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
