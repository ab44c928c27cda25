/**
 * The process engine: brings commands to instances. A command advances the newest state in memory at once; the unit goes
 * into the next commit; the caller hears after it. On a conflict (another process was faster) the instance is read again
 * and the command advanced again, at most MAX_CONFLICTS times.
 */

import type { Jobs } from '../../jobs/jobs.ts';
import type { Settled } from '../../jobs/owner.ts';
import { MAX_CONFLICTS } from '../../jobs/refusal.ts';
import type { Tasks } from '../../jobs/tasks.ts';
import { isMillraceError, MillraceError } from '../../kernel/errors.ts';
import { formatInstanceId, type InstanceId, type NextId } from '../../kernel/ids.ts';
import type { Store } from '../../store/store.ts';
import type { CommitVerdict, Unit } from '../../store/unit.ts';
import { isCriterionMessage, isSignalMessage } from '../core/action.ts';
import { advance, type Transition } from '../core/advance.ts';
import type { Command } from '../core/command.ts';
import type { Definition } from '../core/definition.ts';
import type { Firing } from '../core/firing.ts';
import type { ProcessState, Variables } from '../core/state.ts';
import type { Definitions } from './definitions.ts';
import { instanceFamily } from './families.ts';
import type { Chain, Live, LiveInstances } from './live-instances.ts';
import { type Happened, type Observers, report } from './report.ts';
import { type StepUnit, unitOf } from './transition-unit.ts';

const NO_PARTS: Unit = { guards: [], writes: [] };

/** What is to be done, by whom, and the guards and writes that join the instance's own in one unit. */
type Order = { readonly command: Command; readonly actor: string; readonly parts: Unit };
/** An instance before its start. */
type Unborn = { readonly definition: Definition; readonly state: undefined; readonly stamp: undefined };

/** A commit that was asked for, and what is to be done when it has ended. */
type Asked = {
  readonly chain: Chain;
  readonly isNew: boolean;
  readonly happened: Happened;
} & Pick<StepUnit, 'tasks' | 'jobs'>;

export type StartRequest = {
  readonly definition: string;
  readonly version?: number;
  readonly businessKey?: string;
  readonly variables?: Variables;
  readonly firings?: readonly Firing[];
  /** The start event that happened; default: those that wait for nothing. */
  readonly at?: string;
  /** Chosen beforehand by the instance that calls it. */
  readonly id?: InstanceId;
  readonly parent?: InstanceId;
};

export type EngineParts = {
  readonly store: Store;
  readonly nextId: NextId;
  readonly definitions: Definitions;
  readonly tasks: Tasks;
  readonly jobs: Jobs;
  readonly live: LiveInstances;
  /** Of times and dates in definitions that name none. */
  readonly timeZone: string;
  /** What happened to instances is told to them, after the commit. */
  readonly observers: Observers;
};

