/** The state of each moment: of no shift, planned, setup, breakdown or microstop, unknown and running the first that holds. */
import type { Shift } from '../calendar.ts';
import { difference, intersection, merged, type Stretch } from '../stretch.ts';
import type { Interval, SignalRun, Stop } from './interval.ts';

export type State = 'no_shift' | 'planned' | 'setup' | 'breakdown' | 'microstop' | 'unknown' | 'running';
export type Segment = Stretch & { readonly state: State };
export type Failure = Stretch & { readonly isRepaired: boolean; readonly breakdownMs: number };
export type Timeline = { readonly segments: readonly Segment[]; readonly failures: readonly Failure[] };

const BREAKDOWN_MS = 300_000;

/** `seen` is from the first sample to the last. Without shifts all time is planned to be worked. */
export function timelineOf({
  seen,
  shifts,
  intervals,
  stops,
  signals,
}: {
  readonly seen: Stretch;
  readonly shifts: readonly Shift[] | undefined;
  readonly intervals: readonly Interval[];
  readonly stops: readonly Stop[];
  readonly signals: readonly SignalRun[];
}): Timeline {
  const saying = (signal: 'setup' | 'planned'): Stretch[] => merged(signals.filter((run) => run.signal === signal));
  const noShift = shifts === undefined ? [] : difference([seen], merged(shifts));
  const breaks = (shifts ?? []).flatMap((shift) => shift.breaks);
  const planned = difference(intersection([seen], merged([...breaks, ...saying('planned')])), noShift);
  const setup = difference(saying('setup'), merged([...noShift, ...planned]));
  const taken = merged([...noShift, ...planned, ...setup]);
  const pieces = stops.map((stop) => ({ stop, pieces: difference([stop], taken) }));
  const stopped = pieces.flatMap((one) => one.pieces);
  const unknown = difference(merged(intervals.filter(({ kind }) => kind === 'unknown')), taken);
  const running = difference([seen], merged([...taken, ...stopped, ...unknown]));
  const as = (state: State, list: readonly Stretch[]): Segment[] => list.map(({ from, to }) => ({ state, from, to }));
  const segments = [
    ...as('no_shift', noShift),
    ...as('planned', planned),
    ...as('setup', setup),
    ...as('breakdown', stopped.filter(isBreakdown)),
    ...as(
      'microstop',
      stopped.filter((piece) => !isBreakdown(piece)),
    ),
    ...as('unknown', unknown),
    ...as('running', running),
  ];
  return { segments: segments.sort((a, b) => a.from - b.from), failures: pieces.flatMap(failuresOf) };
}

const isBreakdown = ({ from, to }: Stretch): boolean => to - from >= BREAKDOWN_MS;

function failuresOf({ stop, pieces }: { readonly stop: Stop; readonly pieces: readonly Stretch[] }): Failure[] {
  const breakdowns = pieces.filter(isBreakdown);
  const [first, last] = [breakdowns[0], breakdowns.at(-1)];
  if (first === undefined || last === undefined) return [];
  const breakdownMs = breakdowns.reduce((sum, { from, to }) => sum + to - from, 0);
  return [{ from: first.from, to: last.to, isRepaired: stop.isRepaired, breakdownMs }];
}
