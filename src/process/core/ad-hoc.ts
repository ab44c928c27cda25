/** Ad-hoc sub-processes: which activities begin, and when enough has been done. */
import type { AdHoc, Inside } from './definition.ts';
import { nodeOf } from './definition.ts';
import { type Evaluated, evaluate, failed, holds } from './evaluate.ts';
import { killAllIn } from './release.ts';
import { emit, findToken, type Run, scopeOf, variablesOf } from './run.ts';
import type { Variables } from './state.ts';

/** The activities to begin with, of those that can begin. */
export function chosenActivities(
  run: Run,
  { adHoc: { activate }, starts }: { readonly adHoc: AdHoc } & Pick<Inside, 'starts'>,
  variables: Variables,
): Evaluated<readonly string[]> {
  if (activate === undefined) return { value: starts };
  const { value, problem } = evaluate(run, activate, variables);
  if (problem !== undefined) return { problem };
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const unknown = list.filter((id) => typeof id !== 'string' || !starts.includes(id));
  if (unknown.length > 0) {
    const what = `${activate.text} names ${JSON.stringify(unknown)}, which cannot begin here`;
    return { problem: failed(`${what}; what can is ${starts.join(', ')}.`) };
  }
  return { value: list as string[] };
}

/** Whether an activity that ends in this scope was the last one that an ad-hoc sub-process needed. */
export function isEnough(run: Run, id: number): Evaluated<boolean> {
  const adHoc = adHocIn(run, id);
  if (adHoc?.completion === undefined) return { value: false };
  return holds(run, adHoc.completion, variablesOf(run, { scope: id }));
}

/** The ad-hoc sub-process has had enough: nothing more begins, and the rest is cancelled or goes on to its end. */
export function endAdHoc(run: Run, id: number): void {
  if ((scopeOf(run, id).pending ?? []).length > 0) emit(run, { type: 'dropped', scope: id });
  if (adHocIn(run, id)?.keepRemaining !== true) killAllIn(run, id);
}

function adHocIn(run: Run, id: number): AdHoc | undefined {
  const scope = run.draft.scopes.find((candidate) => candidate.id === id);
  const host = scope?.pending === undefined ? undefined : findToken(run, scope.host);
  if (host === undefined) return undefined;
  const { behaviour } = nodeOf(run.definition, host.node);
  return behaviour.type === 'subProcess' ? behaviour.adHoc : undefined;
}
