import { describe, expect, it } from 'vitest';
import { define, World } from '../../../test/process/world.ts';

const task = (id: string, more: object = {}) => ({ id, type: 'userTask', role: 'operator', ...more });
const ring = (world: World, event: string) => world.settle(world.timerOf(event), { kind: 'done', outcome: 'done' });
const started = (...nodes: object[]) => {
  const world = new World(define(...nodes));
  world.start({ order: 'A-17' });
  return world;
};

describe('boundary events', () => {
  it('are armed while their activity waits, and taken back when it ends', () => {
    const late = { id: 'late', timer: '1h', next: 'after' };
    const stop = { id: 'stop', message: 'stop', correlationKey: 'order' };
    const world = new World(define(task('ask', { boundary: [late, stop] }), task('after')));
    const { effects, actions } = world.start({ order: 'A-17' });
    expect(actions.map(({ type }) => type)).toEqual(['createJob', 'subscribe', 'offerTask']);
    expect(actions[0]).toMatchObject({ kind: 'timer', job: 101, token: 1, dueAt: 1_000_000 + 3_600_000 });
    expect(actions[1]).toEqual({ type: 'subscribe', token: 1, name: 'stop', key: 'A-17' });
    expect(effects.at(-1)).toEqual({
      type: 'waiting',
      token: 1,
      wait: { for: 'task', job: 102 },
      armed: [
        { node: 'late', for: 'timer', job: 101 },
        { node: 'stop', for: 'message', name: 'stop', key: 'A-17' },
      ],
    });
    expect(world.finish('ask').actions).toEqual([
      { type: 'withdrawJob', job: 101, kind: 'timer' },
      { type: 'unsubscribe', token: 1, name: 'stop', key: 'A-17' },
    ]);
    expect(world.state.status).toBe('completed');
  });

  it('that cannot be armed stop the activity before it has begun', () => {
    const boundary = [
      { id: 'late', timer: '1h' },
      { id: 'stop', message: 'stop', correlationKey: 'missing' },
    ];
    const world = new World(define({ id: 'work', type: 'subProcess', nodes: [task('inner')], boundary }));
    expect(world.start().actions).toEqual([expect.objectContaining({ type: 'raiseIncident', node: 'work' })]);
    expect(world.where()).toEqual(['work help']);
  });
});

