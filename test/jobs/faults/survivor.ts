/** The next process on a store where another has died: it works off what is left, and answers the rows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgresStore } from '../../../src/adapters/postgres/postgres-store.ts';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.ts';
import { type AttemptRow, attemptFamily } from '../../../src/jobs/attempt.ts';
import { jobFamilies } from '../../../src/jobs/families.ts';
import { heldOwner } from '../../../src/jobs/held.ts';
import { type JobRow, jobFamily } from '../../../src/jobs/job.ts';
import { Jobs } from '../../../src/jobs/jobs.ts';
import { expireLeases, type KeeperParts, startKeeper } from '../../../src/jobs/keeper.ts';
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

/** A store that a process can open by itself. */
export type StorePlace = Exclude<Place, { readonly server: string }>;
export type FreshPlace = AsyncDisposable & { readonly store: StorePlace; readonly log: string };

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

export const openPlace = (place: StorePlace): Promise<Store> =>
  'directory' in place
    ? openSqliteStore({ directory: place.directory, families, clock: systemClock })
    : openPostgresStore({ url: place.url, schema: place.schema, families, poolSize: 3 });

/** Works until nothing is left that a worker or the keeper could move; `died`: whose leases run out at once. */
export async function workOff(
  store: Store,
  { kinds, died }: { readonly kinds: KindsOf; readonly died: string },
): Promise<JobRow[]> {
  const nextId = await openIds((size) => store.reserveIds(size));
  const owners: Owners = new Map();
  const metrics = jobMetrics(new Metrics());
  const parts = { store, clock: systemClock, nextId, owners, log: silentLog, random: Math.random, metrics };
  const jobs = new Jobs(parts);
  owners.set(HELD_OWNER, heldOwner(jobs));
  for (const [kind, settings] of Object.entries(kinds)) jobs.kinds.declare(kind, settings);
  await expireLeases(store, died);
  // A look takes several reads, and a job that changes its state between them is missed: only when nobody works is it sure.
  while (await isLiving(store)) await workWhile({ ...parts, jobs }, Object.keys(kinds));
  return allJobs(store);
}

async function isLiving(store: Store): Promise<boolean> {
  for (const state of LIVE) if ((await store.select(jobFamily, { where: { state }, limit: 1 })).length > 0) return true;
  return false;
}

/** Until none seems to be left. */
async function workWhile(parts: KeeperParts, kinds: readonly string[]): Promise<void> {
  const { store } = parts;
  const stop = new ServiceStack();
  await new Promise<void>((resolve, reject) => {
    const look = () => void isLiving(store).then((isIt) => isIt || resolve(), reject);
    stop.defer(store.onCommit(jobFamily, look));
    stop.use(startKeeper(parts));
    for (const kind of kinds)
      stop.use(
        startWorker({
          ...{ ...parts, worker: 'survivor', kind },
          handler: ({ attempt, payload }) =>
            attempt <= ((payload as { fails?: number }).fails ?? 0) ? fail('as planned') : done(),
        }),
      );
    look();
  });
  await stop.close();
}

export const allJobs = (store: Store): Promise<JobRow[]> =>
  allPages((last?: JobRow) =>
    store.select(jobFamily, { order: ['id'], limit: PAGE, ...(last !== undefined && { after: [last.id] }) }),
  );

export const allAttempts = (store: Store): Promise<AttemptRow[]> =>
  allPages((last?: AttemptRow) =>
    store.select(attemptFamily, {
      order: ['job', 'epoch'],
      limit: PAGE,
      ...(last !== undefined && { after: [last.job, last.epoch] }),
    }),
  );

async function allPages<Row>(next: (last?: Row) => Promise<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const page = await next(rows.at(-1));
    rows.push(...page);
    if (page.length < PAGE) return rows;
  }
}
