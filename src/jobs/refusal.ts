/** What refusals of the queue mean: to a worker whose claim is gone, and to the queue when an owner or the store says no. */
import { isMillraceError, MillraceError, messageOf } from '../kernel/errors.ts';
import { formatJobId, type JobId } from '../kernel/ids.ts';
import { discard, type Settlement, snooze } from '../kernel/settlement.ts';
import type { DeskVerdict } from './desk.ts';
import type { JobRow } from './job.ts';

/** Why a claim is no longer held. */
export const reasonOf = (row: JobRow | undefined): DeskVerdict => (row?.state === 'cancelled' ? 'cancel' : 'stale');

/** What the owner or the store will never take: trying again cannot mend it. A TypeError is an output that is no JSON. */
export const isUnacceptable = (error: unknown): boolean =>
  error instanceof TypeError || UNACCEPTABLE.some((code) => isMillraceError(error, code));
const UNACCEPTABLE = ['process.unknown-outcome', 'process.variables-too-large', 'store.invalid-value'] as const;

/** Until a job brings its result again that its owner could not keep. */
const COME_AGAIN_MS = 60_000;

/**
 * What a job ends with instead, when its owner or the store refuses its settlement: with a failure, or – where the owner is
 * suspended and can keep no more – later. Undefined: the refusal says something else.
 */
export function answerInstead(error: unknown, { kind }: Settlement): Settlement | undefined {
  if (isUnacceptable(error) && kind !== 'discard') return discard(messageOf(error));
  return isMillraceError(error, 'process.kept-full') && kind !== 'snooze'
    ? snooze({ delayMs: COME_AGAIN_MS })
    : undefined;
}

export const hasMovedOn = (error: unknown): boolean =>
  isMillraceError(error, 'process.not-waiting') || isMillraceError(error, 'process.not-active');

/** Times a commit is tried again when somebody else was faster. */
export const MAX_CONFLICTS = 5;

export const conflictOf = (id: JobId): MillraceError =>
  new MillraceError('store.conflict', { subject: `job ${formatJobId(id)}`, attempts: MAX_CONFLICTS });
