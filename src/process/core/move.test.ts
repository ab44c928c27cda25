import { describe, expect, it } from 'vitest';
import { define, World } from '../../../test/process/world.ts';

const task = (id: string, more: object = {}) => ({ id, type: 'userTask', role: 'operator', ...more });
const sub = (id: string, nodes: object[], more: object = {}) => ({ id, type: 'subProcess', nodes, ...more });
const started = (...nodes: object[]) => {
  const world = new World(define(...nodes));
  world.start();
  return world;
};
const move = (world: World, from: string, to: string) =>
  world.take({ type: 'move', token: world.tokenAt(from).id, to });

describe('a token is moved', () => {
  it('to another node of its scope, and what it waited for is withdrawn', () => {
    const late = { id: 'late', timer: '1h', next: 'c' };
    const world = started(task('a', { next: 'b', boundary: [late] }), task('b', { next: 'c' }), task('c'));
    const { actions } = move(world, 'a', 'c');
    expect(actions.map(({ type }) => type)).toEqual(['withdrawTask', 'withdrawJob', 'offerTask']);
    expect(world.where()).toEqual(['c task']);
    world.finish('c');
    expect(world.state.status).toBe('completed');
  });

  it('out of a sub-process, which ends when nothing is left in it', () => {
    const late = { id: 'late', timer: '1h', next: 'after' };
    const world = started(sub('inner', [task('a')], { next: 'after', boundary: [late] }), task('after'));
    move(world, 'a', 'after');
    expect(world.where()).toEqual(['after task']);
    expect(world.state.scopes).toHaveLength(1);
  });

  it('out of a sub-process, which goes on when others are left in it', () => {
    const world = started(
      sub('inner', [task('a'), task('b')], { next: 'after' }),
      task('after', { next: 'other' }),
      task('other'),
    );
    move(world, 'a', 'other');
    expect(world.where()).toEqual(['b task', 'inner scope', 'other task']);
    world.finish('b');
    expect(world.where()).toEqual(['after task', 'other task']);
  });

  it('into sub-processes, which open without their own beginning, with all that listens in them', () => {
    const late = { id: 'late', timer: '1h', next: 'after' };
    const deep = sub('deep', [task('first', { next: 'second' }), task('second')], { next: 'rest', boundary: [late] });
    const world = started(
      task('a', { next: 'inner' }),
      sub('inner', [task('begin', { next: 'deep' }), deep, task('rest'), { id: 'after', type: 'end' }], { next: 'z' }),
      task('z'),
    );
    move(world, 'a', 'second');
    expect(world.where()).toEqual(['deep scope', 'inner scope', 'second task']);
    expect(world.jobs.size).toBe(2);
    world.finish('second');
    world.finish('rest');
    expect(world.where()).toEqual(['z task']);
  });

  it('into a sub-process that is at work already', () => {
    const world = started(task('a'), sub('inner', [task('b'), task('c')]));
    move(world, 'a', 'c');
    expect(world.where()).toEqual(['b task', 'c task', 'c task', 'inner scope']);
  });

  it('from a sub-process as a whole, with all that is inside', () => {
    const world = started(
      sub('inner', [task('a'), task('b')], { next: 'after' }),
      task('after', { next: 'other' }),
      task('other'),
    );
    move(world, 'inner', 'other');
    expect(world.where()).toEqual(['other task']);
  });

  it('away from where it is stuck', () => {
    const world = started({ id: 'work', type: 'job', kind: 'press', next: 'after' }, task('after'));
    world.fail('work');
    move(world, 'work', 'after');
    expect(world.incidents.size).toBe(0);
    expect(world.where()).toEqual(['after task']);
  });

  it('to a join at which it goes on at once; one that loses a token for ever is an incident', () => {
    const fork = { id: 'fork', type: 'parallelGateway', next: ['a', 'b'] };
    const join = { id: 'join', type: 'parallelGateway', next: 'after' };
    const world = started(fork, task('a', { next: 'join' }), task('b', { next: 'join' }), join, task('after'));
    world.finish('a');
    move(world, 'b', 'join');
    expect(world.where()).toEqual(['after task', 'join join']);
    world.finish('after');
    expect(world.where()).toEqual(['join help']);
  });
});

describe('a move is refused', () => {
  const late = { id: 'late', timer: '1h', next: 'over' };
  const each = sub('each', [task('one', { next: 'two' }), task('two')], { multiInstance: { cardinality: '2' } });
  const handler = {
    id: 'handler',
    type: 'eventSubProcess',
    nodes: [{ id: 'bell', type: 'start', message: 'bell', next: 'help' }, task('help')],
  };
  const nodes = [
    { id: 'begin', type: 'start', next: 'fork' },
    { id: 'fork', type: 'parallelGateway', next: ['ask', 'each'] },
    task('ask', { boundary: [late] }),
    each,
    { id: 'over', type: 'end' },
    handler,
  ];

  it.each([
    ['nowhere', 'has no such node'],
    ['begin', 'begins by its event'],
    ['late', 'begins by its event'],
    ['handler', 'begins by its event'],
    ['help', '"handler" begins by its event'],
    ['one', '"each" is done several times'],
  ])('to %s', (to, problem) => {
    expect(() => move(started(...nodes), 'ask', to)).toThrow(problem);
  });

  it('out of one of several times, and of an event sub-process', () => {
    const world = started(...nodes);
    expect(() => move(world, 'one', 'ask')).toThrow('"each" is done several times');
    move(world, 'one', 'two'); // in the same time it may
    world.message('bell');
    expect(() => move(world, 'help', 'over')).toThrow('bars what is around it');
    expect(() => world.take({ type: 'move', token: 999, to: 'over' })).toThrow('no token 999');
  });
});
