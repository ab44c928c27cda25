/**
 * A desk over HTTP: what a worker anywhere asks a server for jobs through. It tries nothing twice and waits out nothing:
 * who uses a desk knows how long to wait for a server that is away. Connections are kept open by `fetch`.
 */

import type {
  Desk,
  DeskClaim,
  DeskSettlement,
  DeskVerdict,
  Heartbeat,
  Held,
  OfferedJob,
  WorkerReport,
} from '../jobs/desk.ts';
import { formatDuration, parseDuration } from '../kernel/duration.ts';
import { formatJobId, parseInstanceId, parseJobId } from '../kernel/ids.ts';
import type { Settlement } from '../kernel/settlement.ts';
import { isClientError } from './client-error.ts';
import { type ClientOptions, createHttp } from './http.ts';
import { type Jobs, jobsOf, type Workers, workersOf } from './jobs.ts';
import type { ClaimedJob, JobResult, JobSettlement, JobVerdicts } from './wire-jobs.ts';

/** Jobs and bytes that one call tells of; more are several calls, one after the other. */
const MAX_CALL_JOBS = 1_000;
const MAX_CALL_CHARACTERS = 4_000_000;
/** Longer than a server lets a claim wait. */
const MAX_WAIT_MS = 60_000;
const MAX_LINES = 200;

export function deskOver(options: Omit<ClientOptions, 'attempts'>): Desk {
  const http = createHttp({ ...options, attempts: 1 });
  return deskOf(jobsOf(http), workersOf(http));
}

function deskOf(jobs: Jobs, workers: Workers): Desk {
  const held = ({ id, epoch }: Held) => ({ id: formatJobId(id), epoch });
  return {
    claim: (claim, signal) => claimFrom(jobs, claim, signal),
    settle: (worker, settlements) => settleIn(jobs, worker, settlements),
    release: (worker, given) => inParts(given.map(held), async (part) => verdictsOf(await jobs.release(worker, part))),
    heartbeat: (worker, beats, leaseMs) =>
      inParts(beats.map(beatOf), async (part) =>
        verdictsOf(await jobs.heartbeat(worker, part, leaseMs === undefined ? undefined : formatDuration(leaseMs))),
      ),
    report: ({ id, everyMs, kinds, ...facts }: WorkerReport) =>
      workers.report(id, { ...facts, kinds: [...kinds], every: formatDuration(everyMs) }),
    leave: (worker) => workers.leave(worker),
  };
}

async function claimFrom(jobs: Jobs, claim: DeskClaim, signal?: AbortSignal): Promise<OfferedJob[]> {
  const { worker, kinds, limit, waitMs, leaseMs } = claim;
  const wanted = {
    worker,
    kinds: [...kinds],
    limit: Math.min(limit, MAX_CALL_JOBS),
    ...(waitMs !== undefined && { wait: formatDuration(Math.min(waitMs, MAX_WAIT_MS)) }),
    ...(leaseMs !== undefined && { lease: formatDuration(leaseMs) }),
  };
  try {
    return (await jobs.claim(wanted, signal && { signal })).jobs.map(offeredOf);
  } catch (error) {
    if (signal?.aborted) return [];
    throw error;
  }
}

function offeredOf({ lease, timeout, id, owner, ...job }: ClaimedJob): OfferedJob {
  return {
    ...job,
    id: parseJobId(id),
    owner:
      owner === null
        ? null
        : { ...owner, id: owner.id.startsWith('ins_') ? parseInstanceId(owner.id) : Number(owner.id) },
    leaseMs: parseDuration(lease),
    timeoutMs: timeout === null ? null : parseDuration(timeout),
  };
}

const beatOf = ({ id, epoch, progress, lines }: Heartbeat) => ({
  id: formatJobId(id),
  epoch,
  ...(progress !== undefined && { progress: { ...progress, share: Math.min(1, Math.max(0, progress.share)) } }),
  ...(lines !== undefined && { lines: lines.slice(-MAX_LINES) }),
});

/** A result that no server takes, such as one that is too large, ends its job as discarded and harms no other. */
async function settleIn(jobs: Jobs, worker: string, settlements: readonly DeskSettlement[]): Promise<DeskVerdict[]> {
  const results = settlements.map(
    ({ id, epoch, settlement }): JobResult => ({ id: formatJobId(id), epoch, settlement: wireOf(settlement) }),
  );
  return inParts(results, (part) => settlePart(jobs, worker, part));
}

async function settlePart(jobs: Jobs, worker: string, part: readonly JobResult[]): Promise<DeskVerdict[]> {
  try {
    const { results } = await jobs.settle(worker, part);
    const verdicts: DeskVerdict[] = [];
    for (const [place, { verdict, detail }] of results.entries()) {
      const given = part[place] as JobResult;
      verdicts.push(verdict === 'invalid' ? await discard(jobs, worker, { ...given, reason: detail ?? '' }) : verdict);
    }
    return verdicts;
  } catch (error) {
    if (!isUnacceptable(error)) throw error;
    const [only] = part;
    if (part.length === 1 && only !== undefined)
      return only.settlement.kind === 'discard'
        ? Promise.reject(error)
        : [await discard(jobs, worker, { ...only, reason: error.message })];
    const middle = Math.ceil(part.length / 2);
    const first = await settlePart(jobs, worker, part.slice(0, middle));
    return [...first, ...(await settlePart(jobs, worker, part.slice(middle)))];
  }
}

const isUnacceptable = (error: unknown): error is Error =>
  isClientError(error) && [400, 413, 422].includes(error.status);

async function discard(
  jobs: Jobs,
  worker: string,
  { id, epoch, reason }: { readonly id: string; readonly epoch: number; readonly reason: string },
): Promise<DeskVerdict> {
  const settlement: JobSettlement = { kind: 'discard', reason: `Its result was refused: ${reason}` };
  const [verdict = 'stale'] = verdictsOf(await jobs.settle(worker, [{ id, epoch, settlement }]));
  return verdict;
}

function wireOf(settlement: Settlement): JobSettlement {
  if (settlement.kind !== 'snooze') return settlement;
  return { kind: 'snooze', delay: formatDuration(Math.max(0, settlement.delayMs)) };
}

/** What was not understood is not this worker's to say any more. */
const verdictsOf = ({ results }: JobVerdicts): DeskVerdict[] =>
  results.map(({ verdict }) => (verdict === 'invalid' ? 'stale' : verdict));

/** In calls that are small enough, in their order. */
async function inParts<Item>(
  items: readonly Item[],
  ask: (part: readonly Item[]) => Promise<readonly DeskVerdict[]>,
): Promise<DeskVerdict[]> {
  const verdicts: DeskVerdict[] = [];
  let part: Item[] = [];
  let characters = 0;
  const send = async (): Promise<void> => {
    if (part.length > 0) verdicts.push(...(await ask(part)));
    part = [];
    characters = 0;
  };
  for (const item of items) {
    const size = JSON.stringify(item).length;
    if (part.length === MAX_CALL_JOBS || characters + size > MAX_CALL_CHARACTERS) await send();
    part.push(item);
    characters += size;
  }
  await send();
  return verdicts;
}
