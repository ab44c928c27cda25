/**
 * What happened to an instance, one small fact each. Effects are the history; `evolve` is the only place where state
 * changes, and reading all effects again gives the state.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { InstanceId, JobId } from '../../kernel/ids.ts';
import type { Firing } from './firing.ts';
import { migrated } from './migrated.ts';
import {
  type Armed,
  emptyState,
  type Iteration,
  MAX_EVIDENCE,
  type ProcessState,
  type Scope,
  type Status,
  type Token,
  type Undoable,
  type Variables,
  type Wait,
} from './state.ts';
import { type SuspensionEffect, suspensionAfter } from './suspension-effect.ts';

export type Effect =
  | {
      readonly type: 'started';
      readonly businessKey: string | null;
      readonly variables: Variables;
      readonly parent?: InstanceId;
    }
  | {
      readonly type: 'appeared';
      readonly token: number;
      readonly at: string;
      readonly scope: number;
      readonly locals?: Variables;
    }
  | { readonly type: 'moved'; readonly token: number; readonly to: string }
  | { readonly type: 'waiting'; readonly token: number; readonly wait: Wait; readonly armed?: readonly Armed[] }
  | { readonly type: 'locals'; readonly token: number; readonly set: Variables }
  | {
      readonly type: 'completed';
      readonly token: number;
      readonly node: string;
      readonly outcome: string;
      /** Who did it, where another step depends on that. */
      readonly by?: readonly string[];
    }
  | { readonly type: 'vanished'; readonly token: number }
  | {
      readonly type: 'variables';
      readonly scope: number;
      readonly set: Variables;
      readonly remove?: readonly string[];
    }
  /** One more firing in the instance's variable `evidence`; alone, so that a history does not tell all earlier ones again. */
  | { readonly type: 'evidence'; readonly firing: Firing }
  | ({
      readonly type: 'scopeOpened';
      readonly scope: number;
      readonly host: number;
      readonly parent: number;
    } & Partial<Pick<Scope, 'variables' | 'iteration' | 'undo' | 'done' | 'pending'>>)
  | { readonly type: 'scopeClosed'; readonly scope: number }
  /** What listens in a scope, all of it; without `armed` nothing does any more. */
  | { readonly type: 'listening'; readonly scope: number; readonly armed?: readonly Armed[] }
  | { readonly type: 'interrupted'; readonly scope: number }
  /** An iteration began (`started`), or ended with its result at its place, or with its outcome. */
  | {
      readonly type: 'iterated';
      readonly scope: number;
      readonly started?: number;
      readonly done?: number;
      readonly result?: { readonly at: number; readonly value: unknown };
      readonly outcome?: string;
      readonly isEnough?: true;
    }
  /** Something was done that can be undone. */
  | { readonly type: 'undoable'; readonly scope: number; readonly entry: Undoable }
  /** What can be undone – of one activity, or all – is about to be: it leaves the list. */
  | { readonly type: 'undoing'; readonly scope: number; readonly node?: string }
  /** The first of what is left to undo, or to do, in this scope has begun. */
  | { readonly type: 'taken'; readonly scope: number }
  /** Of what an ad-hoc sub-process would still do nothing is done any more. */
  | { readonly type: 'dropped'; readonly scope: number }
  /** A complex gateway has had the tokens of these flows; without flows it begins anew. */
  | { readonly type: 'spent'; readonly scope: number; readonly node: string; readonly flows?: readonly string[] }
  /** A decision was made: of which version, and why. */
  | {
      readonly type: 'decided';
      readonly token: number;
      readonly node: string;
      readonly decision: string;
      readonly version: number;
      readonly trace: unknown;
    }
  /** A throwing event did what it does. */
  | {
      readonly type: 'thrown';
      readonly token: number;
      readonly node: string;
      readonly what: string;
      readonly name?: string;
    }
  /** The calling instance is told of an escalation, by this delivery. */
  | { readonly type: 'told'; readonly job: JobId }
  /** A job beside an activity failed for good; no token is held up. */
  | {
      readonly type: 'sideFailed';
      readonly id: number;
      readonly job: JobId;
      readonly kind: string;
      readonly message: string;
    }
  | { readonly type: 'sideRetried'; readonly id: number }
  /** A person has settled it otherwise: the failure of a job beside an activity is over. */
  | { readonly type: 'sideResolved'; readonly id: number }
  | SuspensionEffect
  /** What was released just now is not waited for any more. */
  | { readonly type: 'passedOver'; readonly code: string }
  /** From here on another version of the definition counts, whose nodes and flows are called otherwise. */
  | {
      readonly type: 'migrated';
      readonly version: number;
      readonly nodes: Readonly<Record<string, string>>;
      readonly flows: Readonly<Record<string, string>>;
    }
  | { readonly type: 'ended'; readonly status: Exclude<Status, 'active'>; readonly reason?: string };

