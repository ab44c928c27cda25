/** A token leaves a node: by the ways that its outcome and the variables allow, or not at all until a person helps. */
import type { JobId } from '../../kernel/ids.ts';
import { endAdHoc, isEnough } from './ad-hoc.ts';
import { assign, assignIn } from './assignment.ts';
import { type Node, nodeOf } from './definition.ts';
import { mapped } from './evaluate.ts';
import { chooseFlows } from './flow-choice.ts';
import { endIteration, iterationsAround } from './iteration.ts';
import { disarm } from './release.ts';
import { emit, leave, type Run, raise, tokenOf, variablesOf } from './run.ts';
import type { Token, Undoable, Variables } from './state.ts';

type Finish = { readonly outcome: string; readonly brought?: Variables; readonly settled?: JobId };

/** Ends an activity that still waits. `settled` is the job whose result ended it, `brought` the variables it brings. */
export function finish(run: Run, token: Token, { outcome, brought, settled }: Finish): void {
  disarm(run, token, settled);
  if (brought !== undefined) bring(run, token, brought);
  complete(run, token.id, outcome);
}

/** With a mapping they are kept beside the token, for the mapping to choose from; else they are set where they belong. */
export function bring(run: Run, token: Token, brought: Variables): void {
  const { output, repetition } = nodeOf(run.definition, token.node);
  const gathers = repetition?.type === 'multiInstance' && repetition.output !== undefined;
  if (output === undefined && !gathers) assign(run, token, brought);
  else emit(run, { type: 'locals', token: token.id, set: brought });
}

/** The activity at which the token stands has ended with this outcome: on to what follows. */
export function complete(run: Run, id: number, outcome: string): void {
  const { node } = tokenOf(run, id);
  const by = run.command.type === 'settle' && run.definition.witnessed?.has(node) ? run.command.by : undefined;
  emit(run, { type: 'completed', token: id, node, outcome, ...(by !== undefined && { by }) });
  proceed(run, id, outcome);
}

/** What follows when a node has done its part; it is here that a person lets a token go on that was stuck after it. */
export function proceed(run: Run, id: number, outcome?: string): void {
  const token = tokenOf(run, id);
  const node = nodeOf(run.definition, token.node);
  if (node.output !== undefined) {
    const { value, problem } = mapped(run, node.output, variablesOf(run, token));
    if (problem !== undefined) return raise(run, { id, node: node.id }, stuck(problem, outcome));
    if (node.repetition?.type === 'multiInstance' && node.repetition.output !== undefined) {
      emit(run, { type: 'locals', token: id, set: value });
    } else assignIn(run, token.scope, value);
  }
  if (node.repetition !== undefined && iterationsAround(run, token) !== undefined) {
    if (node.undoneBy !== undefined) remember(run, token, locally(token));
    return endIteration(run, tokenOf(run, id), outcome ?? 'done');
  }
  if (node.undoneBy !== undefined) remember(run, token, locally(token));
  goOn(run, token, outcome);
}

const locally = ({ node, locals }: Token): Undoable => (locals === undefined ? { node } : { node, variables: locals });

/** It can be undone from now on. */
export function remember(run: Run, { scope }: Token, entry: Undoable): void {
  emit(run, { type: 'undoable', scope, entry });
}

const NOT_ENOUGH = { value: false, problem: undefined };

export function goOn(run: Run, token: Token, outcome?: string): void {
  const { id, scope } = token;
  const node = nodeOf(run.definition, token.node);
  const choice = chooseFlows(run, { node, outcome }, () => variablesOf(run, token));
  if (!('flows' in choice)) return raise(run, { id, node: node.id }, stuck(choice, outcome));
  const enough = outcome === undefined || scope === 0 ? NOT_ENOUGH : isEnough(run, scope);
  if (enough.problem !== undefined) return raise(run, { id, node: node.id }, stuck(enough.problem, outcome));
  leave(run, token, times(choice.flows, node));
  if (enough.value) endAdHoc(run, scope);
}

function times<Item>(items: readonly Item[], { completionQuantity = 1 }: Node): readonly Item[] {
  return completionQuantity === 1 ? items : items.flatMap((item) => new Array<Item>(completionQuantity).fill(item));
}

const stuck = <Stuck>(problem: Stuck, outcome: string | undefined) =>
  outcome === undefined ? problem : { ...problem, outcome };
