import { describe, expect, it } from 'vitest';
import { define, World } from '../../../test/process/world.ts';

const task = (id: string, more: object = {}) => ({ id, type: 'userTask', role: 'operator', ...more });
const job = (id: string, more: object = {}) => ({ id, type: 'job', kind: 'press', ...more });
const end = { id: 'end', type: 'end' };
const stuck = (world: World) => world.state.tokens.find(({ wait }) => wait.for === 'help')?.id ?? -1;

describe('an incident', () => {
  it('is tried again with other variables', () => {
    const choose = { id: 'choose', type: 'exclusiveGateway', next: [{ to: 'high', when: 'level > 5' }] };
    const world = new World(define({ ...task('ask'), next: 'choose' }, choose, task('high')));
    world.start({ level: 1 });
    world.finish('ask');
    world.take({ type: 'retry', token: stuck(world), variables: { level: 9 } });
    expect(world.where()).toEqual(['high task']);
  });

  it('counts as done with an outcome and variables, and its boundary events listen no more', () => {
    const late = { id: 'late', timer: '1h', next: 'end' };
    const work = job('work', { outcomes: ['good', 'bad'], next: { good: 'end', bad: 'repair' }, boundary: [late] });
    const world = new World(define(work, task('repair'), end));
    world.start();
    world.fail('work');
    world.take({ type: 'resolve', token: stuck(world), outcome: 'bad', variables: { parts: 3 }, comment: 'seen' });
    expect(world.where()).toEqual(['repair task']);
    expect(world.variables()).toEqual({ parts: 3 });
    expect(world.jobs.size).toBe(1);
  });

  it('is skipped with the first outcome', () => {
    const world = new World(define(job('work', { outcomes: ['good', 'bad'], next: { good: 'end', bad: 'end' } }), end));
    world.start();
    world.fail('work');
    const { effects } = world.take({ type: 'resolve', token: stuck(world) });
    expect(effects).toContainEqual(expect.objectContaining({ type: 'completed', node: 'work', outcome: 'good' }));
    expect(world.state.status).toBe('completed');
  });

  it('keeps what was done where only the way on was missing, and may end with another outcome', () => {
    const ask = task('ask', {
      outcomes: ['yes', 'no'],
      next: [
        { to: 'end', outcome: 'yes' },
        { to: 'never', outcome: 'no', when: 'false' },
      ],
    });
    const world = new World(define(ask, task('never'), end));
    world.start();
    world.finish('ask', 'no');
    expect(world.where()).toEqual(['ask help']);
    world.take({ type: 'resolve', token: stuck(world), outcome: 'yes' });
    expect(world.state.status).toBe('completed');
  });

  it('of an error that nobody catches ends at its event', () => {
    const fails = { id: 'fails', type: 'end', error: 'broken' };
    const world = new World(define(task('ask', { next: 'fails' }), fails));
    world.start();
    world.finish('ask');
    world.take({ type: 'resolve', token: stuck(world) });
    expect(world.state.status).toBe('completed');
  });

  it('at a gateway without a way on cannot count as done', () => {
    const choose = { id: 'choose', type: 'exclusiveGateway', next: [{ to: 'end', when: 'false' }] };
    const world = new World(define({ ...task('ask'), next: 'choose' }, choose, end));
    world.start();
    world.finish('ask');
    expect(() => world.take({ type: 'resolve', token: stuck(world) })).toThrow(/cannot count as done/);
    expect(() => world.take({ type: 'resolve', token: 77 })).toThrow(/no open incident/);
  });

  it('of a job beside an activity is over, also after the end', () => {
    const world = new World(define(task('ask', { notify: 'shift' })));
    world.start();
    const [mail] = world.sideJobs;
    world.finish('ask');
    world.settle(mail?.job ?? (0 as never), { kind: 'failed', message: 'no such address' });
    const [failure] = world.state.failures ?? [];
    world.take({ type: 'resolve', token: failure?.id ?? -1 });
    expect(world.state.failures).toEqual([]);
  });

  it('in one of several times counts as done like the others', () => {
    const each = job('each', { multiInstance: { cardinality: '2' }, next: 'after' });
    const world = new World(define(each, task('after')));
    world.start();
    world.fail('each');
    world.take({ type: 'resolve', token: stuck(world) });
    world.finish('each');
    expect(world.where()).toEqual(['after task']);
  });
});

describe('variables', () => {
  it('are set each as a whole, and taken away by name', () => {
    const world = new World(define(task('ask')));
    world.start({ a: { deep: 1 }, b: 2, c: 3 });
    world.take({ type: 'variables', set: { a: { other: 1 }, c: null }, remove: ['b'] });
    expect(world.variables()).toEqual({ a: { other: 1 }, c: null });
  });

  it('are set in the scope that is named', () => {
    const inner = { id: 'inner', type: 'subProcess', data: [{ name: 'own' }], nodes: [task('ask')] };
    const world = new World(define(inner));
    world.start();
    const { scope } = world.tokenAt('ask');
    world.take({ type: 'variables', scope, set: { own: 1, other: 2 } });
    expect([world.variables(scope), world.variables()]).toEqual([{ own: 1, other: 2 }, {}]);
    expect(() => world.take({ type: 'variables', scope: 99, set: {} })).toThrow(/no scope 99/);
  });
});
