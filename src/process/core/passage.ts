/** A token leaves a node: by the ways that its outcome and the variables allow, or not at all until a person helps. */
import type { JobId } from '../../kernel/ids.ts';
import { nodeOf } from './definition.ts';
import { chooseFlows } from './flow-choice.ts';
import { disarm, emit, leave, type Run, raise, variablesOf } from './run.ts';
import type { Token } from './state.ts';

/** The activity at which the token stands has ended with this outcome: on to what follows. */
export function complete(run: Run, token: Token, outcome: string): void {
  emit(run, { type: 'completed', token: token.id, node: token.node, outcome });
  goOn(run, token, outcome);
}

/** Ends an activity that still waits. `job` is the one whose result ended it. */
export function end(
  run: Run,
  token: Token,
  { outcome, job }: { readonly outcome: string; readonly job?: JobId },
): void {
  disarm(run, token, job);
  complete(run, token, outcome);
}

export function goOn(run: Run, token: Token, outcome?: string): void {
  const { id, node } = token;
  const choice = chooseFlows(nodeOf(run.definition, node), outcome, variablesOf(run, token));
  if ('flows' in choice) return leave(run, token, choice.flows);
  raise(run, { id, node }, { ...choice, ...(outcome !== undefined && { outcome }) });
}
