/**
 * How a setting changes: read, decide, commit under a guard, and once more when somebody else was quicker.
 *
 * A device and its criteria share one counter, `settingsVersion` of the device row. Every change of either is guarded by
 * it and raises it, and so is every unit of ingest (which leaves it alone): readings are therefore judged by the settings
 * that hold when they are committed, in whichever process the change was made. A change never waits for readings, since
 * it is not guarded by anything that readings change.
 */
import { MillraceError } from '../kernel/errors.ts';
import type { Store } from '../store/store.ts';
import type { Unit } from '../store/unit.ts';

export const MAX_COMMIT_ATTEMPTS = 5;

/** What to commit, undefined when nothing has to change, and what the caller gets once it is stored. */
export type Decision<T> = { readonly unit: Unit | undefined; readonly result: T };

export const NOTHING: Decision<undefined> = { unit: undefined, result: undefined };

/** Commits what `decide` makes of the state it reads. `subject` names it in `store.conflict`. */
export async function commitSettings<T>(store: Store, subject: string, decide: () => Promise<Decision<T>>): Promise<T> {
  for (let attempt = 1; attempt <= MAX_COMMIT_ATTEMPTS; attempt++) {
    const { unit, result } = await decide();
    if (unit === undefined) return result;
    const [verdict] = await store.commit([unit]);
    if (verdict === 'ok') return result;
  }
  throw new MillraceError('store.conflict', { subject, attempts: MAX_COMMIT_ATTEMPTS });
}
