/**
 * Keeps the queue moving when nobody else does: makes scheduled jobs ready when their time has come, and gives jobs back
 * whose lease ran out. Both are bounded per round, so a burst delays but never starves.
 */

import { Bell } from '../kernel/bell.ts';
import type { Clock } from '../kernel/clock.ts';
import { formatJobId, type JobId, type NextId } from '../kernel/ids.ts';
import { type Service, service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { Store } from '../store/store.ts';
import { type JobRow, jobFamily } from './job.ts';
import { changeOf, ownerOf, settledOf } from './job-change.ts';
import type { JobMetrics } from './metrics.ts';
import type { Owners } from './owner.ts';
import { loseLease } from './settle.ts';

/** How often the keeper looks: at the latest, and at the soonest while jobs keep coming. */
export const KEEPER_POLL_MS = 1_000;
export const KEEPER_PAUSE_MS = 20;
/** Jobs one round moves at most. */
export const KEEPER_BATCH = 500;

export type KeeperParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly nextId: NextId;
  readonly owners: Owners;
  readonly log: Log;
  readonly metrics: JobMetrics;
};

export function startKeeper(parts: KeeperParts): Service {
  const { store, clock, log } = parts;
  const bell = new Bell();
  const unlisten = store.onCommit(jobFamily, () => bell.ring());
  const loop = startLoop({
    round: async (signal) => {
      const promoted = await promote(store);
      const rescued = await rescue(parts);
      if (promoted === KEEPER_BATCH || rescued === KEEPER_BATCH) return;
      await clock.sleep(KEEPER_PAUSE_MS, signal);
      await bell.wait(clock, await untilNextDue(store), signal);
    },
    onError: (error) => log.error({ err: error }, 'the job keeper failed; it tries again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  return service({}, async () => {
    unlisten();
    await loop.close();
  });
}

async function untilNextDue(store: Store): Promise<number> {
  const [next] = await store.select(jobFamily, { where: { state: 'scheduled' }, order: ['dueAt', 'id'], limit: 1 });
  return next === undefined ? KEEPER_POLL_MS : Math.max(1, Math.min(KEEPER_POLL_MS, next.dueAt - store.now()));
}

/** Makes due jobs ready; answers how many. */
export async function promote(store: Store): Promise<number> {
  const due = await store.claim(jobFamily, {
    where: { state: 'scheduled', dueAt: { lte: store.now() } },
    order: ['dueAt', 'id'],
    limit: KEEPER_BATCH,
    set: { state: 'ready' },
  });
  return due.length;
}

/**
 * At the start of a server that is the only one on its store: what an earlier server of this name held, nobody holds any
 * more. Its leases run out at once instead of after their time.
 */
export async function expireLeases(store: Store, worker: string): Promise<void> {
  for (let found = KEEPER_BATCH; found === KEEPER_BATCH; ) {
    const held = await store.claim(jobFamily, {
      where: { state: 'leased', worker, leaseUntil: { gt: 0 } },
      order: ['leaseUntil'],
      limit: KEEPER_BATCH,
      set: { leaseUntil: 0 },
    });
    found = held.length;
  }
}

/** Gives back jobs whose lease ran out; answers how many. */
export async function rescue(parts: Omit<KeeperParts, 'clock'>): Promise<number> {
  const { store, log } = parts;
  const lost = await store.select(jobFamily, {
    where: { state: 'leased', leaseUntil: { lt: store.now() } },
    order: ['leaseUntil'],
    limit: KEEPER_BATCH,
  });
  const givenBack = await Promise.all(
    lost.map((job) =>
      giveBack(job, parts).catch((error: unknown) => {
        log.error(
          { err: error, job: formatJobId(job.id as JobId) },
          'a lost job could not be given back; it is tried again',
        );
        return false;
      }),
    ),
  );
  return givenBack.filter(Boolean).length;
}

async function giveBack(job: JobRow, parts: Omit<KeeperParts, 'clock'>): Promise<boolean> {
  const { store, nextId, owners, log, metrics } = parts;
  const now = store.now();
  const change = loseLease(job, now);
  const part = changeOf(job, change, { epoch: nextId(), now });
  const tell = change.settledAt === null ? undefined : ownerOf(job, change, owners);
  const verdict =
    tell === undefined ? (await store.commit([part]))[0] : await tell(settledOf(job, change, 'system'), part);
  if (verdict === 'ok') {
    const fields = { job: formatJobId(job.id as JobId), kind: job.kind, worker: job.worker, lost: change.lost };
    const isQuarantined = change.state === 'quarantined';
    metrics.lost(job.kind, isQuarantined);
    if (isQuarantined) log.warn(fields, 'a job lost its worker too often; it is put aside until a person looks at it');
    else log.warn(fields, 'a worker was not heard of in time; its job is given back');
  }
  return verdict === 'ok';
}
