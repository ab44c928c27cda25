/** Where a variable goes that an activity or message brings. */
import { emit, type Run } from './run.ts';
import type { Token, Variables } from './state.ts';

/** A variable is set where it already is: at the token, or in a scope looking outwards; a new one belongs to the whole instance. */
export function assign(run: Run, { id, scope, locals }: Token, variables: Variables): void {
  if (locals === undefined) return assignIn(run, scope, variables);
  const own: [string, unknown][] = [];
  const outer: [string, unknown][] = [];
  for (const entry of Object.entries(variables)) (Object.hasOwn(locals, entry[0]) ? own : outer).push(entry);
  if (own.length > 0) emit(run, { type: 'locals', token: id, set: Object.fromEntries(own) });
  assignIn(run, scope, Object.fromEntries(outer));
}

/** As `assign`, beginning with a scope. */
export function assignIn(run: Run, scope: number, variables: Variables): void {
  const byScope = new Map<number, [string, unknown][]>();
  for (const entry of Object.entries(variables)) {
    const owner = scopeWith(run, scope, entry[0]);
    const set = byScope.get(owner);
    if (set === undefined) byScope.set(owner, [entry]);
    else set.push(entry);
  }
  // Not key by key: a variable may have the name of something that objects have already.
  for (const [owner, set] of byScope) emit(run, { type: 'variables', scope: owner, set: Object.fromEntries(set) });
}

function scopeWith(run: Run, id: number, name: string): number {
  const scope = run.draft.scopes.find((candidate) => candidate.id === id);
  if (scope?.parent === undefined || Object.hasOwn(scope.variables, name)) return scope?.id ?? 0;
  return scopeWith(run, scope.parent, name);
}
