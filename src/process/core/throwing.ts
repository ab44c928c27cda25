/** What throwing and ending events do, and what becomes of the token that does it. */

import { isCaught } from './catching.ts';
import { nodeOf, type Throw } from './definition.ts';
import { type Evaluated, mapped } from './evaluate.ts';
import { keyOf } from './listen.ts';
import { goOn } from './passage.ts';
import { disarmScope, ignore, killAllIn } from './release.ts';
import { emit, findToken, leave, type Run, raise, scopeOf, tokenOf, variablesOf } from './run.ts';
import type { Token, Variables } from './state.ts';
import { beginUndoing } from './undo.ts';
import { deliver, tellCaller } from './work.ts';

/** The token stands at a throwing or ending event. */
export function throwAll(run: Run, token: Token, throws: readonly Throw[]): void {
  if (throws.length === 0) return afterThrowing(run, token);
  const { input } = nodeOf(run.definition, token.node);
  const visible = variablesOf(run, token);
  const along: Evaluated<Variables> = input === undefined ? { value: {} } : mapped(run, input, visible);
  if (along.problem !== undefined) return raise(run, token, along.problem);
  // What is sent goes first: it cannot be hindered any more by what ends the token.
  for (const thrown of throws.toSorted((a, b) => rank(a) - rank(b))) {
    const here = findToken(run, token.id);
    if (here === undefined || here.wait.for !== 'nothing') return;
    throwOne(run, here, { thrown, along: along.value, visible });
  }
  const here = findToken(run, token.id);
  if (here?.wait.for === 'nothing') afterThrowing(run, here);
}

/** What was undone for it is undone: the event is over. */
export function afterThrowing(run: Run, token: Token): void {
  const { behaviour } = nodeOf(run.definition, token.node);
  if (behaviour.type !== 'end') return goOn(run, token);
  if (behaviour.throws.length > 0 && behaviour.throws.some(({ what }) => what === 'cancel'))
    return leaveTransaction(run, token);
  leave(run, token, []);
}

const RANKS: Record<Throw['what'], number> = {
  message: 0,
  signal: 0,
  escalation: 1,
  compensation: 2,
  cancel: 3,
  error: 4,
  terminate: 5,
};
const rank = ({ what }: Throw): number => RANKS[what];

type One = { readonly thrown: Throw; readonly along: Variables; readonly visible: Variables };

function throwOne(run: Run, token: Token, { thrown, along: variables, visible }: One): void {
  const { id, node } = token;
  const noted = (name?: string) =>
    emit(run, { type: 'thrown', token: id, node, what: thrown.what, ...(name !== undefined && { name }) });
  switch (thrown.what) {
    case 'message': {
      const { name, correlationKey, ttlMs } = thrown;
      const { value: key, problem } = keyOf(run, visible, correlationKey);
      if (problem !== undefined) return raise(run, token, problem);
      deliver(run, { to: 'message', name, key, variables, ttlMs });
      return noted(name);
    }
    case 'signal':
      deliver(run, { to: 'signal', name: thrown.name, variables });
      return noted(thrown.name);
    case 'escalation':
      noted(thrown.code);
      return escalate(run, token, { code: thrown.code, variables });
    case 'error':
      noted(thrown.code);
      return throwError(run, token, { code: thrown.code, variables });
    case 'compensation':
      noted(thrown.activity);
      return void beginUndoing(run, token, thrown.activity);
    case 'cancel':
      noted();
      return cancelTransaction(run, token);
    case 'terminate':
      noted();
      if ((scopeOf(run, token.scope).pending ?? []).length > 0) emit(run, { type: 'dropped', scope: token.scope });
      return killAllIn(run, token.scope, id);
    default:
      thrown satisfies never;
  }
}

/** Nothing can break into the undoing: neither what is inside of the transaction nor its boundary events listen any more. */
function cancelTransaction(run: Run, token: Token): void {
  const scope = scopeOf(run, token.scope);
  killAllIn(run, scope.id, token.id);
  disarmScope(run, scopeOf(run, scope.id));
  emit(run, { type: 'interrupted', scope: scope.id });
  const host = findToken(run, scope.host);
  if (host?.armed !== undefined) {
    for (const listening of host.armed) ignore(run, { owner: host.id, listening, settled: undefined });
    emit(run, { type: 'waiting', token: host.id, wait: host.wait });
  }
  beginUndoing(run, token);
}

type Coded = { readonly code: string; readonly message?: string; readonly variables: Variables };

/** An escalation that nobody catches goes to the instance that called this one, or is only noted. */
export function escalate(run: Run, token: Token, { code, variables }: Coded): void {
  if (isCaught(run, token, { what: 'escalation', code, variables })) return;
  tellCaller(run, { kind: 'escalation', code, variables });
}

/** An error that nobody catches ends a called instance and goes on in the one that called it; otherwise a person must help. */
export function throwError(run: Run, token: Token, error: Coded): void {
  if (isCaught(run, token, { what: 'error', ...error })) return;
  const said = error.message === undefined ? '' : `: ${error.message}`;
  if (run.draft.parent === undefined) {
    const message = `Nothing catches the error "${error.code}" from "${token.node}"${said}.`;
    return raise(run, token, { code: 'process.error-uncaught', message });
  }
  killAllIn(run, 0);
  disarmScope(run, scopeOf(run, 0));
  tellCaller(run, { kind: 'error', ...error });
  emit(run, { type: 'ended', status: 'cancelled', reason: `error "${error.code}"${said}` });
}

/** Everything in the transaction is undone: its cancel event takes over. */
function leaveTransaction(run: Run, token: Token): void {
  const { host } = scopeOf(run, token.scope);
  if (host === undefined || !isCaught(run, tokenOf(run, host), { what: 'cancel' })) leave(run, token, []);
}
