/**
 * From BPMN 2.0 XML to definitions in JSON. What the JSON form has no word for is kept beside it: each part is written
 * again as the export would, and what the file has beyond that is its rest. So the export gives back all of the file.
 */
import { MillraceError } from '../../kernel/errors.ts';
import type { DefinitionSource } from '../core/source.ts';
import { FlowIds, flowsOf, shortest } from './flows.ts';
import { type BpmnModel, encodeSurroundings } from './model.ts';
import { dialectOf } from './namespaces.ts';
import { readProcess } from './read-process.ts';
import { type Note, Reading } from './reading.ts';
import { difference } from './rest.ts';
import { nodesOf, ownersOf } from './walk.ts';
import { processElements } from './write-process.ts';
import { dataId } from './write-scope.ts';
import { Writing } from './writing.ts';
import { childrenNamed, elementsOf, everyElement, type XmlElement } from './xml.ts';
import { readXml } from './xml-read.ts';
import { inOrder } from './xml-write.ts';

export type ImportedBpmn = Required<BpmnModel> & { readonly notes: readonly Note[] };

/** Reads a BPMN file; throws a `bpmn.…` error when it is none, or breaks a limit. */
export function importBpmn(xml: string): ImportedBpmn {
  const { root, rootUri, declarations } = readXml(xml);
  if (root.name !== 'definitions') {
    const found = `<${root.name.slice(root.name.indexOf(':') + 1)}>${rootUri === '' ? '' : ` of ${rootUri}`}`;
    throw new MillraceError('bpmn.not-bpmn', {
      found,
      hint: /\/DMN\//i.test(rootUri) ? 'It is a decision (DMN)' : null,
    });
  }
  for (const one of everyElement(root)) tidy(one);
  const reading = new Reading(root);
  const definitions = reading.processes().map((process) => readProcess(reading, process));
  dropGeneratedIds(definitions);
  const flowReferences = hasFlowReferences(root);
  const writing = new Writing({
    dialect: dialectOf(declarations),
    roots: elementsOf(root),
    flowReferences,
    origins: reading.origins,
  });
  processElements(writing, definitions);
  keepRests(reading, writing);
  for (const owner of ownersOf(definitions)) {
    const next = shortest(flowsOf(owner.next));
    if (next !== undefined) owner.next = next;
  }
  const bpmn = encodeSurroundings({ definitions: root, namespaces: declarations, flowReferences });
  return { definitions, bpmn, notes: reading.notes.toSorted(byElement) };
}

/** Puts children in the order of the schema, and extensions that stand apart into one place. */
function tidy(one: XmlElement): void {
  one.children = inOrder(one);
  const [first, ...others] = childrenNamed(one, 'extensionElements');
  if (first === undefined || others.length === 0) return;
  for (const { attributes, children } of others) {
    for (const [name, value] of attributes) if (!first.attributes.has(name)) first.attributes.set(name, value);
    first.children.push(...children);
  }
  one.children = one.children.filter((child) => typeof child === 'string' || !others.includes(child));
}

const byElement = (a: Note, b: Note): number => compare(a.element, b.element) || compare(a.message, b.message);
const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** Whether nodes repeat their flows; a file that has flows but no such element is written without them, too. */
function hasFlowReferences(root: XmlElement): boolean {
  let hasFlows = false;
  for (const one of everyElement(root)) {
    if (one.name === 'incoming' || one.name === 'outgoing') return true;
    hasFlows ||= one.name === 'sequenceFlow';
  }
  return !hasFlows;
}

/** Ids that the export would make by itself say nothing. */
function dropGeneratedIds(definitions: readonly DefinitionSource[]): void {
  const made = new FlowIds();
  for (const owner of ownersOf(definitions)) {
    for (const flow of flowsOf(owner.next)) {
      if (made.next(owner.id, flow.to) === flow.id) delete flow.id;
    }
  }
  for (const definition of definitions) {
    for (const scope of [{ ...definition, id: definition.key }, ...nodesOf(definition)]) {
      if (!('data' in scope)) continue;
      for (const data of scope.data ?? []) if (data.id === dataId(scope.id, data.name)) delete data.id;
    }
  }
}

function keepRests(reading: Reading, writing: Writing): void {
  const owned = new Set([...reading.owned, ...writing.owned]);
  for (const [part, origin] of reading.origins) {
    const base = writing.bases.get(part);
    const rest = base === undefined ? undefined : difference(base, origin, owned);
    if (rest !== undefined) Object.assign(part, { bpmn: rest });
  }
}
