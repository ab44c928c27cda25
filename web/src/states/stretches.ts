/** The states a machine can be in, in the order in which they are told, and which of them are losses. */
import type { SegmentState, StateSegment, TimeWindow } from '../api/analyses.ts';

export const STATES: readonly SegmentState[] = [
  'running',
  'microstop',
  'breakdown',
  'setup',
  'planned',
  'no_shift',
  'unknown',
];

export type StateSum = { readonly state: SegmentState; readonly sumMs: number; readonly count: number };

/** How long each state lasted within the window, and how many segments of it there are; states that did not occur are left out. */
export function sumsOf(segments: readonly StateSegment[], window: TimeWindow): StateSum[] {
  const sums = new Map<SegmentState, StateSum>();
  for (const { state, fromMs, toMs } of clipped(segments, window)) {
    const { sumMs, count } = sums.get(state) ?? { sumMs: 0, count: 0 };
    sums.set(state, { state, sumMs: sumMs + toMs - fromMs, count: count + 1 });
  }
  return STATES.flatMap((state) => sums.get(state) ?? []);
}

export type Stretch = TimeWindow & { readonly state: SegmentState };

/** The parts of segments that lie in the window. */
export function clipped(segments: readonly StateSegment[], window: TimeWindow): Stretch[] {
  return segments.flatMap(({ from, to, state }) => {
    const fromMs = Math.max(Date.parse(from), window.fromMs);
    const toMs = Math.min(Date.parse(to), window.toMs);
    return fromMs < toMs ? [{ fromMs, toMs, state }] : [];
  });
}

/**
 * At most so many stretches, for a band that is so many pixels wide: where there are more, the band is cut into equal
 * columns and each has the state that fills most of it. The sums beside the band are of the segments as they are.
 */
export function drawable(stretches: readonly Stretch[], { fromMs, toMs }: TimeWindow, columns: number): Stretch[] {
  if (stretches.length <= columns) return [...stretches];
  const widthMs = (toMs - fromMs) / columns;
  const drawn: Stretch[] = [];
  let place = 0;
  for (let column = 0; column < columns; column++) {
    const own = { fromMs: fromMs + column * widthMs, toMs: fromMs + (column + 1) * widthMs };
    while ((stretches[place]?.toMs ?? Number.POSITIVE_INFINITY) <= own.fromMs) place += 1;
    const state = mostOf(stretches, place, own);
    const last = drawn.at(-1);
    if (state === undefined) continue;
    if (last?.state === state && last.toMs === own.fromMs) drawn[drawn.length - 1] = { ...last, toMs: own.toMs };
    else drawn.push({ ...own, state });
  }
  return drawn;
}

function mostOf(stretches: readonly Stretch[], first: number, { fromMs, toMs }: TimeWindow): SegmentState | undefined {
  const sums = new Map<SegmentState, number>();
  for (let at = first; at < stretches.length; at++) {
    const stretch = stretches[at] as Stretch;
    if (stretch.fromMs >= toMs) break;
    const partMs = Math.min(toMs, stretch.toMs) - Math.max(fromMs, stretch.fromMs);
    sums.set(stretch.state, (sums.get(stretch.state) ?? 0) + partMs);
  }
  let most: SegmentState | undefined;
  for (const [state, sumMs] of sums) if (most === undefined || sumMs > (sums.get(most) ?? 0)) most = state;
  return most;
}
