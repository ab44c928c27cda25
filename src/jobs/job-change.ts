/** How a decision about a job is written down: the parts of its unit, and what its owner hears. */
import type { Instant } from '../kernel/clock.ts';
import type { JobId } from '../kernel/ids.ts';
import { isEqual, remove, set, type Unit, type Write } from '../store/unit.ts';
import { attemptEnded } from './attempt.ts';
import { dedupFamily } from './dedup.ts';
import { childEnded } from './flow.ts';
import { isFinal, type JobRow, jobFamily } from './job.ts';
import type { OnSettled, Owners, Settled } from './owner.ts';
import { placeLeft } from './place.ts';
import type { JobChange } from './settle.ts';
import { type Counts, count, kindSubject } from './statistics.ts';
import type { JobVerb } from './transition.ts';

export type ChangeMade = {
  readonly verb: JobVerb;
  readonly now: Instant;
  readonly actor: string;
};

/** Guarded by the epoch that the job was seen with, which it raises. An end also frees what the job held. */
export function changeOf(job: JobRow, change: JobChange, { verb, now, actor }: ChangeMade): Unit {
  const hasEnded = isFinal(change.state);
  const leavesPlace = hasEnded && job.hasPlace !== null;
  const epoch = job.epoch + 1;
  const columns = leavesPlace ? { ...change, epoch, hasPlace: null } : { ...change, epoch };
  const writes: Write[] = [set(jobFamily, [job.id], columns)];
  const counts = countsOf(job, change, { verb, now });
  if (counts !== undefined) writes.push(count(kindSubject(job.kind), now, counts));
  if (isTold(verb, job)) writes.push(attemptEnded(job, { verb, at: now, actor, error: change.error ?? null }));
  if (leavesPlace) writes.push(...placeLeft(job));
  if (hasEnded && job.settledAt === null) {
    if (job.dedupKey !== null) writes.push(remove(dedupFamily, [job.kind, job.dedupKey]));
    if (job.parent !== null) writes.push(childEnded(job.parent, change.state !== 'done'));
  }
  return { guards: [isEqual(jobFamily, [job.id], ['epoch', job.epoch])], writes };
}

/** What history keeps: everything but the ordinary way through. */
const isTold = (verb: JobVerb, job: JobRow): boolean =>
  !ORDINARY.has(verb) || (verb === 'done' && (job.attempt > 0 || job.lost > 0));
const ORDINARY: ReadonlySet<JobVerb> = new Set(['claim', 'promote', 'admit', 'done', 'snooze', 'release']);

function countsOf(job: JobRow, change: JobChange, { verb, now }: Pick<ChangeMade, 'verb' | 'now'>): Counts | undefined {
  const kept = { keptBytes: job.payload.length + (change.output?.length ?? 0) };
  switch (verb) {
    case 'done':
    case 'fail':
    case 'error':
    case 'discard': {
      const startedAt = job.startedAt ?? now;
      const times = { workedMs: Math.max(0, now - startedAt), waitedMs: Math.max(0, startedAt - job.dueAt) };
      if (change.state === 'done') return { completed: 1, ...times, ...kept };
      return change.state === 'dead' ? { failed: 1, ...times, ...kept } : { retried: 1, ...times };
    }
    case 'lose':
      return change.state === 'quarantined' ? { failed: 1, lost: 1, ...kept } : { lost: 1 };
    case 'admit':
      return change.state === 'dead' ? { failed: 1, ...kept } : undefined;
    case 'resolve':
      return change.state === 'done' ? { completed: 1, ...kept } : undefined;
    case 'cancel':
      return { cancelled: 1, ...kept };
    case 'replay':
      // It lives once more; one that was unknown had never ended.
      return job.settledAt === null ? undefined : { started: 1, keptBytes: -keptBytesOf(job) };
    default:
      return undefined;
  }
}

/** What an ended job keeps, in characters: near enough to bytes for a limit, and counted without looking at each one. */
export const keptBytesOf = ({ payload, output }: Pick<JobRow, 'payload' | 'output'>): number =>
  payload.length + (output?.length ?? 0);

/** Who is told of a final change: an owner whose token waits for the job; of a job beside it only when that has failed. */
export function ownerOf({ ownerKind, ownerSeq }: JobRow, { state }: JobChange, owners: Owners): OnSettled | undefined {
  const hasFailed = state === 'dead' || state === 'quarantined';
  return ownerKind !== null && (ownerSeq !== 0 || hasFailed) ? owners.get(ownerKind) : undefined;
}

export function settledOf(job: JobRow, change: JobChange, actor: string): Settled {
  const owner = { kind: job.ownerKind ?? '', id: job.ownerId ?? 0, seq: job.ownerSeq ?? 0 };
  const begun = job.startedAt === null ? {} : { begunAt: job.startedAt };
  return { job: job.id as JobId, kind: job.kind, owner, actor, ...begun, result: resultOf(change) };
}

function resultOf({ state, outcome, output, error }: JobChange): Settled['result'] {
  const code = state === 'dead' ? outcome : undefined;
  if (state !== 'done' && code == null) return { kind: 'failed', message: error ?? 'It failed.' };
  const variables = output == null ? {} : { variables: JSON.parse(output) as Record<string, unknown> };
  if (code != null) return { kind: 'error', code, ...variables, ...(error != null && { message: error }) };
  return { kind: 'done', outcome: outcome ?? 'done', ...variables };
}
