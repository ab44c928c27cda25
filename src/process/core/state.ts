/**
 * The state of a process instance: a tree of scopes and the tokens in them. Every stored token waits for something;
 * one that need not wait has moved on before the commit. `evolve` is the only place where state changes, and it changes
 * by effects alone – so the history, which holds the effects, rebuilds the state.
 */
import type { JobId } from '../../kernel/ids.ts';
import type { Firing } from './firing.ts';

export const STATE_VERSION = 1;

/** Firings kept as evidence in an instance; the oldest go first. */
export const MAX_EVIDENCE = 50;

export type Variables = Readonly<Record<string, unknown>>;

export type Wait =
  /** On the way; never stored. */
  | { readonly for: 'nothing' }
  | { readonly for: 'task' | 'job' | 'timer'; readonly job: JobId }
  | { readonly for: 'message'; readonly name: string; readonly key: string }
  | { readonly for: 'criterion'; readonly criterion: string; readonly key: string; readonly expiry?: JobId }
  /** At a joining gateway, arrived by this flow. */
  | { readonly for: 'join'; readonly flow: string }
  /** For the end of the scope that its sub-process opened. */
  | { readonly for: 'scope'; readonly scope: number }
  /**
   * Stuck: a person must help. With an outcome, the activity itself is done and only the way on was not found; with a
   * flow, the token had only just arrived by it.
   */
  | ({ readonly for: 'help'; readonly outcome?: string; readonly flow?: string } & Problem);

/** Why a token is stuck. */
export type Problem = { readonly code: IncidentCode; readonly message: string };

export type IncidentCode =
  | 'process.no-flow'
  | 'process.condition-failed'
  | 'process.job-failed'
  | 'process.step-budget';

/** A boundary event that is armed while its host's token waits, or is stuck in the middle of its work. */
export type Armed = { readonly node: string } & (
  | { readonly for: 'timer'; readonly job: JobId }
  | { readonly for: 'message'; readonly name: string; readonly key: string }
);

export type Token = {
  readonly id: number;
  readonly node: string;
  readonly scope: number;
  readonly wait: Wait;
  readonly armed?: readonly Armed[];
};

export type Scope = {
  readonly id: number;
  /** The token of the sub-process in the scope above; undefined at the top. */
  readonly host?: number;
  readonly parent?: number;
  readonly variables: Variables;
};

/** A job beside an activity that failed for good. No token waits for it; it has a number like one, so that a person can name it. */
export type SideFailure = { readonly id: number; readonly job: JobId; readonly kind: string };

export type Status = 'active' | 'completed' | 'cancelled';

export type ProcessState = {
  readonly v: typeof STATE_VERSION;
  readonly status: Status;
  readonly businessKey: string | null;
  /** Commands taken so far; the next history entry has this number. */
  readonly seq: number;
  /** Where the next token or scope number comes from. */
  readonly next: number;
  readonly scopes: readonly Scope[];
  readonly tokens: readonly Token[];
  /** Kept also after the end, until they are tried again. */
  readonly failures?: readonly SideFailure[];
};

/** What happened, one small fact each. Effects are the history; reading them again gives the state. */
export type Effect =
  | { readonly type: 'started'; readonly businessKey: string | null; readonly variables: Variables }
  | { readonly type: 'appeared'; readonly token: number; readonly at: string; readonly scope: number }
  | { readonly type: 'moved'; readonly token: number; readonly to: string }
  | { readonly type: 'waiting'; readonly token: number; readonly wait: Wait; readonly armed?: readonly Armed[] }
  | { readonly type: 'completed'; readonly token: number; readonly node: string; readonly outcome: string }
  | { readonly type: 'vanished'; readonly token: number }
  | { readonly type: 'variables'; readonly scope: number; readonly set: Variables }
  /** One more firing in the instance's variable `evidence`; alone, so that a history does not tell all earlier ones again. */
  | { readonly type: 'evidence'; readonly firing: Firing }
  | { readonly type: 'scopeOpened'; readonly scope: number; readonly host: number; readonly parent: number }
  | { readonly type: 'scopeClosed'; readonly scope: number }
  /** A job beside an activity failed for good; no token is held up. */
  | {
      readonly type: 'sideFailed';
      readonly id: number;
      readonly job: JobId;
      readonly kind: string;
      readonly message: string;
    }
  | { readonly type: 'sideRetried'; readonly id: number }
  | { readonly type: 'ended'; readonly status: Exclude<Status, 'active'>; readonly reason?: string };