describe('an interrupting event', () => {
  it('by timer ends the activity and takes its own way', () => {
    const late = { id: 'late', timer: '1h', next: 'after' };
    const world = started(
      task('ask', { boundary: [late, { id: 'stop', message: 'stop' }], next: 'never' }),
      task('after'),
      task('never'),
    );
    const { effects, actions } = ring(world, 'late');
    expect(effects).toEqual([
      { type: 'vanished', token: 1 },
      { type: 'appeared', token: 2, at: 'late', scope: 0 },
      { type: 'moved', token: 2, to: 'after' },
      { type: 'waiting', token: 2, wait: { for: 'task', job: 103 } },
    ]);
    expect(actions.slice(0, 2)).toEqual([
      { type: 'withdrawTask', job: 102 },
      { type: 'unsubscribe', token: 1, name: 'stop', key: 'press-7' },
    ]);
    expect(world.where()).toEqual(['after task']);
  });

  it('by message ends the activity, and brings variables', () => {
    const stop = { id: 'stop', message: 'stop', next: 'after' };
    const world = started({ id: 'print', type: 'job', kind: 'print', boundary: [stop] }, task('after'));
    const { actions } = world.message('stop', { by: 'shift lead' });
    expect(actions.slice(0, 2)).toEqual([
      { type: 'withdrawJob', job: 101, kind: 'print' },
      { type: 'unsubscribe', token: 1, name: 'stop', key: 'press-7' },
    ]);
    expect(world.variables()).toEqual({ order: 'A-17', by: 'shift lead' });
    expect(world.where()).toEqual(['after task']);
  });

  it('ends a sub-process with everything inside, at any depth', () => {
    const inner = {
      id: 'inner',
      type: 'subProcess',
      nodes: [task('deep', { boundary: [{ id: 'soon', timer: '1m' }] })],
    };
    const broken = { id: 'broken', type: 'job', kind: 'break' };
    const stop = { id: 'stop', message: 'stop', next: 'after' };
    const world = started(
      {
        id: 'work',
        type: 'subProcess',
        nodes: [inner, broken, { id: 'hot', type: 'criterion', criterion: 'A', within: '1h' }],
        boundary: [stop],
      },
      task('after'),
    );
    world.fail('broken');
    expect(world.where()).toEqual(['broken help', 'deep task', 'hot criterion', 'inner scope', 'work scope']);
    const { actions, state } = world.message('stop');
    expect(actions.map(({ type }) => type).sort()).toEqual([
      'offerTask',
      'resolveIncident',
      'unsubscribe',
      'unsubscribe',
      'withdrawJob',
      'withdrawJob',
      'withdrawTask',
    ]);
    expect(state.scopes).toEqual([{ id: 0, variables: { order: 'A-17' } }]);
    expect(world.where()).toEqual(['after task']);
  });

  it('rescues an activity that is stuck, and its incident is over', () => {
    const late = { id: 'late', timer: '1h', next: 'after' };
    const world = started({ id: 'print', type: 'job', kind: 'print', boundary: [late] }, task('after'));
    world.fail('print');
    expect(world.tokenAt('print')).toMatchObject({
      wait: { for: 'help' },
      armed: [{ node: 'late', for: 'timer', job: 101 }],
    });
    const { actions } = ring(world, 'late');
    expect(actions[0]).toEqual({ type: 'resolveIncident', token: 1, node: 'print' });
    expect(world.where()).toEqual(['after task']);
  });

  it('begins its time anew when the stuck activity is retried', () => {
    const late = { id: 'late', timer: '1h', next: 'after' };
    const world = started({ id: 'print', type: 'job', kind: 'print', boundary: [late] }, task('after'));
    world.fail('print');
    world.now += 60_000;
    expect(world.retry('print').actions).toEqual([
      { type: 'resolveIncident', token: 1, node: 'print' },
      { type: 'withdrawJob', job: 101, kind: 'timer' },
      expect.objectContaining({ type: 'createJob', kind: 'timer', job: 103, dueAt: 1_060_000 + 3_600_000 }),
      expect.objectContaining({ type: 'createJob', kind: 'print', job: 104 }),
    ]);
  });
});

describe('an event that does not interrupt', () => {
  it('by timer begins a way beside the activity, once', () => {
    const remind = { id: 'remind', timer: '1h', interrupting: false, next: 'reminder' };
    const world = started(task('ask', { boundary: [remind, { id: 'stop', message: 'stop' }] }), task('reminder'));
    const { effects, actions } = ring(world, 'remind');
    expect(effects.slice(0, 2)).toEqual([
      {
        type: 'waiting',
        token: 1,
        wait: { for: 'task', job: 102 },
        armed: [{ node: 'stop', for: 'message', name: 'stop', key: 'press-7' }],
      },
      { type: 'appeared', token: 2, at: 'remind', scope: 0 },
    ]);
    expect(actions.map(({ type }) => type)).toEqual(['offerTask']);
    expect(world.where()).toEqual(['ask task', 'reminder task']);
    world.finish('ask');
    expect(world.where()).toEqual(['reminder task']);
    expect(world.finish('reminder').state.status).toBe('completed');
  });

  it('by message begins a way each time', () => {
    const note = { id: 'note', message: 'note', interrupting: false, next: 'read' };
    const world = started(task('ask', { boundary: [note] }), task('read'));
    world.message('note');
    expect(world.message('note', { page: 2 }).effects.slice(0, 2)).toEqual([
      { type: 'variables', scope: 0, set: { page: 2 } },
      { type: 'appeared', token: 3, at: 'note', scope: 0 },
    ]);
    expect(world.where()).toEqual(['ask task', 'read task', 'read task']);
    world.finish('ask');
    expect(() => world.message('note')).toThrow('does not wait for');
  });

  it('leaves a sub-process and its variables alone', () => {
    const note = { id: 'note', message: 'note', interrupting: false, next: 'read' };
    const world = started({ id: 'work', type: 'subProcess', nodes: [task('inner')], boundary: [note] }, task('read'));
    world.message('note');
    world.finish('read');
    expect(world.where()).toEqual(['inner task', 'work scope']);
    expect(world.finish('inner').state.status).toBe('completed');
  });
});
