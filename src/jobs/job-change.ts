/** How a decision about a job is written down: the parts of its unit, and what its owner hears. */
import type { Instant } from '../kernel/clock.ts';
import type { JobId } from '../kernel/ids.ts';
import { isEqual, set, type Unit } from '../store/unit.ts';
import { type JobRow, jobFamily } from './job.ts';
import type { OnSettled, Owners, Settled } from './owner.ts';
import type { JobChange } from './settle.ts';
import { type Counts, count } from './statistics.ts';

/** Guarded by the epoch of the claim, which it changes; a final change is counted. */
export function changeOf(
  { id, kind, epoch: before }: JobRow,
  change: JobChange,
  { epoch, now }: { readonly epoch: number; readonly now: Instant },
): Unit {
  const counts = COUNTED[change.state];
  return {
    guards: [isEqual(jobFamily, [id], ['epoch', before])],
    writes: [
      set(jobFamily, [id], { ...change, epoch }),
      ...(counts === undefined ? [] : [count(`job/${kind}`, now, counts)]),
    ],
  };
}

const COUNTED: Readonly<Record<string, Counts>> = {
  done: { completed: 1 },
  dead: { failed: 1 },
  quarantined: { failed: 1 },
};

/** Who is told of a final change: an owner whose token waits for the job; of a job beside it only when that has failed. */
export function ownerOf({ ownerKind, ownerSeq }: JobRow, { state }: JobChange, owners: Owners): OnSettled | undefined {
  const hasFailed = state === 'dead' || state === 'quarantined';
  return ownerKind !== null && (ownerSeq !== 0 || hasFailed) ? owners.get(ownerKind) : undefined;
}

export function settledOf(job: JobRow, change: JobChange, actor: string): Settled {
  const owner = { kind: job.ownerKind ?? '', id: job.ownerId ?? 0, seq: job.ownerSeq ?? 0 };
  return { job: job.id as JobId, kind: job.kind, owner, actor, result: resultOf(change) };
}

function resultOf({ state, outcome, output, error }: JobChange): Settled['result'] {
  if (state !== 'done') return { kind: 'failed', message: error ?? 'It failed.' };
  const variables = output === null ? {} : { variables: JSON.parse(output) as Record<string, unknown> };
  return { kind: 'done', outcome: outcome ?? 'done', ...variables };
}