export const emptyState: ProcessState = {
  v: STATE_VERSION,
  status: 'active',
  businessKey: null,
  seq: 0,
  next: 1,
  scopes: [],
  tokens: [],
};

/** A state under construction: the same shape, with lists that may be changed. */
export type Draft = { -readonly [K in keyof ProcessState]: ProcessState[K] } & { scopes: Scope[]; tokens: Token[] };

/** Field by field: a spread of an object that was read from JSON costs more than all the rest of a small step. */
export const draftOf = ({ v, status, businessKey, seq, next, scopes, tokens, failures }: ProcessState): Draft => ({
  v,
  status,
  businessKey,
  seq,
  next,
  scopes: scopes.slice(),
  tokens: tokens.slice(),
  ...(failures !== undefined && { failures }),
});

/** Applies one effect to a draft. Total: it never fails and never decides. */
export function evolve(draft: Draft, effect: Effect): void {
  switch (effect.type) {
    case 'started':
      draft.businessKey = effect.businessKey;
      draft.scopes.push({ id: 0, variables: effect.variables });
      return;
    case 'appeared':
      draft.tokens.push({ id: effect.token, node: effect.at, scope: effect.scope, wait: { for: 'nothing' } });
      draft.next = Math.max(draft.next, effect.token + 1);
      return;
    case 'moved':
      return replace(draft, effect.token, (token) => ({
        id: token.id,
        node: effect.to,
        scope: token.scope,
        wait: { for: 'nothing' },
      }));
    case 'waiting':
      return replace(draft, effect.token, ({ id, node, scope }) => ({
        id,
        node,
        scope,
        wait: effect.wait,
        ...(effect.armed !== undefined && { armed: effect.armed }),
      }));
    case 'vanished':
      draft.tokens = draft.tokens.filter(({ id }) => id !== effect.token);
      return;
    case 'variables':
      draft.scopes = draft.scopes.map((scope) =>
        scope.id === effect.scope ? { ...scope, variables: { ...scope.variables, ...effect.set } } : scope,
      );
      return;
    case 'evidence':
      draft.scopes = draft.scopes.map((scope) =>
        scope.id === 0 ? { ...scope, variables: withEvidence(scope.variables, effect.firing) } : scope,
      );
      return;
    case 'scopeOpened':
      draft.scopes.push({ id: effect.scope, host: effect.host, parent: effect.parent, variables: {} });
      draft.next = Math.max(draft.next, effect.scope + 1);
      return;
    case 'scopeClosed':
      draft.scopes = draft.scopes.filter(({ id }) => id !== effect.scope);
      return;
    case 'ended':
      draft.status = effect.status;
      draft.tokens = [];
      draft.scopes = draft.scopes.filter(({ id }) => id === 0);
      return;
    case 'sideFailed':
      draft.failures = [...(draft.failures ?? []), { id: effect.id, job: effect.job, kind: effect.kind }];
      draft.next = Math.max(draft.next, effect.id + 1);
      return;
    case 'sideRetried':
      draft.failures = (draft.failures ?? []).filter(({ id }) => id !== effect.id);
      return;
    case 'completed':
      return;
    default:
      effect satisfies never;
  }
}

function withEvidence(variables: Variables, firing: Firing): Variables {
  const before: unknown[] = Array.isArray(variables.evidence) ? variables.evidence : [];
  return { ...variables, evidence: [...before, firing].slice(-MAX_EVIDENCE) };
}

function replace(draft: Draft, id: number, change: (token: Token) => Token): void {
  const place = draft.tokens.findIndex((token) => token.id === id);
  const token = draft.tokens[place];
  if (token !== undefined) draft.tokens[place] = change(token);
}

/** Rebuilds a state from its history. */
export function replay(history: Iterable<readonly Effect[]>): ProcessState {
  const draft = draftOf(emptyState);
  for (const effects of history) {
    for (const effect of effects) evolve(draft, effect);
    draft.seq += 1;
  }
  return draft;
}

/** The variables a node in this scope sees: its own and, behind them, those of the scopes around. */
export function visibleVariables(state: Pick<ProcessState, 'scopes'>, scope: number): Variables {
  const own = state.scopes.find(({ id }) => id === scope);
  if (own === undefined) return {};
  return own.parent === undefined ? own.variables : { ...visibleVariables(state, own.parent), ...own.variables };
}
