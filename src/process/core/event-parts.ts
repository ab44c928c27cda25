/** What an event waits for or does as it is written, part by part; the rules about events read this. */
import type { Element, Outline } from './outline.ts';
import type { ThrowSource, TriggerSource } from './source-parts.ts';

export const triggerKinds = [
  'message',
  'timer',
  'signal',
  'error',
  'escalation',
  'condition',
  'compensate',
  'cancel',
  'link',
] as const;
export type TriggerKind = (typeof triggerKinds)[number];

export const resultKinds = [
  'message',
  'signal',
  'error',
  'escalation',
  'compensate',
  'cancel',
  'terminate',
  'link',
] as const;
export type ResultKind = (typeof resultKinds)[number];

export type TriggerPart = Omit<TriggerSource, 'anyOf' | 'allOf'>;
export type ResultPart = Omit<ThrowSource, 'allOf'>;

export type Catching = Extract<Element['source'], { type: 'start' | 'catch' | 'boundary' | 'receiveTask' }>;
export type Throwing = Extract<Element['source'], { type: 'throw' | 'end' | 'sendTask' }>;

export const isCatching = (source: Element['source']): source is Catching =>
  source.type === 'start' || source.type === 'catch' || source.type === 'boundary' || source.type === 'receiveTask';

export const isThrowing = (source: Element['source']): source is Throwing =>
  source.type === 'throw' || source.type === 'end' || source.type === 'sendTask';

/** Which of these fields a part has. */
export const kindsIn = <Kind extends string>(
  kinds: readonly Kind[],
  part: { readonly [K in Kind]?: unknown },
): readonly Kind[] => kinds.filter((kind) => part[kind] !== undefined);

/** The event itself, and each part of it where it names several. */
export const triggerPartsOf = (source: TriggerSource): readonly TriggerPart[] => [
  source,
  ...(source.anyOf ?? []),
  ...(source.allOf ?? []),
];
export const resultPartsOf = (source: ThrowSource): readonly ResultPart[] => [source, ...(source.allOf ?? [])];

/** Whether the event waits for this, alone or among other things. */
export const waitsFor = (source: TriggerSource, ...kinds: readonly TriggerKind[]): boolean =>
  triggerPartsOf(source).some((part) => kindsIn(kinds, part).length > 0);

export const throws = (source: ThrowSource, ...kinds: readonly ResultKind[]): boolean =>
  resultPartsOf(source).some((part) => kindsIn(kinds, part).length > 0);

/** The starts with which an event sub-process is written; it should have one. */
export function startsInside(source: Element['source']): readonly Extract<Element['source'], { type: 'start' }>[] {
  if (source.type !== 'eventSubProcess') return [];
  return source.nodes.flatMap((node) => (node.type === 'start' ? [node] : []));
}

/** The sub-process around an element; undefined at the top. */
export const hostOf = ({ scope: { host } }: Element, { byId }: Outline): Element['source'] | undefined =>
  host === undefined ? undefined : byId.get(host)?.source;

/** Link events that are caught; a link that is thrown leads there. */
export const isLinkCatch = ({ source }: Element): boolean => source.type === 'catch' && source.link !== undefined;
export const isLinkThrow = ({ source }: Element): boolean => source.type === 'throw' && source.link !== undefined;

export const isForCompensation = ({ source }: Element): boolean => 'forCompensation' in source;

/** Begins an instance by itself, without being a start event. */
export const isInstantiating = ({ source }: Element): boolean =>
  'instantiate' in source && source.instantiate !== undefined;

const OTHERS = new Set<string>([
  'start',
  'end',
  'catch',
  'throw',
  'boundary',
  'eventSubProcess',
  'exclusiveGateway',
  'parallelGateway',
  'inclusiveGateway',
  'eventGateway',
  'complexGateway',
]);
export const isActivity = ({ source }: Element): boolean => !OTHERS.has(source.type);
