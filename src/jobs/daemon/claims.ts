/** Asks the desk for jobs: one call at a time, for no more than the hands that are free and what is taken ahead. */
import type { Clock } from '../../kernel/clock.ts';
import { type Service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Desk, OfferedJob } from '../desk.ts';
import type { Bench } from './bench.ts';
import type { DeskLink } from './desk-link.ts';
import type { Prefetch } from './prefetch.ts';

/** How long the desk may wait for a first job before it answers with none. */
export const FETCH_WAIT_MS = 5_000;
/** A claim that is not answered so long after its wait is given up. */
const ANSWER_MS = 15_000;
/** How long a worker without a free hand waits for one before it comes round again. */
const BUSY_MS = 1_000;
/** The pause after an empty answer from a desk that does not wait. */
const EMPTY_PAUSE_MS = 250;
/** A claim that took longer has waited for jobs: it says nothing of the round trip. */
const WAITED_MS = 50;

export type ClaimParts = {
  readonly desk: Desk;
  readonly link: DeskLink;
  readonly clock: Clock;
  readonly log: Log;
  readonly worker: string;
  readonly kinds: readonly string[];
  readonly bench: Bench;
  readonly prefetch: Prefetch;
  readonly fetchWaitMs: number;
  readonly leaseMs: number | undefined;
  readonly hasRoom: () => boolean;
  readonly came: (jobs: readonly OfferedJob[]) => void;
  /** Jobs that came after the worker had stopped waiting for them. */
  readonly cameTooLate: (jobs: readonly OfferedJob[]) => void;
  /** Called after each cycle: `isFetched`, when the desk has answered. */
  readonly cycled: (isFetched: boolean) => void;
};

export function startClaims(parts: ClaimParts): Service {
  const { link, clock, log, bench, prefetch, hasRoom, cycled } = parts;
  let failures = 0;
  let isFirst = true;
  return startLoop({
    round: async (signal) => {
      const room = bench.free === 0 ? 0 : bench.free + prefetch.target;
      if (room === 0 || !hasRoom()) {
        await bench.bell.wait(clock, BUSY_MS, signal);
        return cycled(false);
      }
      try {
        await claim(parts, { limit: room, waitMs: isFirst ? 0 : parts.fetchWaitMs, signal });
        failures = 0;
        isFirst = false;
        cycled(true);
      } catch {
        failures += 1; // the link has said so
        cycled(false);
        await link.pause(failures, signal);
      }
    },
    onError: (error) => log.error({ err: error }, 'a worker could not claim jobs; it tries again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
}

type Asked = { readonly limit: number; readonly waitMs: number; readonly signal: AbortSignal };

async function claim(parts: ClaimParts, { limit, waitMs, signal }: Asked): Promise<void> {
  const { desk, link, clock, worker, kinds, leaseMs, came, cameTooLate, prefetch } = parts;
  const askedAt = clock.now();
  const stop = new AbortController();
  const abort = () => stop.abort();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    const jobs = await link.call({
      what: 'claim',
      timeoutMs: waitMs + ANSWER_MS,
      ask: () => desk.claim({ worker, kinds, limit, waitMs, ...(leaseMs !== undefined && { leaseMs }) }, stop.signal),
      late: cameTooLate,
    });
    const tookMs = clock.now() - askedAt;
    if (signal.aborted) return cameTooLate(jobs);
    if (jobs.length > 0 && tookMs < WAITED_MS) prefetch.claimed(tookMs);
    came(jobs);
    if (jobs.length === 0 && waitMs > 0 && tookMs < waitMs) await clock.sleep(EMPTY_PAUSE_MS, signal);
  } finally {
    stop.abort();
    signal.removeEventListener('abort', abort);
  }
}
