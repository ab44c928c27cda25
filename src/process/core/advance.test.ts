import { describe, expect, it } from 'vitest';
import { define, World } from '../../../test/process/world.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import { advance } from './advance.ts';

const task = (id: string, next?: unknown) => ({
  id,
  type: 'userTask',
  role: 'operator',
  ...(next !== undefined && { next }),
});
const end = { id: 'end', type: 'end' };

/** The codes of what a command throws. */
function codeOf(command: () => unknown): string {
  try {
    command();
  } catch (error) {
    return isMillraceError(error) ? error.code : String(error);
  }
  return 'nothing';
}

describe('a sequence', () => {
  const sequence = define(
    { id: 'begin', type: 'start', next: 'first' },
    task('first', 'second'),
    task('second', 'end'),
    end,
  );

  it('begins at its start and waits at the first activity', () => {
    const world = new World(sequence);
    const { state, effects, actions } = world.start({ size: 3 });
    expect(effects).toEqual([
      { type: 'started', businessKey: 'press-7', variables: { size: 3 } },
      { type: 'appeared', token: 1, at: 'begin', scope: 0 },
      { type: 'moved', token: 1, to: 'first' },
      { type: 'waiting', token: 1, wait: { for: 'task', job: 101 } },
    ]);
    expect(actions).toEqual([
      {
        type: 'offerTask',
        job: 101,
        token: 1,
        node: 'first',
        role: 'operator',
        outcomes: ['done'],
        commentOn: [],
        priority: 0,
      },
    ]);
    expect(state).toEqual({
      v: 1,
      status: 'active',
      businessKey: 'press-7',
      seq: 1,
      next: 2,
      scopes: [{ id: 0, variables: { size: 3 } }],
      tokens: [{ id: 1, node: 'first', scope: 0, wait: { for: 'task', job: 101 }, since: 1_000_000 }],
      since: 1_000_000,
    });
  });

  it('goes from activity to activity with one token, and ends with the last', () => {
    const world = new World(sequence);
    world.start();
    const second = world.finish('first', 'done', { variables: { seen: true } });
    expect(second.effects).toEqual([
      { type: 'variables', scope: 0, set: { seen: true } },
      { type: 'completed', token: 1, node: 'first', outcome: 'done' },
      { type: 'moved', token: 1, to: 'second' },
      { type: 'waiting', token: 1, wait: { for: 'task', job: 102 } },
    ]);
    const { state, effects, actions } = world.finish('second');
    expect(effects).toEqual([
      { type: 'completed', token: 1, node: 'second', outcome: 'done' },
      { type: 'moved', token: 1, to: 'end' },
      { type: 'vanished', token: 1 },
      { type: 'ended', status: 'completed' },
    ]);
    expect(actions).toEqual([]);
    expect(state).toMatchObject({
      status: 'completed',
      seq: 3,
      tokens: [],
      scopes: [{ id: 0, variables: { seen: true } }],
    });
  });

  it('ends where there is no next', () => {
    const world = new World(define(task('only')));
    world.start();
    expect(world.finish('only').state.status).toBe('completed');
  });

  it('without a node of type start begins at every node that no flow leads to', () => {
    const world = new World(
      define(task('left', 'both'), task('right', 'both'), { id: 'both', type: 'exclusiveGateway' }),
    );
    world.start();
    expect(world.where()).toEqual(['left task', 'right task']);
  });

  it('lets each of several tokens pass an activity by itself', () => {
    const world = new World(define(task('left', 'both'), task('right', 'both'), task('both')));
    world.start();
    world.finish('left');
    world.finish('right');
    expect(world.where()).toEqual(['both task', 'both task']);
  });
});

describe('a command that does not fit', () => {
  const one = define(task('only'));

  it('is refused and changes nothing', () => {
    const world = new World(one);
    world.start();
    expect(codeOf(() => world.settle(999 as never, { kind: 'done', outcome: 'done' }))).toBe('process.not-waiting');
    expect(codeOf(() => world.message('parcel'))).toBe('process.not-waiting');
    expect(codeOf(() => world.take({ type: 'retry', token: 1 }))).toBe('process.no-incident');
    expect(codeOf(() => world.take({ type: 'retry', token: 77 }))).toBe('process.no-incident');
    expect(codeOf(() => world.start())).toMatch('one start');
    expect(world.where()).toEqual(['only task']);
    expect(world.state.seq).toBe(1);
  });

  it('is refused once the instance has ended', () => {
    const world = new World(one);
    world.start();
    world.take({ type: 'cancel' });
    expect(codeOf(() => world.take({ type: 'cancel' }))).toBe('process.not-active');
    expect(codeOf(() => world.fire('A'))).toBe('process.not-active');
  });

  it('needs an instance, unless it is the start', () => {
    const input = { command: { type: 'cancel' } as const, now: 0, nextId: () => 1 };
    expect(codeOf(() => advance(one, undefined, input))).toMatch('one start');
  });
});

