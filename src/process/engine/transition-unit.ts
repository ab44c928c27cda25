/** Turns a transition into the unit that stores it: the instance, its history, and what its actions ask for. */

import type { Hands } from '../../jobs/hands.ts';
import type { JobRow } from '../../jobs/job.ts';
import { birthOf } from '../../jobs/new-job.ts';
import { begunAnew, withdrawn } from '../../jobs/owned.ts';
import { count } from '../../jobs/statistics.ts';
import { newTaskRow, type TaskRow, taskFamily } from '../../jobs/task.ts';
import { searchableIn, variablesGone } from '../../jobs/task-variable.ts';
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { formatInstanceId, type InstanceId, type NextId } from '../../kernel/ids.ts';
import { plantFeed } from '../../store/feed.ts';
import { append, isAbsent, isEqual, put, remove, set, type Unit, type Write } from '../../store/unit.ts';
import { type Action, DELIVERY_KIND, isCriterionMessage } from '../core/action.ts';
import type { Transition } from '../core/advance.ts';
import type { Command } from '../core/command.ts';
import { type Definition, nodeOf } from '../core/definition.ts';
import { activitySubject, instanceSubject } from './counted.ts';
import { incidentFamily, instanceFamily, openInstanceFamily, subscriptionFamily } from './families.ts';
import { namesOf, taskVariables, variableWrites } from './task-variables.ts';

/** The owner kind of jobs and tasks that belong to process instances. */
export const PROCESS_OWNER = 'process';
export const HISTORY_VERSION = 1;
/** A delivery fails only when the store does, or when its receiver cannot take it. */
const DELIVERY_ATTEMPTS = 8;
/** Of an instance's state as JSON, its variables included. */
export const MAX_STATE_BYTES = 1_000_000;

export type Step = {
  readonly instance: InstanceId;
  readonly definition: Definition;
  readonly command: Command;
  readonly actor: string;
  readonly now: Instant;
  readonly nextId: NextId;
  /** Free workers of this process, to which new jobs are leased at once. */
  readonly hands: Hands;
  readonly transition: Transition;
  /** The stamp that the instance has in the store; undefined for a new one. */
  readonly before: number | undefined;
  readonly stamp: number;
  /** Guards and writes of whoever gave the command, for the same unit. */
  readonly parts: Unit;
  /** Of a migration: open tasks as they are, where they are found by variables. */
  readonly revised?: ReadonlyMap<number, TaskRow> | undefined;
};

/** The unit, and the tasks and jobs it creates. */
export type StepUnit = { readonly unit: Unit; readonly tasks: readonly TaskRow[]; readonly jobs: readonly JobRow[] };
type Created = { readonly tasks: TaskRow[]; readonly jobs: JobRow[] };

export function unitOf(step: Step): StepUnit {
  const { instance, definition, transition, actor, now, before } = step;
  const created: Created = { tasks: [], jobs: [] };
  const guards = [...step.parts.guards];
  const writes = [...step.parts.writes, before === undefined ? newInstance(step) : changedInstance(step)];
  const isOpenOnce = definition.start !== undefined && transition.state.businessKey !== null;
  for (const action of transition.actions) {
    // The row of the open instance leads firings to it; a subscription to each criterion would say the same again.
    const isFound =
      isOpenOnce && (action.type === 'subscribe' || action.type === 'unsubscribe') && isCriterionMessage(action.name);
    if (!isFound) writes.push(...writesOf(step, action, created));
  }
  const key = [definition.key, transition.state.businessKey];
  guards.push(
    before === undefined
      ? isAbsent(instanceFamily, [instance])
      : isEqual(instanceFamily, [instance], ['stamp', before]),
  );
  if (isOpenOnce && before === undefined) {
    guards.push(isAbsent(openInstanceFamily, key));
    writes.push(
      put(openInstanceFamily, { definition: definition.key, uniqueKey: transition.state.businessKey ?? '', instance }),
    );
  }
  const isEnd = hasEnded(transition);
  if (isOpenOnce && isEnd) writes.push(remove(openInstanceFamily, key));
  const topic = `millrace.process.instance.${before === undefined ? 'started' : isEnd ? 'ended' : 'advanced'}`;
  const body = historyBody(step);
  writes.push(append(plantFeed, { topic, subject: formatInstanceId(instance), at: now, actor, body }));
  if (definition.searchable !== undefined)
    writes.push(...variableWrites(transition, definition.searchable, created.tasks));
  countWhatHappened(step, writes, body.length);
  return { unit: { guards, writes }, ...created };
}

