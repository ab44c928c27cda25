/**
 * The heart of the process capability: one command in, the next state out, with the effects that are its history and
 * the actions that the world has to carry out. Pure: time and ids are handed in, nothing is read or written.
 *
 * A token is at one node. It moves on by itself through gateways and events that need not wait, and stops where someone
 * must do something: a person (task), a worker (job), the clock (timer), a sender (message, signal), a detector (criterion),
 * other tokens (join, scope), another instance (call), or – when something is wrong – an operator (help). A command wakes
 * one token; all that can move then moves, within a budget of steps; what is left waits and is stored.
 *
 * Scopes form a tree. One is opened by the token of a sub-process, of an activity that is done several times (a scope of
 * iterations), or of an event that undoes (a scope of what is left to undo). When a scope has no token left, the next thing
 * in it begins, or it closes and its token goes on; when the outermost is empty the instance has ended.
 */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { formatInstanceId, type NextId } from '../../kernel/ids.ts';
import { type Action, criterionMessage } from './action.ts';
import type { Command } from './command.ts';
import { type Definition, nodeOf } from './definition.ts';
import { draftOf, type Effect } from './effect.ts';
import type { Firing } from './firing.ts';
import { goOnAfterEvent, happenAt, happenIn } from './happening.ts';
import { dataOf } from './inside.ts';
import { isToContinue, spawn } from './iteration.ts';
import { listen } from './listen.ts';
import { resolve, retry, setVariables } from './mend.ts';
import { migrate } from './migrate.ts';
import { moveOn } from './motion.ts';
import { move } from './move.ts';
import { finish } from './passage.ts';
import { disarm, disarmScope } from './release.ts';
import { appear, emit, findToken, type Run, raise, tokenOf } from './run.ts';
import { settle } from './settlement.ts';
import { emptyState, type Listening, MAX_EVIDENCE, type ProcessState, type Token } from './state.ts';
import { isHeld, resume, suspend } from './suspension.ts';
import { escalate, throwError } from './throwing.ts';
import { ownerOfScope, tellCaller } from './work.ts';

export type Transition = {
  readonly state: ProcessState;
  readonly effects: readonly Effect[];
  readonly actions: readonly Action[];
};

/** `timeZone` is that of times and dates that name none. */
export type Input = {
  readonly command: Command;
  readonly now: Instant;
  readonly nextId: NextId;
  readonly timeZone?: string;
  /** Of a migration: the version that counts from then on. */
  readonly target?: Definition;
};

/** Without a state the command must be a start. Throws MillraceError when the command does not fit; then nothing has changed. */
export function advance(
  definition: Definition,
  state: ProcessState | undefined,
  { command, now, nextId, timeZone = 'UTC', target = definition }: Input,
): Transition {
  if ((state === undefined) !== (command.type === 'start'))
    throw new Error('an instance has one start, at its beginning');
  const draft = draftOf(state ?? emptyState);
  if (draft.status !== 'active' && !mayComeLate(draft, command)) {
    throw new MillraceError('process.not-active', { status: draft.status });
  }
  const run: Run = {
    definition: target,
    command,
    now,
    timeZone,
    nextId,
    draft,
    effects: [],
    actions: [],
    arrivals: [],
  };
  if (!isHeld(run, command)) obey(run, command, definition);
  moveOn(run);
  draft.seq += 1;
  return { state: draft, effects: run.effects, actions: run.actions };
}

/** A job beside an activity may fail after the end; that raises an incident all the same, and it may be tried again. */
function mayComeLate({ failures = [] }: ProcessState, command: Command): boolean {
  if (command.type === 'retry' || command.type === 'resolve') return failures.some(({ id }) => id === command.token);
  return command.type === 'settle' && command.result.kind === 'failed';
}

function obey(run: Run, command: Command, from: Definition): void {
  switch (command.type) {
    case 'start':
      return start(run, command);
    case 'settle':
      return settle(run, command);
    case 'message':
      return receive(run, command);
    case 'signal':
      return hear(run, command);
    case 'firing':
      return fire(run, command.firing);
    case 'returned':
      return comeBack(run, command);
    case 'activate':
      return activate(run, command);
    case 'continue':
      return goOnIterating(run, command.scope);
    case 'retry':
      return retry(run, command);
    case 'resolve':
      return resolve(run, command);
    case 'variables':
      return setVariables(run, command);
    case 'move':
      return move(run, command);
    case 'migrate':
      return migrate(run, from, command);
    case 'suspend':
      return suspend(run, command);
    case 'resume':
      return resume(run, command, (kept) => takeIn(run, kept, from));
    case 'cancel':
      return cancel(run, command.reason);
    default:
      command satisfies never;
  }
}

/** What was kept comes now, and everything that it moves has moved before the next. */
function takeIn(run: Run, kept: Command, from: Definition): void {
  obey(run, kept, from);
  moveOn(run);
  run.arrivals.length = 0;
}

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>;

function start(run: Run, { businessKey, variables, firings, at, parent }: Of<'start'>): void {
  const { data, handlers, startPoints, key } = run.definition;
  const evidence = firings === undefined ? {} : { evidence: firings.slice(-MAX_EVIDENCE) };
  const own = dataOf(run, data, variables);
  const problem = (message: string) => new MillraceError('process.cannot-start', { key, problem: message });
  if (own.problem !== undefined) throw problem(own.problem.message);
  const all = { ...own.value, ...variables, ...evidence };
  emit(run, { type: 'started', businessKey, variables: all, ...(parent !== undefined && { parent }) });
  const armed = listen(run, { id: ownerOfScope(0), variables: all }, handlers);
  if ('code' in armed) throw problem(armed.message);
  if (armed.length > 0) emit(run, { type: 'listening', scope: 0, armed });
  const plain = startPoints.filter(({ trigger }) => trigger === undefined);
  const byCommand = plain.length > 0 ? plain : startPoints.slice(0, 1);
  const chosen = at === undefined ? byCommand : startPoints.filter(({ node }) => node === at);
  if (chosen.length === 0) throw problem(`It has no start "${at}".`);
  for (const { node, besides } of chosen) for (const id of [node, ...besides]) appear(run, { at: id, scope: 0 });
}

