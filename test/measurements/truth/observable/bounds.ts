/** Between what the true quantities and times of a scope lie, whatever was not seen. */
import { difference, intersection, lengthOf, merged, type Stretch, stretchAt } from '../stretch.ts';
import { type Analysis, firstFrom } from './analysis.ts';
import { allowed, type CounterRule } from './counter.ts';
import type { Elements } from './elements.ts';
import type { Interval, Run } from './interval.ts';
import { counterRules } from './sample.ts';
import type { Scope } from './scope.ts';

export type Bounds = {
  readonly pqLow: number;
  readonly pqHigh: number;
  readonly sqLow: number;
  readonly sqHigh: number;
  readonly gqLow: number;
  readonly gqHigh: number;
  /** Milliseconds. */
  readonly aptLow: number;
  readonly aptHigh: number;
};
type Range = { readonly low: number; readonly high: number };

export function boundsOf(analysis: Analysis, scope: Scope, elements: Elements): Bounds {
  const { output, reject } = analysis;
  const overlapping = overlappingIntervals(analysis, scope);
  const aheadMs = aheadOf(analysis, scope, overlapping);
  const rangeOf = (field: number, seen: number): Range =>
    field < 0 ? { low: 0, high: 0 } : quantityRange(analysis, { scope, overlapping, aheadMs, field, seen });
  const pq = rangeOf(output, elements.pq);
  const sq = rangeOf(reject, elements.sq);
  const apt = timeRange(analysis, { scope, elements, aheadMs });
  return {
    pqLow: pq.low,
    pqHigh: pq.high,
    sqLow: sq.low,
    sqHigh: sq.high,
    gqLow: Math.max(0, pq.low - sq.high),
    gqHigh: pq.high - sq.low,
    aptLow: apt.low,
    aptHigh: apt.high,
  };
}

/** `(t0, t]` overlaps `[from, to)`. */
const reaches = (interval: Stretch, { from, to }: Stretch): boolean => interval.from < to && interval.to >= from;

function overlappingIntervals({ intervals }: Analysis, { inShift }: Scope): Interval[] {
  const found = new Set<Interval>();
  for (const stretch of inShift) {
    const first = firstFrom(intervals.length, (place) => intervals[place]!.to, stretch.from);
    for (let place = first; place < intervals.length && reaches(intervals[place]!, stretch); place++)
      found.add(intervals[place]!);
  }
  return [...found];
}

/** How far the clock of the device was ahead, and one interval more; 0 when no sample came before its own time. */
function aheadOf({ settings, samples }: Analysis, { inShift }: Scope, overlapping: readonly Interval[]): number {
  const first = samples[0]!;
  const looked = overlapping.map(({ end }) => end);
  // The first sample ends no interval.
  if (stretchAt(inShift, first.ts) !== undefined) looked.push(first);
  const most = looked.reduce((max, { ts, receivedAt }) => Math.max(max, ts - receivedAt), 0);
  return most > 0 ? most + settings.expectedIntervalMs : 0;
}

function quantityRange(
  { settings, seen: { from: firstSampleAt } }: Analysis,
  {
    scope: { inShift },
    overlapping,
    aheadMs,
    field,
    seen,
  }: {
    readonly scope: Scope;
    readonly overlapping: readonly Interval[];
    readonly aheadMs: number;
    readonly field: number;
    readonly seen: number;
  },
): Range {
  const rule = counterRules(settings)[field]!;
  let beganBefore = 0;
  let endsAfter = 0;
  let lost = 0;
  let beginnings = 0;
  for (const { from, to, end } of overlapping) {
    const counted = end.counted[field];
    if (counted === undefined) continue;
    const stretch = stretchAt(inShift, to);
    if (stretch === undefined) endsAfter += counted.d;
    else if (from < stretch.from) beganBefore += counted.d;
    lost += counted.lost;
    if (counted.case === 'restart' || counted.case === 'rebase') beginnings += 1;
  }
  const tremble = 2 * rule.jitter * (1 + beginnings);
  // Every border of a stretch may have moved.
  const ahead = items(rule, aheadMs) * inShift.length;
  const unseenMs = lengthOf(intersection(inShift, [{ from: Number.NEGATIVE_INFINITY, to: firstSampleAt }]));
  return {
    low: Math.max(0, seen - beganBefore - tremble - ahead),
    high: seen + endsAfter + lost + tremble + ahead + items(rule, unseenMs),
  };
}

const items = (rule: CounterRule, ms: number): number => Math.ceil(allowed(rule, ms));

function timeRange(
  { settings, seen, shifts, intervals, stops, signals, segments, output }: Analysis,
  { scope, elements, aheadMs }: { readonly scope: Scope; readonly elements: Elements; readonly aheadMs: number },
): Range {
  const end = Math.min(scope.to, seen.to);
  const rule = counterRules(settings)[output];
  const running = intersection(
    segments.filter(({ state }) => state === 'running'),
    [scope],
  );
  let low = 0;
  const first = firstFrom(intervals.length, (place) => intervals[place]!.from, scope.from);
  for (let place = first; rule !== undefined && place < intervals.length && intervals[place]!.to <= end; place++) {
    const { from, to, kind, end: sample } = intervals[place]!;
    const stretch = stretchAt(running, from);
    if (kind !== 'growing' || stretch === undefined || to > stretch.to) continue;
    const certain = Math.max(0, (sample.counted[output]?.d ?? 0) - 1 - 2 * rule.jitter);
    low += Math.min(to - from, (certain / rule.maxRate) * 1_000);
  }
  const { setup, breakdown, microstop, unknown, running: apt } = elements;
  const aheadMost = aheadMs * workStretches(shifts, scope, end);
  const borders = [...stops, ...signals].reduce((sum, run) => sum + borderMs(run, { from: scope.from, to: end }), 0);
  return {
    low: Math.max(0, low - aheadMost),
    high: Math.min(apt + unknown + setup + breakdown + microstop, apt + unknown + aheadMost + borders),
  };
}

/** Stretches of planned work in the scope, up to the horizon: each border of one may have moved. */
function workStretches(shifts: Analysis['shifts'], { from, inShift }: Scope, end: number): number {
  const breaks = merged((shifts ?? []).flatMap((shift) => shift.breaks));
  return intersection(difference(inShift, breaks), [{ from, to: end }]).length;
}

/** When in its first and last interval a stop or a signal began and ended nobody knows. */
function borderMs({ first, last }: Run, stretch: Stretch): number {
  const lengthIn = ({ from, to }: Interval): number => (from < stretch.to && to > stretch.from ? to - from : 0);
  return first === last ? lengthIn(first) : lengthIn(first) + lengthIn(last);
}
