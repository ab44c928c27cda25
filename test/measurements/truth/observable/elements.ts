/** The elements of the KPIs of a scope, by the names of ISO 22400-2 where it has one; times in milliseconds. */
import { difference, intersection, lengthOf, merged, stretchAt } from '../stretch.ts';
import { type Analysis, firstFrom } from './analysis.ts';
import type { Scope } from './scope.ts';
import type { State } from './state.ts';

export type Times = {
  readonly calendar: number;
  readonly noShift: number;
  readonly planned: number;
  readonly setup: number;
  readonly breakdown: number;
  readonly microstop: number;
  readonly unknown: number;
  readonly running: number;
};
export type Quantities = {
  readonly pq: number;
  /** In no shift; a shift has none. */
  readonly pqOutside: number;
  readonly sq: number;
  readonly rq: number;
  readonly idealMs: number;
  readonly idealScrapMs: number;
};
export type FailureSums = {
  readonly failures: number;
  readonly sumTbf: number;
  readonly intervalsTbf: number;
  readonly sumTtr: number;
  readonly repairs: number;
};
export type Elements = Times & Quantities & FailureSums;

export const elementsOf = (analysis: Analysis, scope: Scope): Elements => ({
  ...timesOf(analysis, scope),
  ...quantitiesOf(analysis, scope),
  ...failureSumsOf(analysis, scope),
});

/** Up to the horizon. What lies before the first sample is unknown, but for no shift and breaks. */
function timesOf({ seen, shifts, segments }: Analysis, { from, to }: Scope): Times {
  const end = Math.max(from, Math.min(to, seen.to));
  const within = (state: State): number =>
    lengthOf(
      intersection(
        segments.filter((one) => one.state === state),
        [{ from, to: end }],
      ),
    );
  const before = from < seen.from ? [{ from, to: Math.min(seen.from, end) }] : [];
  const working = shifts === undefined ? before : intersection(merged(shifts), before);
  const breaks = intersection(merged((shifts ?? []).flatMap((shift) => shift.breaks)), before);
  return {
    calendar: end - from,
    noShift: within('no_shift') + lengthOf(difference(before, working)),
    planned: within('planned') + lengthOf(breaks),
    setup: within('setup'),
    breakdown: within('breakdown'),
    microstop: within('microstop'),
    unknown: within('unknown') + lengthOf(difference(working, breaks)),
    running: within('running'),
  };
}

/** Of the samples with a time in the scope, which is not cut at the horizon. */
function quantitiesOf(analysis: Analysis, { from, to, inShift }: Scope): Quantities {
  const { samples, cycles, output, reject } = analysis;
  const sums = { pq: 0, pqOutside: 0, sq: 0, rq: 0, idealMs: 0, idealScrapMs: 0 };
  const timeAt = (place: number): number => samples[place]!.ts;
  for (let place = firstFrom(samples.length, timeAt, from); place < samples.length && timeAt(place) < to; place++) {
    const { ts, counted } = samples[place]!;
    const made = counted[output]?.d ?? 0;
    const rejected = counted[reject]?.d ?? 0;
    if (stretchAt(inShift, ts) === undefined) {
      sums.pqOutside += made;
      continue;
    }
    sums.pq += made;
    sums.sq += rejected;
    sums.idealMs += made * cycles[place]!;
    sums.idealScrapMs += rejected * cycles[place]!;
  }
  return sums;
}

/** A failure counts where it begins, its repair where it ends. */
function failureSumsOf({ failures, segments }: Analysis, { from, to }: Scope): FailureSums {
  const isIn = (instant: number): boolean => from <= instant && instant < to;
  const operating = segments.filter(({ state }) => state === 'running' || state === 'setup');
  const sums = { failures: 0, sumTbf: 0, intervalsTbf: 0, sumTtr: 0, repairs: 0 };
  for (const [place, failure] of failures.entries()) {
    if (isIn(failure.from)) {
      sums.failures += 1;
      const previous = failures[place - 1];
      if (previous !== undefined) {
        sums.intervalsTbf += 1;
        sums.sumTbf += lengthOf(intersection(operating, [{ from: previous.to, to: failure.from }]));
      }
    }
    if (failure.isRepaired && isIn(failure.to)) {
      sums.repairs += 1;
      sums.sumTtr += failure.breakdownMs;
    }
  }
  return sums;
}
