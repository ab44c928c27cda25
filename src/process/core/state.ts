/**
 * The state of a process instance: a tree of scopes and the tokens in them. Every stored token waits for something;
 * one that need not wait has moved on before the commit. State changes by effects alone (`effect.ts`) – so the history,
 * which holds the effects, rebuilds the state.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { InstanceId, JobId } from '../../kernel/ids.ts';
import type { Brought } from './brought.ts';

export const STATE_VERSION = 1;

/** Firings kept as evidence in an instance; the oldest go first. */
export const MAX_EVIDENCE = 50;

export type Variables = Readonly<Record<string, unknown>>;

/** What a waiting event listens for. */
export type Listening =
  /** `ring` where it rings again: when this one was due, and how often after that. */
  | { readonly for: 'timer'; readonly job: JobId; readonly ring?: { readonly dueAt: Instant; readonly left?: number } }
  | { readonly for: 'message'; readonly name: string; readonly key: string }
  | { readonly for: 'signal'; readonly name: string }
  /** `held`: it was true when it was last looked at, so it has to become false before it can happen again. */
  | { readonly for: 'condition'; readonly held?: true };

export type Wait =
  /** On the way; never stored. `failed`: the job before it, when a person has a mail tried again. */
  | { readonly for: 'nothing'; readonly failed?: JobId }
  | { readonly for: 'job'; readonly job: JobId }
  /** `alarm`: the job that rings its reminders. */
  | { readonly for: 'task'; readonly job: JobId; readonly alarm?: JobId }
  | Listening
  /** For what is armed: the events behind a gateway, or several triggers of one event. */
  | { readonly for: 'event' }
  | { readonly for: 'criterion'; readonly criterion: string; readonly key: string; readonly expiry?: JobId }
  /** At a joining gateway, or at an activity that needs several tokens; arrived by this flow. */
  | { readonly for: 'join'; readonly flow: string }
  /** For the end of the scope that it opened. */
  | { readonly for: 'scope'; readonly scope: number }
  /** For the end of the instance that it called; `job` starts it. */
  | { readonly for: 'call'; readonly instance: InstanceId; readonly start: JobId }
  /**
   * Stuck: a person must help. With an outcome, the activity itself is done and only the way on was not found; with a
   * flow, the token had only just arrived by it. `failed`: the job of a mail, which knows who has got it.
   */
  | ({ readonly for: 'help'; readonly outcome?: string; readonly flow?: string; readonly failed?: JobId } & Problem);

/** Why a token is stuck. */
export type Problem = { readonly code: IncidentCode; readonly message: string };

export type IncidentCode =
  | 'process.no-flow'
  | 'process.condition-failed'
  | 'process.job-failed'
  | 'process.error-uncaught'
  | 'process.call-failed'
  | 'process.deadlock'
  | 'process.step-budget';

/** An event that is armed: a boundary event while its host's token waits, an event sub-process while its scope is open. */
export type Armed = { readonly node: string } & Listening;

export type Token = {
  readonly id: number;
  readonly node: string;
  readonly scope: number;
  readonly wait: Wait;
  readonly armed?: readonly Armed[];
  /** Variables that exist while it is at this node. */
  readonly locals?: Variables;
  /** When it came to this node; unknown where that was before times were kept. */
  readonly since?: Instant;
};

/** Something that was done and can be undone: an activity by its handler, a sub-process by what was done inside. */
export type Undoable = { readonly node: string; readonly variables?: Variables; readonly inside?: readonly Undoable[] };

/** An activity that is done several times. `total` and `items` are unknown to a loop. */
export type Iteration = {
  readonly node: string;
  readonly total?: number;
  readonly started: number;
  readonly done: number;
  readonly items?: readonly unknown[];
  readonly results?: readonly unknown[];
  readonly outcome?: string;
  /** The completion condition has held: no more begin. */
  readonly isEnough?: true;
};

export type Scope = {
  readonly id: number;
  /** The token in the scope above that waits for this one; undefined at the top. */
  readonly host?: number;
  readonly parent?: number;
  readonly variables: Variables;
  /** Event sub-processes that can begin. */
  readonly armed?: readonly Armed[];
  /** An event sub-process has taken over: no other can begin. */
  readonly interrupted?: true;
  readonly iteration?: Iteration;
  /** What can be undone, in the order in which it was done. */
  readonly done?: readonly Undoable[];
  /** A scope in which things are undone: what is left, the next one first. */
  readonly undo?: readonly Undoable[];
  /** Activities of a sequential ad-hoc sub-process that are still to come. */
  readonly pending?: readonly string[];
  /** Complex gateways that have fired, and the flows whose tokens they have had this round. */
  readonly spent?: readonly { readonly node: string; readonly flows: readonly string[] }[];
};

/** A job beside an activity that failed for good. No token waits for it; it has a number like one, so that a person can name it. */
export type SideFailure = { readonly id: number; readonly job: JobId; readonly kind: string };

/** An instance that people cannot go on with; what comes is kept, the eldest first. `resuming`: it is being taken in. */
export type Suspension = { readonly reason?: string; readonly kept: readonly Brought[]; readonly resuming?: true };

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
  /** The instance that called this one. */
  readonly parent?: InstanceId;
  /** The delivery that told it something last. */
  readonly told?: JobId;
  /** Who did a step last, of those that others depend on. */
  readonly doers?: Readonly<Record<string, readonly string[]>>;
  /** Kept also after the end, until they are tried again. */
  readonly failures?: readonly SideFailure[];
  readonly suspended?: Suspension;
  /** When it was started; unknown where that was before times were kept. */
  readonly since?: Instant;
};

export const emptyState: ProcessState = {
  v: STATE_VERSION,
  status: 'active',
  businessKey: null,
  seq: 0,
  next: 1,
  scopes: [],
  tokens: [],
};

/** The variables a node in this scope sees: its own and, behind them, those of the scopes around. */
export function visibleVariables(state: Pick<ProcessState, 'scopes'>, scope: number): Variables {
  const own = state.scopes.find(({ id }) => id === scope);
  if (own === undefined) return {};
  return own.parent === undefined ? own.variables : { ...visibleVariables(state, own.parent), ...own.variables };
}
