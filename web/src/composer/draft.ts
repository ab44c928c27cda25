/**
 * A definition while it is composed: its JSON, changed piece by piece. What the composer does not know of stays as it is.
 * Every function answers a new draft.
 */
import { isRecord } from '../api/http.ts';

export type Fields = Readonly<Record<string, unknown>>;
export type Step = Fields & { readonly id: string; readonly type: string };
export type Draft = Fields & { readonly key: string; readonly nodes: readonly Step[] };

export const EMPTY: Draft = {
  key: '',
  nodes: [
    { id: 'start', type: 'start', next: 'end' },
    { id: 'end', type: 'end' },
  ],
};

/** Undefined for what is no definition at all. */
export function draftOf(value: unknown): Draft | undefined {
  if (!isRecord(value) || !Array.isArray(value.nodes)) return undefined;
  const ids = value.nodes.map((node) => (isRecord(node) && typeof node.type === 'string' ? node.id : undefined));
  const isWhole = ids.every((id) => typeof id === 'string') && new Set(ids).size === ids.length;
  return isWhole ? ({ key: '', ...value } as unknown as Draft) : undefined;
}

/** Such a definition carries its file: changed as steps, the two would no longer say the same. */
export const cameFromBpmn = (source: unknown): boolean => isRecord(source) && source.document !== undefined;

/** With the text as its name, in the reader's language where there are several; an empty one takes the name away. */
export function named<Named extends Fields>(holder: Named, text: string, language: string): Named {
  const { name, ...rest } = holder;
  if (isRecord(name)) return { ...holder, name: { ...name, [language]: text } };
  return (text === '' ? rest : { ...rest, name: text }) as Named;
}

/** Without the fields that are undefined. */
export const withFields = <Holder extends Fields>(holder: Holder, fields: Fields): Holder =>
  Object.fromEntries(Object.entries({ ...holder, ...fields }).filter(([, value]) => value !== undefined)) as Holder;

export const changeStep = (draft: Draft, id: string, change: (step: Step) => Step): Draft => ({
  ...draft,
  nodes: draft.nodes.map((step) => (step.id === id ? change(step) : step)),
});

/** Behind another step, on its way; without one, before the end. */
export function addStep(draft: Draft, step: Step, behind?: string): Draft {
  const { nodes } = draft;
  const asked = nodes.findIndex(({ id, type }) => id === behind && type !== 'end');
  const last = nodes.findLastIndex(({ type }) => type !== 'end');
  const at = asked >= 0 ? asked : last;
  const before = nodes[at];
  if (step.type === 'end' || before === undefined) return { ...draft, nodes: nodes.toSpliced(at + 1, 0, step) };
  const isOnWay = before.next === undefined || typeof before.next === 'string';
  const end = nodes.find(({ type }) => type === 'end')?.id;
  const added = withFields(step, { next: isOnWay ? before.next : end });
  const changed = isOnWay ? { ...before, next: step.id } : before;
  return { ...draft, nodes: nodes.toSpliced(at, 1, changed, added) };
}

/** What led to it leads to where it led, if that is one place; else nowhere. */
export function removeStep(draft: Draft, id: string): Draft {
  const removed = draft.nodes.find((step) => step.id === id);
  const target = typeof removed?.next === 'string' && removed.next !== id ? removed.next : undefined;
  const rest = { ...draft, nodes: draft.nodes.filter((step) => step.id !== id) };
  return referring(
    rest,
    (to) => (to === id ? target : to),
    (name) => (name === id ? undefined : name),
  );
}

/** Refused, with the same draft as answer, when the id is taken. */
export function renameStep(draft: Draft, from: string, to: string): Draft {
  if (to === '' || draft.nodes.some(({ id }) => id === to)) return draft;
  const rename = (id: string): string => (id === from ? to : id);
  return referring(
    changeStep(draft, from, (step) => ({ ...step, id: to })),
    rename,
    rename,
  );
}

/** One place up or down in the list; two steps that follow each other on one way change places on it too. */
export function moveStep(draft: Draft, id: string, by: 1 | -1): Draft {
  const { nodes } = draft;
  const at = nodes.findIndex((step) => step.id === id);
  const [upper, lower] = by > 0 ? [nodes[at], nodes[at + 1]] : [nodes[at - 1], nodes[at]];
  if (upper === undefined || lower === undefined) return draft;
  const first = Math.min(at, at + by);
  const swapped = { ...draft, nodes: nodes.toSpliced(first, 2, lower, upper) };
  const isChain = upper.next === lower.id && (lower.next === undefined || typeof lower.next === 'string');
  if (!isChain || upper.type === 'start' || lower.type === 'end') return swapped;
  const redirected = referring(
    swapped,
    (to) => (to === upper.id ? lower.id : to),
    (name) => name,
  );
  const last = changeStep(redirected, upper.id, (step) => withFields(step, { next: lower.next }));
  return changeStep(last, lower.id, (step) => ({ ...step, next: upper.id }));
}

/** A number behind the word, unless the word is free. */
export function freshId({ nodes }: Draft, word: string): string {
  const isTaken = (id: string): boolean => nodes.some((step) => step.id === id);
  if (!isTaken(word)) return word;
  let at = 2;
  while (isTaken(`${word}-${at}`)) at++;
  return `${word}-${at}`;
}

type Rename = (id: string) => string | undefined;

/** Flows and other references of the outermost level, each led or named anew; undefined drops one. */
function referring(draft: Draft, lead: Rename, name: Rename): Draft {
  const names = (list: unknown): unknown =>
    Array.isArray(list) ? nonEmpty(list.flatMap((id) => name(String(id)) ?? [])) : list;
  const boundaryOf = (events: unknown): unknown =>
    Array.isArray(events)
      ? events.map((event) => (isRecord(event) ? withFields(event, { next: led(event.next, lead) }) : event))
      : events;
  const nodes = draft.nodes.map((step) =>
    withFields(step, {
      next: led(step.next, lead),
      boundary: boundaryOf(step.boundary),
      notBy: names(step.notBy),
      ...(typeof step.compensate === 'string' && { compensate: name(step.compensate) }),
    }),
  );
  return withFields({ ...draft, nodes }, { lanes: lanesOf(draft.lanes, names) });
}

function lanesOf(lanes: unknown, names: (list: unknown) => unknown): unknown {
  if (!Array.isArray(lanes)) return lanes;
  return lanes.map((lane) =>
    isRecord(lane) ? withFields(lane, { nodes: names(lane.nodes), lanes: lanesOf(lane.lanes, names) }) : lane,
  );
}

function led(next: unknown, lead: Rename): unknown {
  if (typeof next === 'string') return lead(next);
  if (Array.isArray(next)) {
    const flows = next.flatMap((flow): unknown[] => {
      if (typeof flow === 'string') return [lead(flow)].filter((to) => to !== undefined);
      if (!isRecord(flow)) return [flow];
      const to = lead(String(flow.to));
      return to === undefined ? [] : [{ ...flow, to }];
    });
    return nonEmpty(flows);
  }
  if (!isRecord(next)) return next;
  const ways = Object.entries(next).map(([outcome, to]) => [outcome, lead(String(to))] as const);
  const left = ways.filter(([, to]) => to !== undefined);
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

const nonEmpty = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);
