/**
 * What a task of a process has changed among the settings, once. A job runs at least once: the row is written in the unit
 * of the change and guarded to be absent, so that the second run of the same task finds its work done.
 */
import { defineFamily } from '../store/family.ts';
import type { Store } from '../store/store.ts';
import { isAbsent, put, type Unit } from '../store/unit.ts';

export const taskEffectFamily = defineFamily({
  name: 'measurement_task_effect',
  area: 'measurements',
  columns: { task: 'text', kind: 'text', at: 'integer' },
  key: ['task', 'kind'],
  indexes: [{ columns: ['at'] }],
});

export async function isTaskDone(store: Store, task: string, kind: string): Promise<boolean> {
  return (await store.get(taskEffectFamily, [task, kind])) !== undefined;
}

/** The unit, and the mark that it was done for this task; without a unit the mark alone. */
export function oncePerTask(
  store: Store,
  { task, kind }: { readonly task: string; readonly kind: string },
  { guards, writes }: Unit = { guards: [], writes: [] },
): Unit {
  return {
    guards: [...guards, isAbsent(taskEffectFamily, [task, kind])],
    writes: [...writes, put(taskEffectFamily, { task, kind, at: store.now() })],
  };
}
