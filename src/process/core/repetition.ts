/** An activity that is done several times: its beginning, with the list it is done for, and its end. */
import { assignIn } from './assignment.ts';
import { type Node, nodeOf, type Repetition } from './definition.ts';
import { type Evaluated, evaluate, failed, holds } from './evaluate.ts';
import { openScope } from './inside.ts';
import { spawn } from './iteration.ts';
import { goOn, remember } from './passage.ts';
import { disarm } from './release.ts';
import { type Run, raise, variablesOf } from './run.ts';
import type { Iteration, Scope, Token, Variables } from './state.ts';
import { wait } from './waiting.ts';

/** Iterations of one activity in all. */
export const MAX_ITERATIONS = 100_000;

type Repeated = { readonly node: Node; readonly repetition: Repetition };

export function beginRepetition(run: Run, token: Token, { node, repetition }: Repeated): void {
  const { value: plan, problem } = planOf(run, { node, repetition }, variablesOf(run, token));
  if (problem !== undefined) return raise(run, token, problem);
  if (plan === undefined) {
    gather(run, token, { repetition, results: [] });
    return goOn(run, token, 'done');
  }
  wait(run, token, () => {
    const waits = openScope(run, token, { iteration: plan });
    spawn(run, waits.scope, repetition);
    return waits;
  });
}

/** Every iteration has ended; the scope is closed already. */
export function endRepetition(
  run: Run,
  token: Token,
  { iteration, done }: Pick<Scope, 'done'> & { readonly iteration: Iteration },
): void {
  const { repetition } = nodeOf(run.definition, token.node);
  disarm(run, token);
  if (repetition !== undefined)
    gather(run, token, { repetition, results: iteration.results ?? [], total: iteration.total });
  if (done !== undefined) remember(run, token, { node: token.node, inside: done });
  goOn(run, token, repetition?.type === 'loop' ? (iteration.outcome ?? 'done') : 'done');
}

/** Nothing, when it is to be done no time at all. */
function planOf(run: Run, { node, repetition }: Repeated, variables: Variables): Evaluated<Iteration | undefined> {
  const start = { node: node.id, started: 0, done: 0 };
  if (repetition.type === 'loop') {
    if (!repetition.testBefore) return { value: start };
    const { value, problem } = holds(run, repetition.condition, { ...variables, loopCounter: 0 });
    return problem === undefined ? { value: value ? start : undefined } : { problem };
  }
  const { collection, cardinality } = repetition;
  const expression = collection ?? cardinality;
  if (expression === undefined) return { value: undefined };
  const { value, problem } = evaluate(run, expression, variables);
  if (problem !== undefined) return { problem };
  const items = collection !== undefined && Array.isArray(value) ? (value as unknown[]) : undefined;
  const total = items === undefined ? value : items.length;
  if ((collection !== undefined && items === undefined) || !isCount(total)) {
    const expected =
      collection === undefined ? `a whole number up to ${MAX_ITERATIONS}` : `a list of up to ${MAX_ITERATIONS} items`;
    const found = items === undefined ? JSON.stringify(value) : `a list of ${total}`;
    return {
      problem: failed(
        `"${node.id}" is done for ${expression.text}, which is ${found?.slice(0, 200)} and must be ${expected}.`,
      ),
    };
  }
  if (total === 0) return { value: undefined };
  return { value: { ...start, total, ...(items !== undefined && { items }) } };
}

const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_ITERATIONS;

type Gathered = {
  readonly repetition: Repetition;
  readonly results: readonly unknown[];
  readonly total?: number | undefined;
};

/** The list of what each yielded; null stands for one that did not come to its end. */
function gather(run: Run, token: Token, { repetition, results, total = 0 }: Gathered): void {
  if (repetition.type !== 'multiInstance' || repetition.output === undefined) return;
  const missing = new Array<null>(Math.max(0, total - results.length)).fill(null);
  assignIn(run, token.scope, { [repetition.output.collection]: [...results, ...missing] });
}
