/** Where a variable goes that an activity or message brings. */
import { emit, type Run } from './run.ts';
import type { Variables } from './state.ts';

/** A variable is set where it already is, looking outwards; a new one belongs to the whole instance. */
export function assign(run: Run, scope: number, variables: Variables): void {
  const byScope = new Map<number, Record<string, unknown>>();
  for (const [name, value] of Object.entries(variables)) {
    const owner = scopeWith(run, scope, name);
    byScope.set(owner, { ...byScope.get(owner), [name]: value });
  }
  for (const [owner, set] of byScope) emit(run, { type: 'variables', scope: owner, set });
}

function scopeWith(run: Run, id: number, name: string): number {
  const scope = run.draft.scopes.find((candidate) => candidate.id === id);
  if (scope?.parent === undefined || Object.hasOwn(scope.variables, name)) return scope?.id ?? 0;
  return scopeWith(run, scope.parent, name);
}
