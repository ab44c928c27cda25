/** Rules about events: what each kind of event can wait for or throw, and whether it may let the rest go on. */
import {
  hostOf,
  isCatching,
  isThrowing,
  kindsIn,
  type ResultKind,
  resultKinds,
  resultPartsOf,
  type TriggerKind,
  throws,
  triggerKinds,
  triggerPartsOf,
  waitsFor,
} from './event-parts.ts';
import type { Element, Outline } from './outline.ts';
import { type Breach, breachIf, type RuleId } from './rule.ts';

/** What an event of one kind can have; `optional`: it may have nothing at all. */
type Place = {
  readonly rule: RuleId;
  readonly what: string;
  readonly verb: 'wait for' | 'throw';
  readonly kinds: readonly string[];
  readonly alone: readonly string[];
  readonly anyOf?: readonly string[];
  readonly allOf: readonly string[];
  readonly isOptional: boolean;
};

const waiting = { verb: 'wait for', kinds: triggerKinds } as const;
const throwing = { verb: 'throw', kinds: resultKinds } as const;
const together = ['message', 'timer', 'signal', 'condition'] satisfies TriggerKind[];

/** That an instance begins by a condition, or by several things together, is another matter: `support-rules.ts`. */
const topStart: Place = {
  ...waiting,
  rule: 'start.trigger',
  what: 'the start of a process',
  alone: together,
  anyOf: together,
  allOf: together,
  isOptional: true,
};
const innerStart: Place = {
  ...topStart,
  what: 'the start of a sub-process, which begins when its turn comes,',
  alone: [],
  anyOf: [],
  allOf: [],
};
const eventStart: Place = {
  ...topStart,
  what: 'the start of an event sub-process',
  alone: [...together, 'error', 'escalation', 'compensate'] satisfies TriggerKind[],
  anyOf: [...together, 'error', 'escalation'] satisfies TriggerKind[],
};
const boundary: Place = {
  ...waiting,
  rule: 'boundary.trigger',
  what: 'a boundary event',
  alone: [...together, 'error', 'escalation', 'compensate', 'cancel'] satisfies TriggerKind[],
  anyOf: [...together, 'error', 'escalation', 'cancel'] satisfies TriggerKind[],
  allOf: together,
  isOptional: false,
};
const caught: Place = {
  ...boundary,
  rule: 'catch.trigger',
  what: 'a catching event in the flow',
  alone: [...together, 'link'] satisfies TriggerKind[],
  anyOf: together,
};
const thrown: Place = {
  ...throwing,
  rule: 'throw.result',
  what: 'a throwing event in the flow',
  alone: ['message', 'signal', 'escalation', 'compensate', 'link'] satisfies ResultKind[],
  allOf: ['message', 'signal', 'escalation', 'compensate'] satisfies ResultKind[],
  isOptional: true,
};
const ends = resultKinds.filter((kind) => kind !== 'link');
const ending: Place = { ...thrown, rule: 'end.result', what: 'an end', alone: ends, allOf: ends };

export function eventBreaches(outline: Outline): Breach[] {
  return outline.elements.flatMap((element) => [
    ...placeBreaches(element, outline),
    ...messageBreaches(element),
    ...mappingBreaches(element),
    ...interruptingBreaches(element, outline),
    ...conflictBreaches(element),
    ...cancelBreaches(element, outline),
  ]);
}

function placeOf(element: Element, outline: Outline): Place | undefined {
  switch (element.source.type) {
    case 'boundary':
      return boundary;
    case 'catch':
      return caught;
    case 'throw':
      return thrown;
    case 'end':
      return ending;
    case 'start': {
      const host = hostOf(element, outline);
      if (host === undefined) return topStart;
      return host.type === 'eventSubProcess' ? eventStart : innerStart;
    }
    default:
      return undefined;
  }
}

function placeBreaches(element: Element, outline: Outline): readonly Breach[] {
  const place = placeOf(element, outline);
  const message = place === undefined ? undefined : faultOf(element, place);
  return place === undefined || message === undefined ? [] : [{ rule: place.rule, element: element.id, message }];
}

type Part = Readonly<Record<string, unknown>>;

function faultOf({ id, source }: Element, place: Place): string | undefined {
  const { verb, kinds, isOptional, alone } = place;
  const lists = (['anyOf', 'allOf'] as const).flatMap((list) => {
    const parts = (source as Part)[list] as readonly Part[] | undefined;
    return parts === undefined ? [] : [{ list, parts }];
  });
  const found = [...kindsIn(kinds, source as Part), ...lists.map(({ list }) => list)];
  if (found.length > 1) {
    const several = verb === 'throw' ? 'allOf' : 'anyOf or allOf';
    return `"${id}" has ${found.join(' and ')}; keep one of them, and put several things into ${several}.`;
  }
  if (found.length === 0) return isOptional ? undefined : `"${id}" waits for nothing; give it ${orOf(alone)}.`;
  const [list] = lists;
  return list === undefined ? foreign({ id, place, found, allowed: alone }) : faultInList(id, place, list);
}

type List = { readonly list: 'anyOf' | 'allOf'; readonly parts: readonly Part[] };

