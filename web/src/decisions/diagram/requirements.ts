/** Who requires whom in a DMN file: the graph that is drawn. Pure. */
import type { XmlNode } from './xml-tree.ts';

export const DRAWN = ['decision', 'inputData', 'businessKnowledgeModel', 'knowledgeSource', 'textAnnotation'] as const;
export type DrawnKind = (typeof DRAWN)[number];

export type DrawnElement = { readonly id: string; readonly kind: DrawnKind; readonly node: XmlNode };
/** From what is required to what requires it. */
export type Requirement = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly node: XmlNode;
};
export type RequirementGraph = {
  readonly elements: readonly DrawnElement[];
  readonly requirements: readonly Requirement[];
};

const REQUIREMENTS: ReadonlySet<string> = new Set(
  'informationRequirement knowledgeRequirement authorityRequirement'.split(' '),
);

/** What has no id is given one of `idOf`, as a picture speaks of everything by its id. */
export function requirementsOf(root: XmlNode, idOf: (node: XmlNode) => string): RequirementGraph {
  const elements = root.children.flatMap((node): DrawnElement[] => {
    const kind = DRAWN.find((each) => each === node.name);
    return kind === undefined || node.namespace !== root.namespace ? [] : [{ id: idOf(node), kind, node }];
  });
  const ids = new Set(elements.map(({ id }) => id));
  const required = elements.flatMap(({ id: to, node: { children } }) =>
    children
      .filter(({ name }) => REQUIREMENTS.has(name))
      .map((node) => ({ id: idOf(node), from: hrefOf(node.children[0]), to, node })),
  );
  const associations = root.children
    .filter(({ name }) => name === 'association')
    .map((node) => ({ id: idOf(node), from: endOf(node, 'sourceRef'), to: endOf(node, 'targetRef'), node }));
  const requirements = [...required, ...associations].filter(({ from, to }) => ids.has(from) && ids.has(to));
  return { elements, requirements };
}

/** An element of another model is no part of the picture. */
const hrefOf = (node: XmlNode | undefined): string => /^#(.+)$/.exec(node?.attributes.get('href') ?? '')?.[1] ?? '';
const endOf = ({ children }: XmlNode, end: string): string => hrefOf(children.find(({ name }) => name === end));
