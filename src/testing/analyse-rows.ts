/**
 * Runs a measurement service on rows, with nothing around it: no store, no clock, no server. Rows are checked, sorted and
 * analysed by the same code as on a server, so what a test sees is what a plant will see.
 */

import { qualityParts } from '../measurements/analysis/quality-parts.ts';
import { pointOf, type QualityOfDay, type StatisticPoint } from '../measurements/analysis/readings.ts';
import { portionOf } from '../measurements/analysis/stored-rows.ts';
import { type NewDevice, newDevice } from '../measurements/device/device.ts';
import { requireFit, withFieldsOf } from '../measurements/device/devices.ts';
import { layoutOf } from '../measurements/ingest/measurement.ts';
import { parseInput } from '../measurements/input.ts';
import { type Assessment, assess } from '../measurements/kpi/assessment.ts';
import { type Kpis, kpisOf } from '../measurements/kpi/kpis.ts';
import type { Rows } from '../measurements/pipeline/rows.ts';
import type { ScopeSums } from '../measurements/pipeline/scope.ts';
import type { Segment } from '../measurements/pipeline/timeline.ts';
import { DeviceRun, type Results } from '../measurements/services/device-run.ts';
import type { MeasurementService } from '../measurements/services/measurement-service.ts';
import { type NewShiftPlan, newShiftPlan } from '../measurements/shift-plan/shift-plan.ts';
import type { Finding } from '../measurements/watch/finding.ts';
import { type Arrived, arrivedRows, type QuarantinedRow } from './arrived-rows.ts';

export type RowsToAnalyse = {
  readonly service: MeasurementService;
  /** Default: a device `device` with the fields and times of the service. */
  readonly device?: Partial<Omit<NewDevice, 'service'>>;
  /** Default: none, all time is planned to be worked. */
  readonly shiftPlan?: Partial<NewShiftPlan> & Pick<NewShiftPlan, 'rules'>;
  /** Of local days, of times without an offset, and of a plan that does not say its own; default: UTC. */
  readonly timeZone?: string;
  /**
   * `{ts, values}` as devices send them, in any order. Also `receivedAt`, in milliseconds since 1970, where it matters when
   * a row came; default: at its own time. `device`, default: the device.
   */
  readonly rows: readonly unknown[];
};

export type AnalysedScope = ScopeSums & { readonly kpis: Kpis; readonly assessment: Assessment };
/** Of a field or derived signal, in the width of the service. */
export type AnalysedStatistic = StatisticPoint & { readonly metric: string };
export type AnalysedRows = {
  readonly segments: readonly Segment[];
  /** Shifts and days, the earliest first. */
  readonly scopes: readonly AnalysedScope[];
  readonly statistics: readonly AnalysedStatistic[];
  readonly quality: readonly Omit<QualityOfDay, 'device'>[];
  readonly findings: readonly Finding[];
  /** By their place among the rows: those that ingest refuses, and counters that jump. */
  readonly quarantined: readonly QuarantinedRow[];
};

/** Everything the service says of the rows. Throws `device.invalid` or `shift-plan.invalid`. */
export function analyseRows({ service, device, shiftPlan, timeZone = 'UTC', rows }: RowsToAnalyse): AnalysedRows {
  const services = new Map([[service.name, service]]);
  const input = withFieldsOf(services, { id: 'device', ...device, service: service.name });
  const settings = parseInput(newDevice, input, 'device.invalid');
  requireFit(services, settings);
  const plan = shiftPlan && parseInput(newShiftPlan, { id: 'plan', timeZone, ...shiftPlan }, 'shift-plan.invalid');
  const layout = layoutOf(settings.fields);
  const arrived = arrivedRows(rows, { device: settings.id, layout, timeZone });
  const portion = portionOf(arrived.stored, layout, service.derive.length);
  const jumps: number[] = [];
  const run = new DeviceRun({ service, device: settings, timeZone, plan, onJump: (place) => jumps.push(place) });
  pushAll(run, portion.rows, arrived.lacking);
  const { segments, scopes, buckets, quality, findings } = run.finish();
  const jumped = jumps.flatMap((place): QuarantinedRow[] => {
    const row = portion.stored[place];
    return row === undefined ? [] : [{ row: arrived.places.get(row) ?? place, code: 'counter-jump' }];
  });
  return {
    segments,
    scopes: scopes.map(withKpis).sort((a, b) => a.from - b.from),
    statistics: buckets.map(({ metric, start, bucket }) => ({ metric, ...pointOf(start, bucket) })),
    quality: qualityOf(quality, arrived),
    findings: [...findings].sort((a, b) => a.from - b.from),
    quarantined: [...arrived.quarantined, ...jumped].sort((a, b) => a.row - b.row),
  };
}

/** In the order of their times; of one time a refused row comes last. */
function pushAll(run: DeviceRun, rows: Rows, lacking: Arrived['lacking']): void {
  let from = 0;
  for (const { at, has } of lacking) {
    let to = from;
    while (to < rows.count && (rows.at[to] as number) <= at) to += 1;
    run.push(rows, from, to);
    run.lacks(at, has);
    from = to;
  }
  run.push(rows, from, rows.count);
}

function withKpis(sums: ScopeSums): AnalysedScope {
  const kpis = kpisOf(sums.elements);
  return { ...sums, kpis, assessment: assess(kpis) };
}

/** Days with rows, and days on which every row was refused. */
function qualityOf(seen: Results['quality'], { days }: Arrived): AnalysedRows['quality'] {
  const dates = [...new Set([...seen.map(({ date }) => date), ...days.keys()])].sort();
  return dates.map((date) => {
    const rows = seen.find((day) => day.date === date);
    return {
      date,
      ...qualityParts(rows && { device: '', ...rows }, { device: '', ...(days.get(date) ?? { date, ...NOTHING }) }),
    };
  });
}

const NOTHING = { received: 0, duplicate: 0, refused: 0 };
