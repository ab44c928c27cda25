/**
 * A clock that runs only while the device should work. Faults are drawn on it, so that where one falls follows from its
 * own stream and the plan alone, never from other faults.
 */
import { lengthOf, type Stretch } from '../stretch.ts';

export type WorkClock = {
  readonly totalMs: number;
  /** The instant at which so much work time has passed; undefined beyond the end. */
  readonly at: (workMs: number) => number | undefined;
  /** How much work time has passed at the instant. */
  readonly passedAt: (instant: number) => number;
};

export function openWorkClock(work: readonly Stretch[]): WorkClock {
  return {
    totalMs: lengthOf(work),
    at: (workMs) => {
      let left = workMs;
      for (const { from, to } of work) {
        if (left < to - from) return from + left;
        left -= to - from;
      }
      return undefined;
    },
    passedAt: (instant) =>
      work.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, instant) - Math.min(from, instant)), 0),
  };
}

/** Borders of the truth lie on whole seconds. */
export const wholeSecond = (ms: number): number => Math.round(ms / 1_000) * 1_000;

/** Stretches that begin by chance: so much work time lies between the beginning of one and the next. */
export function scatter(
  clock: WorkClock,
  { pauseMs, lengthMs }: { readonly pauseMs: () => number; readonly lengthMs: () => number },
): Stretch[] {
  const stretches: Stretch[] = [];
  for (let passed = pauseMs(); ; passed += pauseMs()) {
    const at = clock.at(passed);
    if (at === undefined) return stretches;
    const from = wholeSecond(at);
    stretches.push({ from, to: from + Math.max(1_000, wholeSecond(lengthMs())) });
  }
}
