/**
 * Compensation: what was done is undone, the last thing first, one after the other. The throwing event's token hosts a scope
 * that lists what is left. An activity is undone by the one that its compensation event names; a sub-process by its
 * compensation event sub-process or, without one, by undoing what was done inside – with the variables it had at its end.
 */
import { nodeOf } from './definition.ts';
import { handlersOf } from './inside.ts';
import { appear, emit, place, type Run, scopeOf, tokenOf } from './run.ts';
import type { Scope, Token, Undoable } from './state.ts';
import { beginHandler } from './takeover.ts';

/** Begins to undo everything in the scope around, or one activity. false: there is nothing to undo. */
export function beginUndoing(run: Run, token: Token, activity?: string): boolean {
  const scope = scopeToUndo(run, token, activity);
  const entries = (scope.done ?? []).filter(({ node }) => activity === undefined || node === activity).reverse();
  if (entries.length === 0) return false;
  emit(run, { type: 'undoing', scope: scope.id, ...(activity !== undefined && { node: activity }) });
  host(run, token.id, { parent: scope.id, undo: entries });
  return true;
}

/** Undoes the next thing that is left in this scope. */
export function undoNext(run: Run, { id, undo = [] }: Scope): void {
  const [entry] = undo;
  if (entry === undefined) return;
  emit(run, { type: 'taken', scope: id });
  const { undoneBy } = nodeOf(run.definition, entry.node);
  const { variables, inside } = entry;
  if (inside === undefined) {
    if (undoneBy !== undefined)
      appear(run, { at: undoneBy, scope: id, ...(variables !== undefined && { locals: variables }) });
    return;
  }
  const token = place(run, { at: entry.node, scope: id });
  const own = compensationOf(run, entry);
  const known = variables === undefined ? {} : { variables };
  if (own === undefined) return void host(run, token, { parent: id, undo: inside.slice().reverse(), ...known });
  const scope = host(run, token, { parent: id, undo: [], done: inside, ...known });
  beginHandler(run, scopeOf(run, scope), { ...own, interrupting: false, brought: {} });
}

function compensationOf(run: Run, { node, inside = [] }: Undoable) {
  const { behaviour } = nodeOf(run.definition, node);
  if (behaviour.type !== 'subProcess' || inside.some((entry) => entry.node === node)) return undefined;
  return behaviour.handlers.find(({ trigger }) => trigger.on === 'compensation');
}

/** Whether a sub-process can be undone once it is over: something inside can, or it has a handler of its own. */
export function isUndoable(run: Run, scope: Scope): boolean {
  return (scope.done ?? []).length > 0 || handlersOf(run, scope).some(({ trigger }) => trigger.on === 'compensation');
}

function host(
  run: Run,
  token: number,
  rest: Pick<Scope, 'undo' | 'done'> & { readonly parent: number; readonly variables?: Scope['variables'] },
): number {
  const scope = run.draft.next;
  emit(run, { type: 'scopeOpened', scope, host: token, ...rest });
  emit(run, { type: 'waiting', token, wait: { for: 'scope', scope } });
  return scope;
}

/** The scope whose deeds are meant: from inside an event sub-process, that of the process around it; for one activity, where it was done. */
function scopeToUndo(run: Run, { scope: id }: Token, activity: string | undefined): Scope {
  const scope = scopeOf(run, id);
  if (scope.host === undefined) return scope;
  const around = tokenOf(run, scope.host);
  const isMeant =
    activity === undefined
      ? nodeOf(run.definition, around.node).behaviour.type !== 'eventSubProcess'
      : scope.done?.some(({ node }) => node === activity) === true;
  return isMeant ? scope : scopeToUndo(run, around, activity);
}
