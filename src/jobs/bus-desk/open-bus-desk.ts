/**
 * The desk over a broker, as a worker has it: calls to whichever server takes them. When the broker or the servers are away
 * a call throws, and leases run on; the worker asks again.
 *
 * A claim that is given up is told to the server, which ends its waiting. Its answer may be on its way by then: an abort
 * waits a moment for it, and jobs that come after that are given back.
 */
import type { Broker } from '../../bus/broker.ts';
import { startApp } from '../../bus/service/app.ts';
import { client } from '../../bus/service/client.ts';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { formatDuration } from '../../kernel/duration.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import { discard } from '../../kernel/settlement.ts';
import type { Desk, DeskClaim, DeskVerdict, OfferedJob } from '../desk.ts';
import {
  ANSWER_MS,
  type BeatText,
  beatText,
  claimsService,
  deskService,
  heldText,
  MAX_ITEMS,
  MAX_TEXT_LENGTH,
  offerOf,
  offers,
  reportText,
  type SettlementText,
  settlementText,
} from './wire.ts';

/** What a server gets to answer everything but a claim that waits. */
const CALL_MS = 15_000;
/** How long an aborted claim waits for an answer that is on its way. */
export const LAST_ANSWER_MS = 2_000;

export type BusDeskParts = { readonly broker: Broker; readonly log: Log; readonly clock?: Clock };

/** The broker is the caller's. */
export async function openBusDesk({ broker, log, clock = systemClock }: BusDeskParts): Promise<Desk & Service> {
  const app = await startApp({ broker, log, clock });
  const claims = client(app, claimsService);
  const desk = client(app, deskService);
  const call = { timeoutMs: CALL_MS };

  const giveBack = (worker: string, jobs: readonly OfferedJob[]): void => {
    if (jobs.length === 0) return;
    desk.release({ body: { worker, jobs: jobs.map(heldText) } }, call).catch((error: unknown) => {
      log.debug({ err: error, jobs: jobs.length }, 'jobs that came too late come back by their lease');
    });
  };

  const claim = async (asked: DeskClaim, signal?: AbortSignal): Promise<readonly OfferedJob[]> => {
    const { worker, kinds, limit, waitMs = 0, leaseMs } = asked;
    if (signal?.aborted === true || limit < 1 || kinds.length === 0) return [];
    const body = {
      ...{ worker, kinds: [...kinds], limit: Math.min(limit, MAX_ITEMS), wait: formatDuration(waitMs) },
      ...(leaseMs !== undefined && { lease: formatDuration(leaseMs) }),
    };
    const late = lateAnswer(clock);
    const options = { timeoutMs: waitMs + ANSWER_MS, late: late.take, ...(signal && { signal }) };
    try {
      return (await claims.claim({ body }, options)).jobs.map(offerOf);
    } catch (error) {
      if (!isMillraceError(error, 'bus.call-cancelled')) {
        late.after((jobs) => giveBack(worker, jobs));
        throw error;
      }
      return await late.soon((jobs) => giveBack(worker, jobs));
    }
  };

  const parts: Desk = {
    claim,
    settle: async (worker, settlements) => {
      const results = settlements.map((one) => carriable(settlementText(one)));
      return inTurns(results, (some) => desk.settle({ body: { worker, results: some } }, call));
    },
    release: async (worker, held) =>
      inTurns(held.map(heldText), (jobs) => desk.release({ body: { worker, jobs } }, call)),
    heartbeat: async (worker, jobs, leaseMs) => {
      const lease = leaseMs === undefined ? {} : { lease: formatDuration(leaseMs) };
      const beats = jobs.map((job) => brief(beatText(job)));
      return inTurns(beats, (some) => desk.heartbeat({ body: { worker, jobs: some, ...lease } }, call));
    },
    report: async (report) => void (await desk.report({ body: reportText(report) }, call)),
    leave: async (worker) => void (await desk.leave({ body: { worker } }, call)),
  };
  return service({ ...parts }, () => app.close());
}

/** The answer to a claim that was given up. It may be here before anybody asks for it. */
function lateAnswer(clock: Clock) {
  const here = new AbortController();
  let jobs: readonly OfferedJob[] = [];
  let handOver: ((jobs: readonly OfferedJob[]) => void) | undefined;
  const after = (take: (jobs: readonly OfferedJob[]) => void): void => {
    if (here.signal.aborted) take(jobs);
    else handOver = take;
  };
  return {
    take: (answer: unknown): void => {
      const read = offers.safeParse(answer);
      jobs = read.success ? read.data.jobs.map(offerOf) : [];
      here.abort();
      handOver?.(jobs);
    },
    /** Hands it over whenever it comes. */
    after,
    /** Waits a moment for it; what comes later is handed over. */
    soon: async (take: (jobs: readonly OfferedJob[]) => void): Promise<readonly OfferedJob[]> => {
      await clock.sleep(LAST_ANSWER_MS, here.signal);
      if (here.signal.aborted) return jobs;
      after(take);
      return [];
    },
  };
}

type Verdicts = { readonly results: readonly { readonly verdict: DeskVerdict }[] };

/** In as many messages as it takes, one after the other. */
async function inTurns<Item>(
  items: readonly Item[],
  ask: (some: Item[]) => Promise<Verdicts>,
): Promise<readonly DeskVerdict[]> {
  const said: DeskVerdict[] = [];
  for (let from = 0; from < items.length; ) {
    let to = from;
    for (let bytes = 0; to < items.length && to - from < MAX_ITEMS; to++) {
      bytes += bytesOf(items[to]);
      if (to > from && bytes > MAX_TEXT_LENGTH) break;
    }
    const { results } = await ask(items.slice(from, to));
    for (let place = 0; place < to - from; place++) said.push(results[place]?.verdict ?? 'stale');
    from = to;
  }
  return said;
}

/** An output that no message carries can never arrive: the job is discarded, and says why. */
function carriable(one: SettlementText): SettlementText {
  const bytes = bytesOf(one);
  if (bytes <= MAX_TEXT_LENGTH) return one;
  const reason = `What the handler answered has ${bytes} bytes; a message of the broker carries ${MAX_TEXT_LENGTH}.`;
  return { ...one, settlement: discard(reason) as SettlementText['settlement'] };
}

/** Lines that no message carries are left out; the lease is what counts. */
function brief({ lines, ...beat }: BeatText): BeatText {
  return lines === undefined || bytesOf(lines) > MAX_TEXT_LENGTH ? beat : { ...beat, lines };
}

const bytesOf = (item: unknown): number => Buffer.byteLength(JSON.stringify(item) ?? '');
