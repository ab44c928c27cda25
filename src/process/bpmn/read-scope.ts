/** The inside of a process or sub-process: nodes with their ways on, boundary events, variables. */
import type { DataSource, NodeSource } from '../core/source.ts';
import { searchableType } from '../core/source-parts.ts';
import { readDescription, readDocumentation } from './describe.ts';
import { compact, type Draft, expressionIn, feelIn, flagIn, idIn, isId } from './fields.ts';
import type { Flow } from './flows.ts';
import { asNode, type NodeDraft, readBoundary, readNode, typeOf } from './read-node.ts';
import type { Reading } from './reading.ts';
import { ENDS, isActivity, SCOPES } from './words.ts';
import { attribute, childNamed, elementsOf, extensionNamed, textOf, type XmlElement } from './xml.ts';

export type Scope = { readonly data?: DataSource[]; readonly nodes: NodeSource[] };

/** Elements of a scope that are kept without a word: they are there for people, or belong to what is read. */
const QUIET: ReadonlySet<string> = new Set([
  ...[
    'documentation',
    'extensionElements',
    'incoming',
    'outgoing',
    'laneSet',
    'association',
    'group',
    'textAnnotation',
  ],
  ...['dataObjectReference', 'dataStoreReference', 'ioSpecification', 'dataInputAssociation', 'dataOutputAssociation'],
  ...[
    'standardLoopCharacteristics',
    'multiInstanceLoopCharacteristics',
    'completionCondition',
    'auditing',
    'monitoring',
  ],
  ...['categoryValueRef', 'supports', 'correlationSubscription', 'supportedInterfaceRef'],
]);

/** Where flows can begin: nodes, and events at their border. */
type Sources = Map<XmlElement, { readonly owner: Draft; readonly flows: Flow[]; readonly isCompensation: boolean }>;

export function readScope(reading: Reading, from: XmlElement): Scope {
  const drafts = new Map<XmlElement, NodeDraft>();
  const later: XmlElement[] = [];
  const data: DataSource[] = [];
  for (const child of elementsOf(from)) {
    const type = typeOf(child);
    if (type !== undefined) {
      const draft = readNode(reading, type, child);
      if (SCOPES.has(type)) Object.assign(draft, readScope(reading, child));
      drafts.set(child, draft);
    } else if (child.name === 'dataObject' || child.name === 'property') readData(reading, child, data);
    else if (['sequenceFlow', 'boundaryEvent', 'association'].includes(child.name)) later.push(child);
    else if (!QUIET.has(child.name)) reading.block(from, `${child.name} is kept, not used`);
  }
  const sources: Sources = new Map();
  for (const [element, draft] of drafts) {
    if (!ENDS.has(draft.type)) sources.set(element, { owner: draft, flows: [], isCompensation: false });
  }
  readBoundaries(reading, later, { drafts, sources });
  for (const one of later) {
    if (one.name === 'sequenceFlow') readFlow(reading, one, { drafts, sources });
    else if (one.name === 'association') readCompensation(reading, one, { drafts, sources });
  }
  for (const { owner, flows } of sources.values()) if (flows.length > 0) Object.assign(owner, { next: flows });
  return { ...(data.length > 0 && { data }), nodes: [...drafts.values()].map(asNode) };
}

type Inside = { readonly drafts: ReadonlyMap<XmlElement, NodeDraft>; readonly sources: Sources };

function readBoundaries(reading: Reading, elements: readonly XmlElement[], { drafts, sources }: Inside): void {
  for (const one of elements.filter(({ name }) => name === 'boundaryEvent')) {
    const host = drafts.get(reading.require(one, 'attachedToRef'));
    if (host === undefined || !isActivity(host.type)) {
      reading.block(one, 'the boundary event is kept, not used: it is attached to no activity beside it');
      continue;
    }
    const boundary = readBoundary(reading, one);
    if (Array.isArray(host.boundary)) host.boundary.push(boundary);
    else Object.assign(host, { boundary: [boundary] });
    sources.set(one, { owner: boundary, flows: [], isCompensation: boundary.compensate === true });
  }
}

function readFlow(reading: Reading, from: XmlElement, { drafts, sources }: Inside): void {
  const origin = reading.require(from, 'sourceRef');
  const source = sources.get(origin);
  const target = drafts.get(reading.require(from, 'targetRef'));
  if (source === undefined || target === undefined || source.isCompensation) {
    reading.block(
      from,
      'the sequence flow is kept, not used: it does not lead from one node to another of its process',
    );
    return;
  }
  const when = expressionIn(from, 'conditionExpression');
  const condition = childNamed(from, 'conditionExpression');
  if (condition !== undefined && when === undefined && textOf(condition)?.trim() !== '') {
    reading.block(from, `the condition "${(textOf(condition) ?? '').slice(0, 100)}" is kept, not used: it is no FEEL`);
  }
  const isDefault = reading.isDefault(origin, from);
  source.flows.push(
    reading.own(
      compact({
        to: target.id,
        id: idIn(attribute(from, 'id')),
        ...readDescription(from),
        when,
        default: isDefault || flagIn(attribute(from, 'millrace:default')),
        outcome: idIn(attribute(from, 'millrace:outcome')),
      }) as Flow,
      from,
    ),
  );
}

/** The association from a compensation event to what undoes. */
function readCompensation(reading: Reading, from: XmlElement, { drafts, sources }: Inside): void {
  const origin = reading.find(attribute(from, 'sourceRef'));
  const source = origin === undefined ? undefined : sources.get(origin);
  const end = reading.find(attribute(from, 'targetRef'));
  const target = end === undefined ? undefined : drafts.get(end);
  if (source?.isCompensation !== true || target === undefined) return;
  source.flows.push(
    reading.own(
      compact({
        to: target.id,
        id: idIn(attribute(from, 'id')),
        ...readDescription(from),
        when: feelIn(attribute(from, 'millrace:when')),
        default: flagIn(attribute(from, 'millrace:default')),
        outcome: idIn(attribute(from, 'millrace:outcome')),
      }) as Flow,
      from,
    ),
  );
}

function readData(reading: Reading, from: XmlElement, data: DataSource[]): void {
  const name = attribute(from, 'name');
  if (!isId(name) || data.some((one) => one.name === name)) {
    reading.note(from, `the ${from.name} is kept, not used: its name is no name of a variable of its own`);
    return;
  }
  const value = extensionNamed(from, 'millrace:value');
  data.push(
    reading.own(
      compact({
        name,
        value: value && feelIn(textOf(value)),
        searchable: searchableType.safeParse(attribute(from, 'millrace:searchable')).data,
        id: idIn(attribute(from, 'id')),
        documentation: readDocumentation(from),
      }) as DataSource,
      from,
    ),
  );
}
