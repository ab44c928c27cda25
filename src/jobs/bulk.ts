/** One thing done to many jobs, in bites: each looks at so many rows and says where the next one goes on. */
import { isMillraceError } from '../kernel/errors.ts';
import type { JobId } from '../kernel/ids.ts';
import type { Store } from '../store/store.ts';
import type { Jobs } from './jobs.ts';
import { type JobFilter, type Place, searchJobs } from './search.ts';
import { may } from './transition.ts';

/** Jobs that one bite changes at most, and those changed at a time. */
export const BULK_BITE = 1_000;
const AT_ONCE = 50;

export type BulkVerb = 'replay' | 'cancel' | 'bury';
export type Bite = { readonly count: number; readonly refused: number; readonly next: Place | null };
export type Bulk = {
  readonly verb: BulkVerb;
  readonly filter: JobFilter;
  readonly actor: string;
  readonly after?: Place | undefined;
};

/** Whether jobs in this state can be changed so at all. */
export const mayAll = (verb: BulkVerb, state: string): boolean => may(verb, state);

export async function bite(
  { store, jobs }: { readonly store: Store; readonly jobs: Jobs },
  { verb, filter, actor, after }: Bulk,
): Promise<Bite> {
  const { rows, next } = await searchJobs(store, filter, { limit: BULK_BITE, after });
  let count = 0;
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const some = rows.slice(from, from + AT_ONCE);
    const done = await Promise.all(some.map(({ id }) => change(jobs, id as JobId, { verb, actor })));
    count += done.filter(Boolean).length;
  }
  return { count, refused: rows.length - count, next };
}

/** Whether it was changed: it may have moved on since it was looked at, or belong to an owner that decides itself. */
async function change(
  jobs: Jobs,
  id: JobId,
  { verb, actor }: { readonly verb: BulkVerb; readonly actor: string },
): Promise<boolean> {
  try {
    await jobs[verb](id, actor);
    return true;
  } catch (error) {
    if (isMillraceError(error) && (error.status === 404 || error.status === 409)) return false;
    throw error;
  }
}
