/** A scope in which nothing is left: the next thing in it begins, or it closes and whoever waits for it goes on. */
import { nodeOf } from './definition.ts';
import { isToContinue } from './iteration.ts';
import { finish, remember } from './passage.ts';
import { disarmScope } from './release.ts';
import { endRepetition } from './repetition.ts';
import { appear, emit, findToken, type Run, tokenOf } from './run.ts';
import type { Scope, Token } from './state.ts';
import { afterThrowing } from './throwing.ts';
import { isUndoable, undoNext } from './undo.ts';
import { tellCaller } from './work.ts';

/** Deals with one empty scope; answers whether something can move again. */
export function closeEmptyScope(run: Run): boolean {
  const { scopes, tokens } = run.draft;
  const empty = scopes.find((scope) => !tokens.some((token) => token.scope === scope.id) && !isToContinue(scope));
  if (empty === undefined) return false;
  if ((empty.undo ?? []).length > 0) {
    undoNext(run, empty);
    return true;
  }
  const [next] = empty.pending ?? [];
  if (next !== undefined) {
    emit(run, { type: 'taken', scope: empty.id });
    appear(run, { at: next, scope: empty.id });
    return true;
  }
  disarmScope(run, empty);
  const host = findToken(run, empty.host);
  if (host === undefined) {
    endInstance(run, empty);
    return false;
  }
  const undoable = empty.iteration === undefined && empty.undo === undefined && isUndoable(run, empty);
  emit(run, { type: 'scopeClosed', scope: empty.id });
  goOnBehind(run, host, { scope: empty, undoable });
  return true;
}

function endInstance(run: Run, { variables }: Scope): void {
  tellCaller(run, { kind: 'done', variables });
  emit(run, { type: 'ended', status: 'completed' });
}

function goOnBehind(
  run: Run,
  host: Token,
  { scope, undoable }: { readonly scope: Scope; readonly undoable: boolean },
): void {
  const { iteration, done = [], variables } = scope;
  if (iteration !== undefined) return endRepetition(run, host, { ...scope, iteration });
  const { behaviour, output, repetition, undoneBy } = nodeOf(run.definition, host.node);
  if (scope.undo !== undefined) {
    if (behaviour.type === 'throw' || behaviour.type === 'end') return afterThrowing(run, host);
    return emit(run, { type: 'vanished', token: host.id });
  }
  if (undoable && undoneBy === undefined) remember(run, host, { node: host.node, variables, inside: done });
  const isRead = output !== undefined || repetition !== undefined;
  if (isRead) emit(run, { type: 'locals', token: host.id, set: variables });
  finish(run, tokenOf(run, host.id), { outcome: 'done' });
}
