/**
 * A user task is a job for a person. Its life:
 *
 *   offered    everybody with the role sees it and may take it.
 *   taken      one person has it: only that person completes it, returns it (offered again) or delegates it to another.
 *              It never expires by silence; due dates and escalations are timers of the process.
 *   done       completed with one of its outcomes. Final.
 *   cancelled  the process no longer wants it. Final.
 *
 * Each change is guarded by the task's epoch, so two people cannot both take or complete it.
 */
import { MillraceError } from '../kernel/errors.ts';
import { formatJobId, type JobId } from '../kernel/ids.ts';
import { defineFamily, type RowOf } from '../store/family.ts';

/** What `agenda` says of a task in the index by due time. */
export const DUE = 'due';

export const taskFamily = defineFamily({
  name: 'task',
  isHot: true,
  columns: {
    id: 'integer',
    ownerKind: 'text',
    ownerId: 'integer',
    ownerSeq: 'integer',
    /** What it is a step of: the key of the process definition. */
    source: 'text',
    step: 'text',
    /** What people call it; JSON when it has several languages. */
    name: 'text',
    businessKey: 'text?',
    role: 'text',
    assignee: 'text?',
    state: 'text',
    epoch: 'integer',
    /** Minus the priority. */
    rank: 'integer',
    /** JSON lists. */
    outcomes: 'text',
    commentOn: 'text',
    outcome: 'text?',
    comment: 'text?',
    dueAt: 'integer?',
    createdAt: 'integer',
    settledAt: 'integer?',
    settledBy: 'text?',
    /** `due` while it is offered and has a due time: only then is it in the index by that. */
    agenda: 'text?',
    /** When it comes up again. */
    followUpAt: 'integer?',
    /** The job that rings its alarms, and how many are over; null until somebody counts. */
    alarm: 'integer?',
    alarmed: 'integer?',
    /** JSON list of the steps whose latest doers may not do it. */
    notBy: 'text?',
    /** The person for whom it was done. */
    settledFor: 'text?',
    /** JSON list of the variables it is found by (task-variable.ts). */
    searchable: 'text?',
  },
  key: ['id'],
  indexes: [
    { columns: ['role', 'id'], where: { column: 'state', is: 'offered' } },
    { columns: ['assignee', 'id'], where: { column: 'state', is: 'taken' } },
    { columns: ['role', 'dueAt', 'id'], where: { column: 'agenda', is: DUE } },
  ],
});
export type TaskRow = RowOf<typeof taskFamily>;

/** What the owner of a task says of it; the rest is as it is in the beginning. */
export type NewTask = Pick<
  TaskRow,
  | 'id'
  | 'ownerKind'
  | 'ownerId'
  | 'ownerSeq'
  | 'source'
  | 'step'
  | 'name'
  | 'businessKey'
  | 'role'
  | 'rank'
  | 'outcomes'
  | 'createdAt'
> &
  Maybe<Pick<TaskRow, 'commentOn' | 'dueAt' | 'followUpAt' | 'alarm' | 'notBy' | 'searchable'>>;
type Maybe<Row> = { readonly [Column in keyof Row]?: Row[Column] | undefined };

/** Every column by its name, in one literal: a row that is spread together costs twenty times as much to make. */
export function newTaskRow(task: NewTask): TaskRow {
  const { dueAt = null, alarm = null } = task;
  return {
    id: task.id,
    ownerKind: task.ownerKind,
    ownerId: task.ownerId,
    ownerSeq: task.ownerSeq,
    source: task.source,
    step: task.step,
    name: task.name,
    businessKey: task.businessKey,
    role: task.role,
    assignee: null,
    state: 'offered',
    epoch: 0,
    rank: task.rank,
    outcomes: task.outcomes,
    commentOn: task.commentOn ?? '[]',
    outcome: null,
    comment: null,
    dueAt,
    createdAt: task.createdAt,
    settledAt: null,
    settledBy: null,
    agenda: dueAt === null ? null : DUE,
    followUpAt: task.followUpAt ?? null,
    alarm,
    alarmed: alarm === null ? null : 0,
    notBy: task.notBy ?? null,
    settledFor: null,
    searchable: task.searchable ?? null,
  };
}

