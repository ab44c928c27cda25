/**
 * One process instance under test: on a virtual clock, with nothing around it. The test is the people, the workers and the
 * other systems: it answers tasks and jobs, sends messages, lets time pass, and looks at the path that was taken.
 */
import type { Instant } from '../kernel/clock.ts';
import { parseDuration } from '../kernel/duration.ts';
import type { InstanceId, JobId } from '../kernel/ids.ts';
import { type Action, type Delivery, TIMER_KIND } from '../process/core/action.ts';
import { advance } from '../process/core/advance.ts';
import type { Result, Returned } from '../process/core/brought.ts';
import type { Command } from '../process/core/command.ts';
import { compileDefinition } from '../process/core/compile.ts';
import type { Definition } from '../process/core/definition.ts';
import type { Effect } from '../process/core/effect.ts';
import type { ProcessState, Token } from '../process/core/state.ts';
import { visibleVariables } from '../process/core/state.ts';
import { facesOfFiles } from '../process/decisions/face.ts';
import type { OutcomesIn, ProcessDefinition, VariablesIn } from '../process/define-process.ts';

type Json = Readonly<Record<string, unknown>>;
type Activity<Source> = keyof OutcomesIn<Source> & string;
type OutcomeAt<Source, Node> = Node extends keyof OutcomesIn<Source> ? OutcomesIn<Source>[Node] & string : string;

export type RunOptions<Variables = Json> = {
  readonly variables?: Partial<Variables>;
  readonly businessKey?: string;
  /** The start event that happened; default: those that wait for nothing. */
  readonly at?: string;
  /** Where the clock starts; default: a Monday, 2026-01-05T06:00Z. */
  readonly now?: Date;
  readonly timeZone?: string;
  /** DMN files with the decisions that its business rule tasks ask. */
  readonly decisions?: readonly string[];
};

type Timer = { readonly job: JobId; readonly dueAt: Instant };

/** Rings that one call of `advance` may cause; more is a timer that repeats without end. */
const MAX_RINGS = 100_000;
const MONDAY = Date.UTC(2026, 0, 5, 6);

export class ProcessRun<Source extends ProcessDefinition = ProcessDefinition> {
  readonly #definition: Definition;
  readonly #timeZone: string;
  readonly #timers = new Map<JobId, Timer>();
  readonly #history: (readonly Effect[])[] = [];
  readonly #sent: Delivery[] = [];
  readonly #left: Command[] = [];
  #state: ProcessState | undefined;
  #lastId = 0;
  #now: Instant;