export class Engine {
  /** Called after an instance has begun to wait for a message; whoever keeps messages looks whether it has one. */
  onSubscribed: (name: string, correlationKey: string) => Promise<unknown> = async () => {};
  readonly #parts: EngineParts;
  readonly #live: LiveInstances;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#live = parts.live;
  }

  /** Starts an instance and answers its id. Throws `process.unknown-definition`, `process.cannot-start`, `process.already-open`, `process.variables-too-large`. */
  async start(request: StartRequest, actor: string, parts: Unit = NO_PARTS): Promise<InstanceId> {
    const { definition: key, version, businessKey = null, variables = {}, firings, at, parent } = request;
    const { definitions } = this.#parts;
    const definition = definitions.peek(key, version) ?? (await definitions.find(key, version));
    const id = request.id ?? (this.#parts.nextId() as InstanceId);
    const command: Command = {
      type: 'start',
      businessKey,
      variables,
      ...(firings !== undefined && { firings }),
      ...(at !== undefined && { at }),
      ...(parent !== undefined && { parent }),
    };
    const unborn: Unborn = { definition, state: undefined, stamp: undefined };
    const verdict = await this.#commit(id, unborn, { command, actor, parts });
    if (verdict === 'conflict') throw new MillraceError('process.already-open', { key, uniqueKey: businessKey });
    return id;
  }

  /** Brings a command to an instance. Throws what `advance` throws, `process.unknown-instance` and `store.conflict`. */
  async command(id: InstanceId, command: Command, actor: string): Promise<void> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      if ((await this.commandWith(id, { command, actor, parts: NO_PARTS })) === 'ok') return;
    }
    throw new MillraceError('store.conflict', {
      subject: `process instance ${formatInstanceId(id)}`,
      attempts: MAX_CONFLICTS,
    });
  }

  /** As `command`, with more guards and writes in the same unit; a conflict is the caller's to look at. */
  commandWith(id: InstanceId, order: Order): Promise<CommitVerdict> {
    const live = this.#live.get(id);
    return live === undefined ? this.#loadAndCommit(id, order) : this.#commit(id, live, order);
  }

  /** The owner of process jobs and tasks: settles them and advances the instance in one commit. */
  readonly onSettled = (
    { job, kind, owner, actor, onBehalfOf, result }: Settled,
    part: Unit,
  ): Promise<CommitVerdict> => {
    const by = onBehalfOf === undefined ? [actor] : [actor, onBehalfOf];
    return this.commandWith(owner.id as InstanceId, {
      command: { type: 'settle', job, kind, result, ...(kind === 'task' && { by }) },
      actor,
      parts: part,
    });
  };

  async #loadAndCommit(id: InstanceId, order: Order): Promise<CommitVerdict> {
    const read = await this.#load(id);
    // Several may have read it at once, and one of them gone on.
    return this.#commit(id, this.#live.get(id) ?? read, order);
  }

  /** The state as it will be when what is under way has been committed; for looking, not for deciding. */
  async state(id: InstanceId): Promise<{ readonly definition: Definition; readonly state: ProcessState }> {
    return this.#live.get(id) ?? (await this.#load(id));
  }

  /**
   * Advances and asks for the commit in one go, without a pause in between: so commits stand in the order of the advances.
   * No `async`: a function that waits keeps what it has at hand, and thousands that wait for the disk would keep thousands of
   * units, whose rows and texts are packed by then, for the garbage collector to copy.
   */
  #commit(id: InstanceId, before: Live | Unborn, { command, actor, parts }: Order): Promise<CommitVerdict> {
    const { store, nextId, jobs, timeZone } = this.#parts;
    const { definition, state, stamp: beforeStamp } = before;
    const now = store.now();
    let transition: Transition;
    try {
      transition = advance(definition, state, { command, now, nextId, timeZone });
    } catch (error) {
      return this.#refused(id, before, error);
    }
    const stamp = nextId();
    const { hands } = jobs;
    const whose = { instance: id, definition, command, actor, now, nextId, hands, transition };
    let step: StepUnit;
    try {
      step = unitOf({ ...whose, before: beforeStamp, stamp, parts });
    } catch (error) {
      return Promise.reject(error);
    }
    const live = { definition, state: transition.state, stamp };
    const chain = this.#live.begin(id, live);
    return this.#conclude(store.commit([step.unit]), {
      chain,
      isNew: beforeStamp === undefined,
      happened: { instance: id, definition, command, actor, transition },
      tasks: step.tasks,
      jobs: step.jobs,
    });
  }

  async #conclude(
    verdicts: Promise<readonly CommitVerdict[]>,
    { chain, isNew, happened, tasks, jobs }: Asked,
  ): Promise<CommitVerdict> {
    const { observers } = this.#parts;
    const { instance, definition, transition } = happened;
    let verdict: CommitVerdict | undefined;
    try {
      [verdict] = await verdicts;
    } finally {
      this.#live.end(instance, chain, verdict === 'ok');
      if (jobs.length > 0) this.#parts.jobs.created(jobs, verdict === 'ok');
    }
    if (verdict !== 'ok') {
      if (!isNew) observers.metrics.conflict(definition.key);
      return 'conflict';
    }
    report(happened, observers);
    for (const task of tasks) this.#parts.tasks.remember(task);
    for (const action of transition.actions) {
      if (action.type === 'subscribe' && !isCriterionMessage(action.name) && !isSignalMessage(action.name))
        await this.onSubscribed(action.name, action.key);
    }
    return 'ok';
  }

  /** Throws the error, unless it may come from what is remembered of the instance and is not true any more. */
  async #refused(id: InstanceId, { definition, stamp }: Live | Unborn, error: unknown): Promise<CommitVerdict> {
    if (stamp === undefined || !isRefusal(error) || !(await this.#isOutOfDate(id, stamp))) throw error;
    this.#parts.observers.metrics.conflict(definition.key);
    return 'conflict';
  }

  /**
   * An instance refuses what it does not wait for; but on a shared store what is remembered of it may be out of date. Looks
   * when everything under way is over, and forgets what is not true any more.
   */
  async #isOutOfDate(id: InstanceId, stamp: number): Promise<boolean> {
    const { store } = this.#parts;
    if (!store.capabilities.sharedByProcesses) return false;
    await store.commit([{ guards: [], writes: [] }]);
    if ((await store.get(instanceFamily, [id]))?.stamp === stamp) return false;
    if (this.#live.get(id)?.stamp === stamp) this.#live.forget(id);
    return true;
  }

  async #load(id: InstanceId): Promise<Live> {
    const { store, definitions } = this.#parts;
    const row = await store.get(instanceFamily, [id]);
    if (row === undefined) throw new MillraceError('process.unknown-instance', { id: formatInstanceId(id) });
    const definition =
      definitions.peek(row.definition, row.version) ?? (await definitions.find(row.definition, row.version));
    const known = this.#live.get(id); // somebody else read it meanwhile, and may have gone on
    if (known !== undefined) return known;
    const live: Live = { definition, state: JSON.parse(row.state) as ProcessState, stamp: row.stamp };
    if (row.status === 'active') this.#live.remember(id, live);
    return live;
  }
}

const isRefusal = (error: unknown): boolean =>
  (['process.not-waiting', 'process.not-active', 'process.no-incident', 'task.four-eyes'] as const).some((code) =>
    isMillraceError(error, code),
  );
