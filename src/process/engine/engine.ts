/**
 * The process engine: brings commands to instances. A command advances the newest state in memory at once; the unit goes
 * into the next commit; the caller hears after it. On a conflict (another process was faster) the instance is read again
 * and the command advanced again, at most MAX_CONFLICTS times.
 */

import type { Jobs } from '../../jobs/jobs.ts';
import type { Settled } from '../../jobs/owner.ts';
import { MAX_CONFLICTS } from '../../jobs/refusal.ts';
import { type TaskRow, taskFamily } from '../../jobs/task.ts';
import type { Tasks } from '../../jobs/tasks.ts';
import { isMillraceError, MillraceError } from '../../kernel/errors.ts';
import { formatInstanceId, type InstanceId, type NextId } from '../../kernel/ids.ts';
import type { Store } from '../../store/store.ts';
import { type CommitVerdict, isEqual, type Unit } from '../../store/unit.ts';
import { isCriterionMessage, isSignalMessage } from '../core/action.ts';
import { advance, type Transition } from '../core/advance.ts';
import type { Command } from '../core/command.ts';
import type { Definition } from '../core/definition.ts';
import type { Firing } from '../core/firing.ts';
import type { ProcessState, Variables } from '../core/state.ts';
import type { Definitions } from './definitions.ts';
import { type InstanceRow, instanceFamily } from './families.ts';
import type { Chain, Live, LiveInstances } from './live-instances.ts';
import { type MigrationPreview, previewOf } from './migration-preview.ts';
import { type Happened, type Observers, report } from './report.ts';
import { type StepUnit, unitOf } from './transition-unit.ts';

const NO_PARTS: Unit = { guards: [], writes: [] };

/** What is to be done, by whom, and the guards and writes that join the instance's own in one unit. */
type Order = {
  readonly command: Command;
  readonly actor: string;
  readonly parts: Unit;
  /** Of a migration: the version that counts from then on. */
  readonly target?: Definition;
  /** Of a migration, where tasks are found by variables: the open ones as they are. */
  readonly tasks?: ReadonlyMap<number, TaskRow>;
};
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

