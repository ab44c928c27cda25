/** The inside of a process or sub-process as BPMN: variables, nodes, flows. */
import type { BoundarySource, DataSource, NodeSource } from '../core/source.ts';
import { writeDescription, writeNamelessDescription } from './describe.ts';
import type { Flow } from './flows.ts';
import { boundaryOf, type FlowOwner } from './walk.ts';
import { hasDefault, type NodeType } from './words.ts';
import { boundaryElement, nodeElement } from './write-node.ts';
import type { Writing } from './writing.ts';
import { element, extend, textElement, type XmlElement } from './xml.ts';

type Scope = { readonly data?: readonly DataSource[]; readonly nodes: readonly NodeSource[] };

/** The ids in the document: of flows by the flow, and the ids by which they name the ends. */
export type Ids = { readonly flows: ReadonlyMap<Flow, { readonly own: string; readonly inDocument: string }> };

/** Everything in a scope, for the element that holds it. */
export function scopeElements(writing: Writing, scope: Scope, { id, ids }: { id: string; ids: Ids }): XmlElement[] {
  const flows = scope.nodes.flatMap((node) => flowsFrom(writing, node, ids));
  const incoming = new Map<string, string[]>();
  for (const { flow, isAssociation } of flows) {
    if (!isAssociation) incoming.set(flow.to, [...(incoming.get(flow.to) ?? []), ids.flows.get(flow)!.inDocument]);
  }
  const data = (scope.data ?? []).map((one) => writing.finish(one, dataElement(one, id)));
  const nodes = scope.nodes.flatMap((node) => {
    const made = nodeElement(writing, node);
    link(writing, made, incoming.get(node.id) ?? []);
    writeWaysOn(writing, { made, type: node.type, flows: writing.flowsOf(node as FlowOwner) }, ids);
    if ('nodes' in node) made.children.push(...scopeElements(writing, node, { id: node.id, ids }));
    return [
      writing.finish(node, made),
      ...boundaryOf(node).map((one) => finishedBoundary(writing, { one, host: node.id }, ids)),
    ];
  });
  return [...data, ...nodes, ...flows.map(({ flow, made }) => writing.finish(flow, made))];
}

function finishedBoundary(
  writing: Writing,
  { one, host }: { one: BoundarySource; host: string },
  ids: Ids,
): XmlElement {
  const made = boundaryElement(writing, one, host);
  if (one.compensate !== true) writeWaysOn(writing, { made, type: 'boundary', flows: writing.flowsOf(one) }, ids);
  return writing.finish(one, made);
}

function link(writing: Writing, to: XmlElement, incoming: readonly string[]): void {
  if (writing.flowReferences) to.children.push(...incoming.map((flow) => textElement('incoming', flow)));
}

type From = { readonly made: XmlElement; readonly type: NodeType | 'boundary'; readonly flows: readonly Flow[] };

function writeWaysOn(writing: Writing, { made, type, flows }: From, ids: Ids): void {
  const names = flows.map((flow) => ids.flows.get(flow)!.inDocument);
  if (writing.flowReferences) made.children.push(...names.map((name) => textElement('outgoing', name)));
  const index = hasDefault(type) ? flows.findIndex((flow) => flow.default) : -1;
  if (index !== -1) made.attributes.set('default', names[index]!);
}

type Written = { readonly flow: Flow; readonly made: XmlElement; readonly isAssociation: boolean };

function flowsFrom(writing: Writing, node: NodeSource, ids: Ids): Written[] {
  const own = writing.flowsOf(node as FlowOwner);
  const named = hasDefault(node.type) ? own.find((flow) => flow.default) : undefined;
  return [
    ...own.map((flow) => ({
      flow,
      made: flowElement(writing, { flow, from: node.id, isNamed: flow === named }, ids),
      isAssociation: false,
    })),
    ...boundaryOf(node).flatMap((boundary) =>
      writing.flowsOf(boundary).map((flow) => {
        const isAssociation = boundary.compensate === true;
        const at = { flow, from: boundary.id, isNamed: false };
        const made = isAssociation ? associationElement(writing, at, ids) : flowElement(writing, at, ids);
        return { flow, made, isAssociation };
      }),
    ),
  ];
}

type At = { readonly flow: Flow; readonly from: string; readonly isNamed: boolean };

function flowElement(writing: Writing, { flow, from, isNamed }: At, ids: Ids): XmlElement {
  const made = element('sequenceFlow', {
    id: ids.flows.get(flow)!.own,
    sourceRef: writing.nodeId(from),
    targetRef: writing.nodeId(flow.to),
    'millrace:outcome': flow.outcome,
    'millrace:default': flow.default && !isNamed ? 'true' : undefined,
  });
  writeDescription(flow, made);
  if (flow.when !== undefined) made.children.push(writing.expression('conditionExpression', flow.when));
  return made;
}

function associationElement(writing: Writing, { flow, from }: At, ids: Ids): XmlElement {
  const made = element('association', {
    id: ids.flows.get(flow)!.own,
    associationDirection: 'One',
    sourceRef: writing.nodeId(from),
    targetRef: writing.nodeId(flow.to),
    'millrace:when': flow.when,
    'millrace:outcome': flow.outcome,
    'millrace:default': flow.default && 'true',
  });
  writeNamelessDescription(flow, made);
  return made;
}

/** The id of a variable that names none. */
export const dataId = (scope: string, name: string): string => `Data_${scope}_${name}`;

function dataElement({ id, name, value, searchable, documentation }: DataSource, scope: string): XmlElement {
  const made = element('dataObject', { id: id ?? dataId(scope, name), name, 'millrace:searchable': searchable });
  writeDescription({ documentation }, made);
  if (value !== undefined) extend(made, textElement('millrace:value', value));
  return made;
}
