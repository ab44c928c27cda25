/** Tokens and scopes let go of what they wait for, and end before their time. */
import type { JobId } from '../../kernel/ids.ts';
import { MAIL_KIND, signalMessage, TIMER_KIND } from './action.ts';
import { ALARM_KIND } from './alarm.ts';
import { nodeOf } from './definition.ts';
import { isKept } from './kept.ts';
import { mailKind } from './mail.ts';
import { moduleKind } from './module-face.ts';
import { emit, type Run } from './run.ts';
import type { Listening, Scope, Token } from './state.ts';
import { deliver, ownerOfScope } from './work.ts';

/** Takes back everything a token waits for. `settled` is the job whose end brought us here: it needs no taking back. */
export function disarm(run: Run, token: Token, settled?: JobId): void {
  const { id, wait } = token;
  switch (wait.for) {
    case 'job':
      withdraw(run, { job: wait.job, kind: kindOf(run, token), settled });
      break;
    case 'task':
      if (wait.job !== settled) run.actions.push({ type: 'withdrawTask', job: wait.job });
      if (wait.alarm !== undefined) withdraw(run, { job: wait.alarm, kind: ALARM_KIND, settled });
      break;
    case 'criterion':
      run.actions.push({ type: 'unsubscribe', token: id, name: wait.criterion, key: wait.key });
      if (wait.expiry !== undefined) withdraw(run, { job: wait.expiry, kind: TIMER_KIND, settled });
      break;
    case 'call':
      deliver(run, {
        to: 'instance',
        instance: wait.instance,
        command: { type: 'cancel', reason: 'its caller went on' },
      });
      break;
    case 'help':
      run.actions.push({ type: 'resolveIncident', token: id, node: token.node });
      break;
    case 'timer':
    case 'message':
    case 'signal':
      ignore(run, { owner: id, listening: wait, settled });
      break;
    default:
  }
  for (const listening of token.armed ?? []) ignore(run, { owner: id, listening, settled });
}

/** Nothing listens in the scope any more. */
export function disarmScope(run: Run, { id, armed = [] }: Scope, settled?: JobId): void {
  for (const listening of armed) ignore(run, { owner: ownerOfScope(id), listening, settled });
}

type Ignored = { readonly owner: number; readonly listening: Listening; readonly settled: JobId | undefined };

/** One event listens no more. */
export function ignore(run: Run, { owner, listening, settled }: Ignored): void {
  if (listening.for === 'timer') withdraw(run, { job: listening.job, kind: TIMER_KIND, settled });
  if (listening.for === 'message')
    run.actions.push({ type: 'unsubscribe', token: owner, name: listening.name, key: listening.key });
  if (listening.for === 'signal')
    run.actions.push({ type: 'unsubscribe', token: owner, name: signalMessage(listening.name), key: '' });
}

type Withdrawn = { readonly job: JobId; readonly kind: string; readonly settled: JobId | undefined };

function withdraw(run: Run, { job, kind, settled }: Withdrawn): void {
  if (job === settled) return;
  // A job whose result is kept has ended already.
  if (isKept(run, job)) emit(run, { type: 'forgotten', job });
  else run.actions.push({ type: 'withdrawJob', job, kind });
}

/** The kind of the job that a token waits for. */
function kindOf(run: Run, { node }: Token): string {
  const { behaviour } = nodeOf(run.definition, node);
  if (behaviour.type === 'module') return moduleKind(behaviour.module);
  if (behaviour.type === 'mail') return mailKind(behaviour);
  return behaviour.type === 'job' ? behaviour.kind : MAIL_KIND;
}

/** Ends a token and, when it hosts a scope, everything inside. */
export function kill(run: Run, token: Token, settled?: JobId): void {
  disarm(run, token, settled);
  if (token.wait.for === 'scope') closeScope(run, token.wait.scope);
  emit(run, { type: 'vanished', token: token.id });
}

/** Ends everything in a scope but, where one is named, that token. */
export function killAllIn(run: Run, scope: number, except?: number): void {
  for (const token of run.draft.tokens.filter((each) => each.scope === scope && each.id !== except)) kill(run, token);
}

function closeScope(run: Run, id: number): void {
  const scope = run.draft.scopes.find((candidate) => candidate.id === id);
  killAllIn(run, id);
  if (scope !== undefined) disarmScope(run, scope);
  emit(run, { type: 'scopeClosed', scope: id });
}