function faultInList(id: string, place: Place, { list, parts }: List): string | undefined {
  for (const part of parts) {
    const found = kindsIn(place.kinds, part);
    if (found.length !== 1) {
      const what = found.length === 0 ? 'with nothing' : `with ${found.join(' and ')}`;
      return `"${id}" has a part ${what} in ${list}; each part names one thing to ${place.verb}.`;
    }
    const fault = foreign({ id, place, found, allowed: place[list] ?? [], list });
    if (fault !== undefined) return fault;
  }
  return undefined;
}

type Found = {
  readonly id: string;
  readonly place: Place;
  readonly found: readonly string[];
  readonly allowed: readonly string[];
  readonly list?: string;
};

function foreign({ id, place, found, allowed, list }: Found): string | undefined {
  const kind = found.find((each) => !allowed.includes(each));
  if (kind === undefined) return undefined;
  const where = list === undefined ? '' : ` in ${list}`;
  if (allowed.length === 0)
    return `"${id}" is ${place.what} and cannot wait for anything; take "${list ?? kind}" away.`;
  return `"${id}" is ${place.what} and cannot ${place.verb} "${kind}"${where}; it can have ${orOf(allowed)} there.`;
}

function orOf(words: readonly string[]): string {
  const [last = ''] = words.slice(-1);
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

function messageBreaches({ id, source }: Element): readonly Breach[] {
  const parts = isCatching(source) ? triggerPartsOf(source) : isThrowing(source) ? resultPartsOf(source) : [];
  const without = parts.filter(({ message }) => message === undefined);
  const field = kindsIn(['correlationKey', 'ttl'], (without.find(hasMessageField) ?? {}) as Part)[0];
  const message = `"${id}" has "${field}", and no message that it could belong to; add a message, or take it away.`;
  return breachIf(field !== undefined, 'event.without-message', { element: id, message });
}

const hasMessageField = (part: object): boolean => kindsIn(['correlationKey', 'ttl'], part as Part).length > 0;

const carrying = ['message', 'signal', 'error', 'escalation'] as const;

/** Only what is sent takes variables along; what undoes is begun with those of the activity. */
function mappingBreaches({ id, source }: Element): readonly Breach[] {
  const isIdle = (source.type === 'throw' || source.type === 'end') && !throws(source, ...carrying);
  const isUndoing = source.type === 'boundary' && source.compensate !== undefined;
  return [
    ...breachIf(isIdle && 'input' in source, 'event.unused-mapping', {
      element: id,
      message: `"${id}" has "input" and sends nothing that could take variables along; take it away.`,
    }),
    ...breachIf(isUndoing && 'output' in source, 'event.unused-mapping', {
      element: id,
      message: `"${id}" has "output" and waits for compensation, which brings nothing; take it away.`,
    }),
  ];
}

function interruptingBreaches(element: Element, outline: Outline): readonly Breach[] {
  const { id, source } = element;
  if (source.type !== 'start' && source.type !== 'boundary') return [];
  if (source.interrupting !== false) return [];
  if (source.type === 'start' && hostOf(element, outline)?.type !== 'eventSubProcess') {
    const message = `"${id}" has "interrupting", which only the start of an event sub-process can have; take it away.`;
    return [{ rule: 'start.interrupting', element: id, message }];
  }
  const always = source.type === 'start' ? (['error', 'compensate'] as const) : (['error', 'cancel'] as const);
  const [kind] = always.filter((each) => waitsFor(source, each));
  const message = `"${id}" waits for "${kind}", after which nothing can go on beside it; take "interrupting": false away.`;
  return breachIf(kind !== undefined, 'event.must-interrupt', { element: id, message });
}

const leaving = ['error', 'terminate', 'cancel', 'compensate'] as const;

/** Each of these ends the path or the scope in its own way, so only one of them can happen. */
function conflictBreaches({ id, source }: Element): readonly Breach[] {
  if (source.type !== 'throw' && source.type !== 'end') return [];
  const found = (source.allOf ?? []).flatMap((part) => kindsIn(leaving, part));
  const message = `"${id}" throws ${found.slice(0, 2).join(' and ')} together, which exclude each other; keep one of them.`;
  return breachIf(found.length > 1, 'event.conflict', { element: id, message });
}

function cancelBreaches(element: Element, outline: Outline): readonly Breach[] {
  const { id, source } = element;
  if (source.type === 'boundary' && waitsFor(source, 'cancel')) {
    const host = outline.byId.get(source.host)?.source;
    const message = `"${id}" waits for "cancel" at "${source.host}", which is no transaction; only a transaction is cancelled.`;
    return breachIf(host?.type !== 'transaction', 'cancel.outside-transaction', { element: id, message });
  }
  if (source.type !== 'end' || !throws(source, 'cancel')) return [];
  const { host } = element.scope;
  const transaction = host === undefined ? undefined : outline.byId.get(host);
  if (transaction?.source.type !== 'transaction') {
    const message = `"${id}" throws "cancel" outside of a transaction; put it directly inside one, or throw an error.`;
    return [{ rule: 'cancel.outside-transaction', element: id, message }];
  }
  const isCaught = transaction.boundary.some((event) => {
    const at = outline.byId.get(event)?.source;
    return at?.type === 'boundary' && waitsFor(at, 'cancel');
  });
  const message = `"${id}" cancels "${host}", which has no boundary event with "cancel" to go on from; give it one.`;
  return breachIf(!isCaught, 'cancel.uncaught', { element: id, message });
}
