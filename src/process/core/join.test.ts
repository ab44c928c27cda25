import { describe, expect, it } from 'vitest';
import { define, World } from '../../../test/process/world.ts';

const task = (id: string, next?: unknown) => ({
  id,
  type: 'userTask',
  role: 'operator',
  ...(next !== undefined && { next }),
});
const fork = (type: string, next: unknown) => ({ id: 'fork', type, next });
const join = (type: string) => ({ id: 'join', type, next: 'after' });
const started = (...nodes: object[]) => {
  const world = new World(define(...nodes));
  world.start();
  return world;
};

describe('a parallel join', () => {
  const pair = () =>
    started(
      fork('parallelGateway', ['x', 'y']),
      task('x', 'join'),
      task('y', 'join'),
      join('parallelGateway'),
      task('after'),
    );

  it('waits for a token on every way in, and goes on with one', () => {
    const world = pair();
    expect(world.finish('y').effects).toEqual([
      { type: 'completed', token: 2, node: 'y', outcome: 'done' },
      { type: 'moved', token: 2, to: 'join' },
      { type: 'waiting', token: 2, wait: { for: 'join', flow: 'y>join' } },
    ]);
    const { effects, actions } = world.finish('x');
    expect(effects.slice(1)).toEqual([
      { type: 'moved', token: 1, to: 'join' },
      { type: 'waiting', token: 1, wait: { for: 'join', flow: 'x>join' } },
      { type: 'vanished', token: 2 },
      { type: 'moved', token: 1, to: 'after' },
      { type: 'waiting', token: 1, wait: { for: 'task', job: 103 } },
    ]);
    expect(actions).toEqual([expect.objectContaining({ type: 'offerTask', node: 'after' })]);
  });

  it('is not fooled by two tokens on the same way', () => {
    const world = started(
      fork('parallelGateway', ['x', 'y', 'again']),
      task('x', 'join'),
      task('y', 'join'),
      task('again', 'y'),
      join('parallelGateway'),
      task('after'),
    );
    world.finish('y');
    world.finish('again');
    world.finish('y');
    expect(world.where()).toEqual(['join join', 'join join', 'x task']);
    world.finish('x');
    expect(world.where()).toEqual(['after task', 'join join']);
  });

  it('tells two ways from the same node apart', () => {
    const world = started(
      fork('parallelGateway', ['join', 'join', 'x']),
      task('x', 'join'),
      join('parallelGateway'),
      task('after'),
    );
    expect(world.where()).toEqual(['join join', 'join join', 'x task']);
    world.finish('x');
    expect(world.where()).toEqual(['after task']);
  });

  it('does not mix the tokens of two runs of the same sub-process', () => {
    const nodes = [
      fork('parallelGateway', ['x', 'y']),
      task('x', 'join'),
      task('y', 'join'),
      join('parallelGateway'),
      task('after'),
    ];
    const world = started(
      { id: 'twice', type: 'parallelGateway', next: ['work', 'work'] },
      { id: 'work', type: 'subProcess', nodes },
    );
    const [one, two] = world.state.scopes.slice(1);
    const jobOf = (node: string, scope: number | undefined) => {
      const wait = world.tokenAt(node, (token) => token.scope === scope).wait;
      if (!('job' in wait)) throw new Error('no job');
      return wait.job;
    };
    world.settle(jobOf('x', one?.id), { kind: 'done', outcome: 'done' });
    world.settle(jobOf('y', two?.id), { kind: 'done', outcome: 'done' });
    expect(world.where().filter((place) => !place.startsWith('work'))).toEqual([
      'join join',
      'join join',
      'x task',
      'y task',
    ]);
    world.settle(jobOf('x', two?.id), { kind: 'done', outcome: 'done' });
    expect(world.where()).toContain('after task');
  });
});

