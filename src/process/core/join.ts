/**
 * When a joining gateway goes on. A parallel join waits for one token on every way in. An inclusive join waits as long as
 * a token elsewhere in its scope could still come by an empty way in (BPMN 2.0.2, 13.4.3, "Inclusive Gateway"); it is
 * looked at again whenever nothing moves any more, so the arrival and the death of a token count alike. Joins that wait
 * for nothing but each other would hang: the eldest of them goes on.
 */
import { type Node, nodeOf } from './definition.ts';
import { emit, type Run } from './run.ts';
import type { Token } from './state.ts';

/** The tokens of one scope that wait at one inclusive gateway, and the tokens elsewhere that it waits for. */
type Gathering = { readonly node: Node; readonly arrived: readonly Token[]; readonly awaited: readonly Token[] };

/** The flow by which a token came that waits at a join. */
export const flowOf = (token: Token): string | undefined => (token.wait.for === 'join' ? token.wait.flow : undefined);

/** The token that goes on when the parallel join at `node` is complete; the others are used up. */
export function joinParallel(run: Run, node: Node, scope: number): Token | undefined {
  const arrived = run.draft.tokens.filter((token) => token.scope === scope && token.node === node.id);
  const oneEach = firstOfEachFlow(node, arrived);
  return oneEach.length === node.incoming.length ? merge(run, oneEach) : undefined;
}

/** The token that begins an activity which needs so many; the others are used up. */
export function joinSome(run: Run, { node, scope }: Token, count: number): Token | undefined {
  const arrived = run.draft.tokens.filter(
    (token) => token.scope === scope && token.node === node && token.wait.for === 'join',
  );
  return arrived.length < count ? undefined : merge(run, arrived.slice(0, count));
}

/** The token that goes on from some inclusive join that need not wait any longer, if there is one. */
export function joinInclusive(run: Run): Token | undefined {
  const gatherings = gather(run);
  if (gatherings.length === 0) return undefined;
  const ready = gatherings.find(({ awaited }) => awaited.length === 0) ?? eldestOfCircle(gatherings);
  return ready === undefined ? undefined : merge(run, firstOfEachFlow(ready.node, ready.arrived));
}

function gather(run: Run): Gathering[] {
  const gatherings: Gathering[] = [];
  for (const { wait, scope, node: id } of run.draft.tokens) {
    if (wait.for !== 'join' || gatherings.some(({ arrived: [one] }) => one?.node === id && one.scope === scope))
      continue;
    const node = nodeOf(run.definition, id);
    if (node.behaviour.type !== 'inclusiveGateway') continue;
    const tokens = run.draft.tokens.filter((token) => token.scope === scope);
    const arrived = tokens.filter((token) => token.node === id && token.wait.for === 'join');
    gatherings.push({ node, arrived, awaited: tokens.filter(mayStillCome(node, arrived)) });
  }
  return gatherings;
}

/** Whether a token can get to an empty way in, and not as well to one where a token already is. */
function mayStillCome(node: Node, arrived: readonly Token[]): (token: Token) => boolean {
  const taken = new Set(arrived.map(flowOf));
  const ways = node.incoming.map(({ id, from }) => ({ isTaken: taken.has(id), upstream: node.upstream?.(from) }));
  const known = new Map<string, boolean>();
  return (token) => {
    const before = known.get(token.node);
    if (before !== undefined) return before;
    const reached = ways.filter(({ upstream }) => upstream?.has(token.node));
    const comes = reached.length > 0 && reached.every(({ isTaken }) => !isTaken);
    known.set(token.node, comes);
    return comes;
  };
}

function eldestOfCircle(gatherings: readonly Gathering[]): Gathering | undefined {
  let circle = gatherings;
  for (;;) {
    const waiting = new Set(circle.flatMap(({ arrived }) => arrived));
    const rest = circle.filter(({ awaited }) => awaited.every((token) => waiting.has(token)));
    if (rest.length === circle.length) return rest[0];
    circle = rest;
  }
}

/** Of the tokens that wait the eldest of each way in, in the order of the ways. */
export function firstOfEachFlow(node: Node, arrived: readonly Token[]): Token[] {
  const first = new Map<string | undefined, Token>();
  for (const token of arrived) if (!first.has(flowOf(token))) first.set(flowOf(token), token);
  return node.incoming.flatMap(({ id }) => first.get(id) ?? []);
}

/** The first goes on, the others are used up. */
export function merge(run: Run, tokens: readonly Token[]): Token {
  const [first, ...others] = tokens;
  if (first === undefined) throw new Error('a join needs at least one token');
  for (const token of others) emit(run, { type: 'vanished', token: token.id });
  return first;
}
