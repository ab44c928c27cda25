import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, CRITERIA, nodesOf, processes, VARIABLES } from '../../../test/process/blocks.ts';
import { Reference } from '../../../test/process/reference.ts';
import { define, firingOf, World } from '../../../test/process/world.ts';

type Step = { readonly choice: number; readonly values: readonly boolean[] };

const step: fc.Arbitrary<Step> = fc.record({
  choice: fc.nat(10_000),
  values: fc.array(fc.boolean(), { minLength: VARIABLES.length, maxLength: VARIABLES.length }),
});
const truthOf = (values: readonly boolean[]) =>
  Object.fromEntries(VARIABLES.map((name, at) => [name, values[at] === true]));

/** One process, as the engine and as the reference see it. */
class Pair {
  readonly world: World;
  readonly reference: Reference;

  constructor(blocks: readonly Block[], values: readonly boolean[], startedBy: readonly string[]) {
    this.world = new World(define(...nodesOf(blocks)));
    this.world.start(
      truthOf(values),
      startedBy.map((name) => firingOf(name)),
    );
    this.reference = new Reference(blocks, truthOf(values), startedBy);
    this.compare();
  }

  /** Everything that can happen next: each entry does it to both. */
  moves(values: readonly boolean[]): (() => void)[] {
    const { world, reference } = this;
    const variables = truthOf(values);
    const moves: (() => void)[] = CRITERIA.map((name) => () => {
      world.fire(name);
      for (const waiting of reference.waiting) {
        if (waiting.leaf.kind === 'criterion' && waiting.leaf.criterion === name) waiting.outcome = 'fired';
      }
    });
    for (const waiting of reference.waiting) {
      const { id, kind } = waiting.leaf;
      if (waiting.isStuck) {
        moves.push(() => {
          world.retry(id);
          waiting.isStuck = false;
          waiting.rung.clear();
        });
        continue;
      }
      if (kind === 'criterion' && !waiting.leaf.within) continue;
      if (kind === 'job') {
        moves.push(() => {
          world.fail(id);
          waiting.isStuck = true;
        });
      }
      for (const outcome of this.outcomesOf(id)) {
        moves.push(() => {
          if (kind === 'message') world.message(id, variables);
          else if (kind === 'criterion' || kind === 'timer') world.finish(id);
          else world.finish(id, outcome, { variables, comment: 'because' });
          if (kind !== 'criterion' && kind !== 'timer') reference.truth = variables;
          waiting.outcome = outcome;
        });
      }
    }
    for (const { events, rung, trigger } of reference.guarded) {
      for (const event of events.filter((candidate) => !rung.has(candidate))) {
        moves.push(() => {
          if (event.by === 'timer') world.settle(world.timerOf(event.id), { kind: 'done', outcome: 'done' });
          else world.message(event.id, variables);
          if (event.by === 'message') reference.truth = variables;
          trigger(event);
        });
      }
    }
    return moves;
  }

  outcomesOf(node: string): readonly string[] {
    return this.world.definition.nodes.get(node)?.outcomes ?? [];
  }

  compare(): void {
    const isOver = this.reference.look();
    const where = this.world.where().filter((place) => !/ (join|scope)$/.test(place));
    const expected = this.reference.where().map((place) => place);
    expect(where).toEqual(expected);
    expect(this.world.state.status).toBe(isOver ? 'completed' : 'active');
  }
}

describe('any well-formed process', () => {
  it('does what its blocks say, whatever happens in whatever order, and leaves nothing behind', () => {
    const input = fc.record({
      blocks: processes,
      values: step.map(({ values }) => values),
      startedBy: fc.subarray([...CRITERIA]),
      steps: fc.array(step, { minLength: 5, maxLength: 40 }),
    });
    fc.assert(
      fc.property(input, ({ blocks, values, startedBy, steps }) => {
        const pair = new Pair(blocks, values, startedBy);
        for (const { choice, values: next } of steps) {
          if (pair.world.state.status !== 'active') break;
          const moves = pair.moves(next);
          moves[choice % moves.length]?.();
          pair.compare();
        }
        if (pair.world.state.status === 'active') pair.world.take({ type: 'cancel' });
        expect(pair.world.jobs.size + pair.world.subscriptions.size + pair.world.incidents.size).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('is not moved by a command that does not fit', () => {
    fc.assert(
      fc.property(processes, fc.array(step, { maxLength: 5 }), (blocks, steps) => {
        const pair = new Pair(blocks, [], []);
        for (const { choice, values } of steps) {
          const { world } = pair;
          if (world.state.status !== 'active') break;
          expect(() => world.settle(99_999 as never, { kind: 'done', outcome: 'done' })).toThrow();
          expect(() => world.message('unheard of')).toThrow();
          expect(() => world.take({ type: 'retry', token: 99_999 })).toThrow();
          for (const { leaf, isStuck } of pair.reference.waiting) {
            if (leaf.kind !== 'task' || isStuck) continue;
            expect(() => world.finish(leaf.id, 'unknown')).toThrow();
            if (pair.outcomesOf(leaf.id).includes('o1')) expect(() => world.finish(leaf.id, 'o1')).toThrow();
          }
          const moves = pair.moves(values);
          moves[choice % moves.length]?.();
          pair.compare();
        }
      }),
      { numRuns: 50 },
    );
  });
});
