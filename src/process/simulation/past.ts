/**
 * What an instance that has ended was given on its way – by people, workers, senders and clocks – node by node, taken from
 * its history, so that the same can be given to another definition. Pure.
 *
 * A visit is the time in which a token waited at a node, or in which an event was armed there. What came in it is kept with
 * how long after the beginning of the visit it came. Signals, firings, and what people did to the whole instance are kept
 * with how long after its start they came: they come whatever the instance does.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { InstanceId } from '../../kernel/ids.ts';
import type { Result, Returned } from '../core/brought.ts';
import type { Command } from '../core/command.ts';
import type { Definition } from '../core/definition.ts';
import { draftOf, type Effect, evolve } from '../core/effect.ts';
import type { Firing } from '../core/firing.ts';
import { emptyState, type Variables } from '../core/state.ts';
import { type Point, pointsOf, slotOf } from './points.ts';

/** What came to a point. */
export type Given =
  | { readonly what: 'result'; readonly result: Result; readonly by: readonly string[] }
  | { readonly what: 'returned'; readonly result: Returned }
  | { readonly what: 'message'; readonly variables: Variables }
  | { readonly what: 'ring' }
  | { readonly what: 'retry'; readonly variables: Variables }
  | { readonly what: 'resolve'; readonly outcome?: string; readonly comment?: string; readonly variables: Variables };

/** `rank`: its place in the history, which decides between what came in the same millisecond. */
export type Came = { readonly afterMs: number; readonly rank: number; readonly given: Given };
export type Visit = { readonly came: readonly Came[]; readonly lastedMs: number };
export type Apart = { readonly afterMs: number; readonly rank: number; readonly command: Command };

/** A node that was passed, with its outcome; an end event has none. */
export type Passed = { readonly node: string; readonly outcome?: string };

export type Past = {
  readonly instance: InstanceId;
  readonly definition: Definition;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly status: 'completed' | 'cancelled';
  readonly start: Extract<Command, { type: 'start' }>;
  /** By slot, in the order in which they began. */
  readonly visits: ReadonlyMap<string, readonly Visit[]>;
  readonly apart: readonly Apart[];
  readonly path: readonly Passed[];
};

export type Entry = {
  readonly seq: number;
  readonly at: Instant;
  readonly actor: string;
  readonly command: Readonly<Record<string, unknown>>;
  readonly effects: readonly Effect[];
};

/** Why an instance cannot be run again: people changed its course, or not all of its history is kept. */
export type Unusable = 'changed-course' | 'no-history';

type Open = { readonly point: Point; readonly since: Instant; readonly came: Came[]; place: number };
type Reading = {
  readonly startedAt: Instant;
  readonly open: Map<string, Open>;
  readonly visits: Map<string, Visit[]>;
  readonly apart: Apart[];
};

const CHANGES_COURSE = new Set(['suspend', 'resume', 'move', 'migrate']);

export function pastOf(
  history: readonly Entry[],
  { instance, definition }: { readonly instance: InstanceId; readonly definition: Definition },
): Past | Unusable {
  const [first] = history;
  const begun = first?.effects.find((effect) => effect.type === 'started');
  const last = history.findLast(({ effects }) => effects.some(({ type }) => type === 'ended'));
  const ended = last?.effects.find((effect) => effect.type === 'ended');
  const isWhole = history.every(({ seq }, place) => seq === place + 1);
  if (first === undefined || begun === undefined || last === undefined || ended === undefined || !isWhole)
    return 'no-history';
  if (history.some(({ command }) => CHANGES_COURSE.has(String(command.type)))) return 'changed-course';
  const reading: Reading = { startedAt: first.at, open: new Map(), visits: new Map(), apart: [] };
  const draft = draftOf(emptyState);
  const path: Passed[] = [];
  for (const entry of history.slice(0, history.indexOf(last) + 1)) {
    if (entry !== first) note(reading, entry);
    for (const effect of entry.effects) evolve(draft, effect, entry.at);
    path.push(...passedIn(entry.effects, definition));
    look(reading, pointsOf(draft), entry.at);
  }
  return {
    ...{ instance, definition, path, startedAt: first.at, endedAt: last.at, status: ended.status },
    start: startOf(first.effects, begun, definition),
    visits: reading.visits,
    apart: reading.apart,
  };
}

/** What a transition passed, in order. */
export function passedIn(effects: readonly Effect[], { nodes }: Definition): Passed[] {
  return effects.flatMap((effect): Passed[] => {
    if (effect.type === 'completed') return [{ node: effect.node, outcome: effect.outcome }];
    const node = effect.type === 'moved' ? effect.to : effect.type === 'appeared' ? effect.at : undefined;
    return node !== undefined && nodes.get(node)?.behaviour.type === 'end' ? [{ node }] : [];
  });
}

