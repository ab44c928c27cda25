/** Code elsewhere that does the jobs of the plant's processes. */
import type { Random } from '../../src/kernel/random.ts';
import { done, error, fail, type Settlement } from '../../src/kernel/settlement.ts';

type Mood = { readonly random: Random; readonly isHealed: boolean };

/** What code elsewhere answers: mostly that it is done. */
export function work({ random, isHealed }: Mood): Settlement {
  const roll = random();
  if (isHealed || roll < 0.7) return done();
  if (roll < 0.8) return fail('the machine jams');
  return error(roll < 0.9 ? 'BROKEN' : 'ODD', { message: 'it broke', output: { broken: true } });
}
