/** Which element of a model a problem is about. Pure. */
import type { ModelProblem } from '../../api/decisions.ts';
import { nodesOf, readTree } from '../diagram/xml-tree.ts';

export type ElementPlace = { readonly id: string; readonly name: string };

/** The decision, input or function in which the line stands, or the id; undefined for what is no part of one. */
export function elementsAt(xml: string, problems: readonly ModelProblem[]): (ElementPlace | undefined)[] {
  const lineAt = linesOf(xml);
  const elements = readTree(xml).children.flatMap((node) => {
    const { attributes, tag, end } = node;
    const id = attributes.get('id');
    if (id === undefined || !attributes.has('name')) return [];
    const ids = new Set([...nodesOf(node)].map((inner) => inner.attributes.get('id')));
    return [{ id, name: attributes.get('name') || id, from: lineAt(tag.start), to: lineAt(end), ids }];
  });
  return problems.map(({ element, line }) => {
    const found =
      elements.find(({ ids }) => ids.has(element)) ??
      elements.find(({ from, to }) => line !== undefined && line >= from && line <= to);
    return found && { id: found.id, name: found.name };
  });
}

/** Lines count from 1. */
function linesOf(xml: string): (offset: number) => number {
  const starts = [...xml.matchAll(/\n/g)].map(({ index }) => index);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}
