/**
 * A compiled process definition: nodes by id, flows resolved both ways, expressions compiled, scopes and what listens in
 * them worked out. Immutable; the engine keeps one per version, and `advance` reads nothing else.
 */

import type { Alarm } from './alarm.ts';
import type { DecisionFace } from './decision-face.ts';
import type { Form } from './form.ts';
import type { Label } from './source.ts';
import type { Moment } from './span.ts';
import type { Reading, TimerForm } from './timer.ts';

/** The part of a compiled FEEL expression that the core needs. */
export type Condition = {
  readonly text: string;
  readonly evaluate: (context: Readonly<Record<string, unknown>>, at?: Moment) => unknown;
};

/** An expression in a module's configuration, and the place that its value takes. */
export type Formula = { readonly path: readonly (string | number)[]; readonly value: Condition };
/** A text that was read at deployment, or an expression for one. */
export type DueTime = { readonly text: string } | { readonly expression: Condition };

/** Variables and the expressions that give them their values. */
export type Mapping = readonly (readonly [name: string, value: Condition])[];

export type Flow = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly outcome?: string;
  readonly when?: Condition;
  readonly isDefault: boolean;
};

/** A timer whose text was read at deployment, or whose text an expression gives when it is set. */
export type Timer = { readonly form: TimerForm } & (
  | { readonly text: string; readonly reading: Reading }
  | { readonly expression: Condition }
);

/** What a catching event waits for. `code` is left out where any will do. */
export type Trigger =
  | { readonly on: 'message'; readonly name: string; readonly correlationKey?: Condition }
  | { readonly on: 'timer'; readonly timer: Timer }
  | { readonly on: 'signal'; readonly name: string }
  | { readonly on: 'condition'; readonly condition: Condition }
  | { readonly on: 'error' | 'escalation'; readonly code?: string }
  | { readonly on: 'compensation' | 'cancel' }
  | { readonly on: 'several'; readonly all: boolean; readonly triggers: readonly Trigger[] };

/** What a throwing event does. */
export type Throw =
  | { readonly what: 'message'; readonly name: string; readonly correlationKey?: Condition; readonly ttlMs: number }
  | { readonly what: 'signal'; readonly name: string }
  | { readonly what: 'error' | 'escalation'; readonly code: string }
  /** Without an activity: everything that was done in the scope. */
  | { readonly what: 'compensation'; readonly activity?: string }
  | { readonly what: 'cancel' | 'terminate' };

/** An element that begins when something happens: a boundary event, the start of an event sub-process, an event behind a gateway. */
export type Listener = { readonly node: string; readonly trigger: Trigger };
export type BoundaryEvent = Listener & { readonly interrupting: boolean };
/** `node` is the event sub-process, `start` its start event. */
export type EventHandler = Listener & { readonly start: string; readonly interrupting: boolean };

/** What an inner process consists of, apart from its nodes. */
export type Inside = {
  readonly starts: readonly string[];
  readonly handlers: readonly EventHandler[];
  /** Variables of the scope with their first values. */
  readonly data: readonly { readonly name: string; readonly value?: Condition }[];
};

export type AdHoc = {
  readonly activate?: Condition;
  readonly sequential: boolean;
  readonly completion?: Condition;
  readonly keepRemaining: boolean;
};

/** The activity is done several times. */
export type Repetition =
  | { readonly type: 'loop'; readonly condition: Condition; readonly testBefore: boolean; readonly maximum: number }
  | {
      readonly type: 'multiInstance';
      readonly collection?: Condition;
      readonly cardinality?: Condition;
      readonly element: string;
      readonly sequential: boolean;
      readonly completion?: Condition;
      readonly output?: { readonly collection: string; readonly element: Condition };
    };