function startOf(
  effects: readonly Effect[],
  { businessKey, variables, parent }: Extract<Effect, { type: 'started' }>,
  { startPoints }: Definition,
): Past['start'] {
  const { evidence, ...own } = variables;
  const isEvidence = Array.isArray(evidence) && evidence.length > 0 && evidence.every(isFiring);
  const appeared = effects.find((effect) => effect.type === 'appeared');
  const isByEvent = startPoints.some(({ node, trigger }) => node === appeared?.at && trigger !== undefined);
  return {
    type: 'start',
    businessKey,
    variables: isEvidence ? own : variables,
    ...(isEvidence && { firings: evidence as Firing[] }),
    ...(isByEvent && appeared !== undefined && { at: appeared.at }),
    ...(parent !== undefined && { parent }),
  };
}

const isFiring = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'criterion' in value && 'device' in value;

/** Visits that are over are closed, those that begin are opened; each takes its place when it begins. */
function look({ open, visits }: Reading, points: readonly Point[], at: Instant): void {
  const here = new Set(points.map(({ id }) => id));
  for (const [id, { point, since, came, place }] of open) {
    if (here.has(id)) continue;
    const list = visits.get(slotOf(point)) ?? [];
    list[place] = { came, lastedMs: at - since };
    open.delete(id);
  }
  for (const point of points) {
    if (open.has(point.id)) continue;
    const list = visits.get(slotOf(point)) ?? [];
    visits.set(slotOf(point), list);
    list.push({ came: [], lastedMs: 0 });
    open.set(point.id, { point, since: at, came: [], place: list.length - 1 });
  }
}

function note(reading: Reading, entry: Entry): void {
  const told = entry.command as Command & { readonly outcome?: string };
  const all = [...reading.open.values()];
  const at = (suits: (point: Point) => boolean) => all.find(({ point }) => suits(point));
  const add = (open: Open | undefined, given: Given): void => {
    open?.came.push({ afterMs: Math.max(0, entry.at - open.since), rank: entry.seq, given });
  };
  const apart = (command: Command): void => {
    reading.apart.push({ afterMs: Math.max(0, entry.at - reading.startedAt), rank: entry.seq, command });
  };
  switch (told.type) {
    case 'settle': {
      const open = reading.open.get(`job${told.job}`);
      return add(open, open?.point.kind === 'timer' ? { what: 'ring' } : resultIn(entry));
    }
    case 'message': {
      const isIts = ({ listening }: Point) =>
        listening?.for === 'message' && listening.name === told.name && listening.key === told.key;
      return add(at(isIts), { what: 'message', variables: broughtIn(entry.effects) });
    }
    case 'returned':
      return add(reading.open.get(`call${told.child}`), returnedIn(entry));
    case 'retry':
      return add(helpOf(all, told.token), { what: 'retry', variables: broughtIn(entry.effects) });
    case 'resolve': {
      const { outcome, comment } = told;
      const how = { ...(outcome !== undefined && { outcome }), ...(comment !== undefined && { comment }) };
      return add(helpOf(all, told.token), { what: 'resolve', ...how, variables: broughtIn(entry.effects) });
    }
    case 'signal':
      return apart({ type: 'signal', name: told.name, variables: broughtIn(entry.effects) });
    case 'firing': {
      const seen = entry.effects.find((effect) => effect.type === 'evidence');
      return seen === undefined ? undefined : apart({ type: 'firing', firing: seen.firing });
    }
    case 'variables': {
      const set = entry.effects.find((effect) => effect.type === 'variables');
      return set === undefined ? undefined : apart({ ...set });
    }
    case 'activate':
    case 'cancel':
      return apart(told);
    default:
  }
}

const helpOf = (all: readonly Open[], token: number): Open | undefined =>
  all.find(({ point }) => point.kind === 'help' && point.token?.id === token);

/** What came stands in the effects before anything moves on by it. */
function broughtIn(effects: readonly Effect[]): Variables {
  const brought: Record<string, unknown> = {};
  for (const effect of effects) {
    if (effect.type === 'variables' || effect.type === 'locals') Object.assign(brought, effect.set);
    if (effect.type === 'appeared') Object.assign(brought, effect.locals);
    if (effect.type === 'appeared' || effect.type === 'completed') break;
  }
  return brought;
}

function resultIn({ command, effects, actor }: Entry): Given {
  const { error, code, outcome, comment, onBehalfOf } = command as Readonly<Record<string, string | undefined>>;
  const by = onBehalfOf === undefined ? [actor] : [actor, onBehalfOf];
  if (error !== undefined) return { what: 'result', by, result: { kind: 'failed', message: error } };
  const variables = broughtIn(effects);
  if (code !== undefined) return { what: 'result', by, result: { kind: 'error', code, variables } };
  const how = comment === undefined ? {} : { comment };
  return { what: 'result', by, result: { kind: 'done', outcome: outcome ?? 'done', variables, ...how } };
}

/** Which error a called instance came back with is not told by the history. */
function returnedIn({ command, effects }: Entry): Given {
  const variables = broughtIn(effects);
  switch (command.result as Returned['kind']) {
    case 'error':
    case 'escalation':
      return { what: 'returned', result: { kind: 'error', code: '', variables } };
    case 'cancelled':
      return { what: 'returned', result: { kind: 'cancelled' } };
    case 'failed':
      return { what: 'returned', result: { kind: 'failed', message: 'as in the past' } };
    default:
      return { what: 'returned', result: { kind: 'done', variables } };
  }
}
