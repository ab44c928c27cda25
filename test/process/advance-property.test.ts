/** The core held against the reference, whatever happens in whatever order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobId } from '../../src/kernel/ids.ts';
import { advance } from '../../src/process/core/advance.ts';
import type { ProcessState } from '../../src/process/core/state.ts';
import { FEATURES, type Feature, MIXTURES, type Process, processesWith } from './block-arbitraries.ts';
import { CRITERIA } from './blocks.ts';
import { Pair, type Step, step } from './pair.ts';

const RUNS = Number(process.env.RUNS ?? 60);

const inputOf = (features: readonly Feature[]) =>
  fc.record({
    process: processesWith(features),
    values: step.map(({ values }) => values),
    startedBy: fc.subarray([...CRITERIA]),
    steps: fc.array(step, { minLength: 10, maxLength: 60 }),
  });

type Made = {
  readonly process: Process;
  readonly values: readonly boolean[];
  readonly startedBy: readonly string[];
  readonly steps: readonly Step[];
};

/** Walks until all is over or no step is left; before each step something else may be tried. */
function walk({ process: made, steps, ...beginning }: Made, before: (pair: Pair) => void = () => {}): Pair {
  const pair = new Pair(made, beginning);
  for (const next of steps) {
    if (pair.isOver) break;
    before(pair);
    pair.go(next);
  }
  return pair;
}

describe.each(MIXTURES)('a process with $name', ({ features }) => {
  it('does what its blocks say, and leaves nothing behind', () => {
    fc.assert(
      fc.property(inputOf(features), (made) => {
        const pair = walk(made);
        if (!pair.isOver) pair.world.take({ type: 'cancel' });
        expect(pair.world.jobs.size + pair.world.subscriptions.size + pair.world.incidents.size).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('any process', () => {
  it('is not moved by a command that does not fit', () => {
    fc.assert(
      fc.property(inputOf(FEATURES), (made) => {
        walk(made, ({ world }) => {
          expect(() => world.settle(99_999 as JobId, { kind: 'done', outcome: 'done' })).toThrow();
          expect(() => world.message('unheard of')).toThrow();
          expect(() => world.take({ type: 'retry', token: 99_999 })).toThrow();
          expect(() =>
            world.take({ type: 'returned', child: 99_999 as never, result: { kind: 'cancelled' } }),
          ).toThrow();
          for (const { id, wait } of world.state.tokens) {
            if (wait.for !== 'help') expect(() => world.take({ type: 'retry', token: id })).toThrow();
            if (wait.for === 'task')
              expect(() => world.settle(wait.job, { kind: 'done', outcome: 'unknown' })).toThrow(/unknown/);
          }
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('takes the same course when many commands come before its state is stored and read again', () => {
    const cuts = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(inputOf(FEATURES), cuts, (made, isStored) => {
        const { world } = walk(made);
        let last = 100;
        let state: ProcessState | undefined;
        world.commands.forEach((command, place) => {
          state = advance(world.definition, state, { command, now: world.now, nextId: () => ++last }).state;
          if (isStored[place % isStored.length]) state = JSON.parse(JSON.stringify(state)) as ProcessState;
        });
        expect(JSON.parse(JSON.stringify(state))).toEqual(world.state);
      }),
      { numRuns: RUNS },
    );
  });
});
