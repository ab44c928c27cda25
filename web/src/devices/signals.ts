/** What a machine's page draws: fields as they were read, what counters counted, and what services derive of fields. */
import type { MeasurementServiceView } from '../api/analyses.ts';
import type { Anomaly, Device } from '../api/measurements.ts';
import { isCounter, isNumeric } from './field-role.ts';

export type Signal = {
  readonly name: string;
  readonly unit: string | undefined;
  /** derived: known by its statistics only. */
  readonly kind: 'gauge' | 'counter' | 'derived';
};

export function signalsOf({ fields }: Device, service: MeasurementServiceView | undefined): Signal[] {
  const numeric = fields.filter(isNumeric);
  const ofKind = (field: (typeof numeric)[number]): Signal => ({
    name: field.name,
    unit: field.unit,
    kind: isCounter(field) ? 'counter' : 'gauge',
  });
  const derived = (service?.derived ?? []).map((name): Signal => ({ name, unit: undefined, kind: 'derived' }));
  return [...numeric.filter(isCounter), ...numeric.filter((field) => !isCounter(field))].map(ofKind).concat(derived);
}

/**
 * The anomalies that belong on the chart of a signal: its own, and on the first chart those of what has no chart, such as
 * the speed of a machine that counts.
 */
export function anomaliesOn(signals: readonly Signal[], signal: Signal, anomalies: readonly Anomaly[]): Anomaly[] {
  const isFirst = signals[0]?.name === signal.name;
  const names = new Set(signals.map(({ name }) => name));
  return anomalies.filter(({ field }) => field === signal.name || (isFirst && !names.has(field)));
}

/**
 * Widths of statistics for a chart: the narrowest multiple of the stored width that gives at most so many points, of those
 * that divide a day evenly where there is one.
 */
export function statisticsWidthMs(lengthMs: number, bucketMs: number, points: number): number {
  const least = Math.max(1, Math.ceil(lengthMs / points / bucketMs));
  const steps = [1, 2, 4, 8, 12, 24, 48, 96];
  return (steps.find((step) => step >= least) ?? least) * bucketMs;
}