/** A message reaches one token: the activity that waits for it, or an armed event. */
function receive(run: Run, { name, key, variables: brought }: Of<'message'>): void {
  const matches = (wait: { readonly for: string; readonly name?: string; readonly key?: string }) =>
    wait.for === 'message' && wait.name === name && wait.key === key;
  for (const token of run.draft.tokens) {
    const armed = token.armed?.find(matches);
    if (armed !== undefined) return happenAt(run, token, { armed, brought });
    if (matches(token.wait)) return goOnAfterEvent(run, token, { wait: token.wait as Listening, brought });
  }
  for (const scope of run.draft.scopes) {
    const armed = scope.armed?.find(matches);
    if (armed !== undefined) return happenIn(run, scope, { armed, brought });
  }
  throw new MillraceError('process.not-waiting', { what: `message "${name}" with key "${key}"` });
}

/** A signal reaches all who wait for it at this moment; those whom another one's reaction ends do not hear it. */
function hear(run: Run, { name, variables: brought }: Of<'signal'>): void {
  const matches = (wait: { readonly for: string; readonly name?: string }) =>
    wait.for === 'signal' && wait.name === name;
  let heard = 0;
  for (const { id } of run.draft.tokens.slice()) {
    const armed = findToken(run, id)?.armed?.filter(matches) ?? [];
    const token = findToken(run, id);
    if (token !== undefined && matches(token.wait)) {
      heard += 1;
      goOnAfterEvent(run, token, { wait: token.wait as Listening, brought });
    }
    for (const event of armed) {
      const host = findToken(run, id);
      if (host?.armed?.includes(event) !== true) continue;
      heard += 1;
      happenAt(run, host, { armed: event, brought });
    }
  }
  for (const { id } of run.draft.scopes.slice()) {
    for (const event of run.draft.scopes.find((scope) => scope.id === id)?.armed?.filter(matches) ?? []) {
      const scope = run.draft.scopes.find((candidate) => candidate.id === id);
      if (scope?.armed?.includes(event) !== true) continue;
      heard += 1;
      happenIn(run, scope, { armed: event, brought });
    }
  }
  if (heard === 0) throw new MillraceError('process.not-waiting', { what: `signal "${name}"` });
}

/** A firing completes the criterion activities that wait for it; to an instance that waits for none it is more evidence. */
function fire(run: Run, firing: Firing): void {
  emit(run, { type: 'evidence', firing });
  const name = criterionMessage(firing.criterion);
  const waiting = run.draft.tokens.filter(({ wait }) => wait.for === 'criterion' && wait.criterion === name);
  for (const token of waiting) finish(run, token, { outcome: 'fired' });
}

/** The called instance has ended, or has something to tell on its way. */
function comeBack(run: Run, { child, result }: Of<'returned'>): void {
  const token = run.draft.tokens.find(({ wait }) => wait.for === 'call' && wait.instance === child);
  if (token === undefined) throw new MillraceError('process.not-waiting', { what: formatInstanceId(child) });
  if (result.kind === 'escalation') {
    return escalate(run, token, result);
  }
  const { armed } = token;
  emit(run, { type: 'waiting', token: token.id, wait: { for: 'nothing' }, ...(armed !== undefined && { armed }) });
  const here = tokenOf(run, token.id);
  if (result.kind === 'done') return finish(run, here, { outcome: 'done', brought: result.variables });
  if (result.kind === 'error') return throwError(run, here, result);
  if (result.kind === 'failed') return raise(run, here, { code: 'process.call-failed', message: result.message });
  const message = `The called instance ${formatInstanceId(child)} was cancelled${result.reason === undefined ? '' : `: ${result.reason}`}.`;
  raise(run, here, { code: 'process.call-failed', message });
}

function activate(run: Run, { node, activities }: Of<'activate'>): void {
  const { behaviour } = nodeOf(run.definition, node);
  const host = run.draft.tokens.find((token) => token.node === node && token.wait.for === 'scope');
  const starts = behaviour.type === 'subProcess' && behaviour.adHoc !== undefined ? behaviour.starts : [];
  const unknown = activities.find((id) => !starts.includes(id));
  if (host?.wait.for !== 'scope' || unknown !== undefined) {
    throw new MillraceError('process.not-waiting', { what: `the activity "${unknown ?? activities[0]}" in "${node}"` });
  }
  for (const at of activities) appear(run, { at, scope: host.wait.scope });
}

/** Harmless when it comes twice: more begin then, or none. */
function goOnIterating(run: Run, id: number): void {
  const scope = run.draft.scopes.find((candidate) => candidate.id === id);
  const { repetition } = scope?.iteration === undefined ? {} : nodeOf(run.definition, scope.iteration.node);
  if (scope === undefined || repetition === undefined || !isToContinue(scope)) {
    throw new MillraceError('process.not-waiting', { what: `the iterations of scope ${id}` });
  }
  spawn(run, id, repetition);
}

function cancel(run: Run, reason: string | undefined): void {
  for (const token of run.draft.tokens as readonly Token[]) disarm(run, token);
  for (const scope of run.draft.scopes) disarmScope(run, scope);
  const why = reason === undefined ? {} : { reason };
  tellCaller(run, { kind: 'cancelled', ...why });
  emit(run, { type: 'ended', status: 'cancelled', ...why });
}