function newInstance({ instance, definition, transition, stamp, now }: Step): Write {
  const { state } = transition;
  return put(instanceFamily, {
    id: instance,
    definition: definition.key,
    version: definition.version,
    businessKey: state.businessKey,
    status: state.status,
    state: stateText(transition),
    stamp,
    startedAt: now,
    endedAt: state.status === 'active' ? null : now,
  });
}

/** Whether this very transition ended the instance; a job beside an activity may still fail after the end. */
const hasEnded = ({ effects }: Transition): boolean => effects.some(({ type }) => type === 'ended');

/**
 * The status is written only when it changes: it decides which rows are in the index of the active ones, and SQLite takes a
 * row out of an index and puts it back whenever such a column is named.
 */
function changedInstance({ instance, definition, command, transition, stamp, now }: Step): Write {
  const { state } = transition;
  const text = stateText(transition);
  const version = command.type === 'migrate' ? { version: definition.version } : {};
  return hasEnded(transition)
    ? set(instanceFamily, [instance], { status: state.status, state: text, stamp, endedAt: now, ...version })
    : set(instanceFamily, [instance], { state: text, stamp, ...version });
}

/** Throws `process.variables-too-large`; and `process.kept-full`, where it was to be kept only, and may come again. */
function stateText({ state, effects }: Transition): string {
  const text = JSON.stringify(state);
  const bytes = text.length * 3 > MAX_STATE_BYTES ? Buffer.byteLength(text) : 0;
  if (bytes <= MAX_STATE_BYTES) return text;
  if (effects.some(({ type }) => type === 'kept'))
    throw new MillraceError('process.kept-full', { limit: `${MAX_STATE_BYTES} bytes` });
  throw new MillraceError('process.variables-too-large', { bytes, limit: MAX_STATE_BYTES });
}

/** The history entry: what was commanded and what came of it. The variables of a command stand in its effects. */
function historyBody({ command, transition }: Step): string {
  return JSON.stringify({
    v: HISTORY_VERSION,
    seq: transition.state.seq,
    command: summaryOf(command),
    effects: transition.effects,
  });
}

function summaryOf(command: Command): unknown {
  switch (command.type) {
    case 'start':
      return { type: 'start' };
    case 'settle': {
      const { job, kind, result } = command;
      if (result.kind === 'failed') return { type: 'settle', job, kind, error: result.message };
      if (result.kind === 'error') return { type: 'settle', job, kind, code: result.code };
      return {
        type: 'settle',
        job,
        kind,
        outcome: result.outcome,
        ...(result.comment !== undefined && { comment: result.comment }),
        // The first is the actor of the entry; the second the person for whom.
        ...(command.by?.[1] !== undefined && { onBehalfOf: command.by[1] }),
      };
    }
    case 'message':
      return { type: 'message', name: command.name, key: command.key };
    case 'signal':
      return { type: 'signal', name: command.name };
    case 'returned':
      return { type: 'returned', child: command.child, result: command.result.kind };
    case 'firing':
      return { type: 'firing', id: command.firing.id, criterion: command.firing.criterion };
    case 'retry': {
      const { type, token } = command;
      return { type, token };
    }
    case 'resolve': {
      const { variables: _, ...told } = command;
      return told;
    }
    case 'variables': {
      const { type, scope = 0 } = command;
      return { type, scope };
    }
    case 'activate':
    case 'continue':
    case 'suspend':
    case 'resume':
    case 'move':
    case 'migrate':
    case 'cancel':
      return command;
    default:
      return command satisfies never;
  }
}

/** What the entry takes is counted with an activity that it completed, and else of the instance: one row less for each command. */
function countWhatHappened({ definition, transition, now, before }: Step, writes: Write[], keptBytes: number): void {
  let uncounted = keptBytes;
  for (const effect of transition.effects) {
    if (effect.type !== 'completed') continue;
    writes.push(count(activitySubject(definition, effect.node), now, { completed: 1, keptBytes: uncounted }));
    uncounted = 0;
  }
  const started = before === undefined ? 1 : 0;
  const completed = hasEnded(transition) ? 1 : 0;
  if (started + completed + uncounted > 0)
    writes.push(count(instanceSubject(definition), now, { started, completed, keptBytes: uncounted }));
}