/** What a node does, once a token is there. */
export type Behaviour =
  | { readonly type: 'start' | 'boundary' | 'exclusiveGateway' | 'parallelGateway' | 'inclusiveGateway' }
  | { readonly type: 'complexGateway'; readonly activation?: Condition }
  | { readonly type: 'eventGateway'; readonly events: readonly Listener[] }
  | { readonly type: 'end' | 'throw'; readonly throws: readonly Throw[] }
  | { readonly type: 'catch'; readonly trigger: Trigger }
  /** A link event, or a task that nobody is told of. */
  | { readonly type: 'pass' }
  | { readonly type: 'criterion'; readonly criterion: string; readonly withinMs?: number }
  | {
      readonly type: 'userTask';
      readonly role: string;
      readonly commentOn: readonly string[];
      readonly due?: DueTime;
      readonly followUp?: DueTime;
      readonly alarms?: readonly Alarm[];
      readonly form?: Form;
      /** Steps whose latest doers may not do this one. */
      readonly notBy?: readonly string[];
      readonly priority: number;
      readonly notify?: string;
      readonly apply: readonly string[];
    }
  | {
      readonly type: 'job';
      readonly kind: string;
      readonly payload: Readonly<Record<string, unknown>>;
      readonly priority: number;
      readonly maxAttempts: number;
    }
  | {
      readonly type: 'module';
      readonly module: string;
      readonly config: Readonly<Record<string, unknown>>;
      readonly formulas: readonly Formula[];
      readonly priority: number;
      readonly maxAttempts: number;
    }
  | {
      readonly type: 'mail';
      /** Names of recipients, and expressions for one or several. */
      readonly to: readonly (string | Condition)[];
      readonly replyTo?: string | Condition;
      readonly subject: Label;
      readonly text: Label;
      readonly html?: Label;
      readonly onLost: 'retry' | 'hold';
      readonly maxAttempts: number;
    }
  | { readonly type: 'script'; readonly script: Condition; readonly result?: string }
  | { readonly type: 'rules'; readonly rules: readonly DecisionRule[]; readonly result?: string }
  /** `face` is undefined where nobody could be asked whether there is such a decision. */
  | { readonly type: 'decision'; readonly decision: string; readonly face?: DecisionFace; readonly result?: string }
  | { readonly type: 'send'; readonly throws: Extract<Throw, { what: 'message' }> }
  | {
      readonly type: 'call';
      /** A key, or an expression for one. */
      readonly process: string | Condition;
      readonly version?: number;
      readonly businessKey?: Condition;
    }
  | ({ readonly type: 'subProcess'; readonly adHoc?: AdHoc; readonly isTransaction: boolean } & Inside)
  | ({ readonly type: 'eventSubProcess' } & Inside);

export type DecisionRule = { readonly when?: Condition; readonly value?: Condition; readonly outcome?: string };

export type Node = {
  readonly id: string;
  readonly name: Label;
  /** What it is called in the definition: userTask, catch, boundary … */
  readonly type: string;
  /** The sub-process it is in; undefined at the top. */
  readonly parent?: string;
  readonly outgoing: readonly Flow[];
  readonly incoming: readonly Flow[];
  /** What it can end with. */
  readonly outcomes: readonly string[];
  readonly boundary: readonly BoundaryEvent[];
  readonly behaviour: Behaviour;
  readonly input?: Mapping;
  readonly output?: Mapping;
  readonly repetition?: Repetition;
  /** The activity that undoes this one. */
  readonly undoneBy?: string;
  /** Tokens it needs to begin, and tokens that leave on each way on, where these are not one. */
  readonly startQuantity?: number;
  readonly completionQuantity?: number;
  /**
   * Inclusive and complex gateways with several ways in: for a node right before it, the nodes of this scope from which a
   * token can still get there without passing the gateway.
   */
  readonly upstream?: (last: string) => ReadonlySet<string>;
};

export type Searchable = { readonly name: string; readonly type: 'string' | 'number' | 'date' | 'boolean' };

export type StartRule = { readonly criteria: readonly string[]; readonly count: number; readonly withinMs: number };

/** Where an instance can begin. */
export type StartPoint = {
  readonly node: string;
  /** What has to happen; undefined: it begins by command. */
  readonly trigger?: Trigger;
  /** Other events of the same instantiating gateway, which the instance then waits for. */
  readonly besides: readonly string[];
};

export type Definition = {
  readonly key: string;
  readonly version: number;
  readonly name: Label;
  readonly start?: StartRule;
  readonly startMessage?: string;
  readonly startPoints: readonly StartPoint[];
  readonly handlers: readonly EventHandler[];
  readonly data: Inside['data'];
  readonly nodes: ReadonlyMap<string, Node>;
  /** Whether anything waits for a condition to become true; then variables are watched. */
  readonly watchesVariables: boolean;
  /** Steps of which is remembered who did them last; left out when nobody asks. */
  readonly witnessed?: ReadonlySet<string>;
  /** The variables by which its tasks are found; left out when there are none. */
  readonly searchable?: readonly Searchable[];
};

/** The node of that id; definitions are validated, so it is there. */
export function nodeOf(definition: Definition, id: string): Node {
  const node = definition.nodes.get(id);
  if (node === undefined) throw new Error(`definition ${definition.key} v${definition.version} has no node ${id}`);
  return node;
}
