import { describe, expect, it } from 'vitest';
import { define, firingOf, World } from '../../../test/process/world.ts';
import type { InstanceId } from '../../kernel/ids.ts';
import { advance } from './advance.ts';
import type { Command } from './command.ts';
import type { Definition } from './definition.ts';
import { type Effect, replay } from './effect.ts';
import type { ProcessState } from './state.ts';
import { MAX_KEPT } from './suspension.ts';

const task = (id: string, more: object = {}) => ({ id, type: 'userTask', role: 'operator', ...more });
const job = (id: string, more: object = {}) => ({ id, type: 'job', kind: 'press', ...more });
const started = (...nodes: object[]) => {
  const world = new World(define(...nodes));
  world.start();
  return world;
};
const both = { id: 'both', type: 'parallelGateway', next: ['work', 'paid', 'ask'] };
const suspend = (world: World) => world.take({ type: 'suspend', reason: 'the press is moved' });

/** An instance without a ledger around it, for a thousand commands. */
class Instance {
  readonly #effects: (readonly Effect[])[] = [];
  readonly #definition: Definition;
  #rest: Command[] = [];
  #lastId = 100;
  state: ProcessState;

  constructor(definition: Definition) {
    this.#definition = definition;
    this.state = this.take({ type: 'start', businessKey: 'press-7', variables: {} });
  }