  constructor(
    source: Source,
    { variables = {}, businessKey, at, now, timeZone = 'UTC', decisions = [] }: RunOptions<VariablesIn<Source>>,
  ) {
    this.#definition = compileDefinition(source, 1, { decisions: facesOfFiles(decisions) });
    this.#timeZone = timeZone;
    this.#now = now?.getTime() ?? MONDAY;
    this.#take({
      type: 'start',
      businessKey: businessKey ?? null,
      variables: variables as Json,
      ...(at !== undefined && { at }),
    });
  }

  get status(): ProcessState['status'] {
    return this.#current.status;
  }

  /** The activities and events that have ended, in order, each as often as it did. */
  get path(): string[] {
    return this.history.flatMap((effect) => (effect.type === 'completed' ? [effect.node] : []));
  }

  /** The nodes at which something waits, in order of the alphabet. */
  get waitsAt(): string[] {
    return this.#current.tokens
      .filter(({ wait }) => wait.for !== 'scope')
      .map(({ node }) => node)
      .sort();
  }

  /** What is stuck, and why. */
  get incidents(): { readonly at: string; readonly code: string; readonly message: string }[] {
    return this.#current.tokens.flatMap(({ node, wait }) =>
      wait.for === 'help' ? [{ at: node, code: wait.code, message: wait.message }] : [],
    );
  }

  /** Of the whole instance; of a node in a sub-process as that one sees them. */
  get variables(): Json {
    return visibleVariables(this.#current, 0);
  }

  /** Of an activity that is done several times: as the first that is under way sees them. */
  variablesAt(node: Activity<Source>): Json {
    const isInside = this.#current.tokens.some((token) => token.node === node && token.wait.for !== 'scope');
    const { scope, locals } = this.#tokenAt(node, ({ wait }) => !isInside || wait.for !== 'scope');
    return { ...visibleVariables(this.#current, scope), ...locals };
  }

  /** Messages, signals and calls that left for others. */
  get sent(): readonly Delivery[] {
    return this.#sent;
  }

  get history(): readonly Effect[] {
    return this.#history.flat();
  }

  get now(): Date {
    return new Date(this.#now);
  }

  /** A person or a worker has done it. Of several that wait at the node, the first. */
  complete<Node extends Activity<Source>>(
    node: Node,
    outcome?: OutcomeAt<Source, Node>,
    { variables, comment }: { readonly variables?: Partial<VariablesIn<Source>>; readonly comment?: string } = {},
  ): this {
    return this.#settle(node, {
      kind: 'done',
      outcome: outcome ?? 'done',
      ...(variables !== undefined && { variables: variables as Json }),
      ...(comment !== undefined && { comment }),
    });
  }

  /** The job has failed for good: an incident. */
  fail(node: Activity<Source>, message = 'it failed'): this {
    return this.#settle(node, { kind: 'failed', message });
  }

  /** The job ends with a BPMN error. */
  error(node: Activity<Source>, code: string, variables: Json = {}): this {
    return this.#settle(node, { kind: 'error', code, variables });
  }

  /** The called process has come back; without anything: it is done. */
  comeBack(node: Activity<Source>, result: Returned = { kind: 'done', variables: {} }): this {
    const { wait } = this.#tokenAt(node, (token) => token.wait.for === 'call');
    return this.#take({ type: 'returned', child: (wait as { instance: InstanceId }).instance, result });
  }

  /** By default to the business key. */
  message(name: string, variables: Json = {}, correlationKey: string = this.#current.businessKey ?? ''): this {
    return this.#take({ type: 'message', name, key: correlationKey, variables });
  }

  signal(name: string, variables: Json = {}): this {
    return this.#take({ type: 'signal', name, variables });
  }

  /** The criterion fires for the device of the business key. */
  fire(criterion: string, fact: Json = {}): this {
    const firing = {
      id: String(++this.#lastId),
      criterion,
      device: this.#current.businessKey ?? '',
      at: this.#now,
      ...fact,
    };
    return this.#take({ type: 'firing', firing });
  }

  /** Begins activities of an ad-hoc sub-process that is at work. */
  activate(adHoc: Activity<Source>, ...activities: string[]): this {
    return this.#take({ type: 'activate', node: adHoc, activities });
  }

  /** What is stuck is tried again. */
  retry(node: Activity<Source>): this {
    return this.#take({ type: 'retry', token: this.#tokenAt(node, ({ wait }) => wait.for === 'help').id });
  }

  cancel(reason?: string): this {
    return this.#take({ type: 'cancel', ...(reason !== undefined && { reason }) });
  }

  /** Lets time pass – "30s", "2h", "1d" – and every timer ring that becomes due, each at its time. */
  advance(duration: string): this {
    const end = this.#now + parseDuration(duration);
    for (let rings = 0; ; rings++) {
      const [next] = [...this.#timers.values()].filter(({ dueAt }) => dueAt <= end).sort((a, b) => a.dueAt - b.dueAt);
      if (next === undefined) break;
      if (rings >= MAX_RINGS) throw new Error(`${MAX_RINGS} timers rang within ${duration}; advance less at a time`);
      this.#now = Math.max(this.#now, next.dueAt);
      this.#take({ type: 'settle', job: next.job, kind: TIMER_KIND, result: { kind: 'done', outcome: 'done' } });
    }
    this.#now = end;
    return this;
  }

  get #current(): ProcessState {
    if (this.#state === undefined) throw new Error('the instance has not started');
    return this.#state;
  }

  #settle(node: string, result: Result): this {
    const { wait } = this.#tokenAt(node, (token) => 'job' in token.wait);
    return this.#take({ type: 'settle', job: (wait as { job: JobId }).job, kind: 'test', result });
  }

  #tokenAt(node: string, suits: (token: Token) => boolean): Token {
    const token = this.#current.tokens.find((candidate) => candidate.node === node && suits(candidate));
    if (token !== undefined) return token;
    const where = this.#current.tokens.map((each) => `${each.node} (${each.wait.for})`).join(', ');
    throw new Error(
      `nothing of that kind waits at "${node}"; the instance is ${this.status}${where && `, at ${where}`}`,
    );
  }

  #take(command: Command): this {
    const moment = { now: this.#now, timeZone: this.#timeZone, nextId: () => ++this.#lastId };
    const { state, effects, actions } = advance(this.#definition, this.#state, { command, ...moment });
    // What is stored is read again as JSON.
    this.#state = JSON.parse(JSON.stringify(state)) as ProcessState;
    this.#history.push(effects);
    if (command.type === 'settle') this.#timers.delete(command.job);
    for (const action of actions) this.#note(action);
    // What is left for a commit of its own comes right after it.
    for (let next = this.#left.shift(); next !== undefined; next = this.#left.shift()) this.#take(next);
    return this;
  }

  #note(action: Action): void {
    if (action.type === 'createJob' && action.kind === TIMER_KIND && action.dueAt !== undefined) {
      this.#timers.set(action.job, { job: action.job, dueAt: action.dueAt });
    }
    if (action.type === 'withdrawJob') this.#timers.delete(action.job);
    if (action.type !== 'deliver') return;
    const { delivery } = action;
    if (delivery.to === 'self') this.#left.push(delivery.command);
    else this.#sent.push(delivery);
  }
}

/** Starts an instance of a definition. Throws `process.invalid-definition`, and what a start throws. */
export const runProcess = <Source extends ProcessDefinition>(
  source: Source,
  options: RunOptions<VariablesIn<Source>> = {},
): ProcessRun<Source> => new ProcessRun(source, options);
