/** Which BPMN element is which node of a definition, and what the names of both sides are. */
import type { NodeSource, SimpleNodeSource } from '../core/source.ts';

export type NodeType = NodeSource['type'];
/** What all activities have. */
export type Activity = Omit<Extract<SimpleNodeSource, { type: 'criterion' }>, 'type' | 'criterion' | 'within'>;

/** The element that a node is written as. */
export const TAGS: Readonly<Record<NodeType, string>> = {
  start: 'startEvent',
  end: 'endEvent',
  catch: 'intermediateCatchEvent',
  throw: 'intermediateThrowEvent',
  task: 'task',
  manualTask: 'manualTask',
  criterion: 'receiveTask',
  userTask: 'userTask',
  job: 'serviceTask',
  module: 'serviceTask',
  mail: 'sendTask',
  scriptTask: 'scriptTask',
  businessRuleTask: 'businessRuleTask',
  sendTask: 'sendTask',
  receiveTask: 'receiveTask',
  callActivity: 'callActivity',
  exclusiveGateway: 'exclusiveGateway',
  parallelGateway: 'parallelGateway',
  inclusiveGateway: 'inclusiveGateway',
  eventGateway: 'eventBasedGateway',
  complexGateway: 'complexGateway',
  subProcess: 'subProcess',
  transaction: 'transaction',
  eventSubProcess: 'subProcess',
  adHocSubProcess: 'adHocSubProcess',
};

/** The node that an element is read as, but for those that their extensions or attributes tell apart. */
export const NODE_OF: ReadonlyMap<string, NodeType> = new Map(
  (Object.entries(TAGS) as [NodeType, string][])
    .filter(([type]) => !['criterion', 'mail', 'module', 'eventSubProcess'].includes(type))
    .map(([type, tag]): [string, NodeType] => [tag, type]),
);

export const SCOPES: ReadonlySet<NodeType> = new Set([
  'subProcess',
  'transaction',
  'eventSubProcess',
  'adHocSubProcess',
]);
const NO_ACTIVITIES: ReadonlySet<NodeType> = new Set([
  ...(['start', 'end', 'catch', 'throw', 'eventSubProcess'] as const),
  ...(['exclusiveGateway', 'parallelGateway', 'inclusiveGateway', 'eventGateway', 'complexGateway'] as const),
]);
export const isActivity = (type: NodeType): boolean => !NO_ACTIVITIES.has(type);
export const isGateway = (type: NodeType): boolean => type.endsWith('Gateway');
/** What nothing can follow. */
export const ENDS: ReadonlySet<NodeType> = new Set(['end', 'eventSubProcess']);

/** BPMN knows a default flow of these; of any other it is an attribute of ours. */
export const hasDefault = (type: NodeType | 'boundary'): boolean =>
  type === 'exclusiveGateway' ||
  type === 'inclusiveGateway' ||
  type === 'complexGateway' ||
  (type !== 'boundary' && isActivity(type));

export const EVENT_DEFINITIONS = {
  message: 'messageEventDefinition',
  timer: 'timerEventDefinition',
  signal: 'signalEventDefinition',
  error: 'errorEventDefinition',
  escalation: 'escalationEventDefinition',
  condition: 'conditionalEventDefinition',
  compensate: 'compensateEventDefinition',
  cancel: 'cancelEventDefinition',
  terminate: 'terminateEventDefinition',
  link: 'linkEventDefinition',
} as const;
export type EventKind = keyof typeof EVENT_DEFINITIONS;
export const EVENT_KIND_OF: ReadonlyMap<string, EventKind> = new Map(
  (Object.entries(EVENT_DEFINITIONS) as [EventKind, string][]).map(([kind, tag]): [string, EventKind] => [tag, kind]),
);

/** A root element that events refer to, and the attribute by which definitions in JSON call it. */
export const ROOTS = {
  message: 'name',
  signal: 'name',
  error: 'errorCode',
  escalation: 'escalationCode',
} as const;
export type RootKind = keyof typeof ROOTS;
