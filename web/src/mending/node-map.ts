/** Where the tokens of an instance go on in another version: by the same name, else by what is most like it. Pure. */
import type { Definition, DefinitionNode } from '../api/processes.ts';

type Graph = Pick<Definition, 'nodes'>;

/** By the id of the node here; undefined: nobody can tell. */
export type NodeMap = Readonly<Record<string, string | undefined>>;

/** The node of that id; else the only one of its type with its label that is new there. */
export function presetOf(node: DefinitionNode, here: Graph, there: Graph): string | undefined {
  if (there.nodes.some(({ id }) => id === node.id)) return node.id;
  const isNew = ({ id }: DefinitionNode): boolean => !here.nodes.some((other) => other.id === id);
  const alike = there.nodes.filter((other) => other.type === node.type && isNew(other));
  const sameLabel = alike.filter(({ name }) => JSON.stringify(name) === JSON.stringify(node.name));
  const [found, another] = sameLabel.length > 0 ? sameLabel : alike;
  return another === undefined ? found?.id : undefined;
}

/** The nodes of these ids that are not there, each with what it could be. */
export function presetsOf(ids: Iterable<string>, here: Graph, there: Graph): NodeMap {
  const missing = here.nodes.filter(({ id }) => new Set(ids).has(id) && !there.nodes.some((other) => other.id === id));
  return Object.fromEntries(missing.map((node) => [node.id, presetOf(node, here, there)]));
}

/** What is sent: nodes that keep their name are not named. */
export const nodesOf = (map: NodeMap): Record<string, string> =>
  Object.fromEntries(
    Object.entries(map).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== entry[0]),
  );
