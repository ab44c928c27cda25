/** Definitions as processes with their lanes. */
import type { DefinitionSource } from '../core/source.ts';
import type { LaneSource } from '../core/source-parts.ts';
import { writeDescription } from './describe.ts';
import { extension } from './fields.ts';
import { type Flow, FlowIds } from './flows.ts';
import { boundaryOf, lanesOf, nodesOf, ownersOf } from './walk.ts';
import { type Ids, scopeElements } from './write-scope.ts';
import type { Writing } from './writing.ts';
import { element, extend, textElement, type XmlElement } from './xml.ts';

/** The process elements of all definitions. */
export function processElements(writing: Writing, definitions: readonly DefinitionSource[]): XmlElement[] {
  for (const definition of definitions) nameNodes(writing, definition);
  const ids: Ids = { flows: nameFlows(writing, definitions) };
  return definitions.map((definition) => writing.finish(definition, processElement(writing, definition, ids)));
}

/** Learns how the document calls each node, before anything refers to one. */
function nameNodes(writing: Writing, definition: DefinitionSource): void {
  writing.take(definition.key);
  for (const node of nodesOf(definition)) {
    for (const one of [node, ...boundaryOf(node)]) {
      writing.take(one.id);
      const inDocument = writing.idInDocument(one, one.id);
      if (inDocument !== one.id) writing.nodeIds.set(one.id, inDocument);
    }
    if ('data' in node) for (const { id } of node.data ?? []) writing.take(id);
  }
  for (const { id } of definition.data ?? []) writing.take(id);
  for (const { id } of lanesOf(definition.lanes)) writing.take(id);
}

function nameFlows(writing: Writing, definitions: readonly DefinitionSource[]): Ids['flows'] {
  const owned = [...ownersOf(definitions)].map((owner) => ({ owner, flows: writing.flowsOf(owner) }));
  for (const { flows } of owned) for (const flow of flows) writing.take(flow.id);
  const made = new FlowIds();
  const named = new Map<Flow, { own: string; inDocument: string }>();
  for (const { owner, flows } of owned) {
    for (const flow of flows) {
      const generated = made.next(owner.id, flow.to);
      const own = flow.id ?? writing.newId(generated);
      named.set(flow, { own, inDocument: writing.idInDocument(flow, own) });
    }
  }
  return named;
}

function processElement(writing: Writing, definition: DefinitionSource, ids: Ids): XmlElement {
  const { key, executable, start, startMessage, lanes } = definition;
  const made = element('process', { id: key, isExecutable: executable === false ? 'false' : 'true' });
  writeDescription(definition, made);
  extend(made, ...extension('millrace:start', { message: startMessage }));
  if (start !== undefined) {
    const { criteria, ...how } = start;
    extend(
      made,
      element(
        'millrace:startCriteria',
        how,
        criteria.map((name) => element('millrace:criterion', { name })),
      ),
    );
  }
  if (lanes !== undefined) made.children.push(laneSet(writing, { name: 'laneSet', id: `Lanes_${key}` }, lanes));
  made.children.push(...scopeElements(writing, definition, { id: key, ids }));
  return made;
}

type Holder = { readonly name: string; readonly id: string };

function laneSet(writing: Writing, { name, id }: Holder, lanes: readonly LaneSource[]): XmlElement {
  return element(
    name,
    { id },
    lanes.map((lane) => writing.finish(lane, laneElement(writing, lane))),
  );
}

function laneElement(writing: Writing, lane: LaneSource): XmlElement {
  const made = element('lane', { id: lane.id });
  writeDescription(lane, made);
  extend(made, ...extension('millrace:lane', { role: lane.role }));
  for (const node of lane.nodes ?? []) made.children.push(textElement('flowNodeRef', writing.nodeId(node)));
  if (lane.lanes !== undefined) {
    made.children.push(laneSet(writing, { name: 'childLaneSet', id: `Lanes_${lane.id}` }, lane.lanes));
  }
  return made;
}
