/** Something that was listened for has happened: who listened goes on. */
import type { JobId } from '../../kernel/ids.ts';
import { type BoundaryEvent, type Listener, nodeOf, type Trigger } from './definition.ts';
import { handlersOf } from './inside.ts';
import { type listenFor, ringAgain } from './listen.ts';
import { bring, complete, finish } from './passage.ts';
import { disarm } from './release.ts';
import { emit, type Run, tokenOf, variablesOf } from './run.ts';
import type { Armed, Listening, Scope, Token, Variables } from './state.ts';
import { beginHandler, leaveByBoundary } from './takeover.ts';
import { ownerOfScope } from './work.ts';

/** The event that happened, and the variables it brings. */
export type Happening = { readonly armed: Armed; readonly brought?: Variables };

const settledBy = (listening: Listening): { settled?: JobId } =>
  listening.for === 'timer' ? { settled: listening.job } : {};

/** The token stood at an event and waited for nothing else. */
export function goOnAfterEvent(
  run: Run,
  token: Token,
  { wait, brought }: { readonly wait: Listening; readonly brought?: Variables },
): void {
  finish(run, token, { outcome: 'done', ...(brought !== undefined && { brought }), ...settledBy(wait) });
}

/** An event that was armed beside a token has happened: at the edge of its activity, behind its gateway, or its own. */
export function happenAt(run: Run, token: Token, { armed, brought = {} }: Happening): void {
  const { behaviour, boundary } = nodeOf(run.definition, token.node);
  if (behaviour.type === 'eventGateway') return choose(run, token, { armed, brought });
  if (armed.node === token.node && behaviour.type === 'catch') return partHappened(run, token, { armed, brought });
  const event = boundary.find(({ node }) => node === armed.node);
  if (event === undefined) return;
  const others = (token.armed ?? []).filter((other) => other !== armed);
  if (isWaitingForMore(event.trigger, armed, others)) return keep(run, token, others);
  if (!event.interrupting && !staysArmed(event, armed)) {
    const owner = { id: token.id, variables: variablesOf(run, token) };
    keep(run, token, stillArmed(run, owner, { event, armed, others }));
  }
  leaveByBoundary(run, token, { ...event, brought, ...settledBy(armed) });
}

/** An event sub-process has its event. */
export function happenIn(run: Run, scope: Scope, { armed, brought = {} }: Happening): void {
  const handler = handlersOf(run, scope).find(({ node }) => node === armed.node);
  if (handler === undefined) return;
  const listening = (left: readonly Armed[]) =>
    emit(run, { type: 'listening', scope: scope.id, ...(left.length > 0 && { armed: left }) });
  const others = (scope.armed ?? []).filter((other) => other !== armed);
  if (isWaitingForMore(handler.trigger, armed, others)) return listening(others);
  if (!handler.interrupting && !staysArmed(handler, armed)) {
    const owner = { id: ownerOfScope(scope.id), variables: variablesOf(run, { scope: scope.id }) };
    listening(stillArmed(run, owner, { event: handler, armed, others }));
  }
  beginHandler(run, scope, { ...handler, brought, ...settledBy(armed) });
}

/** The first of several events decides; the token goes on behind it. */
function choose(run: Run, token: Token, { armed, brought }: Required<Happening>): void {
  disarm(run, token, settledBy(armed).settled);
  emit(run, { type: 'moved', token: token.id, to: armed.node });
  bring(run, tokenOf(run, token.id), brought);
  complete(run, token.id, 'done');
}

function partHappened(run: Run, token: Token, { armed, brought }: Required<Happening>): void {
  const others = (token.armed ?? []).filter((other) => other !== armed);
  const { behaviour } = nodeOf(run.definition, token.node);
  if (behaviour.type === 'catch' && isWaitingForMore(behaviour.trigger, armed, others)) {
    bring(run, token, brought);
    return keep(run, tokenOf(run, token.id), others);
  }
  finish(run, token, { outcome: 'done', brought, ...settledBy(armed) });
}

const isWaitingForMore = (trigger: Trigger, { node }: Armed, others: readonly Armed[]): boolean =>
  trigger.on === 'several' && trigger.all && others.some((other) => other.node === node);

function keep(run: Run, { id, wait }: Token, armed: readonly Armed[]): void {
  emit(run, { type: 'waiting', token: id, wait, ...(armed.length > 0 && { armed }) });
}

type Left = { readonly event: Listener | BoundaryEvent; readonly armed: Armed; readonly others: readonly Armed[] };

/** A message or signal may come again as long as it is listened for. */
const staysArmed = ({ trigger }: Listener, armed: Armed): boolean =>
  (armed.for === 'message' || armed.for === 'signal') && !(trigger.on === 'several' && trigger.all);

/** A timer rings again if it repeats, a condition happens again once it has been false. */
function stillArmed(
  run: Run,
  owner: Parameters<typeof listenFor>[1],
  { event, armed, others }: Left,
): readonly Armed[] {
  if (event.trigger.on === 'several' && event.trigger.all) return others;
  if (armed.for === 'condition') return [...others, { ...armed, held: true }];
  if (armed.for !== 'timer') return others;
  const next = ringAgain(run, owner, { trigger: event.trigger, ring: armed.ring });
  return next === undefined ? others : [...others, { node: armed.node, ...next }];
}
