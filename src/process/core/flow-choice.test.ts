import { describe, expect, it } from 'vitest';
import { define, World } from '../../../test/process/world.ts';
import type { Definition } from './definition.ts';

const task = (id: string) => ({ id, type: 'userTask', role: 'operator' });
const afterStart = (definition: Definition, variables = {}) => {
  const world = new World(definition);
  world.start(variables);
  return world.where();
};

describe('an exclusive gateway', () => {
  const gateway = define(
    {
      id: 'size',
      type: 'exclusiveGateway',
      next: [
        { to: 'small', default: true },
        { to: 'large', when: 'size > 3' },
        { to: 'huge', when: 'size > 9' },
      ],
    },
    task('small'),
    task('large'),
    task('huge'),
  );

  it('takes the first way whose condition holds', () => {
    expect(afterStart(gateway, { size: 5 })).toEqual(['large task']);
    expect(afterStart(gateway, { size: 50 })).toEqual(['large task']);
  });

  it('takes its default when none holds, nor can be told', () => {
    expect(afterStart(gateway, { size: 1 })).toEqual(['small task']);
    expect(afterStart(gateway)).toEqual(['small task']);
  });

  it('sends on every token by itself', () => {
    const both = define(
      { ...task('left'), next: 'one' },
      { ...task('right'), next: 'one' },
      { id: 'one', type: 'exclusiveGateway', next: 'after' },
      task('after'),
    );
    const world = new World(both);
    world.start();
    world.finish('right');
    expect(world.where()).toEqual(['after task', 'left task']);
  });

  it('without a way that holds is an incident, and a retry looks again at what has changed', () => {
    const strict = define(
      { ...task('first'), next: 'size' },
      {
        id: 'size',
        type: 'exclusiveGateway',
        next: [
          { to: 'large', when: 'size > 3' },
          { to: 'huge', when: 'size > 9' },
        ],
      },
      task('large'),
      task('huge'),
      { id: 'note', type: 'messageCatch', message: 'size' },
    );
    const world = new World(strict);
    world.start();
    const { actions } = world.finish('first');
    const message = 'No way on from "size": none of its conditions holds (size > 3; size > 9) and it has no default.';
    expect(actions).toEqual([{ type: 'raiseIncident', token: 1, node: 'size', code: 'process.no-flow', message }]);

    const again = world.take({ type: 'retry', token: 1 });
    expect(again.actions.map(({ type }) => type)).toEqual(['resolveIncident', 'raiseIncident']);
    world.message('size', { size: 4 });
    const { effects } = world.take({ type: 'retry', token: 1 });
    expect(effects).toEqual([
      { type: 'waiting', token: 1, wait: { for: 'nothing' } },
      { type: 'moved', token: 1, to: 'large' },
      { type: 'waiting', token: 1, wait: { for: 'task', job: 102 } },
    ]);
  });
});

describe('a condition that cannot be evaluated', () => {
  const costly = 'count(for a in 1..1000, b in 1..1000 return a) > limit';

  it('is an incident; what was done stays done', () => {
    const world = new World(
      define(
        { ...task('first'), next: [{ to: 'second', when: costly }], boundary: [{ id: 'late', timer: '1h' }] },
        task('second'),
      ),
    );
    world.start();
    const { effects, actions, state } = world.finish('first', 'done', { variables: { limit: 5 } });
    const wait = expect.objectContaining({ for: 'help', code: 'process.condition-failed', outcome: 'done' });
    expect(effects).toEqual([
      { type: 'variables', scope: 0, set: { limit: 5 } },
      { type: 'completed', token: 1, node: 'first', outcome: 'done' },
      { type: 'waiting', token: 1, wait },
    ]);
    expect(actions).toEqual([
      { type: 'withdrawJob', job: 101, kind: 'timer' },
      expect.objectContaining({ type: 'raiseIncident', node: 'first', code: 'process.condition-failed' }),
    ]);
    expect(state.tokens).toEqual([{ id: 1, node: 'first', scope: 0, wait, since: 1_000_000 }]);
    const again = world.retry('first');
    expect(again.effects.map(({ type }) => type)).toEqual(['waiting', 'waiting']);
  });
});

describe('ways that depend on the outcome', () => {
  const asked = (next: unknown, more: object = {}) =>
    define({ ...task('ask'), next, ...more }, task('a'), task('b'), task('c'));
  const answered = (definition: Definition, outcome: string, variables = {}) => {
    const world = new World(definition);
    world.start(variables);
    world.finish('ask', outcome);
    return world.where();
  };

  it('are taken by outcome', () => {
    const byOutcome = asked({ yes: 'a', no: 'b' });
    expect(answered(byOutcome, 'yes')).toEqual(['a task', 'c task']);
    expect(answered(byOutcome, 'no')).toEqual(['b task', 'c task']);
  });

  it('stand beside ways for every outcome, conditions and a default', () => {
    const outcomes = ['yes', 'no', 'maybe'];
    const mixed = define(
      {
        ...task('ask'),
        outcomes,
        next: [
          { to: 'a', outcome: 'yes', when: 'size > 3' },
          { to: 'b', outcome: 'yes' },
          { to: 'c', default: true },
          { to: 'd', when: 'size > 9' },
        ],
      },
      task('a'),
      task('b'),
      task('c'),
      task('d'),
    );
    expect(answered(mixed, 'yes', { size: 1 })).toEqual(['b task']);
    expect(answered(mixed, 'yes', { size: 5 })).toEqual(['a task', 'b task']);
    expect(answered(mixed, 'yes', { size: 10 })).toEqual(['a task', 'b task', 'd task']);
    expect(answered(mixed, 'no', { size: 5 })).toEqual(['c task']);
    expect(answered(mixed, 'maybe', { size: 10 })).toEqual(['d task']);
  });
});

describe('an inclusive gateway', () => {
  const gateway = define(
    {
      id: 'needs',
      type: 'inclusiveGateway',
      next: [
        { to: 'oil', when: 'oil' },
        { to: 'belt', when: 'belt' },
        { to: 'look', default: true },
      ],
    },
    task('oil'),
    task('belt'),
    task('look'),
  );

  it('takes every way whose condition holds, else its default', () => {
    expect(afterStart(gateway, { oil: true })).toEqual(['oil task']);
    expect(afterStart(gateway, { oil: true, belt: true })).toEqual(['belt task', 'oil task']);
    expect(afterStart(gateway, { oil: 'yes' })).toEqual(['look task']);
  });
});

describe('a parallel gateway', () => {
  it('takes all ways, the first with the token that came', () => {
    const world = new World(
      define(
        task('before'),
        { id: 'all', type: 'parallelGateway', next: ['x', 'y', 'z'] },
        task('x'),
        task('y'),
        task('z'),
      ),
    );
    const { effects, actions } = world.start();
    expect(effects.slice(3)).toEqual([
      { type: 'waiting', token: 1, wait: { for: 'task', job: 101 } },
      { type: 'moved', token: 2, to: 'x' },
      { type: 'appeared', token: 3, at: 'y', scope: 0 },
      { type: 'appeared', token: 4, at: 'z', scope: 0 },
      { type: 'waiting', token: 2, wait: { for: 'task', job: 102 } },
      { type: 'waiting', token: 3, wait: { for: 'task', job: 103 } },
      { type: 'waiting', token: 4, wait: { for: 'task', job: 104 } },
    ]);
    expect(actions.map((action) => 'node' in action && action.node)).toEqual(['before', 'x', 'y', 'z']);
  });
});
