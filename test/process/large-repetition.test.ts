/** Multi-instance activities larger than one commit should be. */
import { describe, expect, it } from 'vitest';
import { CHUNK, MAX_ACTIVE } from '../../src/process/core/iteration.ts';
import { definitionSource } from '../../src/process/core/source.ts';
import { runProcess } from '../../src/testing/run-process.ts';
import { define, World } from './world.ts';

const squares = (sequential: boolean) => ({
  id: 'square',
  type: 'scriptTask',
  script: 'item * item',
  result: 'square',
  multiInstance: {
    collection: 'numbers',
    output: { collection: 'squares', element: 'square' },
    ...(sequential && { sequential: true }),
  },
  next: 'after',
});
const after = { id: 'after', type: 'userTask', role: 'operator' };
const numbers = (length: number) => Array.from({ length }, (_, at) => at);

describe.each([
  ['beside each other', false],
  ['one after another', true],
])('iterations %s', (_, sequential) => {
  it('begin in chunks, each in a command of its own, and yield all in order', () => {
    const world = new World(define(squares(sequential), after));
    const list = numbers(3 * CHUNK + 500);
    let transition = world.start({ numbers: list });
    let commands = 1;
    for (;;) {
      const next = world.deliveries.splice(0).find(({ to }) => to === 'self');
      if (next?.to !== 'self') break;
      expect(transition.effects.filter(({ type }) => type === 'appeared').length).toBeLessThanOrEqual(CHUNK + 1);
      transition = world.take(next.command);
      commands += 1;
    }
    expect(commands).toBe(4);
    expect(world.where()).toEqual(['after task']);
    expect(world.variables()?.squares).toEqual(list.map((number) => number * number));
  });

  it('may be told twice to continue', () => {
    const world = new World(define(squares(sequential), after));
    world.start({ numbers: numbers(CHUNK + 10) });
    const [next] = world.deliveries.splice(0);
    if (next?.to !== 'self') throw new Error('it did not ask to continue');
    world.take(next.command);
    expect(() => world.take(next.command)).toThrow(/does not wait for the iterations/);
    expect(world.where()).toEqual(['after task']);
  });

  it('that are too many for their work at a time begin as others end', () => {
    const { script: _script, result: _result, ...rest } = squares(sequential);
    const world = new World(define({ ...rest, type: 'job', kind: 'square' }, after));
    world.start({ numbers: numbers(MAX_ACTIVE + 3) });
    expect(world.jobs.size).toBe(sequential ? 1 : MAX_ACTIVE);
    const sizes = [1, 2, 3, 4].map((square) => {
      world.finish('square', 'done', { variables: { square } });
      return world.jobs.size;
    });
    const all = MAX_ACTIVE;
    expect(sizes).toEqual(sequential ? [1, 1, 1, 1] : [all, all, all, all - 1]);
  });
});

it('a process under test goes through all chunks by itself', () => {
  const definition = definitionSource.parse({ key: 'large', nodes: [squares(false), after] });
  const run = runProcess(definition, { variables: { numbers: numbers(5_000) } });
  expect(run.waitsAt).toEqual(['after']);
  expect(run.variables.squares).toHaveLength(5_000);
});