/** A state under construction: the same shape, with lists that may be changed. */
export type Draft = { -readonly [K in keyof ProcessState]: ProcessState[K] } & { scopes: Scope[]; tokens: Token[] };

/** Field by field: a spread of an object that was read from JSON costs more than all the rest of a small step. */
export const draftOf = ({
  v,
  status,
  businessKey,
  seq,
  next,
  scopes,
  tokens,
  parent,
  told,
  failures,
  suspended,
  doers,
  since,
}: ProcessState): Draft => ({
  v,
  status,
  businessKey,
  seq,
  next,
  scopes: scopes.slice(),
  tokens: tokens.slice(),
  ...(parent !== undefined && { parent }),
  ...(told !== undefined && { told }),
  ...(failures !== undefined && { failures }),
  ...(suspended !== undefined && { suspended }),
  ...(doers !== undefined && { doers }),
  ...(since !== undefined && { since }),
});

/** Applies one effect, which happened then, to a draft. Total: it never fails and never decides. */
export function evolve(draft: Draft, effect: Effect, at: Instant): void {
  switch (effect.type) {
    case 'appeared':
    case 'moved':
    case 'waiting':
    case 'locals':
    case 'vanished':
      return evolveToken(draft, effect, at);
    case 'started':
      draft.businessKey = effect.businessKey;
      if (effect.parent !== undefined) draft.parent = effect.parent;
      draft.since = at;
      draft.scopes.push({ id: 0, variables: effect.variables });
      return;
    case 'scopeOpened': {
      const { type: _, scope: id, host, parent, variables = {}, ...rest } = effect;
      draft.scopes.push({ id, host, parent, variables, ...rest });
      draft.next = Math.max(draft.next, id + 1);
      if (rest.iteration !== undefined) beginRound(draft, rest.iteration.node);
      return;
    }
    case 'scopeClosed':
      draft.scopes = draft.scopes.filter(({ id }) => id !== effect.scope);
      return;
    case 'ended':
      draft.status = effect.status;
      delete draft.suspended;
      draft.tokens = [];
      draft.scopes = draft.scopes.filter(({ id }) => id === 0).map(({ id, variables }) => ({ id, variables }));
      return;
    case 'told':
      draft.told = effect.job;
      return;
    case 'sideFailed':
      draft.failures = [...(draft.failures ?? []), { id: effect.id, job: effect.job, kind: effect.kind }];
      draft.next = Math.max(draft.next, effect.id + 1);
      return;
    case 'sideRetried':
    case 'sideResolved':
      draft.failures = (draft.failures ?? []).filter(({ id }) => id !== effect.id);
      return;
    case 'completed':
      if (effect.by !== undefined) noteDoers(draft, effect.node, effect.by);
      return;
    case 'thrown':
    case 'decided':
    case 'passedOver':
      return;
    case 'suspended':
    case 'kept':
    case 'resuming':
    case 'released':
    case 'forgotten':
    case 'resumed':
      return evolveSuspension(draft, effect);
    case 'migrated':
      draft.tokens = draft.tokens.map((token) => migrated.token(token, effect));
      draft.scopes = draft.scopes.map((scope) => migrated.scope(scope, effect));
      if (draft.doers !== undefined) draft.doers = migrated.doers(draft.doers, effect);
      return;
    case 'evidence':
      return changeScope(draft, 0, (scope) => ({ ...scope, variables: withEvidence(scope.variables, effect.firing) }));
    default:
      return changeScope(draft, effect.scope, (scope) => evolveScope(scope, effect));
  }
}

function evolveSuspension(draft: Draft, effect: SuspensionEffect): void {
  const suspended = suspensionAfter(draft.suspended, effect);
  if (suspended === undefined) delete draft.suspended;
  else draft.suspended = suspended;
}

/** Of a step that is done several times all who did it count, from the beginning of the latest round. */
function noteDoers(draft: Draft, node: string, by: readonly string[]): void {
  const isRepeated = draft.scopes.some(({ iteration }) => iteration?.node === node);
  const before = isRepeated && Object.hasOwn(draft.doers ?? {}, node) ? (draft.doers?.[node] ?? []) : [];
  draft.doers = { ...draft.doers, [node]: [...new Set([...before, ...by])] };
}

function beginRound(draft: Draft, node: string): void {
  if (draft.doers === undefined || !Object.hasOwn(draft.doers, node)) return;
  draft.doers = Object.fromEntries(Object.entries(draft.doers).filter(([other]) => other !== node));
}

type TokenEffect = Extract<Effect, { type: 'appeared' | 'moved' | 'waiting' | 'locals' | 'vanished' }>;

