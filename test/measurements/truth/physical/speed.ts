/** How fast a brick device runs: a share of the ideal speed for each 10 s, never above 1. */
import { normal } from '../distributions.ts';
import type { Site } from '../site.ts';
import { lengthOf, type Stretch } from '../stretch.ts';
import type { Loss } from './schedule.ts';
import { fill, secondsIn } from './seconds.ts';

export const SPEED_STEP_S = 10;
const WEEK_MS = 7 * 24 * 3_600_000;
const MEAN = 0.94;
const STICKINESS = 0.995;
const TREMBLE = 0.004;
const LOSS_PER_WEEK = 0.03;

/** AR(1) between 0.85 and 1, less 3 % a week since the last maintenance, less the losses. */
export function speedOf(
  { streams, period, faults }: Site,
  { maintenance, losses }: { readonly maintenance: readonly Stretch[]; readonly losses: readonly Loss[] },
): Float64Array {
  const stream = streams('speed');
  const steps = Math.ceil(secondsIn(period) / SPEED_STEP_S);
  const speed = new Float64Array(steps);
  let factor = MEAN;
  let maintainedAt = period.from;
  let next = 0;
  for (let step = 0; step < steps; step++) {
    const now = period.from + step * SPEED_STEP_S * 1_000;
    while (next < maintenance.length && maintenance[next]!.to <= now) maintainedAt = maintenance[next++]!.to;
    factor = Math.min(1, Math.max(0.85, MEAN + STICKINESS * (factor - MEAN) + TREMBLE * normal(stream)));
    speed[step] = factor * (faults.has('speed-drift') ? 1 - (LOSS_PER_WEEK * (now - maintainedAt)) / WEEK_MS : 1);
  }
  return slowed(speed, period, losses);
}

function slowed(speed: Float64Array, period: Stretch, losses: readonly Loss[]): Float64Array {
  if (lengthOf(losses) === 0) return speed;
  const factors = new Float64Array(secondsIn(period)).fill(1);
  for (const loss of losses) fill(factors, { period, stretches: [loss], value: loss.factor });
  return speed.map((share, step) => share * factors[step * SPEED_STEP_S]!);
}
