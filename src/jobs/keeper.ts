/**
 * Keeps the queue moving when nobody else does: makes scheduled jobs ready when their time has come, gives jobs back whose
 * lease ran out, lets blocked ones in, takes back questions that nobody needs an answer to. Everything is
 * bounded per round, so a burst delays but never starves.
 */
import { Bell } from '../kernel/bell.ts';
import type { Clock } from '../kernel/clock.ts';
import { formatJobId, type JobId, type NextId } from '../kernel/ids.ts';
import { type Service, service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { Store } from '../store/store.ts';
import { isEqual, put } from '../store/unit.ts';
import { Gate } from './gate.ts';
import { type JobRow, jobFamily } from './job.ts';
import type { Jobs } from './jobs.ts';
import { heldFamily, Orphans } from './orphans.ts';
import { questionOf } from './question.ts';
import { type JobChange, loseLease } from './settle.ts';

/** How often the keeper looks: at the latest, and at the soonest while jobs keep coming. */
export const KEEPER_POLL_MS = 1_000;
export const KEEPER_PAUSE_MS = 20;
/** Jobs one round moves at most. */
export const KEEPER_BATCH = 500;

export type KeeperParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly nextId: NextId;
  readonly jobs: Jobs;
  readonly log: Log;
};

export function startKeeper(parts: KeeperParts): Service {
  const { store, clock, log } = parts;
  const bell = new Bell();
  const gate = new Gate(parts);
  const orphans = new Orphans(parts);
  const unlisten = store.onCommit(jobFamily, () => bell.ring());
  const loop = startLoop({
    round: async (signal) => {
      const promoted = await promote(parts);
      const rescued = await rescue(parts);
      await orphans.round();
      const isBusy = await gate.round();
      if (promoted === KEEPER_BATCH || rescued === KEEPER_BATCH) return;
      if (isBusy) return;
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

/** Keeps what a process remembers of kinds and lengths fresh, whatever its roles. */
export function keepFresh({ jobs, clock, log }: Pick<KeeperParts, 'jobs' | 'clock' | 'log'>): Service {
  return startLoop({
    round: async (signal) => {
      await Promise.all([jobs.kinds.refresh(), jobs.lengths.refresh()]);
      await clock.sleep(KEEPER_POLL_MS, signal);
    },
    onError: (error) => log.error({ err: error }, 'the settings of job kinds could not be read; it tries again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
}

async function untilNextDue(store: Store): Promise<number> {
  const [next] = await store.select(jobFamily, { where: { state: 'scheduled' }, order: ['dueAt', 'id'], limit: 1 });
  return next === undefined ? KEEPER_POLL_MS : Math.max(1, Math.min(KEEPER_POLL_MS, next.dueAt - store.now()));
}

/** Makes due jobs ready, or lets them wait for their turn; answers how many were due. */
export async function promote({ store, jobs }: Pick<KeeperParts, 'store' | 'jobs'>): Promise<number> {
  const now = store.now();
  const due = await store.select(jobFamily, {
    where: { state: 'scheduled', dueAt: { lte: now } },
    order: ['dueAt', 'id'],
    limit: KEEPER_BATCH,
  });
  await jobs.changes.applyAll(
    due.map((row) => {
      const change: JobChange = { state: row.key === null || row.hasPlace !== null ? 'ready' : 'blocked' };
      return { row, decided: { change, verb: 'promote', now, actor: 'system' } };
    }),
  );
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
        const fields = { err: error, job: formatJobId(job.id as JobId) };
        log.error(fields, 'a lost job could not be given back; it is tried again');
        return false;
      }),
    ),
  );
  return givenBack.filter(Boolean).length;
}

async function giveBack(job: JobRow, { store, nextId, jobs, log }: Omit<KeeperParts, 'clock'>): Promise<boolean> {
  const now = store.now();
  const kind = jobs.kinds.of(job.kind);
  const lost = loseLease(job, now, kind);
  const question = lost.state === 'unknown' ? nextId() : undefined;
  const change = question === undefined ? lost : { ...lost, question };
  const asked =
    question === undefined
      ? []
      : [questionOf(job, kind, { id: question, now }), put(heldFamily, { job: job.id, question })];
  // A heartbeat that came meanwhile was answered: the lease holds.
  const unrenewed = { guards: [isEqual(jobFamily, [job.id], ['leaseUntil', job.leaseUntil])], writes: asked };
  const verdict = await jobs.changes.apply(job, { change, verb: 'lose', now, actor: 'system' }, unrenewed);
  if (verdict !== 'ok') return false;
  const fields = { job: formatJobId(job.id as JobId), kind: job.kind, worker: job.worker, lost: change.lost };
  jobs.metrics.lost(job.kind, change.state === 'quarantined');
  if (change.state === 'quarantined')
    log.warn(fields, 'a job lost its worker too often; it is put aside until a person looks at it');
  else if (change.state === 'unknown')
    log.warn(fields, 'a worker was lost at work that must not be done twice; a person is asked whether it happened');
  else log.warn(fields, 'a worker was not heard of in time; its job is given back');
  return true;
}