describe('an inclusive join', () => {
  const needs = [
    { to: 'x', when: 'x' },
    { to: 'y', when: 'y' },
    { to: 'z', default: true },
  ];
  const three = (variables: object) => {
    const world = new World(
      define(
        fork('inclusiveGateway', needs),
        task('x', 'join'),
        task('y', 'join'),
        task('z', 'join'),
        join('inclusiveGateway'),
        task('after'),
      ),
    );
    world.start({ ...variables });
    return world;
  };

  it('waits for those that were sent, and for nobody else', () => {
    const one = three({ x: true });
    one.finish('x');
    expect(one.where()).toEqual(['after task']);

    const two = three({ x: true, y: true });
    expect(two.finish('y').state.tokens).toContainEqual({
      id: 2,
      node: 'join',
      scope: 0,
      wait: { for: 'join', flow: 'y>join' },
      since: 1_000_000,
    });
    expect(two.finish('x').effects.slice(2)).toEqual([
      { type: 'waiting', token: 1, wait: { for: 'join', flow: 'x>join' } },
      { type: 'vanished', token: 2 },
      { type: 'moved', token: 1, to: 'after' },
      { type: 'waiting', token: 1, wait: { for: 'task', job: 103 } },
    ]);
  });

  it('goes on when the token it waits for dies elsewhere', () => {
    const world = started(
      fork('parallelGateway', ['x', 'y']),
      task('x', 'join'),
      task('y', { good: 'join', bad: 'end' }),
      { id: 'end', type: 'end' },
      join('inclusiveGateway'),
      task('after'),
    );
    world.finish('x');
    expect(world.where()).toEqual(['join join', 'y task']);
    world.finish('y', 'bad');
    expect(world.where()).toEqual(['after task']);
  });

  it('goes on when an interrupting boundary event ends the activity it waits for', () => {
    const world = started(
      fork('parallelGateway', ['x', 'y']),
      task('x', 'join'),
      { ...task('y', 'join'), boundary: [{ id: 'late', timer: '1h', next: 'clean' }] },
      task('clean'),
      join('inclusiveGateway'),
      task('after'),
    );
    world.finish('x');
    world.settle(world.timerOf('late'), { kind: 'done', outcome: 'done' });
    expect(world.where()).toEqual(['after task', 'clean task']);
  });

  it('waits for a token that may still come through a boundary event', () => {
    const world = started(
      fork('parallelGateway', ['x', 'y']),
      task('x', 'join'),
      { ...task('y'), boundary: [{ id: 'late', timer: '1h', next: 'join' }] },
      join('inclusiveGateway'),
      task('after'),
    );
    world.finish('x');
    expect(world.where()).toEqual(['join join', 'y task']);
    world.finish('y');
    expect(world.where()).toEqual(['after task']);
  });

  it('waits for a token inside a sub-process', () => {
    const world = started(
      fork('parallelGateway', ['x', 'work']),
      task('x', 'join'),
      { id: 'work', type: 'subProcess', nodes: [task('inner')], next: 'join' },
      join('inclusiveGateway'),
      task('after'),
    );
    world.finish('x');
    expect(world.where()).toEqual(['inner task', 'join join', 'work scope']);
    world.finish('inner');
    expect(world.where()).toEqual(['after task']);
  });

  it('waits for a token that waits at a join in front of it, however old that is', () => {
    // The token of "slow" gets to the outer join first; the inner join must go on before the outer one.
    const world = started(
      fork('parallelGateway', ['slow', 'x', 'y']),
      task('slow', 'outer'),
      task('x', 'inner'),
      task('y', { good: 'inner', bad: 'end' }),
      { id: 'end', type: 'end' },
      { id: 'inner', type: 'inclusiveGateway', next: 'between' },
      { id: 'between', type: 'exclusiveGateway', next: 'outer' },
      { id: 'outer', type: 'inclusiveGateway', next: 'after' },
      task('after'),
    );
    world.finish('slow');
    world.finish('x');
    expect(world.where()).toEqual(['inner join', 'outer join', 'y task']);
    world.finish('y', 'bad');
    expect(world.where()).toEqual(['after task']);
  });

  it('does not wait for a token that can come to a taken way as well (BPMN 2.0.2, 13.4.3)', () => {
    const world = started(
      fork('parallelGateway', ['x', 'merge']),
      task('x', 'merge'),
      {
        id: 'merge',
        type: 'exclusiveGateway',
        next: [
          { to: 'join', when: 'true' },
          { to: 'y', default: true },
        ],
      },
      task('y', 'join'),
      join('inclusiveGateway'),
      task('after'),
    );
    expect(world.where()).toEqual(['after task', 'x task']);
  });

  it('waits for a token that could get to a taken way only by passing it', () => {
    const world = started(
      fork('parallelGateway', ['x', 'y']),
      { id: 'merge', type: 'exclusiveGateway', next: 'join' },
      task('x', 'merge'),
      task('y', 'join'),
      join('inclusiveGateway'),
      task('after', { again: 'merge', done: 'end' }),
      { id: 'end', type: 'end' },
    );
    world.finish('x');
    expect(world.where()).toEqual(['join join', 'y task']);
    world.finish('y');
    world.finish('after', 'again');
    expect(world.where()).toEqual(['after task']);
  });

  const circle = [
    fork('parallelGateway', ['p', 'q', 'other']),
    task('p', 'left'),
    task('q', 'right'),
    task('other'),
    { id: 'left', type: 'inclusiveGateway', next: 'l' },
    task('l', { on: 'right', out: 'end' }),
    { id: 'right', type: 'inclusiveGateway', next: 'r' },
    task('r', { on: 'left', out: 'end' }),
    { id: 'end', type: 'end' },
  ];

  it('does not hang where two wait for each other: the eldest goes on', () => {
    const world = started(...circle);
    world.finish('p');
    expect(world.where()).toEqual(['left join', 'other task', 'q task']);
    world.finish('q');
    expect(world.where()).toEqual(['l task', 'other task', 'right join']);
    world.finish('l', 'on');
    expect(world.where()).toEqual(['other task', 'r task']);
    world.finish('r', 'out');
    world.finish('other');
    expect(world.state.status).toBe('completed');
  });

  it('that found no way on goes on by a retry, without waiting again', () => {
    const world = started(
      fork('parallelGateway', ['x', 'y']),
      task('x', 'join'),
      task('y', 'join'),
      { id: 'join', type: 'inclusiveGateway', next: [{ to: 'after', when: 'ready' }] },
      task('after'),
      { id: 'note', type: 'messageCatch', message: 'note' },
    );
    world.finish('x');
    world.finish('y');
    expect(world.where()).toEqual(['join help', 'note message']);
    world.message('note', { ready: true });
    world.retry('join');
    expect(world.where()).toEqual(['after task']);
  });

  it('keeps scopes apart', () => {
    const nodes = [
      fork('parallelGateway', ['x', 'y']),
      task('x', 'join'),
      task('y', 'join'),
      join('inclusiveGateway'),
      task('after'),
    ];
    const world = started(
      { id: 'begin', type: 'parallelGateway', next: ['one', 'two'] },
      { id: 'one', type: 'subProcess', nodes },
      { id: 'two', type: 'exclusiveGateway', next: 'late' },
      task('late'),
    );
    world.finish('x');
    expect(world.where()).toEqual(['join join', 'late task', 'one scope', 'y task']);
    world.finish('y');
    expect(world.where()).toEqual(['after task', 'late task', 'one scope']);
  });
});
