/**
 * Shows the queue on a server beside the store, for those who look there: jobs, what waits by kind, workers, and an event for
 * each change. It is written from the rows, a moment after the commit, and the queue never waits for it.
 *
 * Away, or behind by more than MAX_BEHIND changes: changes are passed over. When the server is back everything that has not
 * ended is read and shown again, and what is shown as not ended is put right; so is what two servers wrote at once, within
 * PUT_RIGHT_MS. Events that were passed over are not said again.
 */
import { Bell } from '../../kernel/bell.ts';
import type { Clock, Instant } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { formatJobId, type JobId, parseJobId } from '../../kernel/ids.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Store } from '../../store/store.ts';
import { type JobRow, jobFamily } from '../job.ts';
import { eventBody, type JobEvent, topicOf } from '../job-event.ts';
import type { Jobs } from '../jobs.ts';
import { goneAt, workerFamily } from '../registry.ts';
import type { MirrorServer, Shown } from './mirror-port.ts';
import { shownJob } from './shown-job.ts';

export const DEFAULT_JOB_TTL_MS = 3_600_000;
/** Changes that wait to be shown. */
export const MAX_BEHIND = 10_000;
/** Waiting jobs that the list of a kind shows. */
export const MAX_LISTED = 1_000;
/** Jobs of each state that are read again after the server was away. */
export const MAX_CAUGHT_UP = 10_000;
export const MAX_WORKERS_SHOWN = 1_000;
export const PUT_RIGHT_MS = 60_000;
/** Between two writes, so that what changes often is written seldom. */
const PAUSE_MS = 100;
const BATCH = 500;

export type MirrorParts = {
  readonly server: MirrorServer;
  readonly jobs: Pick<Jobs, 'watch' | 'kinds' | 'registry'>;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** How long an ended job is shown. Default: {@link DEFAULT_JOB_TTL_MS}. */
  readonly jobTtlMs?: number;
};

