/**
 * A worker daemon: a worker of several kinds over any desk. It claims jobs, runs their handlers in a host, brings the
 * answers back and renews what it holds. The desk may be away as long as it likes: nothing that was done is lost, and what
 * the desk says when it is back counts.
 *
 * Closing drains: no new jobs; what was taken ahead goes back; running handlers have `drainMs`, and their leases are renewed
 * all the while; then their signals abort; after a last moment what still runs is given back, at no cost of an attempt; what
 * was done is told, and the worker leaves. `stopNow` cuts that short: everything is given back at once.
 */
import { hostname } from 'node:os';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { type Service, ServiceStack, service } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { Desk } from '../desk.ts';
import { Bench } from './bench.ts';
import { FETCH_WAIT_MS, startClaims } from './claims.ts';
import type { DaemonStatus } from './daemon-status.ts';
import { DeskLink } from './desk-link.ts';
import type { Handlers } from './handler.ts';
import { startHeartbeats } from './heartbeats.ts';
import { type Host, ownThreadHost } from './host.ts';
import { Prefetch } from './prefetch.ts';
import { startReports } from './reports.ts';
import { Settler } from './settler.ts';
import { Shift } from './shift.ts';

export const DEFAULT_CONCURRENCY = 8;
export const MAX_CONCURRENCY = 1_000;
/** How often a worker reports. */
export const REPORT_EVERY_MS = 30_000;
/** What running jobs get to come to an end when the worker is told to stop. */
export const DRAIN_MS = 30_000;
/** What a handler gets to come to an end after its signal has aborted. */
export const LAST_MOMENT_MS = 1_000;
/** How long a worker that ends tries to tell a desk that is away what was done. */
export const LAST_WORD_MS = 5_000;

export type DaemonOptions = {
  readonly desk: Desk;
  readonly log: Log;
  readonly id: string;
  /** Default: all that the host has handlers for. */
  readonly kinds?: readonly string[];
  readonly concurrency?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Default: what each kind says. */
  readonly leaseMs?: number;
  readonly fetchWaitMs?: number;
  readonly everyMs?: number;
  readonly drainMs?: number;
  readonly lastMomentMs?: number;
  /** A failure of this attempt, or a later one, is final for this worker. Default: what the job says. */
  readonly maxAttempts?: number;
  readonly version?: string;
} & (
  | {
      /** Where the handlers run. It is closed with the daemon. */
      readonly host: Host;
    }
  | {
      /** Run in this thread. */
      readonly handlers: Handlers;
    }
);

export type Daemon = Service & {
  readonly id: string;
  readonly kinds: readonly string[];
  /** Resolves when the desk has answered the first claim. */
  readonly started: Promise<void>;
  status(): DaemonStatus;
  /** Gives everything back at once. Resolves like `close`. */
  stopNow(): Promise<void>;
};

/** Starts at once; whether the desk is there shows with time. Throws `worker.no-handler`. */
export function startDaemon(options: DaemonOptions): Daemon {
  const { id, clock = systemClock, random = Math.random, concurrency = DEFAULT_CONCURRENCY } = options;
  const { drainMs = DRAIN_MS, everyMs = REPORT_EVERY_MS, desk } = options;
  const log = options.log.child({ worker: id });
  const host = 'host' in options ? options.host : ownThreadHost(options.handlers);
  const kinds = kindsOf(options.kinds, host);
  const bench = new Bench(concurrency);
  const prefetch = new Prefetch(concurrency);
  const link = new DeskLink({ clock, log, random });
  const settler = new Settler({
    ...{ desk, link, clock, log, worker: id, leaseMs: options.leaseMs },
    settled: (answer, verdict) => shift.settled(answer, verdict),
  });
  const shift = new Shift({
    ...{ desk, link, clock, log, worker: id, kinds, host, bench, prefetch, settler },
    graceMs: options.lastMomentMs ?? LAST_MOMENT_MS,
    maxAttempts: options.maxAttempts,
  });
  const times = { fetchedAt: clock.now(), beatenAt: clock.now() };
  const status = (): DaemonStatus => ({
    ...{ id, kinds, concurrency, ...times, ...shift.counts },
    state: shift.isOpen ? 'running' : 'draining',
    running: bench.running,
    isDeskAway: link.isAway,
  });
  const parts = { desk, link, clock, log, worker: id, bench, leaseMs: options.leaseMs };
  const heartbeats = startHeartbeats({
    ...parts,
    refused: (held, verdict) => shift.refused(held, verdict),
    overdue: (held) => shift.giveBack(held),
    cameRound: () => {
      times.beatenAt = clock.now();
    },
  });
  let begin = () => {};
  const started = new Promise<void>((resolve) => {
    begin = resolve;
  });
  host.onRoom(() => shift.roomCame());
  const claims = startClaims({
    ...{ ...parts, kinds, prefetch, fetchWaitMs: options.fetchWaitMs ?? FETCH_WAIT_MS },
    hasRoom: () => host.hasRoom(),
    came: (jobs) => {
      shift.came(jobs);
      heartbeats.came();
    },
    cameTooLate: (jobs) => shift.cameTooLate(jobs),
    cycled: (isFetched) => {
      times.fetchedAt = clock.now();
      if (isFetched) begin();
    },
  });
  const reports = startReports({
    ...{ desk, link, clock, log, everyMs, version: options.version ?? 'unknown', host: hostname() },
    status,
  });
  const now = new AbortController();
  const closed = service({}, async () => {
    log.info({ running: bench.running, drainMs }, 'the worker takes no new jobs and waits for those that run');
    const closing = new ServiceStack();
    closing.use(host);
    closing.defer(() => reports.close());
    closing.defer(() => settler.close());
    closing.defer(() => heartbeats.close());
    closing.defer(() => shift.drain({ drainMs, lastWordMs: LAST_WORD_MS, now: now.signal }));
    closing.defer(() => claims.close());
    shift.close();
    reports.draining();
    await closing.close();
    log.info({ ...shift.counts }, 'the worker has ended');
  });
  log.info({ kinds, concurrency }, 'the worker has begun');
  return Object.assign(closed, {
    ...{ id, kinds, started, status },
    stopNow: () => {
      now.abort();
      return closed.close();
    },
  });
}

function kindsOf(kinds: readonly string[] | undefined, host: Host): readonly string[] {
  const missing = kinds?.filter((kind) => !host.kinds.includes(kind)) ?? [];
  if (missing.length > 0) throw new MillraceError('worker.no-handler', { missing, known: host.kinds });
  return kinds ?? host.kinds;
}