/** Whether the row belongs into the index by due time. */
export const agendaOf = ({ state, dueAt }: Pick<TaskRow, 'state' | 'dueAt'>): string | null =>
  state === 'offered' && dueAt !== null ? DUE : null;

/** Who acts: a principal's id and roles. */
export type Actor = {
  readonly id: string;
  readonly roles: readonly string[];
  /** People whose taken tasks the actor may complete on their behalf. */
  readonly represents?: readonly string[];
};

export type TaskChange = Partial<Pick<TaskRow, 'state' | 'assignee' | 'dueAt' | 'followUpAt' | 'rank' | 'alarmed'>>;

/** What may be set of a task while it is open. */
export type TaskPlan = {
  readonly dueAt?: number | null | undefined;
  readonly followUpAt?: number | null | undefined;
  readonly priority?: number | undefined;
};
const PLANNER = 'engineer';

/** An administrator may do what any role may. */
export const mayWorkOn = (task: Pick<TaskRow, 'role'>, actor: Actor): boolean =>
  actor.roles.includes(task.role) || actor.roles.includes('administrator');

export function take(task: TaskRow, actor: Actor): TaskChange {
  requireOpen(task);
  if (!mayWorkOn(task, actor) || (task.state === 'taken' && task.assignee !== actor.id)) throw notYours(task);
  return { state: 'taken', assignee: actor.id };
}

export function giveBack(task: TaskRow, actor: Actor): TaskChange {
  requireOpen(task);
  requireHolder(task, actor);
  return { state: 'offered', assignee: null };
}

export function delegate(task: TaskRow, actor: Actor, to: string): TaskChange {
  requireOpen(task);
  if (task.state === 'taken') requireHolder(task, actor);
  else if (!mayWorkOn(task, actor)) throw notYours(task);
  return { state: 'taken', assignee: to };
}

/** Whoever has it plans it, and engineers plan all of them. Another due time counts its alarms anew. */
export function plan(task: TaskRow, actor: Actor, { dueAt, followUpAt, priority }: TaskPlan): TaskChange {
  requireOpen(task);
  if (!isHolder(task, actor) && !actor.roles.includes(PLANNER)) throw notYours(task);
  return {
    ...(dueAt !== undefined && { dueAt, ...(task.alarm !== null && { alarmed: null }) }),
    ...(followUpAt !== undefined && { followUpAt }),
    ...(priority !== undefined && { rank: 0 - priority }),
  };
}

/** Completing an offered task takes it first. Whether the outcome is allowed is decided with the process. */
export function requireMayComplete(task: TaskRow, actor: Actor): void {
  requireOpen(task);
  if (!mayComplete(task, actor)) throw notYours(task);
}

export function mayComplete(task: TaskRow, actor: Actor): boolean {
  if (task.state === 'taken') return isHolder(task, actor) || representedIn(task, actor) !== undefined;
  return task.state === 'offered' && mayWorkOn(task, actor);
}

export const isOpen = ({ state }: Pick<TaskRow, 'state'>): boolean => state === 'offered' || state === 'taken';

/** Throws `task.already-done` with the recorded outcome. */
export function requireOpen(task: TaskRow): void {
  if (!isOpen(task)) {
    throw new MillraceError('task.already-done', {
      id: formatJobId(task.id as JobId),
      state: task.state,
      recordedOutcome: task.outcome,
    });
  }
}

/** The person on whose behalf the actor completes the task; undefined: for themselves. */
export const representedIn = ({ assignee, state }: TaskRow, { id, represents = [] }: Actor): string | undefined =>
  state === 'taken' && assignee !== null && assignee !== id && represents.includes(assignee) ? assignee : undefined;

const isHolder = (task: TaskRow, actor: Actor): boolean =>
  task.assignee === actor.id || actor.roles.includes('administrator');

function requireHolder(task: TaskRow, actor: Actor): void {
  if (!isHolder(task, actor)) throw notYours(task);
}

function notYours(task: TaskRow): MillraceError {
  const { role, assignee } = task;
  return new MillraceError('task.not-yours', { id: formatJobId(task.id as JobId), role, assignee });
}
