/** An activity begins to wait, with its boundary events armed. */
import { nodeOf } from './definition.ts';
import { iterationsAround } from './iteration.ts';
import { listen } from './listen.ts';
import { emit, type Run, raise, variablesOf } from './run.ts';
import type { Armed, Problem, Token, Wait } from './state.ts';

/**
 * Boundary events first: when one cannot be armed, there is nothing to take back. When the work itself cannot begin, they
 * stay armed, and may still take over from the token that is stuck.
 */
export function wait(run: Run, token: Token, start: () => Wait | Problem): void {
  const armed = arm(run, token);
  if ('code' in armed) return raise(run, token, armed);
  const begun = start();
  if ('code' in begun && !('for' in begun)) return raise(run, { ...token, ...(armed.length > 0 && { armed }) }, begun);
  emit(run, { type: 'waiting', token: token.id, wait: begun as Wait, ...(armed.length > 0 && { armed }) });
}

const none: readonly Armed[] = [];

/** Those of a repeated activity are armed once, for all its iterations together. */
function arm(run: Run, token: Token): readonly Armed[] | Problem {
  const { boundary, repetition } = nodeOf(run.definition, token.node);
  if (boundary.length === 0 || (repetition !== undefined && iterationsAround(run, token) !== undefined)) return none;
  return listen(run, { id: token.id, variables: variablesOf(run, token) }, boundary);
}
