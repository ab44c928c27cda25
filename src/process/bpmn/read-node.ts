/** One node of a process, as its BPMN element says it; ways on and boundary events are added by its scope. */
import type { NodeSource } from '../core/source.ts';
import { readDescription } from './describe.ts';
import { readCorrelation, readTrigger } from './events.ts';
import { compact, type Draft, flagIn, integerIn } from './fields.ts';
import { noteForeign } from './foreign.ts';
import { readMail } from './mail.ts';
import { readMappings } from './mappings.ts';
import type { Reading } from './reading.ts';
import { readRepetition } from './repetition.ts';
import { readAdHoc, readCall, readDecision, readGateway, readScript } from './steps.ts';
import { isActivity, isGateway, NODE_OF, type NodeType } from './words.ts';
import { readCriterion, readModule, readUserTask, readWork } from './work.ts';
import { attribute, childNamed, childrenNamed, extensionNamed, type XmlElement } from './xml.ts';

/** A node while it is read. */
export type NodeDraft = Draft & { readonly id: string; readonly type: NodeType };

/** Which node an element is; undefined for what is none, or is not known. */
export function typeOf(from: XmlElement): NodeType | undefined {
  const type = NODE_OF.get(from.name);
  if (type === 'receiveTask' && extensionNamed(from, 'millrace:criterion') !== undefined) return 'criterion';
  if (type === 'sendTask' && extensionNamed(from, 'millrace:mail') !== undefined) return 'mail';
  if (type === 'job' && extensionNamed(from, 'millrace:module') !== undefined) return 'module';
  if (type === 'subProcess' && flagIn(attribute(from, 'triggeredByEvent'))) return 'eventSubProcess';
  return type;
}

export function readNode(reading: Reading, type: NodeType, from: XmlElement): NodeDraft {
  noteForeign(reading, from);
  noteAssociations(reading, from);
  const draft = {
    id: reading.idOf(from),
    type,
    ...readDescription(from),
    ...(isActivity(type) ? readActivity(reading, from) : {}),
    ...readSpecial(reading, type, from),
  };
  return reading.own(draft, from) as NodeDraft;
}

/** Lines to data objects draw what mappings do; with an expression of their own they would do it. */
function noteAssociations(reading: Reading, from: XmlElement): void {
  const lines = [...childrenNamed(from, 'dataInputAssociation'), ...childrenNamed(from, 'dataOutputAssociation')];
  if (lines.length === 0) return;
  const computes = lines.some((line) => childNamed(line, 'assignment') ?? childNamed(line, 'transformation'));
  if (computes) reading.block(from, 'a data association with an expression is kept, not used; write a mapping instead');
  else reading.note(from, 'its data associations are kept, not used; variables of the process are seen without them');
}

/** The parts as their schema will see them. */
export const asNode = (draft: NodeDraft): NodeSource => draft as unknown as NodeSource;

function readActivity(reading: Reading, from: XmlElement): Draft {
  return compact({
    ...readMappings(reading, from),
    ...readRepetition(reading, from),
    forCompensation: flagIn(attribute(from, 'isForCompensation')),
    startQuantity: integerIn(attribute(from, 'startQuantity'), 1, 1_000),
    completionQuantity: integerIn(attribute(from, 'completionQuantity'), 1, 1_000),
  });
}

function readSpecial(reading: Reading, type: NodeType, from: XmlElement): Draft {
  if (isGateway(type)) return readGateway(from);
  switch (type) {
    case 'start':
    case 'catch':
      return readCatch(reading, type, from);
    case 'throw':
    case 'end':
      return compact({ ...readTrigger(reading, from, 'throw'), input: readMappings(reading, from).input });
    case 'userTask':
      return readUserTask(reading, from);
    case 'job':
      return readWork(reading, from);
    case 'module':
      return readModule(reading, from);
    case 'criterion':
      return readCriterion(extensionNamed(from, 'millrace:criterion')!);
    case 'mail':
      return readMail(extensionNamed(from, 'millrace:mail')!);
    case 'scriptTask':
      return { ...readWork(reading, from), ...readScript(reading, from) };
    case 'businessRuleTask':
      return { ...readWork(reading, from), ...readDecision(reading, from) };
    case 'sendTask':
      return { ...readWork(reading, from), ...readMessageTask(reading, from) };
    case 'receiveTask':
      return {
        ...readMessageTask(reading, from),
        ...(flagIn(attribute(from, 'instantiate')) && { instantiate: true }),
      };
    case 'callActivity':
      return readCall(reading, from);
    case 'adHocSubProcess':
      return readAdHoc(from);
    default:
      return {};
  }
}

function readCatch(reading: Reading, type: NodeType, from: XmlElement): Draft {
  const interrupts = type === 'catch' || attribute(from, 'isInterrupting') !== 'false';
  return compact({
    ...readTrigger(reading, from, 'catch'),
    interrupting: interrupts ? undefined : false,
    output: readMappings(reading, from).output,
  });
}

function readMessageTask(reading: Reading, from: XmlElement): Draft {
  const way = from.name === 'sendTask' ? 'throw' : 'catch';
  return compact({ message: reading.rootName(from, 'message'), ...readCorrelation(reading, from, way) });
}

/** A boundary event, without its ways on. */
export function readBoundary(reading: Reading, from: XmlElement): Draft {
  noteForeign(reading, from);
  return reading.own(
    compact({
      id: reading.idOf(from),
      ...readDescription(from),
      ...readTrigger(reading, from, 'catch'),
      interrupting: attribute(from, 'cancelActivity') !== 'false',
      output: readMappings(reading, from).output,
    }),
    from,
  );
}