function evolveToken(draft: Draft, effect: TokenEffect, since: Instant): void {
  switch (effect.type) {
    case 'appeared': {
      const { token: id, at: node, scope, locals } = effect;
      const token: Token = { id, node, scope, wait: { for: 'nothing' }, since };
      draft.tokens.push(locals === undefined ? token : { ...token, locals });
      draft.next = Math.max(draft.next, id + 1);
      return;
    }
    case 'moved':
      return changeToken(draft, effect.token, ({ id, scope }) => ({
        id,
        node: effect.to,
        scope,
        wait: { for: 'nothing' },
        since,
      }));
    case 'waiting':
      return changeToken(draft, effect.token, ({ id, node, scope, locals, since: arrived }) => ({
        id,
        node,
        scope,
        wait: effect.wait,
        ...(effect.armed !== undefined && { armed: effect.armed }),
        ...(locals !== undefined && { locals }),
        ...(arrived !== undefined && { since: arrived }),
      }));
    case 'locals':
      return changeToken(draft, effect.token, (token) => ({ ...token, locals: { ...token.locals, ...effect.set } }));
    case 'vanished':
      draft.tokens = draft.tokens.filter(({ id }) => id !== effect.token);
      return;
    default:
      effect satisfies never;
  }
}

type ScopeEffect = Extract<
  Effect,
  {
    type:
      | 'variables'
      | 'listening'
      | 'interrupted'
      | 'iterated'
      | 'undoable'
      | 'undoing'
      | 'taken'
      | 'dropped'
      | 'spent';
  }
>;

function evolveScope(scope: Scope, effect: ScopeEffect): Scope {
  switch (effect.type) {
    case 'variables':
      return { ...scope, variables: withSet(scope.variables, effect) };
    case 'listening': {
      const { armed: _, ...rest } = scope;
      return effect.armed === undefined ? rest : { ...rest, armed: effect.armed };
    }
    case 'interrupted': {
      const { armed: _, ...rest } = scope;
      return { ...rest, interrupted: true };
    }
    case 'iterated':
      return scope.iteration === undefined ? scope : { ...scope, iteration: iterated(scope.iteration, effect) };
    case 'undoable':
      return { ...scope, done: [...(scope.done ?? []), effect.entry] };
    case 'undoing': {
      const { done = [], ...rest } = scope;
      const left = effect.node === undefined ? [] : done.filter(({ node }) => node !== effect.node);
      return left.length === 0 ? rest : { ...rest, done: left };
    }
    case 'taken':
      if (scope.undo !== undefined) return { ...scope, undo: scope.undo.slice(1) };
      return { ...scope, pending: (scope.pending ?? []).slice(1) };
    case 'dropped':
      return { ...scope, pending: [] };
    case 'spent': {
      const { spent = [], ...rest } = scope;
      const others = spent.filter(({ node }) => node !== effect.node);
      const { node, flows } = effect;
      const all = flows === undefined ? others : [...others, { node, flows }];
      return all.length === 0 ? rest : { ...rest, spent: all };
    }
    default:
      return effect satisfies never;
  }
}

function iterated(before: Iteration, effect: Extract<Effect, { type: 'iterated' }>): Iteration {
  const { started = 0, done = 0, result, outcome = before.outcome } = effect;
  const results = result === undefined ? before.results : placed(before.results ?? [], result);
  return {
    ...before,
    started: before.started + started,
    done: before.done + done,
    ...(results !== undefined && { results }),
    ...(outcome !== undefined && { outcome }),
    ...(effect.isEnough && { isEnough: true }),
  };
}

/** Those that end early leave places free for the others: null until they have one. */
function placed(
  results: readonly unknown[],
  { at, value }: { readonly at: number; readonly value: unknown },
): unknown[] {
  const list = results.slice();
  while (list.length < at) list.push(null);
  list[at] = value;
  return list;
}

function withSet(before: Variables, { set, remove }: Pick<Extract<Effect, { type: 'variables' }>, 'set' | 'remove'>) {
  if (remove === undefined) return { ...before, ...set };
  return Object.fromEntries(Object.entries({ ...before, ...set }).filter(([name]) => !remove.includes(name)));
}

function withEvidence(variables: Variables, firing: Firing): Variables {
  const before: unknown[] = Array.isArray(variables.evidence) ? variables.evidence : [];
  return { ...variables, evidence: [...before, firing].slice(-MAX_EVIDENCE) };
}

function changeToken(draft: Draft, id: number, change: (token: Token) => Token): void {
  const place = draft.tokens.findIndex((token) => token.id === id);
  const token = draft.tokens[place];
  if (token !== undefined) draft.tokens[place] = change(token);
}

function changeScope(draft: Draft, id: number, change: (scope: Scope) => Scope): void {
  const place = draft.scopes.findIndex((scope) => scope.id === id);
  const scope = draft.scopes[place];
  if (scope !== undefined) draft.scopes[place] = change(scope);
}

/** Rebuilds a state from its history: from the effects of each entry, and the time at which they happened. */
export function replay(history: Iterable<{ readonly at: Instant; readonly effects: readonly Effect[] }>): ProcessState {
  const draft = draftOf(emptyState);
  for (const { at, effects } of history) {
    for (const effect of effects) evolve(draft, effect, at);
    draft.seq += 1;
  }
  return draft;
}
