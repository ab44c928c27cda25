/** Everything that is known of a device before its scopes are added up. */
import type { Shift } from '../calendar.ts';
import type { DeviceSettings } from '../settings.ts';
import type { Stretch } from '../stretch.ts';
import { type Interval, intervalsOf, type SignalRun, type Stop, signalRuns, stopsOf } from './interval.ts';
import type { Sample } from './sample.ts';
import { type Timeline, timelineOf } from './state.ts';

export type Analysis = Timeline & {
  readonly settings: DeviceSettings;
  /** From the first sample to the last, the horizon. */
  readonly seen: Stretch;
  readonly shifts: readonly Shift[] | undefined;
  readonly samples: readonly Sample[];
  readonly intervals: readonly Interval[];
  readonly stops: readonly Stop[];
  readonly signals: readonly SignalRun[];
  /** Ideal cycle of the product of each sample, in milliseconds. */
  readonly cycles: readonly number[];
  /** Places of the service's counters among the fields; −1: it has none. */
  readonly output: number;
  readonly reject: number;
};

/** Undefined when there is no sample, or the service judges no states. */
export function analyse(
  settings: DeviceSettings,
  samples: readonly Sample[],
  shifts: readonly Shift[] | undefined,
): Analysis | undefined {
  const intervals = intervalsOf(samples, settings);
  const [first, last] = [samples[0], samples.at(-1)];
  if (intervals === undefined || first === undefined || last === undefined) return undefined;
  const seen = { from: first.ts, to: last.ts };
  const stops = stopsOf(intervals, settings);
  const signals = [...signalRuns(intervals, 'setup'), ...signalRuns(intervals, 'planned')];
  const place = (field: string | undefined): number => settings.fields.findIndex(({ name }) => name === field);
  return {
    settings,
    seen,
    shifts,
    samples,
    intervals,
    stops,
    signals,
    ...timelineOf({ seen, shifts, intervals, stops, signals }),
    cycles: cyclesOf(samples, settings),
    output: place(settings.output),
    reject: place(settings.reject),
  };
}

/** A sample without a product has the product of the sample before it; a product that is not named has that of the device. */
function cyclesOf(
  samples: readonly Sample[],
  { fields, label, products = {}, idealCycleMs }: DeviceSettings,
): number[] {
  const field = fields.findIndex(({ name }) => name === label);
  let cycleMs = idealCycleMs;
  return samples.map(({ values }) => {
    const value = values[field];
    if (value !== undefined && !Number.isNaN(value)) cycleMs = products[fields[field]!.values![value]!] ?? idealCycleMs;
    return cycleMs;
  });
}

/** Place of the first entry whose time is not before the instant; entries are in order. */
export function firstFrom(length: number, timeAt: (place: number) => number, instant: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timeAt(middle) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
