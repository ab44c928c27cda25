/**
 * A stay is the time that a token is at a node, from its arrival until it leaves or is ended. Says of a transition which
 * stays began and ended with it; the stay of the instance as a whole, from its start to its end, is told as that of the
 * node ''. An activity that is done several times has one stay for each iteration, and none for what holds them together.
 * Of what began before times were kept nothing is told.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { Effect } from './effect.ts';
import { named } from './migrated.ts';
import type { ProcessState, Token, Wait } from './state.ts';

/** The node that stands for the instance as a whole; no node has this id. Its outcomes are those of instances. */
export const WHOLE = '';

export type Stay =
  | { readonly did: 'begin' | 'stick'; readonly node: string }
  /** Begun and ended within one transition. Without an outcome: a gateway or an event, or something took over. */
  | { readonly did: 'pass'; readonly node: string; readonly outcome: string | undefined }
  | {
      readonly did: 'end';
      readonly node: string;
      readonly outcome: string | undefined;
      readonly since: Instant;
      /** What it waited for at last; of the instance: nothing. */
      readonly wait: Wait;
    }
  /** It goes on, and is counted elsewhere: by a migration it leaves one version and enters another. */
  | { readonly did: 'leave' | 'enter'; readonly node: string };

type Visit = { readonly token: number; readonly node: string; outcome?: string; isCounted: boolean };
type Course = {
  readonly before: ProcessState | undefined;
  readonly stays: Stay[];
  /** Begun in this transition, and not over. */
  readonly visits: Visit[];
  /** Tokens from before that have left where they were. */
  readonly gone: number[];
  /** Outcomes of stays that began before. */
  readonly outcomes: { readonly token: number; readonly outcome: string }[];
  readonly stuck: Wait[];
  nodes: Readonly<Record<string, string>>;
};

const NOTHING: Wait = { for: 'nothing' };

/** `before` is the state before the transition; undefined: it started the instance. */
export function staysOf(before: ProcessState | undefined, effects: readonly Effect[]): readonly Stay[] {
  const course: Course = { before, stays: [], visits: [], gone: [], outcomes: [], stuck: [], nodes: {} };
  const { stays } = course;
  for (const effect of effects) note(course, effect);
  for (const { node, isCounted } of course.visits) if (isCounted) stays.push({ did: 'begin', node });
  const end = effects.findLast((effect) => effect.type === 'ended');
  if (before === undefined)
    stays.push(end === undefined ? { did: 'begin', node: WHOLE } : { did: 'pass', node: WHOLE, outcome: end.status });
  else if (end !== undefined && before.since !== undefined)
    stays.push({ did: 'end', node: WHOLE, outcome: end.status, since: before.since, wait: NOTHING });
  return stays;
}

function note(course: Course, effect: Effect): void {
  switch (effect.type) {
    case 'appeared':
      course.visits.push({ token: effect.token, node: effect.at, isCounted: true });
      return;
    case 'moved':
      leave(course, effect.token);
      course.visits.push({ token: effect.token, node: effect.to, isCounted: true });
      return;
    case 'vanished':
      return leave(course, effect.token);
    case 'completed': {
      const visit = course.visits.find(({ token }) => token === effect.token);
      if (visit === undefined) course.outcomes.push(effect);
      else visit.outcome = effect.outcome;
      return;
    }
    case 'scopeOpened':
      if (effect.iteration !== undefined) dismiss(course, effect.host);
      return;
    case 'waiting':
      return getStuck(course, effect.token, effect.wait);
    case 'migrated':
      return changeVersion(course, effect.nodes);
    case 'ended':
      return endAll(course);
    default:
  }
}

function leave({ before, stays, visits, gone, outcomes, nodes }: Course, token: number): void {
  const place = visits.findIndex((visit) => visit.token === token);
  const visit = visits[place];
  if (visit !== undefined) {
    visits.splice(place, 1);
    if (visit.isCounted) stays.push({ did: 'pass', node: visit.node, outcome: visit.outcome });
    return;
  }
  const earlier = before?.tokens.find(({ id }) => id === token);
  if (before === undefined || earlier === undefined || gone.includes(token)) return;
  gone.push(token);
  const { wait, since } = earlier;
  if (since === undefined || holdsIterations(before, token)) return;
  const noted = outcomes.findLast((done) => done.token === token)?.outcome;
  const outcome = noted ?? (wait.for === 'help' ? wait.outcome : undefined);
  stays.push({ did: 'end', node: named(nodes, earlier.node), outcome, since, wait });
}

/** It holds iterations from now on, each of which has a stay of its own. */
function dismiss({ before, stays, visits, gone }: Course, host: number): void {
  const visit = visits.find(({ token }) => token === host);
  if (visit !== undefined) visit.isCounted = false;
  const earlier = visit === undefined ? before?.tokens.find(({ id }) => id === host) : undefined;
  if (earlier?.since === undefined) return;
  gone.push(host);
  stays.push({ did: 'leave', node: earlier.node });
}

/** What is told again of a token that is stuck already is no other incident. */
function getStuck({ before, stays, visits, stuck, nodes }: Course, id: number, wait: Wait): void {
  if (wait.for !== 'help' || stuck.includes(wait)) return;
  const earlier = before?.tokens.find((token) => token.id === id);
  if (earlier?.wait === wait) return;
  stuck.push(wait);
  const node = visits.find(({ token }) => token === id)?.node ?? (earlier && named(nodes, earlier.node));
  if (node !== undefined) stays.push({ did: 'stick', node });
}

function changeVersion(course: Course, nodes: Readonly<Record<string, string>>): void {
  const { before, stays, stuck } = course;
  course.nodes = nodes;
  if (before === undefined) return;
  const counted = before.tokens.filter(({ id, since }) => since !== undefined && !holdsIterations(before, id));
  for (const { node } of counted) stays.push({ did: 'leave', node });
  for (const { node } of counted) stays.push({ did: 'enter', node: named(nodes, node) });
  if (before.since !== undefined) stays.push({ did: 'leave', node: WHOLE }, { did: 'enter', node: WHOLE });
  for (const { wait } of before.tokens) stuck.push(wait);
}

function endAll(course: Course): void {
  const tokens: Pick<Token, 'id'>[] = [
    ...course.visits.map(({ token }) => ({ id: token })),
    ...(course.before?.tokens ?? []),
  ];
  for (const { id } of tokens) leave(course, id);
}

/** Whether the token only holds the iterations of its activity together. */
const holdsIterations = ({ scopes }: ProcessState, token: number): boolean =>
  scopes.length > 1 && scopes.some(({ host, iteration }) => host === token && iteration !== undefined);
