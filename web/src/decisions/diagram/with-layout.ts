/** A DMN file that says where its elements stand: as it says itself, or as they are laid out here. Pure. */
import { LAYOUT_1_3 } from './dmn-versions.ts';
import { type DrdLayout, layOutRequirements } from './drd-layout.ts';
import { type RequirementGraph, requirementsOf } from './requirements.ts';
import { nodesOf, readTree, type XmlNode } from './xml-tree.ts';

type Edit = { readonly start: number; readonly end: number; readonly text: string };

/** Takes and answers a file in the namespaces of DMN 1.3; one that has positions, or nothing to draw, stays as it is. */
export function withLayout(xml: string): string {
  const root = readTree(xml);
  const nodes = [...nodesOf(root)];
  if (nodes.some(({ name }) => name === 'DMNShape')) return xml;
  const ids = givenIds(nodes);
  const graph = requirementsOf(root, ids.of);
  if (graph.elements.length === 0) return xml;
  const empty = root.children.find(({ name }) => name === 'DMNDI');
  const place = empty === undefined ? root.contentEnd : empty.tag.start;
  return edited(xml, [
    ...idEdits(graph, ids.isNew),
    { start: place, end: empty?.end ?? place, text: layoutXml(layOutRequirements(graph)) },
  ]);
}

function givenIds(nodes: readonly XmlNode[]) {
  const taken = new Set(nodes.map(({ attributes }) => attributes.get('id')));
  const made = new Map<XmlNode, string>();
  let count = 0;
  const free = (): string => {
    let id = `drawn_${++count}`;
    while (taken.has(id)) id = `drawn_${++count}`;
    return id;
  };
  return {
    isNew: (node: XmlNode): boolean => made.has(node),
    of: (node: XmlNode): string => {
      const id = node.attributes.get('id') ?? made.get(node) ?? free();
      if (!node.attributes.has('id')) made.set(node, id);
      return id;
    },
  };
}

const idEdits = ({ elements, requirements }: RequirementGraph, isNew: (node: XmlNode) => boolean): Edit[] =>
  [...elements, ...requirements]
    .filter(({ node }) => isNew(node))
    .map(({ id, node: { nameEnd } }) => ({ start: nameEnd, end: nameEnd, text: ` id="${id}"` }));

function layoutXml({ boxes, lines }: DrdLayout): string {
  const shapes = boxes.map(
    ({ id, ...box }) =>
      `<dmndi:DMNShape dmnElementRef="${id}"><dc:Bounds x="${round(box.x)}" y="${round(box.y)}" width="${box.width}" height="${box.height}"/></dmndi:DMNShape>`,
  );
  const edges = lines.map(({ requirement: { id }, points }) => {
    const waypoints = points.map(({ x, y }) => `<di:waypoint x="${round(x)}" y="${round(y)}"/>`).join('');
    return `<dmndi:DMNEdge dmnElementRef="${id}">${waypoints}</dmndi:DMNEdge>`;
  });
  const content = [...shapes, ...edges].map((line) => `\n      ${line}`).join('');
  return `<dmndi:DMNDI xmlns:dmndi="${LAYOUT_1_3}" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:di="http://www.omg.org/spec/DMN/20180521/DI/">
    <dmndi:DMNDiagram>${content}
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
`;
}

const round = (place: number): number => Math.round(place);

function edited(xml: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(xml.slice(at, start), text);
    at = end;
  }
  return [...parts, xml.slice(at)].join('');
}
