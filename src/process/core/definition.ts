/**
 * A compiled process definition: nodes by id, flows resolved both ways, conditions compiled, scopes numbered.
 * Immutable; the engine keeps one per version, and `advance` reads nothing else.
 */
import type { Label } from './source.ts';

/** The part of a compiled FEEL expression that the core needs. */
export type Condition = {
  readonly text: string;
  readonly evaluate: (context: Readonly<Record<string, unknown>>) => unknown;
};

export type Flow = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly outcome?: string;
  readonly when?: Condition;
  readonly isDefault: boolean;
};

export type BoundaryEvent = {
  readonly node: string;
  readonly interrupting: boolean;
  readonly timerMs?: number;
  readonly message?: string;
  readonly correlationKey?: Condition;
};

/** What a node does, once a token is there. */
export type Behaviour =
  | { readonly type: 'start' | 'end' | 'boundary' | 'exclusiveGateway' | 'parallelGateway' | 'inclusiveGateway' }
  | { readonly type: 'criterion'; readonly criterion: string; readonly withinMs?: number }
  | {
      readonly type: 'userTask';
      readonly role: string;
      readonly commentOn: readonly string[];
      readonly dueMs?: number;
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
  | { readonly type: 'mail'; readonly to: string; readonly subject: string; readonly text: string }
  | { readonly type: 'messageCatch'; readonly message: string; readonly correlationKey?: Condition }
  | { readonly type: 'timerCatch'; readonly afterMs: number }
  | { readonly type: 'subProcess'; readonly starts: readonly string[] };

export type Node = {
  readonly id: string;
  readonly name: Label;
  /** The sub-process it is in; undefined at the top. */
  readonly parent?: string;
  readonly outgoing: readonly Flow[];
  readonly incoming: readonly Flow[];
  /** What it can end with. */
  readonly outcomes: readonly string[];
  readonly boundary: readonly BoundaryEvent[];
  readonly behaviour: Behaviour;
  /**
   * Inclusive gateways with several ways in: for a node right before it, the nodes of this scope from which a token can
   * still get there without passing the gateway.
   */
  readonly upstream?: (last: string) => ReadonlySet<string>;
};

export type StartRule = { readonly criteria: readonly string[]; readonly count: number; readonly withinMs: number };

export type Definition = {
  readonly key: string;
  readonly version: number;
  readonly name: Label;
  readonly start?: StartRule;
  readonly startMessage?: string;
  readonly starts: readonly string[];
  readonly nodes: ReadonlyMap<string, Node>;
};

/** The node of that id; definitions are validated, so it is there. */
export function nodeOf(definition: Definition, id: string): Node {
  const node = definition.nodes.get(id);
  if (node === undefined) throw new Error(`definition ${definition.key} v${definition.version} has no node ${id}`);
  return node;
}
