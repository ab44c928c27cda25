/**
 * One activity done several times. Its token hosts a scope in which every iteration has a token of its own at the same
 * node, with `loopCounter` (from 1) and its item as local variables. A loop begins the next iteration while its condition
 * holds; a multi-instance one begins them one after another, or at most MAX_ACTIVE beside each other. What each of them
 * yields is gathered in the order of the items. When the scope is empty the activity is done (`repetition.ts`).
 */

import { nodeOf, type Repetition } from './definition.ts';
import { evaluate, holds } from './evaluate.ts';
import { killAllIn } from './release.ts';
import { appear, emit, type Run, raise, scopeOf, variablesOf } from './run.ts';
import type { Iteration, Scope, Token, Variables } from './state.ts';
import { deliver } from './work.ts';

/** Iterations of one activity that are under way at a time; the others begin as these end. */
export const MAX_ACTIVE = 1_000;
/** Arrivals in one command after which no more iterations begin: those to come are begun by a command of their own. */
export const CHUNK = 2_000;

/** The scope of the iterations, when the token is one of them. */
export function iterationsAround(
  run: Run,
  { node, scope }: Token,
): (Scope & { readonly iteration: Iteration }) | undefined {
  const around = run.draft.scopes.find(({ id }) => id === scope);
  const { iteration } = around ?? {};
  return around !== undefined && iteration?.node === node ? { ...around, iteration } : undefined;
}

/** Begins as many iterations as may begin now. A loop that never ends is no matter of chunks: it runs out of steps. */
export function spawn(run: Run, scope: number, repetition: Repetition): void {
  const { iteration } = scopeOf(run, scope);
  if (iteration === undefined) return;
  const { node, started, done, total, items } = iteration;
  const beside = repetition.type === 'loop' || repetition.sequential ? 1 : MAX_ACTIVE;
  const room = beside - (started - done);
  const wanted = total === undefined ? room : Math.min(room, total - started);
  const count = total === undefined ? wanted : Math.min(wanted, CHUNK - run.arrivals.length);
  if (count < wanted) askToContinue(run, scope);
  if (count <= 0) return;
  emit(run, { type: 'iterated', scope, started: count });
  for (let at = started; at < started + count; at++) {
    const item = repetition.type === 'loop' || items === undefined ? {} : { [repetition.element]: items[at] };
    appear(run, { at: node, scope, locals: { ...item, loopCounter: at + 1 } });
  }
}

/** Once in a command is enough. */
function askToContinue(run: Run, scope: number): void {
  const isAsked = run.actions.some((action) => {
    if (action.type !== 'deliver' || action.delivery.to !== 'self') return false;
    const { command } = action.delivery;
    return command.type === 'continue' && command.scope === scope;
  });
  if (!isAsked) deliver(run, { to: 'self', command: { type: 'continue', scope } });
}

/** Whether iterations are still to begin, though none is under way. */
export const isToContinue = ({ iteration }: Pick<Scope, 'iteration'>): boolean =>
  iteration?.total !== undefined && iteration.started < iteration.total && iteration.isEnough === undefined;

/** An iteration has ended with an outcome: gathers what it yields, and begins the next, or lets the rest be. */
export function endIteration(run: Run, token: Token, outcome: string): void {
  const { repetition } = nodeOf(run.definition, token.node);
  const around = iterationsAround(run, token);
  if (repetition === undefined || around === undefined) return;
  const before = { ...variablesOf(run, token), outcome };
  if (repetition.type === 'loop') {
    const goesOn = again(run, { repetition, iteration: around.iteration }, before);
    if (goesOn.problem !== undefined) return raise(run, token, { ...goesOn.problem, outcome });
    emit(run, { type: 'iterated', scope: around.id, done: 1, outcome });
    emit(run, { type: 'vanished', token: token.id });
    if (goesOn.value) spawn(run, around.id, repetition);
    return;
  }
  const gathered = repetition.output && evaluate(run, repetition.output.element, before);
  if (gathered?.problem !== undefined) return raise(run, token, { ...gathered.problem, outcome });
  const isEnough = complete(run, { repetition, iteration: around.iteration }, before);
  if (isEnough.problem !== undefined) return raise(run, token, { ...isEnough.problem, outcome });
  const place = Number(token.locals?.loopCounter) - 1;
  const result = gathered === undefined ? {} : { result: { at: place, value: gathered.value ?? null } };
  emit(run, { type: 'iterated', scope: around.id, done: 1, ...result, ...(isEnough.value && { isEnough: true }) });
  emit(run, { type: 'vanished', token: token.id });
  if (isEnough.value) killAllIn(run, around.id);
  else spawn(run, around.id, repetition);
}

type Of<Type extends Repetition['type']> = {
  readonly repetition: Extract<Repetition, { type: Type }>;
  readonly iteration: Iteration;
};

function again(run: Run, { repetition, iteration: { started } }: Of<'loop'>, before: Variables) {
  return started >= repetition.maximum ? { value: false } : holds(run, repetition.condition, before);
}

function complete(
  run: Run,
  { repetition: { completion }, iteration: { total = 0, started, done } }: Of<'multiInstance'>,
  before: Variables,
) {
  if (completion === undefined) return { value: false };
  return holds(run, completion, {
    ...before,
    numberOfInstances: total,
    numberOfCompletedInstances: done + 1,
    numberOfActiveInstances: started - done - 1,
  });
}
