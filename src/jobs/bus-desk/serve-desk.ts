/**
 * Hands the queue out over a broker. Any number of servers share the requests. A claim with a wait is one request: it is
 * answered when there is a job, and the answer carries leases that were granted already, never more than were asked for. So
 * the broker is through with a message within a minute at most, however long the work takes, and no limit of its own matters.
 *
 * Leased and not yet told: the worker stopped listening meanwhile, or the answer would be too large. Such a job is given back
 * at once. What is lost on the way to a worker that died comes back by its lease.
 */
import type { Broker } from '../../bus/broker.ts';
import { startApp } from '../../bus/service/app.ts';
import { type DefinedService, defineService } from '../../bus/service/define-service.ts';
import { rpc } from '../../bus/service/rpc.ts';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { formatJobId } from '../../kernel/ids.ts';
import type { Service } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import { MAX_CLAIM_WAIT_MS } from '../claims.ts';
import type { DeskVerdict, Held, OfferedJob } from '../desk.ts';
import type { Jobs } from '../jobs.ts';
import {
  ANSWER_MS,
  beatOf,
  CLAIMS_SERVICE,
  claimBody,
  DESK_SERVICE,
  heartbeatBody,
  heldOf,
  leaveBody,
  MAX_TEXT_LENGTH,
  offers,
  offerText,
  releaseBody,
  reportBody,
  reportOf,
  settleBody,
  settlementOf,
  verdicts,
} from './wire.ts';

/** Workers that one server keeps waiting for a job at a time; the others wait at the broker. */
export const MAX_WAITING_CLAIMS = 500;
/** A claim that waits is told to end so long before its caller gives it up. */
const MARGIN_MS = 500;
/** How long a server that stops waits for what it is answering. */
const GRACE_MS = 5_000;

export type ServeDeskParts = {
  readonly broker: Broker;
  readonly jobs: Jobs;
  readonly log: Log;
  readonly metrics?: Metrics;
  /** By which callers wait; never a clock that stands still. */
  readonly clock?: Clock;
};

export function serveDesk({ broker, jobs, log, metrics, clock = systemClock }: ServeDeskParts): Promise<Service> {
  const services = [claims(jobs, clock), desk(jobs)];
  return startApp({ broker, services, log, clock, graceMs: GRACE_MS, ...(metrics && { metrics }) });
}

function claims(jobs: Jobs, clock: Clock): DefinedService {
  return defineService(
    CLAIMS_SERVICE,
    {
      claim: rpc(
        'claim',
        {
          body: claimBody,
          result: offers,
          // A server that died has granted nothing that its lease does not bring back.
          idempotent: true,
          timeoutMs: MAX_CLAIM_WAIT_MS + ANSWER_MS,
          description: 'Leases jobs to a worker; with `wait` it is answered when there is one.',
        },
        async ({ body, signal, deadline }) => {
          const { worker, kinds, limit, wait = 0, lease } = body;
          const waitMs = Math.max(0, Math.min(wait, deadline - MARGIN_MS - clock.now()));
          const claim = { worker, kinds, limit, waitMs, ...(lease !== undefined && { leaseMs: lease }) };
          const granted = await jobs.claim(claim, signal);
          const told = signal.aborted ? [] : fitting(granted);
          if (told.length < granted.length) await jobs.release(worker, granted.slice(told.length));
          return { jobs: told };
        },
      ),
    },
    { description: 'Gives jobs to workers.', concurrency: MAX_WAITING_CLAIMS },
  );
}

function desk(jobs: Jobs): DefinedService {
  return defineService(
    DESK_SERVICE,
    {
      settle: rpc(
        'settle',
        { body: settleBody, result: verdicts, idempotent: true, description: 'Says what became of jobs.' },
        async ({ body: { worker, results } }) => {
          const settlements = results.map(({ settlement, ...job }) => ({
            ...heldOf(job),
            settlement: settlementOf(settlement),
          }));
          return told(settlements, await jobs.settle(worker, settlements));
        },
      ),
      release: rpc(
        'release',
        { body: releaseBody, result: verdicts, idempotent: true, description: 'Gives jobs back untouched.' },
        async ({ body }) => {
          const held = body.jobs.map(heldOf);
          return told(held, await jobs.release(body.worker, held));
        },
      ),
      heartbeat: rpc(
        'heartbeat',
        { body: heartbeatBody, result: verdicts, idempotent: true, description: 'Renews the leases of jobs.' },
        async ({ body }) => {
          const beats = body.jobs.map(beatOf);
          return told(beats, await jobs.heartbeat(body.worker, beats, body.lease));
        },
      ),
      report: rpc(
        'report',
        { body: reportBody, idempotent: true, description: 'Keeps a worker in the registry.' },
        async ({ body }) => jobs.report(reportOf(body)),
      ),
      leave: rpc(
        'leave',
        { body: leaveBody, idempotent: true, description: 'Takes a worker off the registry.' },
        async ({ body: { worker } }) => jobs.leave(worker),
      ),
    },
    { description: 'Takes what workers say of their jobs.' },
  );
}

const told = (held: readonly Held[], said: readonly DeskVerdict[]) => ({
  results: held.map(({ id }, place) => ({ id: formatJobId(id), verdict: said[place] ?? 'stale' })),
});

/** The first of them that fit into one message; one alone always does. */
function fitting(granted: readonly OfferedJob[]): ReturnType<typeof offerText>[] {
  const jobs: ReturnType<typeof offerText>[] = [];
  let bytes = 0;
  for (const job of granted) {
    const text = offerText(job);
    bytes += Buffer.byteLength(JSON.stringify(text));
    if (jobs.length > 0 && bytes > MAX_TEXT_LENGTH) break;
    jobs.push(text);
  }
  return jobs;
}
