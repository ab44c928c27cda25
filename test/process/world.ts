/**
 * The world around one process instance, as a test sees it: it hands in time and ids, carries out actions in a ledger,
 * and holds after every command that history, state, ledger and the stays that are counted say the same.
 */
import { expect } from 'vitest';
import type { JobId } from '../../src/kernel/ids.ts';
import { type Action, type Delivery, signalMessage } from '../../src/process/core/action.ts';
import { advance, type Transition } from '../../src/process/core/advance.ts';
import type { Result } from '../../src/process/core/brought.ts';
import type { Command } from '../../src/process/core/command.ts';
import { compileDefinition } from '../../src/process/core/compile.ts';
import type { Definition } from '../../src/process/core/definition.ts';
import { type Effect, replay } from '../../src/process/core/effect.ts';
import type { Firing } from '../../src/process/core/firing.ts';
import type { ProcessState, Token, Variables } from '../../src/process/core/state.ts';
import { type Stay, staysOf, WHOLE } from '../../src/process/core/stays.ts';
import { ownerOfScope } from '../../src/process/core/work.ts';

type SideJob = Extract<Action, { type: 'createJob' }>;
type Fields = { readonly name: string; readonly key?: string };

/** A definition of these nodes. */
export const define = (...nodes: object[]): Definition => compileDefinition({ key: 'test', nodes }, 1);

export const firingOf = (criterion: string, id = `firing of ${criterion}`): Firing => ({
  id,
  criterion,
  device: 'press-7',
  at: 1_000,
  evidence: { level: 9 },
});

export class World {
  #definition: Definition;
  readonly history: (readonly Effect[])[] = [];
  readonly #times: number[] = [];
  readonly stays: (readonly Stay[])[] = [];
  readonly jobs = new Set<JobId>();
  readonly subscriptions = new Set<string>();
  readonly incidents = new Set<number>();
  readonly sideJobs: SideJob[] = [];
  /** What left for other instances. */
  readonly deliveries: Delivery[] = [];
  /** The first job is 101. */
  #lastId = 100;
  now = 1_000_000;
  #state: ProcessState | undefined;

  constructor(definition: Definition) {
    this.#definition = definition;
  }

  get definition(): Definition {
    return this.#definition;
  }

