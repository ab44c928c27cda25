/**
 * An event begins a path of its own: a boundary event beside its activity or instead of it, an event sub-process beside
 * the rest of its scope or instead of it.
 */
import type { JobId } from '../../kernel/ids.ts';
import { assignIn } from './assignment.ts';
import { type BoundaryEvent, type EventHandler, nodeOf } from './definition.ts';
import { disarmScope, kill, killAllIn } from './release.ts';
import { appear, emit, type Run, scopeOf } from './run.ts';
import type { Scope, Token, Variables } from './state.ts';

type Brought = { readonly brought: Variables; readonly settled?: JobId };

/** The path of a boundary event begins; an interrupting one ends the activity and all that is inside. */
export function leaveByBoundary(run: Run, host: Token, { node, interrupting, ...what }: BoundaryEvent & Brought): void {
  if (interrupting) kill(run, host, what.settled);
  appearWith(run, { at: node, scope: host.scope }, { brought: what.brought, mapsAt: node });
}

/** An event sub-process begins; an interrupting one ends everything else in the scope, and no other can begin there. */
export function beginHandler(
  run: Run,
  { id }: Scope,
  { node, start, interrupting, brought, settled }: EventHandler & Brought,
): void {
  if (interrupting) {
    killAllIn(run, id);
    disarmScope(run, scopeOf(run, id), settled);
    emit(run, { type: 'interrupted', scope: id });
  }
  appearWith(run, { at: node, scope: id }, { brought, mapsAt: start });
}

type Coming = { readonly brought: Variables; readonly mapsAt: string };

/** With a mapping at the event what it brings is kept beside the token, for the mapping to choose from. */
function appearWith(
  run: Run,
  where: { readonly at: string; readonly scope: number },
  { brought, mapsAt }: Coming,
): void {
  if (nodeOf(run.definition, mapsAt).output !== undefined) return appear(run, { ...where, locals: brought });
  assignIn(run, where.scope, brought);
  appear(run, where);
}