/** The server is the caller's. */
export function startMirror(parts: MirrorParts): Service {
  const { server, jobs, store, clock, log } = parts;
  const mirror = new Mirror(parts);
  const stops = [
    jobs.watch.watch((events) => mirror.take(events)),
    store.onCommit(workerFamily, () => mirror.workersChanged()),
  ];
  server.onUp(() => mirror.catchUp());
  if (server.isConnected) mirror.catchUp();
  const loop = startLoop({
    round: (signal) => mirror.round(signal),
    onError: (error) => {
      mirror.catchUp();
      log.warn({ reason: messageOf(error) }, 'jobs cannot be shown at the moment; the queue goes on without');
    },
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  return service({}, async () => {
    for (const stop of stops) stop();
    await loop.close();
  });
}

class Mirror {
  readonly #parts: MirrorParts;
  readonly #jobTtlMs: number;
  readonly #bell = new Bell();
  readonly #passedOver;
  readonly #jobs = new Set<number>();
  readonly #kinds = new Set<string>();
  readonly #workers = new Set<string>();
  #events: string[] = [];
  #isBehind = false;
  #haveWorkersChanged = false;
  #putRightAt: Instant = 0;

  constructor(parts: MirrorParts) {
    this.#parts = parts;
    this.#jobTtlMs = parts.jobTtlMs ?? DEFAULT_JOB_TTL_MS;
    const help = 'Events of jobs that the mirror in Redis passed over: it was away or behind.';
    this.#passedOver = parts.metrics.counter('millrace_jobs_mirror_dropped', help).series({});
  }

  take(events: readonly JobEvent[]): void {
    const { server, jobs } = this.#parts;
    const wanted = events.filter(({ kind }) => isShown(jobs.kinds.of(kind)));
    if (wanted.length === 0) return;
    if (!server.isConnected) return this.#passedOver.add(wanted.length);
    for (const event of wanted) {
      if (this.#events.length >= MAX_BEHIND || this.#jobs.size >= MAX_BEHIND) {
        this.#passedOver.add();
        this.#isBehind = true;
        continue;
      }
      this.#jobs.add(event.job);
      this.#kinds.add(event.kind);
      this.#events.push(JSON.stringify({ topic: topicOf(event), ...eventBody(event) }));
    }
    this.#bell.ring();
  }

  workersChanged(): void {
    this.#haveWorkersChanged = true;
    this.#bell.ring();
  }

  catchUp(): void {
    this.#isBehind = true;
    this.#bell.ring();
  }

  async round(signal: AbortSignal): Promise<void> {
    const { server, clock } = this.#parts;
    await this.#bell.wait(clock, PUT_RIGHT_MS, signal);
    if (signal.aborted || !server.isConnected) return;
    await this.#showChanges();
    if (this.#isBehind) {
      this.#isBehind = false;
      this.#haveWorkersChanged = true;
      await this.#showLive();
      this.#putRightAt = 0;
    }
    if (clock.now() >= this.#putRightAt + PUT_RIGHT_MS) {
      this.#putRightAt = clock.now();
      await this.#putRight();
    }
    if (this.#haveWorkersChanged) {
      this.#haveWorkersChanged = false;
      await this.#showWorkers();
    }
    await clock.sleep(PAUSE_MS, signal);
  }

  async #showChanges(): Promise<void> {
    const { server } = this.#parts;
    while (this.#jobs.size > 0 || this.#events.length > 0) {
      const ids = [...this.#jobs].slice(0, BATCH);
      for (const id of ids) this.#jobs.delete(id);
      await this.#showJobs(ids);
      const events = this.#events;
      this.#events = [];
      if (events.length > 0) await server.write({ events });
    }
    const kinds = [...this.#kinds];
    this.#kinds.clear();
    for (const kind of kinds) await this.#showQueue(kind);
  }

  /** Those whose rows are gone are shown no longer. */
  async #showJobs(ids: readonly number[]): Promise<void> {
    const { store, server } = this.#parts;
    if (ids.length === 0) return;
    const rows = await store.getMany(
      jobFamily,
      ids.map((id) => [id]),
    );
    const goneJobs = ids.filter((_, place) => rows[place] === undefined).map((id) => formatJobId(id as JobId));
    await server.write({ ...this.#shown(rows.filter((row) => row !== undefined)), goneJobs });
  }

  #shown(rows: readonly JobRow[]): Shown {
    const { kinds } = this.#parts.jobs;
    const jobTtlMs = this.#jobTtlMs;
    const wanted = rows.filter(({ kind }) => isShown(kinds.of(kind)));
    return { jobs: wanted.map((row) => shownJob(row, { mirror: kinds.of(row.kind).mirror, jobTtlMs })) };
  }

  async #showQueue(kind: string): Promise<void> {
    const { store, server } = this.#parts;
    const where = { state: 'ready', kind };
    const rows = await store.select(jobFamily, { where, order: ['rank', 'id'], limit: MAX_LISTED });
    await server.write({ queues: [{ kind, ids: rows.map(({ id }) => formatJobId(id as JobId)) }] });
  }

  /** Everything that has not ended, each state in the order of its index. */
  async #showLive(): Promise<void> {
    const { store, server, jobs } = this.#parts;
    const kinds = new Set(jobs.kinds.list().map(({ name }) => name));
    for (const [state, ...order] of LIVE) {
      let after: readonly (string | number | null)[] | undefined;
      for (let read = 0; read < MAX_CAUGHT_UP; read += BATCH) {
        const query = { where: { state }, order, limit: BATCH };
        const rows: JobRow[] = await store.select(jobFamily, after === undefined ? query : { ...query, after });
        await server.write(this.#shown(rows));
        for (const { kind } of rows) kinds.add(kind);
        const last = rows.at(-1);
        if (last === undefined || rows.length < BATCH) break;
        after = order.map((column) => last[column]);
      }
    }
    for (const kind of kinds) if (isShown(jobs.kinds.of(kind))) await this.#showQueue(kind);
  }

  /** What is shown as not ended may have ended while nobody looked. */
  async #putRight(): Promise<void> {
    const live = (await this.#parts.server.liveJobs(MAX_CAUGHT_UP)).flatMap((text) => {
      try {
        return [parseJobId(text) as number];
      } catch {
        return []; // somebody else wrote it
      }
    });
    for (let from = 0; from < live.length; from += BATCH) await this.#showJobs(live.slice(from, from + BATCH));
  }

  async #showWorkers(): Promise<void> {
    const { jobs, server, store } = this.#parts;
    const now = store.now();
    const rows = (await jobs.registry.list({ limit: MAX_WORKERS_SHOWN })).filter((row) => goneAt(row) > now);
    const workers = rows.map((row) => {
      const { id, state, running, succeeded, failed, concurrency, host, pid, seenAt } = row;
      const seen = { seenAt: new Date(seenAt).toISOString(), kinds: JSON.parse(row.kinds) as unknown };
      const text = JSON.stringify({ id, state, running, succeeded, failed, concurrency, host, pid, ...seen });
      return { id, text, ttlMs: goneAt(row) - now };
    });
    const there = new Set(rows.map(({ id }) => id));
    const goneWorkers = [...this.#workers].filter((id) => !there.has(id));
    await server.write({ workers, goneWorkers });
    for (const id of goneWorkers) this.#workers.delete(id);
    for (const id of there) this.#workers.add(id);
  }
}

const isShown = ({ events, mirror }: { readonly events: string; readonly mirror: string }): boolean =>
  events !== 'off' && mirror !== 'off';

const LIVE = [
  ['leased', 'leaseUntil', 'id'],
  ['ready', 'kind', 'rank', 'id'],
  ['blocked', 'kind', 'key', 'rank', 'id'],
  ['scheduled', 'dueAt', 'id'],
  ['unknown', 'dueAt', 'id'],
] as const;
