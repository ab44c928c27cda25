/** What events wait for, and what they do: BPMN's event definitions. */
import type { SimpleNodeSource } from '../core/source.ts';
import {
  compact,
  type Draft,
  expressionElement,
  expressionIn,
  extension,
  feelIn,
  isForeignExpression,
  MAX_DURATION,
  textIn,
} from './fields.ts';
import type { Reading } from './reading.ts';
import { EVENT_DEFINITIONS, EVENT_KIND_OF, type EventKind, type RootKind } from './words.ts';
import { subscriptionOf, type Writing } from './writing.ts';
import { attribute, childNamed, element, extend, extensionNamed, textOf, type XmlElement } from './xml.ts';

type Catch = Omit<Extract<SimpleNodeSource, { type: 'catch' }>, 'id' | 'type'>;
type Throw = Omit<Extract<SimpleNodeSource, { type: 'throw' }>, 'id' | 'type'>;
type Single = Omit<NonNullable<Catch['anyOf']>[number], 'error' | 'escalation' | 'compensate'> &
  Pick<NonNullable<Throw['allOf']>[number], 'ttl' | 'terminate'> & {
    error?: string | true;
    escalation?: string | true;
    compensate?: string | true;
  };
type Timer = NonNullable<Catch['timer']>;
/** Whether an event waits for something, or does it. */
export type Way = 'catch' | 'throw';

export function readTrigger(reading: Reading, event: XmlElement, way: Way): Draft {
  const definitions = reading.eventDefinitions(event);
  const [first] = definitions;
  if (first === undefined) return {};
  const read = definitions.map((definition) => readDefinition(reading, { event, definition, way }));
  const problems = read.filter((one): one is string => typeof one === 'string');
  if (problems.length > 0) {
    for (const problem of problems) reading.block(event, problem);
    return {};
  }
  if (definitions.length === 1) return read[0] as Draft;
  const all = way === 'throw' || attribute(event, 'parallelMultiple') === 'true';
  return { [all ? 'allOf' : 'anyOf']: read };
}

type At = { readonly event: XmlElement; readonly definition: XmlElement; readonly way: Way };

const IMPOSSIBLE = 'the event is kept, not used: no event can throw this';

/** What one event definition says, or why that has no meaning here. */
function readDefinition(reading: Reading, { event, definition, way }: At): Draft | string {
  const kind = EVENT_KIND_OF.get(definition.name);
  switch (kind) {
    case 'message':
      return readMessage(reading, { event, definition, way });
    case 'timer':
      return way === 'throw' ? IMPOSSIBLE : readTimer(definition);
    case 'signal':
    case 'error':
    case 'escalation':
      return readRoot(reading, { event, definition, way }, kind);
    case 'condition': {
      if (way === 'throw') return IMPOSSIBLE;
      const condition = expressionIn(definition, 'condition');
      return condition === undefined ? 'the event is kept, not used: it has no condition in FEEL' : { condition };
    }
    case 'compensate': {
      if (way === 'throw' && attribute(definition, 'waitForCompletion') === 'false')
        return 'an event that does not wait for its compensation (waitForCompletion="false") is kept, not used';
      const activity = reading.find(attribute(definition, 'activityRef'));
      return { compensate: way === 'catch' || activity === undefined ? true : reading.idOf(activity) };
    }
    case 'cancel':
      return { cancel: true };
    case 'terminate':
      return way === 'throw' ? { terminate: true } : 'the event is kept, not used: nothing can wait for a termination';
    case 'link': {
      const link = textIn(attribute(definition, 'name'));
      return link === undefined ? 'the event is kept, not used: its link has no name' : { link };
    }
    default:
      return `${definition.name} is kept, not used`;
  }
}

function readMessage(reading: Reading, { definition, way }: At): Draft | string {
  const message = reading.rootName(definition, 'message');
  if (message === undefined) return 'the event is kept, not used: it names no message';
  return { message, ...readCorrelation(reading, definition, way) };
}