  get history(): ProcessState {
    return replay(this.#effects.map((effects) => ({ at: 1, effects })));
  }

  take(command: Command): ProcessState {
    const input = { command, now: 1, nextId: () => ++this.#lastId };
    const { state, effects, actions } = advance(this.#definition, this.state, input);
    this.#effects.push(effects);
    for (const action of actions)
      if (action.type === 'deliver' && action.delivery.to === 'self') this.#rest.push(action.delivery.command);
    this.state = state;
    return state;
  }

  fire(count: number): void {
    this.take({ type: 'firing', firing: firingOf('A', `firing ${count}`) });
  }

  settled(node: string): Command {
    const wait = this.state.tokens.find((token) => token.node === node)?.wait;
    if (wait === undefined || !('job' in wait)) throw new Error(`nothing is done at ${node}`);
    return { type: 'settle', job: wait.job, kind: 'any', result: { kind: 'done', outcome: 'done' } };
  }

  /** Answers in how many commands. */
  takeRest(): number {
    let commands = 0;
    for (let next = this.#rest.shift(); next !== undefined; next = this.#rest.shift(), commands += 1) this.take(next);
    return commands;
  }
}

describe('a suspended instance', () => {
  it('lets nobody complete a task, and says so', () => {
    const world = started(task('ask', { next: 'after' }), task('after'));
    suspend(world);
    expect(() => world.finish('ask')).toThrow('is suspended: the press is moved');
    expect(() => suspend(world)).toThrow(/suspended/);
    world.resume();
    world.finish('ask');
    expect(world.where()).toEqual(['after task']);
    expect(() => world.resume()).toThrow(/not suspended/);
  });

  it('keeps what comes, and takes it in in its order when it goes on', () => {
    const timer = { id: 'wait', type: 'catch', timer: '1h', next: 'ring' };
    const world = started(
      { ...both, next: ['work', 'paid', 'wait'] },
      job('work', { next: 'first' }),
      { id: 'paid', type: 'receiveTask', message: 'paid', next: 'second' },
      timer,
      task('first'),
      task('second'),
      task('ring'),
    );
    suspend(world);
    world.message('paid', { by: 'Dana' });
    world.settle(world.jobAt('wait'), { kind: 'done', outcome: 'done' });
    world.finish('work', 'done', { variables: { by: 'the press' } });
    world.fire('A');
    expect(world.where()).toEqual(['paid message', 'wait timer', 'work job']);
    expect(world.variables()).toEqual({});
    expect(world.state.suspended?.kept.map(({ type }) => type)).toEqual(['message', 'settle', 'settle', 'firing']);
    world.resume();
    expect(world.where()).toEqual(['first task', 'ring task', 'second task']);
    expect(world.variables()).toMatchObject({ by: 'the press', evidence: [{ criterion: 'A' }] });
    expect(world.state.suspended).toBeUndefined();
  });

  it('takes a second message of a kind only where somebody still waits for it', () => {
    const world = started({ id: 'paid', type: 'receiveTask', message: 'paid', next: 'after' }, task('after'));
    suspend(world);
    world.message('paid');
    expect(() => world.message('paid')).toThrow(/does not wait for message "paid"/);
    expect(() => world.signal('stop')).toThrow(/does not wait for signal/);
    expect(() => world.take({ type: 'returned', child: 5 as InstanceId, result: { kind: 'cancelled' } })).toThrow();
  });

  it('takes as many messages as come where an event may happen again', () => {
    const more = { id: 'more', message: 'more', interrupting: false, next: 'note' };
    const world = started(task('ask', { boundary: [more] }), task('note'));
    suspend(world);
    for (let times = 0; times < 3; times++) world.message('more');
    world.resume();
    expect(world.where()).toEqual(['ask task', 'note task', 'note task', 'note task']);
  });

  it('refuses a result with an unknown outcome, and a second one', () => {
    const world = started(job('work', { outcomes: ['good', 'bad'], next: 'after' }), task('after'));
    suspend(world);
    const work = world.jobAt('work');
    expect(() => world.finish('work', 'odd')).toThrow(/not an outcome/);
    world.finish('work', 'bad');
    expect(() => world.settle(work, { kind: 'done', outcome: 'good' })).toThrow(/does not wait/);
    world.resume();
    expect(world.where()).toEqual(['after task']);
  });

  it('raises the incident of a job that failed when it goes on', () => {
    const world = started(job('work', { next: 'after' }), task('after'));
    suspend(world);
    world.fail('work');
    expect(world.incidents.size).toBe(0);
    world.resume();
    expect(world.where()).toEqual(['work help']);
  });

  it('passes over what is not waited for any more', () => {
    const stop = { id: 'stop', message: 'stop', next: 'stopped' };
    const world = started(job('work', { boundary: [stop], next: 'after' }), task('after'), task('stopped'));
    suspend(world);
    world.message('stop');
    world.finish('work');
    const { length } = world.history;
    world.resume();
    expect(world.where()).toEqual(['stopped task']);
    expect(world.history.slice(length).flat()).toContainEqual({ type: 'forgotten', job: 101 });
  });

  it('ends with what was kept when it is cancelled', () => {
    const world = started(job('work'));
    suspend(world);
    world.finish('work');
    world.take({ type: 'cancel' });
    expect(world.state).toMatchObject({ status: 'cancelled' });
    expect(world.state.suspended).toBeUndefined();
  });

  it('keeps so much and no more; the rest is taken in later', () => {
    const nodes = [{ id: 'both', type: 'parallelGateway', next: ['a', 'b'] }, task('a'), job('b')];
    const instance = new Instance(define(...nodes));
    instance.take({ type: 'suspend' });
    for (let count = 0; count < MAX_KEPT; count++) instance.fire(count);
    const done = instance.settled('b');
    expect(() => instance.take(done)).toThrow(/has kept as much as it may/);
    instance.take({ type: 'resume' });
    expect(instance.state.suspended).toMatchObject({ resuming: true });
    instance.take(done); // behind the others
    expect(() => instance.take(instance.settled('a'))).toThrow(/suspended/);
    expect(instance.takeRest()).toBe(10);
    expect(instance.state.suspended).toBeUndefined();
    expect(instance.state.tokens.map(({ node }) => node)).toEqual(['a']);
    expect(instance.history).toStrictEqual(instance.state);
  });

  it('stays suspended when it is suspended again before all is taken in', () => {
    const world = started(task('ask'));
    suspend(world);
    for (let count = 0; count < 150; count++) world.fire('A', `firing ${count}`);
    world.take({ type: 'resume' });
    const [rest] = world.deliveries.splice(0);
    suspend(world);
    expect(() => rest?.to === 'self' && world.take(rest.command)).toThrow(/not suspended/);
    expect(world.state.suspended?.kept).toHaveLength(50);
    world.resume();
    world.finish('ask');
    expect(world.state.status).toBe('completed');
  });

  it('looks at its conditions when it goes on', () => {
    const hot = { id: 'hot', condition: 'level > 5', next: 'cool' };
    const world = started(task('ask', { boundary: [hot] }), task('cool'));
    suspend(world);
    world.take({ type: 'variables', set: { level: 9 } });
    expect(world.where()).toEqual(['ask task']);
    world.resume();
    expect(world.where()).toEqual(['cool task']);
  });
});
