/** What a pipeline is told of a device: its fields by role, its rates, its calendar. Worked out once from service and device. */
import type { PlantCalendar } from '../calendar/plant-calendar.ts';
import type { Field, SignalMeaning } from '../device/field.ts';
import type { CounterRule } from './counter.ts';

export type PipelineConfiguration = {
  readonly fields: readonly Field[];
  /** Columns behind those of the fields: worked out of these places. */
  readonly derived: readonly {
    readonly places: readonly number[];
    readonly from: (...values: readonly number[]) => number;
  }[];
  readonly counters: readonly (CounterRule & MaxSilence)[];
  /** Places among `counters`; -1: there is none. */
  readonly output: number;
  readonly reject: number;
  readonly rework: number;
  /** Places of fields; -1: there is none. */
  readonly signal: number;
  readonly product: number;
  /** What each value of the state field says. */
  readonly meanings: readonly SignalMeaning[];
  readonly gauges: readonly (MaxSilence & { readonly name: string; readonly place: number })[];
  /** Milliseconds an item takes at best: of the device, and of each value of the product field. */
  readonly idealCycleMs: number;
  readonly idealCycleMsOf: readonly number[];
  readonly intervalMs: number;
  readonly maxGapMs: number;
  readonly bucketMs: number;
  readonly calendar: PlantCalendar;
};

/** For so long it may be missing while the device goes on sending; a derived signal for ever, since its fields are watched. */
type MaxSilence = { readonly maxSilenceMs: number };

/** A stop lasts at least so long. */
export const stopMs = ({ idealCycleMs }: Pick<PipelineConfiguration, 'idealCycleMs'>): number =>
  Math.max(5 * idealCycleMs, 60_000);

/** Whether there is anything that says when the machine runs. */
export const hasStates = ({ output, signal }: PipelineConfiguration): boolean => output >= 0 || signal >= 0;