/** How a message finds its instance, and how long it is kept. */
export function readCorrelation(reading: Reading, at: XmlElement, way: Way): Draft {
  const own = extensionNamed(at, 'millrace:message');
  const key = (own && attribute(own, 'correlationKey')) ?? (way === 'catch' ? reading.subscriptionKey(at) : undefined);
  return compact({
    correlationKey: feelIn(key),
    ttl: way === 'throw' && own ? textIn(attribute(own, 'ttl'), MAX_DURATION) : undefined,
  });
}

function readRoot(reading: Reading, { definition, way }: At, kind: Exclude<RootKind, 'message'>): Draft | string {
  const name = reading.rootName(definition, kind);
  if (name !== undefined) return { [kind]: name };
  const isAny = kind !== 'signal' && way === 'catch' && attribute(definition, `${kind}Ref`) === undefined;
  return isAny ? { [kind]: true } : `the event is kept, not used: it names no ${kind}`;
}

function readTimer(definition: XmlElement): Draft | string {
  for (const [name, key] of [
    ['timeDuration', ''],
    ['timeDate', 'at'],
    ['timeCycle', 'every'],
  ] as const) {
    const holder = childNamed(definition, name);
    const text = holder === undefined ? undefined : textIn(textOf(holder)?.trim(), 400);
    if (text === undefined) continue;
    if (isForeignExpression(text)) return `the time "${text}" is kept, not used: it is no FEEL`;
    return { timer: key === '' ? text : { [key]: text } };
  }
  return 'the event is kept, not used: its timer says no time';
}

/** The event definitions of a trigger, at the event. */
export function writeTrigger(writing: Writing, trigger: Catch | Throw, event: XmlElement): void {
  const several = ('anyOf' in trigger ? trigger.anyOf : undefined) ?? trigger.allOf;
  const way: Way = /Throw|^end/.test(event.name) ? 'throw' : 'catch';
  if (trigger.allOf !== undefined && way === 'catch') event.attributes.set('parallelMultiple', 'true');
  for (const single of several ?? [trigger]) {
    for (const kind of Object.keys(EVENT_DEFINITIONS) as EventKind[]) {
      if ((single as Single)[kind] !== undefined) event.children.push(writeDefinition(writing, kind, single as Single));
    }
  }
}

function writeDefinition(writing: Writing, kind: EventKind, single: Single): XmlElement {
  const made = element(EVENT_DEFINITIONS[kind]);
  switch (kind) {
    case 'message':
      made.attributes.set('messageRef', writeMessage(writing, single, made) ?? '');
      return made;
    case 'timer':
      made.children.push(timerElement(single.timer ?? ''));
      return made;
    case 'signal':
      made.attributes.set('signalRef', idOf(writing.root('signal', single.signal ?? '')));
      return made;
    case 'error':
    case 'escalation': {
      const code = single[kind];
      if (typeof code === 'string') made.attributes.set(`${kind}Ref`, idOf(writing.root(kind, code)));
      return made;
    }
    case 'condition':
      made.children.push(writing.expression('condition', single.condition ?? ''));
      return made;
    case 'compensate':
      if (typeof single.compensate === 'string') {
        made.attributes.set('activityRef', writing.nodeId(single.compensate));
      }
      return made;
    case 'link':
      made.attributes.set('name', single.link ?? '');
      return made;
    case 'cancel':
    case 'terminate':
      return made;
    default:
      return kind satisfies never;
  }
}

/** Writes how the message is correlated, where the message itself does not say it, and gives its id. */
export function writeMessage(
  writing: Writing,
  { message, correlationKey, ttl }: Pick<Single, 'message' | 'correlationKey' | 'ttl'>,
  at: XmlElement,
): string | undefined {
  const isThrown = ttl !== undefined || at.name === 'sendTask';
  const root =
    message === undefined ? undefined : writing.root('message', message, isThrown ? undefined : correlationKey);
  const isSaid = root !== undefined && !isThrown && subscriptionOf(root) === correlationKey;
  extend(at, ...extension('millrace:message', { correlationKey: isSaid ? undefined : correlationKey, ttl }));
  return root && idOf(root);
}

const idOf = (root: XmlElement): string => attribute(root, 'id') ?? '';

function timerElement(timer: Timer): XmlElement {
  if (typeof timer === 'string') return expressionElement('timeDuration', timer);
  return 'at' in timer ? expressionElement('timeDate', timer.at) : expressionElement('timeCycle', timer.every);
}
