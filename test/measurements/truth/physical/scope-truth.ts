/** The true elements of a shift or day, from its seconds: what the reported bounds have to hold. */

import type { Stretch } from '../stretch.ts';
import type { PhysicalTruth } from './device.ts';
import { codeOf } from './seconds.ts';

export type PhysicalElements = {
  /** Milliseconds. */
  readonly running: number;
  readonly pq: number;
  readonly sq: number;
  readonly gq: number;
};

/** `inShift` is the part of the scope that is in a shift, cut where nothing is judged any more. */
export function physicalElements(
  truth: Extract<PhysicalTruth, { states: Uint8Array }>,
  period: Stretch,
  { stretch, inShift }: { readonly stretch: Stretch; readonly inShift: readonly Stretch[] },
): PhysicalElements {
  let running = 0;
  overlapOfSeconds(period, stretch, (second, ms) => {
    if (truth.states[second] === codeOf('running')) running += ms;
  });
  let good = 0;
  let bad = 0;
  if (truth.kind === 'brick')
    for (const part of inShift)
      overlapOfSeconds(period, part, (second, ms) => {
        // An item shows at the end of its second; a second that is cut belongs to what comes after.
        if (ms < 1_000) return;
        good += truth.good[second]!;
        bad += truth.bad[second]!;
      });
  return { running, pq: good + bad, sq: bad, gq: good };
}

function overlapOfSeconds(period: Stretch, stretch: Stretch, see: (second: number, ms: number) => void): void {
  const from = Math.max(period.from, stretch.from);
  const to = Math.min(period.to, stretch.to);
  for (let second = Math.floor((from - period.from) / 1_000); period.from + second * 1_000 < to; second++) {
    const start = period.from + second * 1_000;
    see(second, Math.min(to, start + 1_000) - Math.max(from, start));
  }
}
