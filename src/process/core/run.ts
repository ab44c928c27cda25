/**
 * One transition under construction: the draft, what has happened so far, what the world is asked to do, and the tokens
 * that still have to move. Everything that changes goes through `emit`, so that draft and history cannot differ.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { JobId, NextId } from '../../kernel/ids.ts';
import type { Action } from './action.ts';
import type { Command } from './command.ts';
import { type Definition, type Flow, type Node, nodeOf } from './definition.ts';
import { type Draft, type Effect, evolve } from './effect.ts';
import { type Problem, type Scope, type Token, type Variables, visibleVariables } from './state.ts';

/** A token that stands at a node and has not yet done what the node asks. */
export type Arrival = { readonly token: number; readonly node: Node; readonly by: Flow | undefined };

export type Run = {
  readonly definition: Definition;
  readonly command: Command;
  readonly now: Instant;
  readonly timeZone: string;
  readonly nextId: NextId;
  readonly draft: Draft;
  readonly effects: Effect[];
  readonly actions: Action[];
  readonly arrivals: Arrival[];
};

export function emit(run: Run, effect: Effect): void {
  run.effects.push(effect);
  evolve(run.draft, effect, run.now);
}

/** The token of that number, if it is still there. */
export const findToken = (run: Run, id: number | undefined): Token | undefined =>
  run.draft.tokens.find((candidate) => candidate.id === id);

export function tokenOf(run: Run, id: number): Token {
  const token = findToken(run, id);
  if (token === undefined) throw new Error(`token ${id} is not in the instance`);
  return token;
}

export function scopeOf(run: Run, id: number): Scope {
  const scope = run.draft.scopes.find((candidate) => candidate.id === id);
  if (scope === undefined) throw new Error(`scope ${id} is not in the instance`);
  return scope;
}

/** What a token sees: its own variables and, behind them, those of the scopes around. */
export function variablesOf(run: Run, { scope, locals }: Pick<Token, 'scope' | 'locals'>): Variables {
  const around = visibleVariables(run.draft, scope);
  return locals === undefined ? around : { ...around, ...locals };
}

type Place = { readonly at: string; readonly scope: number; readonly by?: Flow; readonly locals?: Variables };

/** Puts a new token at a node, where it waits for nobody to let it do what the node asks. Answers its number. */
export function place(run: Run, { at, scope, locals }: Place): number {
  const token = run.draft.next;
  emit(run, { type: 'appeared', token, at, scope, ...(locals !== undefined && { locals }) });
  return token;
}

/** Puts a new token at a node. */
export function appear(run: Run, where: Place): void {
  const token = place(run, where);
  run.arrivals.push({ token, node: nodeOf(run.definition, where.at), by: where.by });
}

/** Sends a token along flows: the first takes the token itself, every other a new one; without flows it ends here. */
export function leave(run: Run, token: Token, flows: readonly Flow[]): void {
  const [first, ...others] = flows;
  if (first === undefined) return emit(run, { type: 'vanished', token: token.id });
  emit(run, { type: 'moved', token: token.id, to: first.to });
  run.arrivals.push({ token: token.id, node: nodeOf(run.definition, first.to), by: first });
  for (const flow of others) appear(run, { at: flow.to, scope: token.scope, by: flow });
}

type Stuck = Problem & { readonly outcome?: string; readonly flow?: string; readonly failed?: JobId };

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
