/**
 * An error or escalation goes outwards from where it was thrown: to the boundary events of the activity itself, to the
 * event sub-processes of the scope around, to the boundary events of that scope's activity, and so on (BPMN 2.0.2, 10.5.1
 * and 13.5). The first who catches it decides. An error always ends what it leaves; an escalation only if its catcher says so.
 */
import type { BoundaryEvent, EventHandler, Trigger } from './definition.ts';
import { nodeOf } from './definition.ts';
import { handlersOf } from './inside.ts';
import { iterationsAround } from './iteration.ts';
import { findToken, type Run, scopeOf, tokenOf } from './run.ts';
import type { Scope, Token, Variables } from './state.ts';
import { beginHandler, leaveByBoundary } from './takeover.ts';

export type Thrown = {
  readonly what: 'error' | 'escalation' | 'cancel';
  readonly code?: string;
  readonly message?: string;
  readonly variables?: Variables;
};

type Catcher =
  | { readonly host: Token; readonly boundary: BoundaryEvent }
  | { readonly scope: Scope; readonly handler: EventHandler };

/** Whether somebody caught it; then their path has begun. */
export function isCaught(run: Run, token: Token, thrown: Thrown): boolean {
  const catcher = catcherOf(run, token, thrown);
  if (catcher === undefined) return false;
  const brought = broughtBy(thrown, 'boundary' in catcher ? catcher.boundary.node : catcher.handler.start, run);
  if ('boundary' in catcher) leaveByBoundary(run, catcher.host, { ...catcher.boundary, brought });
  else beginHandler(run, catcher.scope, { ...catcher.handler, brought });
  return true;
}

/** A mapping also sees the code and the message; without one only the variables that were thrown along are set. */
function broughtBy({ code, message, variables = {} }: Thrown, node: string, run: Run): Variables {
  if (nodeOf(run.definition, node).output === undefined) return variables;
  return { ...variables, errorCode: code ?? null, errorMessage: message ?? null };
}

function catcherOf(run: Run, thrower: Token, thrown: Thrown): Catcher | undefined {
  let token = thrower;
  for (;;) {
    const node = nodeOf(run.definition, token.node);
    // Events on the edge of a repeated activity belong to all its iterations together.
    const boundary = iterationsAround(run, token) === undefined ? bestOf(node.boundary, thrown) : undefined;
    if (boundary !== undefined) return { host: token, boundary };
    const scope = scopeOf(run, token.scope);
    // One that has taken over bars the others; and none catches what comes out of itself.
    const handlers = scope.interrupted ? [] : handlersOf(run, scope).filter((handler) => handler.node !== node.id);
    const handler = bestOf(handlers, thrown);
    if (handler !== undefined) return { scope, handler };
    if (scope.host === undefined || findToken(run, scope.host) === undefined) return undefined;
    token = tokenOf(run, scope.host);
  }
}

/** Who names the code goes before who catches any. */
function bestOf<Event extends { readonly trigger: Trigger }>(
  events: readonly Event[],
  thrown: Thrown,
): Event | undefined {
  const fits = (isNamed: boolean) => (event: Event) =>
    triggersOf(event.trigger).some((trigger) => catches(trigger, thrown, isNamed));
  return events.find(fits(true)) ?? events.find(fits(false));
}

const triggersOf = (trigger: Trigger): readonly Trigger[] => (trigger.on === 'several' ? trigger.triggers : [trigger]);

function catches(trigger: Trigger, { what, code }: Thrown, isNamed: boolean): boolean {
  if (trigger.on !== what) return false;
  if (trigger.on === 'cancel') return true;
  if (trigger.on !== 'error' && trigger.on !== 'escalation') return false;
  return isNamed ? trigger.code !== undefined && trigger.code === code : trigger.code === undefined;
}