function writesOf(step: Step, action: Action, created: Created): readonly Write[] {
  const { instance, definition, now, nextId, hands } = step;
  switch (action.type) {
    case 'createJob': {
      const { job, kind, payload, token, priority, maxAttempts, dueAt } = action;
      const owner = { kind: PROCESS_OWNER, id: instance, seq: token };
      const facts = { instance, definition: definition.key, businessKey: step.transition.state.businessKey };
      const whole = typeof payload === 'object' && payload !== null ? { ...facts, ...payload } : payload;
      const born = { id: job, kind, payload: whole, owner, priority, maxAttempts };
      const row = hands.newRow(dueAt === undefined ? born : { ...born, dueAt }, now);
      created.jobs.push(row);
      return birthOf(row, now).writes;
    }
    case 'offerTask': {
      const task = taskRow(step, action);
      created.tasks.push(task);
      return [put(taskFamily, task)];
    }
    case 'deliver':
      return deliveryWrites(step, action, created);
    case 'withdrawJob':
      return withdrawn(action, { now, nextId });
    case 'replayJob':
      return begunAnew(action, { now, nextId });
    case 'reviseTask':
      return revisedTask(step, action);
    case 'withdrawTask':
      return [
        set(taskFamily, [action.job], { state: 'cancelled', epoch: nextId(), settledAt: now, agenda: null }),
        ...variablesGone(action.job, namesOf(definition)),
      ];
    case 'subscribe':
      return [
        put(subscriptionFamily, { name: action.name, correlationKey: action.key, instance, token: action.token }),
      ];
    case 'unsubscribe':
      return [remove(subscriptionFamily, [action.name, action.key, instance, action.token])];
    case 'raiseIncident': {
      const { token, node, code, message } = action;
      return [put(incidentFamily, { instance, token, node, definition: definition.key, code, message, at: now })];
    }
    case 'resolveIncident':
      return [remove(incidentFamily, [instance, action.token, action.node])];
    default:
      return action satisfies never;
  }
}

/** Whoever has the task keeps it. */
function revisedTask(
  { definition, transition, nextId, revised }: Step,
  { job, node, role, outcomes, commentOn, priority, notBy }: Extract<Action, { type: 'reviseTask' }>,
): readonly Write[] {
  const { searchable = [] } = definition;
  const columns = {
    step: node,
    name: nameOf(definition, node),
    role,
    outcomes: JSON.stringify(outcomes),
    commentOn: JSON.stringify(commentOn),
    rank: 0 - priority,
    notBy: notBy === undefined ? null : JSON.stringify(notBy),
    epoch: nextId(),
  };
  const before = revised?.get(job);
  if (before === undefined) return [set(taskFamily, [job], columns)];
  const names = searchable.length === 0 ? null : JSON.stringify(searchable.map(({ name }) => name));
  return [
    set(taskFamily, [job], { ...columns, searchable: names }),
    ...variablesGone(job, searchableIn(before)),
    ...taskVariables(transition.state, { ...before, ...columns }, searchable),
  ];
}

/** Leaves after the commit; what fails for good is an incident of this instance. */
function deliveryWrites(
  { instance, now, hands }: Step,
  { job, delivery }: Extract<Action, { type: 'deliver' }>,
  created: Created,
): readonly Write[] {
  const owner = { kind: PROCESS_OWNER, id: instance, seq: 0 };
  const payload = { from: instance, delivery };
  const row = hands.newRow(
    { id: job, kind: DELIVERY_KIND, payload, owner, priority: 0, maxAttempts: DELIVERY_ATTEMPTS },
    now,
  );
  created.jobs.push(row);
  return birthOf(row, now).writes;
}

/** What people call the activity; JSON when it has several languages. */
function nameOf(definition: Definition, node: string): string {
  const { name } = nodeOf(definition, node);
  return typeof name === 'string' ? name : JSON.stringify(name);
}

function taskRow(
  { instance, definition, transition, now }: Step,
  action: Extract<Action, { type: 'offerTask' }>,
): TaskRow {
  const { searchable } = definition;
  return newTaskRow({
    id: action.job,
    ownerKind: PROCESS_OWNER,
    ownerId: instance,
    ownerSeq: action.token,
    source: definition.key,
    step: action.node,
    name: nameOf(definition, action.node),
    businessKey: transition.state.businessKey,
    role: action.role,
    rank: 0 - action.priority,
    outcomes: JSON.stringify(action.outcomes),
    commentOn: JSON.stringify(action.commentOn),
    createdAt: now,
    dueAt: action.dueAt,
    followUpAt: action.followUpAt,
    alarm: action.alarm,
    notBy: action.notBy && JSON.stringify(action.notBy),
    searchable: searchable && JSON.stringify(searchable.map((each) => each.name)),
  });
}
