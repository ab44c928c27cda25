import { describe, expect, it } from 'vitest';
import { World } from '../../../test/process/world.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import { compileDefinition } from './compile.ts';

const task = (id: string, more: object = {}) => ({ id, type: 'userTask', role: 'operator', ...more });
const job = (id: string, more: object = {}) => ({ id, type: 'job', kind: 'press', ...more });
const version = (number: number, ...nodes: object[]) => compileDefinition({ key: 'test', nodes }, number);
const started = (...nodes: object[]) => {
  const world = new World(version(1, ...nodes));
  world.start();
  return world;
};
const problemsOf = (act: () => unknown): unknown => {
  try {
    act();
    return [];
  } catch (error) {
    return isMillraceError(error, 'process.cannot-migrate') ? error.details.errors : error;
  }
};
const problem = (element: string, message: string) =>
  expect.objectContaining({ element, message: expect.stringContaining(message) });

describe('a migration', () => {
  it('keeps the task, which offers what the other version says, and goes on by its ways', () => {
    const world = started(task('ask', { next: 'a' }), task('a'));
    const job = world.jobAt('ask');
    const { actions } = world.migrate(
      version(2, task('ask', { role: 'engineer', outcomes: ['yes', 'no'], next: { yes: 'b', no: 'b' } }), task('b')),
    );
    expect(actions).toEqual([
      { type: 'reviseTask', job, node: 'ask', role: 'engineer', outcomes: ['yes', 'no'], commentOn: [], priority: 0 },
    ]);
    world.settle(job, { kind: 'done', outcome: 'no' });
    expect(world.where()).toEqual(['b task']);
  });

  it('keeps jobs, timers and subscriptions of nodes that have another name', () => {
    const nodes = (suffix: string) => [
      { id: 'fork', type: 'parallelGateway', next: [`work${suffix}`, `wait${suffix}`, `paid${suffix}`] },
      job(`work${suffix}`, { next: `end${suffix}` }),
      { id: `wait${suffix}`, type: 'catch', timer: '1h', next: `end${suffix}` },
      { id: `paid${suffix}`, type: 'catch', message: 'paid', next: `end${suffix}` },
      task(`end${suffix}`),
    ];
    const world = started(...nodes(''));
    const before = [...world.jobs, ...world.subscriptions];
    world.migrate(version(2, ...nodes('2')), { work: 'work2', wait: 'wait2', paid: 'paid2' });
    expect([...world.jobs, ...world.subscriptions]).toEqual(before);
    world.finish('work2');
    world.message('paid');
    expect(world.where()).toEqual(['end2 task', 'end2 task', 'wait2 timer']);
  });

  it('arms events that are new on the edge, disarms those that are gone, and leaves the others as they are', () => {
    const edge = (...boundary: object[]) => [task('ask', { boundary, next: 'end' }), { id: 'end', type: 'end' }];
    const late = { id: 'late', timer: '1h', next: 'end' };
    const stop = { id: 'stop', message: 'stop', next: 'end' };
    const more = { id: 'more', signal: 'more', interrupting: false, next: 'end' };
    const world = started(...edge(late, stop));
    const timer = world.timerOf('late');
    const { actions } = world.migrate(version(2, ...edge({ ...late, timer: '2h' }, more)));
    expect(world.timerOf('late')).toBe(timer);
    expect(actions.map(({ type }) => type).sort()).toEqual(['reviseTask', 'subscribe', 'unsubscribe']);
    world.migrate(version(3, ...edge({ ...late, id: 'other' })), { late: 'other' });
    expect(world.timerOf('other')).toBe(timer);
    world.settle(timer, { kind: 'done', outcome: 'done' });
    expect(world.state.status).toBe('completed');
  });

  it('does the same for events of scopes', () => {
    const handler = (message: string) => ({
      id: `on-${message}`,
      type: 'eventSubProcess',
      nodes: [
        { id: `start-${message}`, type: 'start', message, interrupting: false, next: `help-${message}` },
        task(`help-${message}`),
      ],
    });
    const inner = (...handlers: object[]) => ({ id: 'inner', type: 'subProcess', nodes: [task('ask'), ...handlers] });
    const world = started(inner(handler('a')), handler('b'));
    world.migrate(version(2, inner(handler('c')), handler('b'), handler('d')));
    for (const message of ['b', 'c', 'd']) world.message(message);
    expect(() => world.message('a')).toThrow();
    expect(world.where().filter((where) => where.endsWith('task'))).toEqual([
      'ask task',
      'help-b task',
      'help-c task',
      'help-d task',
    ]);
  });

  it('takes scopes, iterations, joins and incidents along', () => {
    const nodes = (s: string) => [
      { id: `fork${s}`, type: 'parallelGateway', next: [`each${s}`, `a${s}`, `work${s}`] },
      {
        id: `each${s}`,
        type: 'subProcess',
        multiInstance: { cardinality: '2' },
        nodes: [task(`one${s}`)],
        next: `join${s}`,
      },
      task(`a${s}`, { next: `join${s}` }),
      job(`work${s}`, { next: `join${s}` }),
      { id: `join${s}`, type: 'parallelGateway', next: `end${s}` },
      task(`end${s}`),
    ];
    const names = ['fork', 'each', 'one', 'a', 'work', 'join', 'end'];
    const world = started(...nodes(''));
    world.finish('a');
    world.fail('work');
    const { actions } = world.migrate(
      version(2, ...nodes('2')),
      Object.fromEntries(names.map((name) => [name, `${name}2`])),
    );
    expect(actions).toContainEqual(expect.objectContaining({ type: 'raiseIncident', node: 'work2' }));
    world.retry('work2');
    world.finish('work2');
    world.finish('one2');
    world.finish('one2');
    expect(world.where()).toEqual(['end2 task']);
  });

  it('names every place that has none in the other version', () => {
    const world = started(
      { id: 'fork', type: 'parallelGateway', next: ['a', 'b', 'c', 'd', 'e'] },
      task('a'),
      job('b'),
      { id: 'c', type: 'catch', message: 'x' },
      { id: 'd', type: 'subProcess', nodes: [task('inside')] },
      task('e'),
    );
    const other = version(
      2,
      job('a'),
      job('b', { kind: 'lathe' }),
      { id: 'c', type: 'catch', message: 'y' },
      { id: 'd', type: 'subProcess', nodes: [task('begin')] },
      task('inside'),
    );
    expect(problemsOf(() => world.migrate(other, { unheard: 'a' }))).toEqual([
      problem('unheard', 'has no such node'),
      problem('a', 'It is a userTask'),
      problem('b', 'the kind "press", and "b" of version 2 is a job of the kind "lathe"'),
      problem('c', 'message "x"'),
      problem('e', 'has no node "e"'),
      problem('inside', 'It is in "d", and "inside" of version 2 in the process itself'),
    ]);
  });

  it('keeps what a suspended instance has kept', () => {
    const world = started(job('work', { next: 'a' }), task('a'));
    world.take({ type: 'suspend' });
    world.finish('work');
    world.migrate(version(2, job('labour', { next: 'b' }), task('b')), { work: 'labour' });
    world.resume();
    expect(world.where()).toEqual(['b task']);
  });

  it('lets a kept result fail whose outcome the other version does not know', () => {
    const world = started(job('work', { outcomes: ['good', 'bad'], next: 'a' }), task('a'));
    world.take({ type: 'suspend' });
    world.finish('work', 'bad');
    world.migrate(version(2, job('work', { outcomes: ['good'], next: 'a' }), task('a')));
    world.resume();
    expect(world.where()).toEqual(['work help']);
  });
});
