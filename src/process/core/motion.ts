/** Lets everything move that can, until all tokens wait or the instance has ended. */
import { arrive } from './behaviour.ts';
import { closeEmptyScope } from './closing.ts';
import { beginAnew } from './complex-gateway.ts';
import { joinInclusive } from './join.ts';
import { goOn } from './passage.ts';
import { type Arrival, findToken, type Run, raise, tokenOf } from './run.ts';
import { letConditionHappen, mayHaveChanged } from './watch.ts';

/** Node moves one command may cause; more is an incident, so that an endless loop cannot hold the engine. */
export const MAX_STEPS = 10_000;

/**
 * Tokens move in the order in which they arrived. When nothing else moves, conditions are looked at, then joins, then the
 * ends of scopes.
 */
export function moveOn(run: Run): void {
  let steps = 0;
  let seen = 0;
  while (run.draft.status === 'active') {
    const arrival = run.arrivals[steps];
    if (arrival !== undefined) {
      steps += 1;
      if (findToken(run, arrival.token) === undefined) continue; // something has ended it meanwhile
      if (steps > MAX_STEPS) stop(run, arrival);
      else arrive(run, arrival);
      continue;
    }
    if (!standsStill(run) && mayHaveChanged(run, seen)) {
      seen = run.effects.length;
      if (letConditionHappen(run)) {
        seen = 0;
        continue;
      }
    }
    const joined = joinInclusive(run);
    if (joined !== undefined) goOn(run, joined);
    else if (!beginAnew(run) && !closeEmptyScope(run)) return raiseDeadlocks(run);
  }
}

/** A suspended instance looks at its conditions when it goes on. */
const standsStill = ({ draft: { suspended } }: Run): boolean =>
  suspended !== undefined && suspended.resuming === undefined;

/** Joins that wait for tokens which nothing in their scope can send any more, not even an event: a person must help. */
function raiseDeadlocks(run: Run): void {
  for (const { id, armed } of run.draft.scopes) {
    const tokens = run.draft.tokens.filter(({ scope }) => scope === id);
    const [first] = tokens;
    if (first === undefined || armed !== undefined || tokens.some(({ wait }) => wait.for !== 'join')) continue;
    const flow = first.wait.for === 'join' ? first.wait.flow : '';
    const message = `"${first.node}" waits for more tokens, and nothing is left that could send one.`;
    raise(run, first, { code: 'process.deadlock', message, flow });
  }
}

function stop(run: Run, { token, by }: Arrival): void {
  raise(run, tokenOf(run, token), {
    code: 'process.step-budget',
    message: `More than ${MAX_STEPS} steps in one go: is there a loop without a wait?`,
    ...(by !== undefined && { flow: by.id }),
  });
}
