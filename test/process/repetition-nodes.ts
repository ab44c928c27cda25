/** How an activity that is done several times is written. */
import type { Multi, Repeat } from './blocks.ts';

/** The variable of the list that a multi-instance goes through, when it is one. */
export const listOf = (id: string): string => `l_${id}`;
/** The variable that holds the item, and tells one iteration from another. */
export const itemOf = (id: string): string => `x_${id}`;
/** The variable with what all of them yield. */
export const yieldOf = (id: string): string => `y_${id}`;
/** 10, 20, 30 … */
export const itemsOf = ({ count }: Pick<Multi, 'count'>): number[] =>
  Array.from({ length: count }, (_, at) => 10 * (at + 1));

export const bodyOf = (id: string, nodes: readonly object[]) => ({ id, type: 'subProcess', nodes });

export function multiNode(block: Multi): object {
  const { id, from, sequential, until, count } = block;
  const source = {
    literal: { collection: JSON.stringify(itemsOf(block)) },
    variable: { collection: listOf(id) },
    cardinality: { cardinality: `${count}` },
  }[from];
  const element = from === 'cardinality' ? {} : { element: itemOf(id) };
  const completionCondition = typeof until === 'number' ? `numberOfCompletedInstances >= ${until}` : until;
  const value = from === 'cardinality' ? 'loopCounter * 10' : itemOf(id);
  return {
    multiInstance: {
      ...source,
      ...element,
      ...(sequential && { sequential }),
      ...(completionCondition !== undefined && { completionCondition }),
      ...(block.isGathered && { output: { collection: yieldOf(id), element: `${value} + 1` } }),
    },
  };
}

export function repeatNode({ when, testBefore, maximum }: Repeat): object {
  return {
    loop: { condition: when, ...(testBefore && { testBefore }), ...(maximum !== undefined && { maximum }) },
  };
}
