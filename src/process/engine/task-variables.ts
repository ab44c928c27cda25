/** Which rows by which tasks are found a transition writes: those of tasks it offers, and those of variables it changes. */
import type { TaskRow } from '../../jobs/task.ts';
import { variableChanged, variablesOffered } from '../../jobs/task-variable.ts';
import type { Write } from '../../store/unit.ts';
import type { Transition } from '../core/advance.ts';
import type { Definition, Searchable } from '../core/definition.ts';
import { type Token, type Variables, visibleVariables } from '../core/state.ts';

export const namesOf = ({ searchable = [] }: Pick<Definition, 'searchable'>): readonly string[] =>
  searchable.map(({ name }) => name);

export function variableWrites(
  { state, effects }: Transition,
  searchable: readonly Searchable[],
  offered: readonly TaskRow[],
): Write[] {
  const fresh = new Map(offered.map((task) => [task.id, task]));
  const changed = new Set(
    effects.flatMap((effect) => {
      if (effect.type === 'variables') return [...Object.keys(effect.set), ...(effect.remove ?? [])];
      return effect.type === 'locals' ? Object.keys(effect.set) : [];
    }),
  );
  const touched = searchable.filter(({ name }) => changed.has(name));
  if (fresh.size === 0 && touched.length === 0) return [];
  return state.tokens.flatMap((token) => {
    if (token.wait.for !== 'task') return [];
    const { job } = token.wait;
    const task = fresh.get(job);
    if (task !== undefined) return variablesOffered(task, searchable, seenBy(state, token));
    if (touched.length === 0) return [];
    const values = seenBy(state, token);
    return touched.map((each) => variableChanged(job, each, values[each.name]));
  });
}

/** All rows by which one open task is found. */
export function taskVariables(
  state: Transition['state'],
  task: TaskRow,
  searchable: readonly Searchable[],
): readonly Write[] {
  const token = state.tokens.find(({ wait }) => wait.for === 'task' && wait.job === task.id);
  return token === undefined ? [] : variablesOffered(task, searchable, seenBy(state, token));
}

const seenBy = (state: Transition['state'], { scope, locals }: Token): Variables => ({
  ...visibleVariables(state, scope),
  ...locals,
});
