/** The core held against the reference, whatever happens in whatever order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Feature, MIXTURES, processesWith } from './block-arbitraries.ts';
import { CRITERIA } from './blocks.ts';
import { Pair, step } from './pair.ts';

const RUNS = Number(process.env.RUNS ?? 60);

const inputOf = (features: readonly Feature[]) =>
  fc.record({
    process: processesWith(features),
    values: step.map(({ values }) => values),
    startedBy: fc.subarray([...CRITERIA]),
    steps: fc.array(step, { minLength: 10, maxLength: 60 }),
  });

describe.each(MIXTURES)('a process with $name', ({ features }) => {
  it('does what its blocks say, and leaves nothing behind', () => {
    fc.assert(
      fc.property(inputOf(features), ({ process: made, steps, ...beginning }) => {
        const pair = new Pair(made, beginning);
        for (const next of steps) {
          if (pair.isOver) break;
          pair.go(next);
        }
        if (!pair.isOver) pair.world.take({ type: 'cancel' });
        expect(pair.world.jobs.size + pair.world.subscriptions.size + pair.world.incidents.size).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });
});