/** Of the definition's version; `nodes`: what is called otherwise there. */
export type MigrationRequest = {
  readonly version?: number;
  readonly nodes?: Readonly<Record<string, string>>;
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
    throw conflictOf(id);
  }

  /** As `command`, with more guards and writes in the same unit; a conflict is the caller's to look at. */
  commandWith(id: InstanceId, order: Order): Promise<CommitVerdict> {
    const live = this.#live.get(id);
    if (order.target !== undefined && order.tasks === undefined) return this.#withTasks(id, order);
    if (live === undefined) return this.#loadAndCommit(id, order);
    const { key, version } = live.definition;
    return this.#parts.definitions.peek(key, version) === undefined
      ? this.#compileAndCommit(live.definition, id, order)
      : this.#commit(id, live, order);
  }

  /** The settings of its definition have changed, or it was not used for long. */
  async #compileAndCommit({ key, version }: Definition, id: InstanceId, order: Order): Promise<CommitVerdict> {
    await this.#parts.definitions.find(key, version);
    return this.commandWith(id, order);
  }

  /**
   * Lets an instance go on by another version of its definition, by default the newest. Answers false when it does already.
   * Throws `process.cannot-migrate` with every problem as `errors`.
   */
  async migrate(id: InstanceId, { version, nodes = {} }: MigrationRequest, actor: string): Promise<boolean> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const { definition } = await this.state(id);
      const target = await this.#parts.definitions.find(definition.key, version);
      if (target.version === definition.version) return false;
      const command = { type: 'migrate', version: target.version, nodes } as const;
      if ((await this.commandWith(id, { command, actor, parts: NO_PARTS, target })) === 'ok') return true;
    }
    throw conflictOf(id);
  }

  /** The rows by which tasks are found say whose they are: so a migration looks at its tasks, and is guarded by them. */
  async #withTasks(id: InstanceId, order: Order): Promise<CommitVerdict> {
    const { definition, state } = await this.state(id);
    const isFound = definition.searchable !== undefined || order.target?.searchable !== undefined;
    const jobs = isFound ? state.tokens.flatMap(({ wait }) => (wait.for === 'task' ? [wait.job] : [])) : [];
    const keys = jobs.map((job) => [job]);
    const found = keys.length === 0 ? [] : await this.#parts.store.getMany(taskFamily, keys);
    const rows = found.filter((row) => row !== undefined);
    const guards = rows.map(({ id: job, epoch }) => isEqual(taskFamily, [job], ['epoch', epoch]));
    return this.commandWith(id, {
      ...order,
      tasks: new Map(rows.map((row) => [row.id, row])),
      parts: { guards: [...order.parts.guards, ...guards], writes: order.parts.writes },
    });
  }

  /** Throws what the command would, and changes nothing. */
  async rehearse(id: InstanceId, { command, target }: Pick<Order, 'command' | 'target'>): Promise<void> {
    const { store, nextId, timeZone } = this.#parts;
    const { definition, state } = await this.state(id);
    const input = { command, now: store.now(), nextId, timeZone, ...(target !== undefined && { target }) };
    advance(definition, state, input);
  }

  /** What `migrate` would do. */
  async previewMigration(
    id: InstanceId,
    { version, nodes = {} }: MigrationRequest,
  ): Promise<MigrationPreview & { readonly from: number; readonly to: number }> {
    const { store, nextId, definitions, timeZone } = this.#parts;
    const { definition, state } = await this.state(id);
    const target = await definitions.find(definition.key, version);
    const versions = { from: definition.version, to: target.version };
    if (versions.from === versions.to) return { ...versions, tokens: [], problems: [] };
    const migration = { definition, state, target, nodes };
    return { ...versions, ...previewOf(migration, { now: store.now(), nextId, timeZone }) };
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
  #commit(id: InstanceId, before: Live | Unborn, order: Order): Promise<CommitVerdict> {
    const { store, nextId, jobs, timeZone, definitions } = this.#parts;
    const { command, actor, parts, target, tasks } = order;
    const { state, stamp: beforeStamp } = before;
    const { key, version } = before.definition;
    // With the settings as they are now.
    const current = definitions.peek(key, version) ?? before.definition;
    const definition = target ?? current;
    const now = store.now();
    let transition: Transition;
    try {
      const input = { command, now, nextId, timeZone, ...(target !== undefined && { target }) };
      transition = advance(current, state, input);
    } catch (error) {
      return this.#refused(id, before, { order, error });
    }
    const stamp = nextId();
    const { hands } = jobs;
    const whose = { instance: id, definition, command, actor, now, nextId, hands, transition };
    let step: StepUnit;
    try {
      step = unitOf({ ...whose, before: beforeStamp, stamp, parts, revised: tasks });
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

  /**
   * An instance refuses what it does not wait for; but on a shared store what is remembered of it may be out of date: half of
   * all commands where two servers share the work. Then the command is brought to the instance as it is now; else the error stands.
   */
  async #refused(
    id: InstanceId,
    { definition, stamp }: Live | Unborn,
    { order, error }: { readonly order: Order; readonly error: unknown },
  ): Promise<CommitVerdict> {
    const { store, observers } = this.#parts;
    if (stamp === undefined || !store.capabilities.sharedByProcesses || !isRefusal(error)) throw error;
    // What this process has under way comes first; commits keep their order.
    if (this.#live.isUnderWay(id)) await store.commit([{ guards: [], writes: [] }]);
    const row = await store.get(instanceFamily, [id]);
    if (row?.stamp === stamp) throw error;
    observers.metrics.conflict(definition.key);
    const known = this.#live.get(id);
    if (known?.stamp === stamp) this.#live.forget(id);
    else if (known !== undefined) return this.#commit(id, known, order); // somebody else has looked, or gone on
    return this.#commit(id, await this.#remembered(id, row), order);
  }

  /** Those that are not in memory are read at once, for whoever is going to ask for many. */
  async bringIn(ids: readonly InstanceId[]): Promise<void> {
    const missing = ids.filter((id) => this.#live.get(id) === undefined);
    if (missing.length === 0) return;
    const rows = await this.#parts.store.getMany(
      instanceFamily,
      missing.map((id) => [id]),
    );
    await Promise.all(
      rows.map((row, at) => (row === undefined ? undefined : this.#remembered(missing[at] as InstanceId, row))),
    );
  }

  async #load(id: InstanceId): Promise<Live> {
    return this.#remembered(id, await this.#parts.store.get(instanceFamily, [id]));
  }

  async #remembered(id: InstanceId, row: InstanceRow | undefined): Promise<Live> {
    const { definitions } = this.#parts;
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

const REFUSALS = [
  'process.not-waiting',
  'process.not-active',
  'process.no-incident',
  'process.suspended',
  'process.not-suspended',
  'process.unknown-token',
  'process.unknown-scope',
  'process.cannot-move',
  'process.cannot-migrate',
  'task.four-eyes',
] as const;
const isRefusal = (error: unknown): boolean => REFUSALS.some((code) => isMillraceError(error, code));

const conflictOf = (id: InstanceId): MillraceError =>
  new MillraceError('store.conflict', {
    subject: `process instance ${formatInstanceId(id)}`,
    attempts: MAX_CONFLICTS,
  });
