/** The people's side of the queue: list, take, return, delegate, complete. Each call is one commit. */
import { isMillraceError, MillraceError } from '../kernel/errors.ts';
import { formatJobId, type JobId, type NextId } from '../kernel/ids.ts';
import { Recent } from '../kernel/recent.ts';
import type { Store } from '../store/store.ts';
import { isEqual, set, type Unit, type Write } from '../store/unit.ts';
import { foreignEpoch, jobFamily } from './job.ts';
import type { Owners, Settled } from './owner.ts';
import { MAX_CONFLICTS } from './refusal.ts';
import {
  type Actor,
  agendaOf,
  delegate,
  giveBack,
  mayComplete,
  plan,
  representedIn,
  requireMayComplete,
  requireOpen,
  type TaskChange,
  type TaskPlan,
  type TaskRow,
  take,
  taskFamily,
} from './task.ts';
import { searchTasks, type TaskPage, type TaskPlace, type TaskSearch } from './task-search.ts';
import { searchableIn, variablesGone, variablesMoved } from './task-variable.ts';

export type Completion = {
  readonly outcome: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly comment?: string;
};
export type TaskFilter = {
  readonly role?: string;
  readonly assignee?: string;
  readonly state?: 'offered' | 'taken' | 'done' | 'cancelled';
  readonly limit: number;
  /** The id of the last task already seen. */
  readonly after?: number;
};

const RECENT_TASKS = 20_000;

export class Tasks {
  readonly #parts: { readonly store: Store; readonly nextId: NextId; readonly owners: Owners };
  /** Asked before people get a task; throws when its owner knows why they may not have it now. */
  mayHold: (task: TaskRow, people: readonly string[]) => Promise<void> = async () => {};
  readonly #recent = new Recent<number, TaskRow>(RECENT_TASKS);

  constructor(parts: { readonly store: Store; readonly nextId: NextId; readonly owners: Owners }) {
    this.#parts = parts;
  }

  /** Called by the owner that offers it, so that completing it needs no look-up. */
  remember(task: TaskRow): void {
    this.#recent.set(task.id, task);
  }

  async get(id: JobId): Promise<TaskRow> {
    const row = await this.#parts.store.get(taskFamily, [id]);
    if (row === undefined) throw new MillraceError('task.unknown', { id: formatJobId(id) });
    return row;
  }

