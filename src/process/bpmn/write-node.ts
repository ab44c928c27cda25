/** One node of a process as its BPMN element, and the events at its border. */
import type { BoundarySource, NodeSource } from '../core/source.ts';
import { writeDescription } from './describe.ts';
import { writeMessage, writeTrigger } from './events.ts';
import { writeMail } from './mail.ts';
import { writeMappings } from './mappings.ts';
import { writeRepetition } from './repetition.ts';
import { writeAdHoc, writeCall, writeDecision, writeGateway, writeScript } from './steps.ts';
import { type Activity, isActivity, TAGS } from './words.ts';
import { writeCriterion, writeModule, writeUserTask, writeWork } from './work.ts';
import type { Writing } from './writing.ts';
import { element, type XmlElement } from './xml.ts';

/** The element without its flows, and without what only BPMN knows. */
export function nodeElement(writing: Writing, node: NodeSource): XmlElement {
  const made = element(TAGS[node.type], { id: node.id });
  writeDescription(node, made);
  if (isActivity(node.type)) writeActivity(writing, node as Activity, made);
  writeSpecial(writing, node, made);
  return made;
}

function writeActivity(writing: Writing, node: Activity, to: XmlElement): void {
  if (node.forCompensation) to.attributes.set('isForCompensation', 'true');
  if (node.startQuantity !== undefined) to.attributes.set('startQuantity', String(node.startQuantity));
  if (node.completionQuantity !== undefined) to.attributes.set('completionQuantity', String(node.completionQuantity));
  writeMappings(writing, node, to);
  writeRepetition(writing, node, to);
}

function writeSpecial(writing: Writing, node: NodeSource, to: XmlElement): void {
  switch (node.type) {
    case 'start':
      if (node.interrupting === false) to.attributes.set('isInterrupting', 'false');
      return writeEvent(writing, node, to);
    case 'catch':
    case 'throw':
    case 'end':
      return writeEvent(writing, node, to);
    case 'criterion':
      return writeCriterion(node, to);
    case 'userTask':
      return writeUserTask(writing, node, to);
    case 'job':
      return writeWork(writing, node, to);
    case 'module':
      return writeModule(node, to);
    case 'mail':
      return writeMail(node, to);
    case 'scriptTask':
      writeWork(writing, node, to);
      return writeScript(writing, node, to);
    case 'businessRuleTask':
      writeWork(writing, node, to);
      return writeDecision(writing, node, to);
    case 'sendTask':
      writeWork(writing, node, to);
      return writeMessageTask(writing, node, to);
    case 'receiveTask':
      if (node.instantiate) to.attributes.set('instantiate', 'true');
      return writeMessageTask(writing, node, to);
    case 'callActivity':
      return writeCall(writing, node, to);
    case 'exclusiveGateway':
    case 'parallelGateway':
    case 'inclusiveGateway':
    case 'eventGateway':
    case 'complexGateway':
      return writeGateway(writing, node, to);
    case 'eventSubProcess':
      to.attributes.set('triggeredByEvent', 'true');
      return;
    case 'adHocSubProcess':
      return writeAdHoc(writing, node, to);
    case 'task':
    case 'manualTask':
    case 'subProcess':
    case 'transaction':
      return;
    default:
      node satisfies never;
  }
}

type Event = Extract<NodeSource, { type: 'start' | 'catch' | 'throw' | 'end' }>;

function writeEvent(writing: Writing, node: Event, to: XmlElement): void {
  writeMappings(writing, node, to);
  writeTrigger(writing, node, to);
}

type MessageTask = Extract<NodeSource, { type: 'sendTask' | 'receiveTask' }>;

function writeMessageTask(writing: Writing, node: MessageTask, to: XmlElement): void {
  const reference = writeMessage(writing, node, to);
  if (reference !== undefined) to.attributes.set('messageRef', reference);
}

/** An event at the border of an activity. */
export function boundaryElement(writing: Writing, boundary: BoundarySource, host: string): XmlElement {
  const made = element('boundaryEvent', { id: boundary.id, attachedToRef: writing.nodeId(host) });
  writeDescription(boundary, made);
  if (!boundary.interrupting) made.attributes.set('cancelActivity', 'false');
  writeMappings(writing, boundary, made);
  writeTrigger(writing, boundary, made);
  return made;
}
