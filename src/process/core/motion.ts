/** Lets everything move that can, until all tokens wait or the instance has ended. */
import { arrive } from './behaviour.ts';
import { joinInclusive } from './join.ts';
import { end, goOn } from './passage.ts';
import { type Arrival, emit, type Run, raise, tokenOf } from './run.ts';

/** Node moves one command may cause; more is an incident, so that an endless loop cannot hold the engine. */
export const MAX_STEPS = 10_000;

/** Tokens move in the order in which they arrived, joins and the ends of scopes follow when nothing else moves. */
export function moveOn(run: Run): void {
  let steps = 0;
  while (run.draft.status === 'active') {
    const arrival = run.arrivals[steps];
    if (arrival !== undefined) {
      steps += 1;
      if (steps > MAX_STEPS) stop(run, arrival);
      else arrive(run, arrival);
      continue;
    }
    const joined = joinInclusive(run);
    if (joined !== undefined) goOn(run, joined);
    else if (!closeEmptyScope(run)) return;
  }
}

function stop(run: Run, { token, by }: Arrival): void {
  raise(run, tokenOf(run, token), {
    code: 'process.step-budget',
    message: `More than ${MAX_STEPS} steps in one go: is there a loop without a wait?`,
    ...(by !== undefined && { flow: by.id }),
  });
}

/** Closes one scope in which nothing is left, and lets its sub-process go on. */
function closeEmptyScope(run: Run): boolean {
  const { scopes, tokens } = run.draft;
  const empty = scopes.find(({ id }) => !tokens.some(({ scope }) => scope === id));
  if (empty === undefined) return false;
  const host = tokens.find(({ id }) => id === empty.host);
  if (host === undefined) {
    emit(run, { type: 'ended', status: 'completed' });
  } else {
    emit(run, { type: 'scopeClosed', scope: empty.id });
    end(run, host, { outcome: 'done' });
  }
  return true;
}
