/**
 * The heart of the process capability: one command in, the next state out, with the effects that are its history and
 * the actions that the world has to carry out. Pure: time and ids are handed in, nothing is read or written.
 *
 * A token is at one node. It moves on by itself through gateways and events that need not wait, and stops where someone
 * must do something: a person (task), a worker (job), the clock (timer), a sender (message), a detector (criterion), other
 * tokens (join, scope), or – when something is wrong – an operator (help). A command wakes one token; all that can move
 * then moves, within a budget of steps; what is left waits and is stored. When a scope has no token left it closes and
 * its sub-process goes on; when the outermost is empty the instance has ended.
 */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { NextId } from '../../kernel/ids.ts';
import { type Action, criterionMessage } from './action.ts';
import { assign } from './assignment.ts';
import { trigger } from './boundary.ts';
import type { Command } from './command.ts';
import { type Definition, nodeOf } from './definition.ts';
import type { Firing } from './firing.ts';
import { moveOn } from './motion.ts';
import { end, goOn } from './passage.ts';
import { appear, disarm, emit, type Run } from './run.ts';
import { settle } from './settlement.ts';
import { draftOf, type Effect, emptyState, MAX_EVIDENCE, type ProcessState, type SideFailure } from './state.ts';

export type Transition = {
  readonly state: ProcessState;
  readonly effects: readonly Effect[];
  readonly actions: readonly Action[];
};

/** Without a state the command must be a start. Throws MillraceError when the command does not fit; then nothing has changed. */
export function advance(
  definition: Definition,
  state: ProcessState | undefined,
  { command, now, nextId }: { readonly command: Command; readonly now: Instant; readonly nextId: NextId },
): Transition {
  if ((state === undefined) !== (command.type === 'start'))
    throw new Error('an instance has one start, at its beginning');
  const draft = draftOf(state ?? emptyState);
  if (draft.status !== 'active' && !mayComeLate(draft, command)) {
    throw new MillraceError('process.not-active', { status: draft.status });
  }
  const run: Run = { definition, command, now, nextId, draft, effects: [], actions: [], arrivals: [] };
  obey(run, command);
  moveOn(run);
  draft.seq += 1;
  return { state: draft, effects: run.effects, actions: run.actions };
}

/** A job beside an activity may fail after the end; that raises an incident all the same, and it may be tried again. */
function mayComeLate({ failures = [] }: ProcessState, command: Command): boolean {
  if (command.type === 'retry') return failures.some(({ id }) => id === command.token);
  return command.type === 'settle' && command.result.kind === 'failed';
}

function obey(run: Run, command: Command): void {
  switch (command.type) {
    case 'start':
      return start(run, command);
    case 'settle':
      return settle(run, command);
    case 'message':
      return receive(run, command);
    case 'firing':
      return fire(run, command.firing);
    case 'retry':
      return retry(run, command.token);
    case 'cancel':
      return cancel(run, command.reason);
    default:
      command satisfies never;
  }
}

function start(run: Run, { businessKey, variables, firings }: Extract<Command, { type: 'start' }>): void {
  const evidence = firings === undefined ? {} : { evidence: firings.slice(-MAX_EVIDENCE) };
  emit(run, { type: 'started', businessKey, variables: { ...variables, ...evidence } });
  for (const at of run.definition.starts) appear(run, { at, scope: 0 });
}

/** A message reaches one token: the activity that waits for it, or an armed boundary event. */
function receive(run: Run, { name, key, variables }: Extract<Command, { type: 'message' }>): void {
  const matches = (wait: { readonly for: string; readonly name?: string; readonly key?: string }) =>
    wait.for === 'message' && wait.name === name && wait.key === key;
  for (const token of run.draft.tokens) {
    const armed = token.armed?.find(matches);
    if (armed === undefined && !matches(token.wait)) continue;
    assign(run, token.scope, variables);
    return armed === undefined ? end(run, token, { outcome: 'done' }) : trigger(run, token, armed);
  }
  throw new MillraceError('process.not-waiting', { what: `message "${name}" with key "${key}"` });
}

/** A firing completes the criterion activities that wait for it; to an instance that waits for none it is more evidence. */
function fire(run: Run, firing: Firing): void {
  emit(run, { type: 'evidence', firing });
  const name = criterionMessage(firing.criterion);
  const waiting = run.draft.tokens.filter(({ wait }) => wait.for === 'criterion' && wait.criterion === name);
  for (const token of waiting) end(run, token, { outcome: 'fired' });
}

/** What was done stays done: only the way on is looked for again. Work that failed begins anew. */
function retry(run: Run, id: number): void {
  const failure = run.draft.failures?.find((candidate) => candidate.id === id);
  if (failure !== undefined) return retryBeside(run, failure);
  const token = run.draft.tokens.find((candidate) => candidate.id === id);
  if (token?.wait.for !== 'help') throw new MillraceError('process.no-incident', { token: id });
  const { outcome, flow } = token.wait;
  disarm(run, token);
  emit(run, { type: 'waiting', token: id, wait: { for: 'nothing' } });
  if (outcome !== undefined) return goOn(run, token, outcome);
  const node = nodeOf(run.definition, token.node);
  run.arrivals.push({ token: id, node, by: node.incoming.find((incoming) => incoming.id === flow) });
}

function retryBeside(run: Run, { id, job, kind }: SideFailure): void {
  emit(run, { type: 'sideRetried', id });
  run.actions.push({ type: 'resolveIncident', token: id, node: kind }, { type: 'replayJob', job, kind });
}

function cancel(run: Run, reason: string | undefined): void {
  for (const token of run.draft.tokens) disarm(run, token);
  emit(run, { type: 'ended', status: 'cancelled', ...(reason !== undefined && { reason }) });
}