  get state(): ProcessState {
    if (this.#state === undefined) throw new Error('not started');
    return this.#state;
  }

  /** Gives the command to the instance. One that is refused leaves everything as it was. */
  take(command: Command, target?: Definition): Transition {
    const before = JSON.stringify(this.#state);
    const input = { command, now: this.now, nextId: () => ++this.#lastId, ...(target && { target }) };
    try {
      const transition = advance(this.definition, this.#state, input);
      if (target !== undefined) this.#definition = target;
      this.stays.push(staysOf(this.#state, transition.effects));
      // What is stored is read again as JSON.
      this.#state = JSON.parse(JSON.stringify(transition.state));
      expect(this.#state).toStrictEqual(transition.state);
      this.history.push(transition.effects);
      this.#times.push(this.now);
      this.#carryOut(transition.actions, command);
      this.#agree();
      return transition;
    } finally {
      if (this.#state !== undefined && this.history.length !== this.#state.seq) {
        expect(JSON.stringify(this.#state)).toBe(before);
      }
    }
  }

  start(variables: Variables = {}, firings?: readonly Firing[]): Transition {
    return this.take({ type: 'start', businessKey: 'press-7', variables, ...(firings && { firings }) });
  }

  /** It goes on by another version of its definition. */
  migrate(target: Definition, nodes: Readonly<Record<string, string>> = {}): Transition {
    return this.take({ type: 'migrate', version: target.version, nodes }, target);
  }

  /** As often as it takes: what is left for a command of its own comes right after it. */
  resume(): void {
    this.take({ type: 'resume' });
    for (let rest = this.#left(); rest !== undefined; rest = this.#left()) this.take(rest);
  }

  #left(): Command | undefined {
    const place = this.deliveries.findIndex(({ to }) => to === 'self');
    const [delivery] = place < 0 ? [] : this.deliveries.splice(place, 1);
    return delivery?.to === 'self' ? delivery.command : undefined;
  }

  /** The task or job at this node is done. */
  finish(
    node: string,
    outcome = 'done',
    rest: Omit<Extract<Result, { kind: 'done' }>, 'kind' | 'outcome'> = {},
  ): Transition {
    return this.settle(this.jobAt(node), { kind: 'done', outcome, ...rest });
  }

  fail(node: string, message = 'out of paper'): Transition {
    return this.settle(this.jobAt(node), { kind: 'failed', message });
  }

  settle(job: JobId, result: Result): Transition {
    return this.take({ type: 'settle', job, kind: 'any', result });
  }

  message(name: string, variables: Variables = {}, key = 'press-7'): Transition {
    return this.take({ type: 'message', name, key, variables });
  }

  signal(name: string, variables: Variables = {}): Transition {
    return this.take({ type: 'signal', name, variables });
  }

  /** The job at this node ends with a BPMN error. */
  error(node: string, code: string, variables: Variables = {}): Transition {
    return this.settle(this.jobAt(node), { kind: 'error', code, message: 'it broke', variables });
  }

  fire(criterion: string, id?: string): Transition {
    return this.take({ type: 'firing', firing: firingOf(criterion, id) });
  }

  retry(node: string): Transition {
    return this.take({ type: 'retry', token: this.tokenAt(node, ({ wait }) => wait.for === 'help').id });
  }

  tokenAt(node: string, suits: (token: Token) => boolean = () => true): Token {
    const token = this.state.tokens.find((candidate) => candidate.node === node && suits(candidate));
    if (token === undefined) throw new Error(`no token at ${node}, only at ${this.where().join(', ')}`);
    return token;
  }

  jobAt(node: string): JobId {
    const { wait } = this.tokenAt(node, (token) => 'job' in token.wait || token.wait.for === 'criterion');
    if ('job' in wait) return wait.job;
    if (wait.for === 'criterion' && wait.expiry !== undefined) return wait.expiry;
    throw new Error(`${node} waits for no job`);
  }

  /** The timer of a boundary event, or of an event sub-process. */
  timerOf(event: string): JobId {
    for (const { armed = [] } of [...this.state.tokens, ...this.state.scopes]) {
      for (const entry of armed) if (entry.node === event && entry.for === 'timer') return entry.job;
    }
    throw new Error(`the timer of ${event} is not running`);
  }

  /** Where tokens are and what they wait for, in order of the alphabet. */
  where(): string[] {
    return this.state.tokens.map(({ node, wait }) => `${node} ${wait.for}`).sort();
  }

  variables(scope = 0): Variables | undefined {
    return this.state.scopes.find(({ id }) => id === scope)?.variables;
  }

  #carryOut(actions: readonly Action[], command: Command): void {
    if (command.type === 'settle') this.jobs.delete(command.job);
    for (const action of actions) {
      switch (action.type) {
        case 'createJob':
          if (action.token === 0) this.sideJobs.push(action);
          else enter(this.jobs, action.job);
          break;
        case 'offerTask':
          enter(this.jobs, action.job);
          break;
        case 'withdrawJob':
        case 'withdrawTask':
          remove(this.jobs, action.job);
          break;
        case 'subscribe':
          enter(this.subscriptions, subscription(action.token, action));
          break;
        case 'unsubscribe':
          remove(this.subscriptions, subscription(action.token, action));
          break;
        case 'raiseIncident':
          enter(this.incidents, action.token);
          break;
        case 'resolveIncident':
          remove(this.incidents, action.token);
          break;
        case 'deliver':
          this.deliveries.push(action.delivery);
          break;
        default:
          action.type satisfies 'replayJob' | 'reviseTask';
      }
    }
  }

  /** What began and did not end is what is there; the hosts of iterations are not counted. */
  #agreeOnStays(): void {
    const { tokens, scopes, status } = this.state;
    const hosts = scopes.flatMap(({ host, iteration }) => (iteration === undefined ? [] : [host]));
    const there = tokens.filter(({ id }) => !hosts.includes(id)).map(({ node }) => node);
    if (status === 'active') there.push(WHOLE);
    const counted = new Map<string, number>();
    for (const { did, node } of this.stays.flat()) {
      const change = did === 'begin' || did === 'enter' ? 1 : did === 'end' || did === 'leave' ? -1 : 0;
      counted.set(node, (counted.get(node) ?? 0) + change);
    }
    const nodes = [...counted].flatMap(([node, count]) => new Array<string>(Math.max(0, count)).fill(node));
    expect(nodes.sort()).toEqual(there.sort());
    expect([...counted.values()].filter((count) => count < 0)).toEqual([]);
  }

  #agree(): void {
    const { state } = this;
    const entries = this.history.map((effects, place) => ({ at: this.#times[place] ?? 0, effects }));
    expect(replay(entries)).toStrictEqual(state);
    expect(JSON.parse(JSON.stringify(this.history))).toStrictEqual(this.history);
    this.#agreeOnStays();
    const jobs: number[] = [];
    const subscriptions: string[] = [];
    for (const { id, scope, wait, armed = [] } of state.tokens) {
      expect(wait.for).not.toBe('nothing');
      expect(state.scopes.some((candidate) => candidate.id === scope)).toBe(true);
      if ('job' in wait) jobs.push(wait.job);
      if (wait.for === 'criterion' && wait.expiry !== undefined) jobs.push(wait.expiry);
      if (wait.for === 'criterion') subscriptions.push(subscription(id, { name: wait.criterion, key: wait.key }));
      for (const entry of [wait, ...armed]) {
        if (entry.for === 'timer' && 'node' in entry) jobs.push(entry.job);
        if (entry.for === 'message') subscriptions.push(subscription(id, entry));
        if (entry.for === 'signal') subscriptions.push(subscription(id, { name: signalMessage(entry.name), key: '' }));
      }
    }
    for (const { id, armed = [] } of state.scopes) {
      for (const entry of armed) {
        const owner = ownerOfScope(id);
        if (entry.for === 'timer') jobs.push(entry.job);
        if (entry.for === 'message') subscriptions.push(subscription(owner, entry));
        if (entry.for === 'signal')
          subscriptions.push(subscription(owner, { name: signalMessage(entry.name), key: '' }));
      }
    }
    // A job whose result is kept has ended, and whoever waits for it does not know yet.
    const kept = (state.suspended?.kept ?? []).map((command) => (command.type === 'settle' ? command.job : 0));
    const stuck = state.tokens.filter(({ wait }) => wait.for === 'help').map(({ id }) => id);
    for (const { id } of state.failures ?? []) stuck.push(id);
    expect([...this.jobs].sort()).toEqual(jobs.filter((job) => !kept.includes(job as JobId)).sort());
    expect([...this.subscriptions].sort()).toEqual(subscriptions.sort());
    expect([...this.incidents].sort()).toEqual(stuck.sort());
    const hosts = state.tokens.flatMap(({ id, wait }) => (wait.for === 'scope' ? [[wait.scope, id]] : []));
    const inner = state.scopes.filter(({ id }) => id !== 0);
    expect(inner.map(({ id, host }) => [id, host]).sort()).toEqual(hosts.sort());
    expect(inner.every(({ parent }) => state.scopes.some(({ id }) => id === parent))).toBe(true);
    expect(new Set(state.tokens.map(({ id }) => id)).size).toBe(state.tokens.length);
    if (state.status !== 'active') expect(state.tokens).toEqual([]);
  }
}

const subscription = (token: number, { name, key = '' }: Fields): string => JSON.stringify([token, name, key]);

function enter<T>(ledger: Set<T>, entry: T): void {
  if (ledger.has(entry)) throw new Error(`${entry} is already open`);
  ledger.add(entry);
}

function remove<T>(ledger: Set<T>, entry: T): void {
  if (!ledger.delete(entry)) throw new Error(`${entry} is not open`);
}
