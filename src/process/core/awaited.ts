/**
 * Whether an instance waits for what comes while it stands still. What was kept before counts: an event that has its
 * message already waits for no second one, and a job has one result.
 */
import { MillraceError } from '../../kernel/errors.ts';
import { formatInstanceId, formatJobId, type JobId } from '../../kernel/ids.ts';
import type { Brought } from './brought.ts';
import { type BoundaryEvent, type EventHandler, nodeOf } from './definition.ts';
import { handlersOf } from './inside.ts';
import { isToContinue } from './iteration.ts';
import { isKept, keptOf } from './kept.ts';
import type { Run } from './run.ts';
import type { Armed, Listening, Token } from './state.ts';

type Of<Type extends Brought['type']> = Extract<Brought, { type: Type }>;
type Name = Pick<Extract<Listening, { for: 'message' }>, 'for' | 'name'> & { readonly key?: string };

/** Throws `process.not-waiting`, and `process.unknown-outcome` for what would be refused then. */
export function requireAwaited(run: Run, command: Brought): void {
  switch (command.type) {
    case 'settle':
      return requireJob(run, command);
    case 'message':
      return requireListener(run, command);
    case 'signal':
      return requireListener(run, command);
    case 'firing':
      return;
    case 'returned': {
      const { child } = command;
      const isOver = keptOf(run, 'returned').some(
        (other) => other.child === child && other.result.kind !== 'escalation',
      );
      const isCalled = run.draft.tokens.some(({ wait }) => wait.for === 'call' && wait.instance === child);
      return isCalled && !isOver ? undefined : refuse(formatInstanceId(child));
    }
    case 'continue': {
      const scope = run.draft.scopes.find(({ id }) => id === command.scope);
      return scope !== undefined && isToContinue(scope)
        ? undefined
        : refuse(`the iterations of scope ${command.scope}`);
    }
    default:
      command satisfies never;
  }
}

/** The token, or nothing where a scope listens, that waits for the job; undefined: nobody does. */
export function waiterOf(run: Run, job: JobId): { readonly token?: Token } | undefined {
  const rings = (armed: Armed) => armed.for === 'timer' && armed.job === job;
  for (const token of run.draft.tokens) {
    const { wait, armed = [] } = token;
    const isAwaited =
      ('job' in wait && wait.job === job) ||
      (wait.for === 'criterion' && wait.expiry === job) ||
      (wait.for === 'call' && wait.start === job) ||
      armed.some(rings);
    if (isAwaited) return { token };
  }
  return run.draft.scopes.some(({ armed = [] }) => armed.some(rings)) ? {} : undefined;
}

function requireJob(run: Run, { job, result }: Of<'settle'>): void {
  const waiter = waiterOf(run, job);
  if (waiter === undefined || isKept(run, job)) return refuse(formatJobId(job));
  const { token } = waiter;
  if (token === undefined || result.kind !== 'done' || token.wait.for !== 'job' || token.wait.job !== job) return;
  const { id: activity, outcomes } = nodeOf(run.definition, token.node);
  const { outcome } = result;
  if (!outcomes.includes(outcome)) throw new MillraceError('process.unknown-outcome', { outcome, activity, outcomes });
}

function requireListener(run: Run, command: Of<'message'> | Of<'signal'>): void {
  const { once, always } = listenersOf(run, { for: command.type, ...command } as Name);
  const kept = keptOf(run, command.type).filter(
    (other) =>
      other.name === command.name && (command.type === 'signal' || (other as Of<'message'>).key === command.key),
  ).length;
  // A message has one receiver, a signal has all of them.
  const left = command.type === 'message' ? once - kept : kept === 0 ? once : 0;
  if (always > 0 || left > 0) return;
  const key = command.type === 'message' ? ` with key "${command.key}"` : '';
  refuse(`${command.type} "${command.name}"${key}`);
}

/** Who listens for it: those to whom it happens once, and those to whom it may happen again and again. */
function listenersOf(run: Run, name: Name): { readonly once: number; readonly always: number } {
  const isIt = (listening: { readonly for: string; readonly name?: string; readonly key?: string }) =>
    listening.for === name.for &&
    listening.name === name.name &&
    (name.for !== 'message' || listening.key === name.key);
  let once = 0;
  let always = 0;
  const count = (events: readonly (BoundaryEvent | EventHandler)[], armed: readonly Armed[] = []) => {
    for (const each of armed.filter(isIt)) {
      const event = events.find(({ node }) => node === each.node);
      const isLasting = event?.interrupting === false && !(event.trigger.on === 'several' && event.trigger.all);
      if (isLasting) always += 1;
      else once += 1;
    }
  };
  for (const { node, wait, armed } of run.draft.tokens) {
    if (isIt(wait)) once += 1;
    count(nodeOf(run.definition, node).boundary, armed);
  }
  for (const scope of run.draft.scopes) count(handlersOf(run, scope), scope.armed);
  return { once, always };
}

function refuse(what: string): never {
  throw new MillraceError('process.not-waiting', { what });
}
