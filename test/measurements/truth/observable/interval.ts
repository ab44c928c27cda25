/** What lies between two samples: growing, still, or nobody knows. */
import type { DeviceSettings, StateMeaning } from '../settings.ts';
import type { Stretch } from '../stretch.ts';
import type { Counted } from './counter.ts';
import type { Sample } from './sample.ts';

/** `[from, to)` between two consecutive samples; what was counted belongs to the second. */
export type Interval = Stretch & {
  readonly kind: 'growing' | 'still' | 'unknown';
  /** What the sample at its beginning says. */
  readonly signal: StateMeaning;
  /** Of the sample at its end. */
  readonly end: Sample;
};
/** Intervals in a row that have something in common. */
export type Run = Stretch & { readonly first: Interval; readonly last: Interval };
export type Stop = Run & { readonly isRepaired: boolean };
export type SignalRun = Run & { readonly signal: 'setup' | 'planned' };

const LEAST_STOP_MS = 60_000;
const UNSEEN = ['held', 'reset', 'rebase'];

/** Undefined: the service judges no states, since it has neither an output counter nor a state signal. */
export function intervalsOf(samples: readonly Sample[], settings: DeviceSettings): Interval[] | undefined {
  const { fields, output, signal, maxGapMs } = settings;
  if (output === undefined && signal === undefined) return undefined;
  const outputField = fields.findIndex(({ name }) => name === output);
  const signalField = fields.findIndex(({ name }) => name === signal);
  const meaningOf = (sample: Sample): StateMeaning => {
    const value = sample.values[signalField];
    const text = value === undefined || Number.isNaN(value) ? undefined : fields[signalField]!.values?.[value];
    return text === undefined ? 'auto' : fields[signalField]!.states![text]!;
  };
  return samples.slice(1).map((end, place): Interval => {
    const begin = samples[place]!;
    const meaning = meaningOf(begin);
    const isUnknown = end.ts - begin.ts > maxGapMs || end.counted.some(isUnseen);
    const growth = end.counted[outputField]?.d ?? 0;
    return { from: begin.ts, to: end.ts, end, signal: meaning, kind: isUnknown ? 'unknown' : kindOf(meaning, growth) };
  });
}

const isUnseen = (counted: Counted | undefined): boolean => counted !== undefined && UNSEEN.includes(counted.case);

function kindOf(meaning: StateMeaning, growth: number): 'growing' | 'still' {
  if (meaning === 'running') return 'growing';
  if (meaning === 'stopped') return 'still';
  return growth > 0 ? 'growing' : 'still';
}

/** Still intervals in a row that last long enough. */
export function stopsOf(intervals: readonly Interval[], { idealCycleMs }: DeviceSettings): Stop[] {
  const leastMs = Math.max(5 * idealCycleMs, LEAST_STOP_MS);
  return runsOf(intervals, ({ kind }) => kind === 'still')
    .map(({ run, next }) => ({ ...run, isRepaired: next?.kind === 'growing' }))
    .filter(({ from, to }) => to - from >= leastMs);
}

/** Stretches in which the signal says so; none goes through an unknown interval. */
export function signalRuns(intervals: readonly Interval[], signal: 'setup' | 'planned'): SignalRun[] {
  return runsOf(intervals, (interval) => interval.kind !== 'unknown' && interval.signal === signal).map(({ run }) => ({
    ...run,
    signal,
  }));
}

function runsOf(
  intervals: readonly Interval[],
  belongs: (interval: Interval) => boolean,
): { readonly run: Run; readonly next: Interval | undefined }[] {
  const runs: { run: Run; next: Interval | undefined }[] = [];
  for (let place = 0; place < intervals.length; ) {
    const first = intervals[place]!;
    let last = place;
    if (belongs(first)) {
      while (last + 1 < intervals.length && belongs(intervals[last + 1]!)) last += 1;
      const end = intervals[last]!;
      runs.push({ run: { from: first.from, to: end.to, first, last: end }, next: intervals[last + 1] });
    }
    place = last + 1;
  }
  return runs;
}
