/** The next process on a store where another has died: it works off what is left, and answers the rows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgresStore } from '../../../src/adapters/postgres/postgres-store.ts';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.ts';
import { jobFamilies } from '../../../src/jobs/families.ts';
import { heldOwner } from '../../../src/jobs/held.ts';
import { type JobRow, jobFamily } from '../../../src/jobs/job.ts';
import { Jobs } from '../../../src/jobs/jobs.ts';
import { expireLeases, startKeeper } from '../../../src/jobs/keeper.ts';
import { jobMetrics } from '../../../src/jobs/metrics.ts';
import type { Owners } from '../../../src/jobs/owner.ts';
import { HELD_OWNER } from '../../../src/jobs/question.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openIds } from '../../../src/kernel/ids.ts';
import { ServiceStack } from '../../../src/kernel/lifecycle.ts';
import { silentLog } from '../../../src/kernel/log.ts';
import { Metrics } from '../../../src/kernel/metrics.ts';
import { done, fail } from '../../../src/kernel/settlement.ts';
import { plantFeed } from '../../../src/store/feed.ts';
import { plantOutbox } from '../../../src/store/outbox.ts';
import type { Store } from '../../../src/store/store.ts';
import { freshDatabase } from '../../fresh-database.ts';
import type { KindsOf, Place } from './crashed.ts';

const families = [...jobFamilies, plantFeed, plantOutbox];
const PAGE = 5_000;
const LIVE = ['scheduled', 'blocked', 'ready', 'leased'] as const;

export type FreshPlace = AsyncDisposable & { readonly store: Place; readonly log: string };

/** A place for a store and a log, gone afterwards. */
export async function freshPlace(name: 'sqlite' | 'postgres'): Promise<FreshPlace> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-faults-'));
  const database = name === 'sqlite' ? undefined : await freshDatabase();
  const store =
    database === undefined ? { directory: join(directory, 'data') } : { url: database.url, schema: 'millrace' };
  return {
    store,
    log: join(directory, 'events.log'),
    [Symbol.asyncDispose]: async () => {
      await database?.[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const openPlace = (place: Place): Promise<Store> =>
  'directory' in place
    ? openSqliteStore({ directory: place.directory, families, clock: systemClock })
    : openPostgresStore({ url: place.url, schema: place.schema, families, poolSize: 3 });

/** Works until nothing is left that a worker or the keeper could move; `died`: whose leases run out at once. */
export async function workOff(
  store: Store,
  { kinds, died }: { readonly kinds: KindsOf; readonly died: string },
): Promise<JobRow[]> {
  const stop = new ServiceStack();
  const nextId = await openIds((size) => store.reserveIds(size));
  const owners: Owners = new Map();
  const metrics = jobMetrics(new Metrics());
  const parts = { store, clock: systemClock, nextId, owners, log: silentLog, random: Math.random, metrics };
  const jobs = new Jobs(parts);
  owners.set(HELD_OWNER, heldOwner(jobs));
  for (const [kind, settings] of Object.entries(kinds)) jobs.kinds.declare(kind, settings);
  await expireLeases(store, died);
  await new Promise<void>((resolve, reject) => {
    const look = async () => {
      for (const state of LIVE) if ((await store.select(jobFamily, { where: { state }, limit: 1 })).length > 0) return;
      resolve();
    };
    stop.defer(store.onCommit(jobFamily, () => void look().catch(reject)));
    stop.use(startKeeper({ ...parts, jobs }));
    for (const kind of Object.keys(kinds))
      stop.use(
        startWorker({
          ...{ ...parts, jobs, worker: 'survivor', kind },
          handler: ({ attempt, payload }) =>
            attempt <= ((payload as { fails?: number }).fails ?? 0) ? fail('as planned') : done(),
        }),
      );
    look().catch(reject);
  });
  await stop.close();
  return allJobs(store);
}

export async function allJobs(store: Store): Promise<JobRow[]> {
  const rows: JobRow[] = [];
  for (let page: JobRow[] = []; rows.length === 0 || page.length === PAGE; rows.push(...page)) {
    const last = rows.at(-1);
    page = await store.select(jobFamily, {
      order: ['id'],
      limit: PAGE,
      ...(last !== undefined && { after: [last.id] }),
    });
    if (page.length === 0) break;
  }
  return rows;
}
