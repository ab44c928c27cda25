/** All nodes and ways on of definitions, in one order. */
import type { BoundarySource, DefinitionSource, NextSource, NodeSource } from '../core/source.ts';
import type { LaneSource } from '../core/source-parts.ts';

/** What can have ways on: a node, or an event at its border. */
export type FlowOwner = { readonly id: string; next?: NextSource | undefined };

export function* nodesOf(scope: { readonly nodes: readonly NodeSource[] }): Generator<NodeSource> {
  for (const node of scope.nodes) {
    yield node;
    if ('nodes' in node) yield* nodesOf(node);
  }
}

export function* lanesOf(lanes: readonly LaneSource[] = []): Generator<LaneSource> {
  for (const lane of lanes) {
    yield lane;
    yield* lanesOf(lane.lanes);
  }
}

export const boundaryOf = (node: NodeSource): readonly BoundarySource[] =>
  ('boundary' in node ? node.boundary : undefined) ?? [];

export function* ownersOf(definitions: readonly DefinitionSource[]): Generator<FlowOwner> {
  for (const definition of definitions) {
    for (const node of nodesOf(definition)) {
      yield node as FlowOwner;
      yield* boundaryOf(node) as readonly FlowOwner[];
    }
  }
}
