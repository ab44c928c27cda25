/**
 * A definition written in TypeScript: the same JSON, with the nodes by their ids, so that the compiler knows them. It
 * refuses a `next` that leads nowhere and an outcome that the activity does not have, and whoever tests the process gets
 * names of activities, outcomes and variables completed.
 */
import type { z } from 'zod';
import { compileDefinition } from './core/compile.ts';
import type { DefinitionSource, definitionSource, NodeSource } from './core/source.ts';

/** A node as it is written, without its id. */
export type NodeInput = NodeSource extends infer Each ? (Each extends NodeSource ? Omit<Each, 'id'> : never) : never;

type Ids<Nodes> = keyof Nodes & string;
type OutcomesOf<Node> = Node extends { readonly outcomes: readonly (infer Outcome extends string)[] }
  ? Outcome
  : Node extends { readonly type: 'criterion' }
    ? 'fired' | 'expired'
    : Node extends { readonly next: Readonly<Record<infer Outcome extends string, string>> }
      ? Outcome
      : 'done';
type FlowInput<Id extends string, Outcome extends string> = {
  readonly to: Id;
  readonly id?: string;
  readonly when?: string;
  readonly default?: true;
  readonly outcome?: Outcome;
};
/** By the form in which it is written, so that nothing else fits by accident. */
type NextInput<Next, Id extends string, Outcome extends string> = Next extends string
  ? Id
  : Next extends readonly unknown[]
    ? readonly (Id | FlowInput<Id, Outcome>)[]
    : { readonly [Each in keyof Next]: Each extends Outcome ? Id : never };

/** What the compiler demands of each node: that its ways on lead to nodes, by outcomes that it has. */
export type CheckedNodes<Nodes> = {
  readonly [Id in keyof Nodes]: Nodes[Id] extends { readonly next: infer Next }
    ? { readonly next: NextInput<Next, Ids<Nodes>, OutcomesOf<Nodes[Id]>> }
    : unknown;
};

declare const variables: unique symbol;
declare const outcomes: unique symbol;

/** A definition that still knows, for the compiler, its variables and what each activity can end with. */
export type ProcessDefinition<
  Variables = Record<string, unknown>,
  Outcomes extends Readonly<Record<string, string>> = Readonly<Record<string, string>>,
> = DefinitionSource & {
  readonly [variables]?: Variables;
  readonly [outcomes]?: Outcomes;
};

type Loose = { readonly type: NodeInput['type']; readonly [field: string]: unknown };
type Head = Omit<z.input<typeof definitionSource>, 'nodes'>;

/**
 * Defines a process. `variables` says their type and nothing else: `variables: {} as { device: string }`. Throws
 * `process.invalid-definition` at once, as a deployment would.
 */
export function defineProcess<
  Variables extends object = Record<string, unknown>,
  const Nodes extends Readonly<Record<string, Loose>> = Readonly<Record<string, Loose>>,
>(
  definition: Head & { readonly variables?: Variables; readonly nodes: Nodes & CheckedNodes<Nodes> },
): ProcessDefinition<Variables, { readonly [Id in Ids<Nodes>]: OutcomesOf<Nodes[Id]> }> {
  const { variables: _, nodes, ...head } = definition;
  const source = { ...head, nodes: Object.entries(nodes).map(([id, node]) => ({ id, ...(node as Loose) })) };
  compileDefinition(source, 1);
  return source as unknown as ProcessDefinition<Variables, { readonly [Id in Ids<Nodes>]: OutcomesOf<Nodes[Id]> }>;
}

/** The types that a definition knows of its activities. */
export type OutcomesIn<Definition> =
  Definition extends ProcessDefinition<infer _, infer Outcomes> ? Outcomes : Readonly<Record<string, string>>;
export type VariablesIn<Definition> =
  Definition extends ProcessDefinition<infer Variables, infer _> ? Variables : Record<string, unknown>;
