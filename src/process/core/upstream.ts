/** From where a token can still come to an inclusive gateway. */
import type { Outline } from './outline.ts';

/** The nodes right before each node; before a boundary event stands its activity. */
export type Predecessors = ReadonlyMap<string, readonly string[]>;

export function predecessorsOf({ elements, incoming }: Outline): Predecessors {
  return new Map(
    elements.map(({ id, source }) => {
      const sources = incoming.get(id)?.map(({ from }) => from) ?? [];
      return [id, source.type === 'boundary' ? [source.host] : sources];
    }),
  );
}

/**
 * Answers for a node right before the gateway: it and all nodes from which it can be reached without passing the
 * gateway. Worked out on first use, because the sets of all gateways of a large definition would take gigabytes.
 */
export function upstreamOf(gateway: string, predecessors: Predecessors): (last: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>();
  return (last) => {
    const nodes = known.get(last) ?? nodesBefore(gateway, last, predecessors);
    known.set(last, nodes);
    return nodes;
  };
}

function nodesBefore(gateway: string, last: string, predecessors: Predecessors): ReadonlySet<string> {
  const nodes = new Set(last === gateway ? [] : [last]);
  for (const node of nodes) {
    for (const before of predecessors.get(node) ?? []) if (before !== gateway) nodes.add(before);
  }
  return nodes;
}