  list({ role, assignee, state = 'offered', limit, after }: TaskFilter): Promise<TaskRow[]> {
    return this.#parts.store.select(taskFamily, {
      where: { state, ...(role !== undefined && { role }), ...(assignee !== undefined && { assignee }) },
      order: ['id'],
      ...(after !== undefined && { after: [after] }),
      limit,
    });
  }

  /** What was committed is found: lists are read from the rows that the commit wrote. Throws `task.too-many-to-sort`. */
  search(
    search: TaskSearch,
    page: { readonly limit: number; readonly after?: TaskPlace | undefined },
  ): Promise<TaskPage> {
    return searchTasks(this.#parts.store, search, page);
  }

  async take(id: JobId, actor: Actor): Promise<TaskRow> {
    return this.#change(id, (task) => take(task, actor), [actor.id]);
  }

  giveBack(id: JobId, actor: Actor): Promise<TaskRow> {
    return this.#change(id, (task) => giveBack(task, actor));
  }

  delegate(id: JobId, actor: Actor, to: string): Promise<TaskRow> {
    return this.#change(id, (task) => delegate(task, actor, to), [to]);
  }

  /** Its due time, when it comes up again, its priority. */
  plan(id: JobId, actor: Actor, change: TaskPlan): Promise<TaskRow> {
    return this.#change(id, (task) => plan(task, actor, change));
  }

  /** Completes the task and advances its owner in one commit. Throws `task.already-done`, `task.not-yours`, `process.unknown-outcome`. */
  async complete(id: JobId, actor: Actor, completion: Completion): Promise<void> {
    const { store, nextId, owners } = this.#parts;
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const task = this.#completable(id, actor) ?? (await this.#requireCompletable(id, actor));
      const owner = owners.get(task.ownerKind);
      if (owner === undefined) throw new MillraceError('task.unknown', { id: formatJobId(id) });
      // Forgotten before the commit: whoever completes it at the same moment reads the row as it then is.
      this.#recent.delete(id);
      try {
        const done = { epoch: nextId(), settledAt: store.now() };
        if ((await owner(settledOf(task, actor, completion), doneUnit(task, { actor, completion, done }))) === 'ok')
          return;
      } catch (error) {
        await this.#requireStillOpen(id, error);
      }
    }
    throw new MillraceError('store.conflict', { subject: `task ${formatJobId(id)}`, attempts: MAX_CONFLICTS });
  }

  /** What is remembered may be out of date where several processes work: it may allow, but never refuse. */
  #completable(id: JobId, actor: Actor): TaskRow | undefined {
    const known = this.#recent.get(id);
    return known !== undefined && mayComplete(known, actor) ? known : undefined;
  }

  async #requireCompletable(id: JobId, actor: Actor): Promise<TaskRow> {
    const task = await this.get(id);
    requireMayComplete(task, actor);
    return task;
  }

  /**
   * An owner that no longer waits has withdrawn the task, or somebody completed it a moment ago and that commit is still
   * under way. Commits keep their order, so after an empty one the row says which.
   */
  async #requireStillOpen(id: JobId, error: unknown): Promise<void> {
    if (!isMillraceError(error, 'process.not-waiting') && !isMillraceError(error, 'process.not-active')) throw error;
    await this.#parts.store.commit([{ guards: [], writes: [] }]);
    requireOpen(await this.get(id));
  }

  async #change(id: JobId, decide: (task: TaskRow) => TaskChange, holders: readonly string[] = []): Promise<TaskRow> {
    const { store, nextId } = this.#parts;
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const task = await this.get(id);
      const change = decide(task);
      const decided = { ...change, ...gotAt(task, change, store.now()), epoch: nextId() };
      if (holders.length > 0) await this.mayHold(task, holders);
      const after = { ...task, ...decided };
      const changed = { ...after, agenda: agendaOf(after) };
      const { agenda } = changed;
      const [verdict] = await store.commit([
        {
          guards: [isEqual(taskFamily, [id], ['epoch', task.epoch])],
          writes: [
            set(taskFamily, [id], { ...decided, ...(agenda !== task.agenda && { agenda }) }),
            ...variablesMoved(changed),
            ...alarmsMoved(task, decided, { now: store.now(), nextId }),
          ],
        },
      ]);
      if (verdict === 'ok') {
        this.#recent.set(id, changed);
        return changed;
      }
    }
    throw new MillraceError('store.conflict', { subject: `task ${formatJobId(id)}`, attempts: MAX_CONFLICTS });
  }
}

/** Whoever takes what they have already has it since before. */
function gotAt(task: TaskRow, { assignee }: TaskChange, now: number): Partial<Pick<TaskRow, 'takenAt'>> {
  if (assignee === undefined || assignee === task.assignee) return {};
  return { takenAt: assignee === null ? null : now };
}

/** Its alarms are looked at again, at once. Whoever rings them just now comes too late with what it says. */
function alarmsMoved({ alarm }: TaskRow, { dueAt }: TaskChange, { now, nextId }: Moment): Write[] {
  if (alarm === null || dueAt === undefined) return [];
  const anew = { state: 'scheduled', dueAt: now, leaseUntil: null, worker: null, epoch: foreignEpoch(nextId) };
  return [set(jobFamily, [alarm], anew)];
}

type Moment = { readonly now: number; readonly nextId: NextId };
type Done = {
  readonly actor: Actor;
  readonly completion: Completion;
  readonly done: Pick<TaskRow, 'epoch' | 'settledAt'>;
};

function doneUnit(task: TaskRow, { actor, completion, done }: Done): Unit {
  const { id, epoch, assignee } = task;
  const { outcome, comment = null } = completion;
  const settledFor = representedIn(task, actor);
  const columns = {
    state: 'done',
    outcome,
    comment,
    assignee: assignee ?? actor.id,
    settledBy: actor.id,
    ...(settledFor !== undefined && { settledFor }),
    settledAt: done.settledAt,
    epoch: done.epoch,
    ...(task.agenda !== null && { agenda: null }),
  };
  return {
    guards: [isEqual(taskFamily, [id], ['epoch', epoch])],
    writes: [set(taskFamily, [id], columns), ...variablesGone(id, searchableIn(task))],
  };
}

function settledOf(task: TaskRow, actor: Actor, completion: Completion): Settled {
  const { id, ownerKind, ownerId, ownerSeq } = task;
  const onBehalfOf = representedIn(task, actor);
  const owner = { kind: ownerKind, id: ownerId, seq: ownerSeq };
  return {
    job: id as JobId,
    kind: 'task',
    owner,
    actor: actor.id,
    ...(onBehalfOf !== undefined && { onBehalfOf }),
    ...(task.takenAt !== null && { begunAt: task.takenAt }),
    result: { ...completion, kind: 'done' },
  };
}
