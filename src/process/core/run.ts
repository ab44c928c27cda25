/**
 * One transition under construction: the draft, what has happened so far, what the world is asked to do, and the tokens
 * that still have to move. Everything that changes goes through `emit`, so that draft and history cannot differ.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { JobId, NextId } from '../../kernel/ids.ts';
import { type Action, MAIL_KIND, TIMER_KIND } from './action.ts';
import type { Command } from './command.ts';
import { type Definition, type Flow, type Node, nodeOf } from './definition.ts';
import {
  type Draft,
  type Effect,
  evolve,
  type Problem,
  type Token,
  type Variables,
  visibleVariables,
} from './state.ts';

/** A token that stands at a node and has not yet done what the node asks. */
export type Arrival = { readonly token: number; readonly node: Node; readonly by: Flow | undefined };

export type Run = {
  readonly definition: Definition;
  readonly command: Command;
  readonly now: Instant;
  readonly nextId: NextId;
  readonly draft: Draft;
  readonly effects: Effect[];
  readonly actions: Action[];
  readonly arrivals: Arrival[];
};

export function emit(run: Run, effect: Effect): void {
  run.effects.push(effect);
  evolve(run.draft, effect);
}

export function tokenOf(run: Run, id: number): Token {
  const token = run.draft.tokens.find((candidate) => candidate.id === id);
  if (token === undefined) throw new Error(`token ${id} is not in the instance`);
  return token;
}

export const variablesOf = (run: Run, token: Token): Variables => visibleVariables(run.draft, token.scope);

/** Puts a new token at a node. */
export function appear(
  run: Run,
  { at, scope, by }: { readonly at: string; readonly scope: number; readonly by?: Flow },
): void {
  const token = run.draft.next;
  emit(run, { type: 'appeared', token, at, scope });
  run.arrivals.push({ token, node: nodeOf(run.definition, at), by });
}

/** Sends a token along flows: the first takes the token itself, every other a new one; without flows it ends here. */
export function leave(run: Run, token: Token, flows: readonly Flow[]): void {
  const [first, ...others] = flows;
  if (first === undefined) return emit(run, { type: 'vanished', token: token.id });
  emit(run, { type: 'moved', token: token.id, to: first.to });
  run.arrivals.push({ token: token.id, node: nodeOf(run.definition, first.to), by: first });
  for (const flow of others) appear(run, { at: flow.to, scope: token.scope, by: flow });
}

type Stuck = Problem & { readonly outcome?: string; readonly flow?: string };

/** Stops a token until a person helps, or until a boundary event that is still armed takes over. */
export function raise(run: Run, { id, node, armed }: Pick<Token, 'id' | 'node' | 'armed'>, stuck: Stuck): void {
  emit(run, {
    type: 'waiting',
    token: id,
    wait: { for: 'help', ...stuck },
    ...(armed !== undefined && { armed }),
  });
  run.actions.push({ type: 'raiseIncident', token: id, node, code: stuck.code, message: stuck.message });
}

/** Takes back everything a token waits for. `settled` is the job whose end brought us here: it needs no taking back. */
export function disarm(run: Run, token: Token, settled?: JobId): void {
  const { wait } = token;
  if ((wait.for === 'job' || wait.for === 'timer') && wait.job !== settled)
    run.actions.push({ type: 'withdrawJob', job: wait.job, kind: kindOf(run, token) });
  if (wait.for === 'task' && wait.job !== settled) run.actions.push({ type: 'withdrawTask', job: wait.job });
  if (wait.for === 'message')
    run.actions.push({ type: 'unsubscribe', token: token.id, name: wait.name, key: wait.key });
  if (wait.for === 'criterion') {
    run.actions.push({ type: 'unsubscribe', token: token.id, name: wait.criterion, key: wait.key });
    if (wait.expiry !== undefined && wait.expiry !== settled)
      run.actions.push({ type: 'withdrawJob', job: wait.expiry, kind: TIMER_KIND });
  }
  if (wait.for === 'help') run.actions.push({ type: 'resolveIncident', token: token.id, node: token.node });
  for (const armed of token.armed ?? []) {
    if (armed.for === 'timer' && armed.job !== settled)
      run.actions.push({ type: 'withdrawJob', job: armed.job, kind: TIMER_KIND });
    if (armed.for === 'message')
      run.actions.push({ type: 'unsubscribe', token: token.id, name: armed.name, key: armed.key });
  }
}

/** The kind of the job that a token waits for. */
function kindOf(run: Run, { node, wait }: Token): string {
  const { behaviour } = nodeOf(run.definition, node);
  if (wait.for === 'timer') return TIMER_KIND;
  return behaviour.type === 'job' ? behaviour.kind : MAIL_KIND;
}

/** Ends a token and, when it hosts a scope, everything inside. */
export function kill(run: Run, token: Token, settled?: JobId): void {
  disarm(run, token, settled);
  if (token.wait.for === 'scope') closeScope(run, token.wait.scope);
  emit(run, { type: 'vanished', token: token.id });
}

function closeScope(run: Run, scope: number): void {
  for (const inner of run.draft.tokens.filter((token) => token.scope === scope)) kill(run, inner);
  emit(run, { type: 'scopeClosed', scope });
}
