/** Which faults a seed has. Whole kinds are switched off for a seed, so that each is also seen without the others. */
import type { Random } from '../../src/kernel/random.ts';

export const FAULTS = ['crash', 'duplicate', 'reorder', 'slow-disk', 'mail-trouble', 'race'] as const;
export type Fault = (typeof FAULTS)[number];

/** About half of the kinds, chosen by the seed; seed 0 has none. */
export function swarm(seed: number, random: Random): ReadonlySet<Fault> {
  return new Set(seed === 0 ? [] : FAULTS.filter(() => random() < 0.5));
}
