/**
 * What goes wrong on the simulated day: six faults and four cleaned sensors. Two machines have their sensor cleaned twice:
 * the first time an operator rejects it and an engineer raises the limits, the second time nobody is disturbed – and a
 * fault that comes later on the same machine is found all the same.
 */
import type { Instant } from '../kernel/clock.ts';
import { type Random, seededRandom } from '../kernel/random.ts';
import type { Fault, FaultKind } from './fault.ts';

export const DAY_MS = 24 * 3_600_000;
/** Time between two readings of a machine. */
export const DAY_EVERY_MS = 30_000;
/** A sensor is out for nine minutes; a fault lasts an hour unless it is repaired before. */
const LASTS_MS: { readonly [Kind in FaultKind]: number } = {
  'sensor-cleaned': 9 * 60_000,
  'lost-cooling': 60 * 60_000,
  'bearing-wear': 60 * 60_000,
};
/** The plan below in hours; when exactly is drawn from so many minutes after. */
const SPREAD_MINUTES = 30;

/** At least three and a half hours between two of one machine: by then its baselines have forgotten the first. */
const PLAN: readonly (readonly [hour: number, device: string, kind: FaultKind])[] = [
  [1, 'press-1', 'bearing-wear'],
  [2.5, 'kiln-1', 'sensor-cleaned'],
  [4, 'press-2', 'lost-cooling'],
  [5.5, 'dryer-1', 'sensor-cleaned'],
  [7.5, 'kiln-1', 'sensor-cleaned'],
  [9.5, 'press-1', 'lost-cooling'],
  [12, 'dryer-1', 'bearing-wear'],
  [14, 'press-2', 'bearing-wear'],
  [17, 'dryer-1', 'sensor-cleaned'],
  [19.5, 'kiln-1', 'lost-cooling'],
];

export function planDay(seed: number, start: Instant): Fault[] {
  const random: Random = seededRandom(seed);
  return PLAN.map(([hour, device, kind]) => {
    const minutes = hour * 60 + Math.floor(random() * SPREAD_MINUTES);
    const from = start + minutes * 60_000;
    return { device, kind, from, to: from + LASTS_MS[kind] };
  });
}