describe('cancelling', () => {
  it('takes everything back and says why', () => {
    const world = new World(
      define(
        {
          ...task('asked'),
          boundary: [
            { id: 'late', timer: '1h' },
            { id: 'stop', message: 'stop' },
          ],
        },
        { id: 'printed', type: 'job', kind: 'print' },
        { id: 'heard', type: 'messageCatch', message: 'parcel' },
        { id: 'hot', type: 'criterion', criterion: 'A', within: '1h' },
        { id: 'work', type: 'subProcess', nodes: [task('inner')] },
        { id: 'broken', type: 'job', kind: 'break' },
      ),
    );
    world.start();
    world.fail('broken');
    const { effects, actions, state } = world.take({ type: 'cancel', reason: 'line is closed' });
    expect(effects).toEqual([{ type: 'ended', status: 'cancelled', reason: 'line is closed' }]);
    expect(actions.map(({ type }) => type).sort()).toEqual([
      'resolveIncident',
      'unsubscribe',
      'unsubscribe',
      'unsubscribe',
      'withdrawJob',
      'withdrawJob',
      'withdrawJob',
      'withdrawTask',
      'withdrawTask',
    ]);
    expect(state).toMatchObject({ status: 'cancelled', tokens: [], scopes: [{ id: 0 }] });
  });
});

describe('a loop without a wait', () => {
  const message = 'More than 10000 steps in one go: is there a loop without a wait?';
  const loop = define(
    task('first', 'again'),
    {
      id: 'again',
      type: 'exclusiveGateway',
      next: [
        { to: 'out', when: 'stop' },
        { to: 'back', default: true },
      ],
    },
    { id: 'back', type: 'exclusiveGateway', next: 'again' },
    task('out'),
  );

  it('runs as long as it takes', () => {
    const world = new World(loop);
    world.start({ stop: true });
    world.finish('first');
    expect(world.where()).toEqual(['out task']);
  });

  it('stops with an incident, also when retried', () => {
    const world = new World(loop);
    world.start();
    const { actions } = world.finish('first');
    expect(actions).toEqual([{ type: 'raiseIncident', token: 1, node: 'again', code: 'process.step-budget', message }]);
    const { tokens } = world.take({ type: 'retry', token: 1 }).state;
    expect(tokens).toEqual([
      { id: 1, node: 'again', scope: 0, wait: expect.objectContaining({ for: 'help', message }), since: 1_000_000 },
    ]);
  });

  it('that multiplies its tokens stops as well', () => {
    const bomb = new World(
      define(
        task('first', 'merge'),
        { id: 'merge', type: 'exclusiveGateway', next: 'fork' },
        { id: 'fork', type: 'parallelGateway', next: ['left', 'right'] },
        { id: 'left', type: 'exclusiveGateway', next: 'merge' },
        { id: 'right', type: 'exclusiveGateway', next: 'merge' },
      ),
    );
    bomb.start();
    const result = { kind: 'done', outcome: 'done' } as const;
    const command = { type: 'settle', job: bomb.jobAt('first'), kind: 'task', result } as const;
    const { state, actions } = advance(bomb.definition, bomb.state, { command, now: 0, nextId: () => 1 });
    expect(new Set(actions.map((action) => 'code' in action && action.code))).toEqual(new Set(['process.step-budget']));
    expect(new Set(state.tokens.map(({ wait }) => wait.for))).toEqual(new Set(['help']));
  });

  it('does not let a token past a join at which it was stopped', () => {
    // Two loops and a chain take turns: 3,333 nodes of the chain use up the budget, the next step would be the join.
    const loop = { id: 'loop', type: 'exclusiveGateway', next: 'pool' };
    const pool = { id: 'pool', type: 'exclusiveGateway', next: 'loop' };
    const chain = Array.from({ length: 3_333 }, (_, at) => `c${at}`);
    const links = chain.map((id, at) => ({ id, type: 'exclusiveGateway', next: chain[at + 1] ?? 'join' }));
    const fork = { id: 'fork', type: 'parallelGateway', next: ['loop', 'pool', 'c0'] };
    const join = { id: 'join', type: 'parallelGateway', next: 'after' };
    const world = new World(
      define(task('first', 'fork'), fork, loop, pool, ...links, task('other', 'join'), join, task('after')),
    );
    world.start();
    world.finish('first');
    expect(world.where()).toEqual(['join help', 'loop help', 'other task', 'pool help']);
    world.retry('join');
    expect(world.where()).toEqual(['join join', 'loop help', 'other task', 'pool help']);
    world.finish('other');
    expect(world.where()).toEqual(['after task', 'loop help', 'pool help']);
  });
});
