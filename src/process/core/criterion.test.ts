import { describe, expect, it } from 'vitest';
import { define, firingOf, World } from '../../../test/process/world.ts';
import { MAX_EVIDENCE } from './state.ts';

const criterion = (id: string, name: string, more: object = {}) => ({
  id,
  type: 'criterion',
  criterion: name,
  ...more,
});
const task = (id: string) => ({ id, type: 'userTask', role: 'operator' });

describe('a criterion activity', () => {
  it('waits for its firing, which is kept as evidence', () => {
    const world = new World(define(criterion('hot', 'A', { next: 'after' }), task('after')));
    const { actions, state } = world.start();
    expect(actions).toEqual([{ type: 'subscribe', token: 1, name: 'criterion:A', key: 'press-7' }]);
    expect(state.tokens[0]?.wait).toEqual({ for: 'criterion', criterion: 'criterion:A', key: 'press-7' });
    const { effects, actions: afterwards } = world.fire('A');
    expect(effects.slice(0, 2)).toEqual([
      { type: 'evidence', firing: firingOf('A') },
      { type: 'completed', token: 1, node: 'hot', outcome: 'fired' },
    ]);
    expect(afterwards[0]).toEqual({ type: 'unsubscribe', token: 1, name: 'criterion:A', key: 'press-7' });
    expect(world.where()).toEqual(['after task']);
  });

  it('expires, and then is no longer subscribed', () => {
    const hot = criterion('hot', 'A', { within: '2h', next: { fired: 'yes', expired: 'no' } });
    const world = new World(define(hot, task('yes'), task('no')));
    expect(world.start().actions).toEqual([
      { type: 'subscribe', token: 1, name: 'criterion:A', key: 'press-7' },
      expect.objectContaining({ type: 'createJob', job: 101, kind: 'timer', dueAt: 1_000_000 + 7_200_000 }),
    ]);
    const { effects, actions } = world.finish('hot', 'done');
    expect(effects[0]).toEqual({ type: 'completed', token: 1, node: 'hot', outcome: 'expired' });
    expect(actions[0]).toEqual({ type: 'unsubscribe', token: 1, name: 'criterion:A', key: 'press-7' });
    expect(world.where()).toEqual(['no task']);
  });

  it('that has fired no longer expires', () => {
    const hot = criterion('hot', 'A', { within: '2h', next: { fired: 'yes', expired: 'no' } });
    const world = new World(define(hot, task('yes'), task('no')));
    world.start();
    expect(world.fire('A').actions).toContainEqual({ type: 'withdrawJob', job: 101, kind: 'timer' });
    expect(world.where()).toEqual(['yes task']);
  });

  it('is completed at once by a firing that started the instance', () => {
    const both = define(
      criterion('hot', 'A', { within: '1h', next: 'both' }),
      criterion('loud', 'B', { next: 'both' }),
      { id: 'both', type: 'parallelGateway', next: 'after' },
      task('after'),
    );
    const world = new World(both);
    const { effects, actions } = world.start({ line: 4 }, [firingOf('A'), firingOf('B')]);
    expect(effects[0]).toMatchObject({
      type: 'started',
      variables: { line: 4, evidence: [firingOf('A'), firingOf('B')] },
    });
    expect(effects.filter(({ type }) => type === 'completed')).toEqual([
      { type: 'completed', token: 1, node: 'hot', outcome: 'fired' },
      { type: 'completed', token: 2, node: 'loud', outcome: 'fired' },
    ]);
    expect(actions).toEqual([expect.objectContaining({ type: 'offerTask', node: 'after' })]);

    const half = new World(both);
    half.start({}, [firingOf('B')]);
    expect(half.where()).toEqual(['both join', 'hot criterion']);
  });

  it('that comes after another is completed by the start as well', () => {
    const world = new World(
      define(criterion('hot', 'A', { next: 'loud' }), criterion('loud', 'B', { next: 'after' }), task('after')),
    );
    world.start({}, [firingOf('B'), firingOf('A')]);
    expect(world.where()).toEqual(['after task']);
  });

  it('in a loop is completed by the start once, and then waits', () => {
    const world = new World(
      define({ id: 'begin', type: 'start', next: 'hot' }, criterion('hot', 'A', { next: 'count' }), {
        id: 'count',
        type: 'exclusiveGateway',
        next: 'hot',
      }),
    );
    world.start({}, [firingOf('A')]);
    expect(world.where()).toEqual(['hot criterion']);
    world.fire('A', 'second');
    expect(world.where()).toEqual(['hot criterion']);
  });

  it('is not completed by a firing that came before it was reached', () => {
    const world = new World(
      define(criterion('first', 'A', { next: 'second' }), criterion('second', 'A', { next: 'after' }), task('after')),
    );
    world.start();
    world.fire('A');
    expect(world.where()).toEqual(['second criterion']);
    world.fire('A');
    expect(world.where()).toEqual(['after task']);
  });

  it('is completed together with all others that wait for the same', () => {
    const inner = { id: 'work', type: 'subProcess', nodes: [criterion('deep', 'A', { next: 'x' }), task('x')] };
    const world = new World(define(criterion('hot', 'A', { next: 'y' }), task('y'), criterion('loud', 'B'), inner));
    world.start();
    world.fire('A');
    expect(world.where()).toEqual(['loud criterion', 'work scope', 'x task', 'y task']);
  });
});

describe('a firing that nobody waits for', () => {
  it('is one more piece of evidence', () => {
    const world = new World(define(task('after')));
    world.start({ evidence: 'something else' });
    const { effects, actions } = world.fire('A');
    expect(effects).toEqual([{ type: 'evidence', firing: firingOf('A') }]);
    expect(actions).toEqual([]);
    expect(world.where()).toEqual(['after task']);
  });

  it('pushes out the oldest when there are too many', () => {
    const world = new World(define(task('after')));
    const firings = Array.from({ length: MAX_EVIDENCE + 2 }, (_, at) => firingOf('A', `f${at}`));
    world.start({}, firings);
    expect(world.variables()?.evidence).toEqual(firings.slice(2));
    world.fire('B');
    expect(world.variables()?.evidence).toEqual([...firings.slice(3), firingOf('B')]);
  });
});
