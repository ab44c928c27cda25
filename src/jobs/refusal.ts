/** What refusals of the queue mean: to a worker whose claim is gone, and to the queue when an owner or the store says no. */
import { isMillraceError, MillraceError } from '../kernel/errors.ts';
import { formatJobId, type JobId } from '../kernel/ids.ts';
import type { DeskVerdict } from './desk.ts';
import type { JobRow } from './job.ts';

/** Why a claim is no longer held. */
export const reasonOf = (row: JobRow | undefined): DeskVerdict => (row?.state === 'cancelled' ? 'cancel' : 'stale');

/** What the owner or the store will never take: trying again cannot mend it. A TypeError is an output that is no JSON. */
export const isUnacceptable = (error: unknown): boolean =>
  error instanceof TypeError || UNACCEPTABLE.some((code) => isMillraceError(error, code));
const UNACCEPTABLE = ['process.unknown-outcome', 'process.variables-too-large', 'store.invalid-value'] as const;

export const hasMovedOn = (error: unknown): boolean =>
  isMillraceError(error, 'process.not-waiting') || isMillraceError(error, 'process.not-active');

/** Times a commit is tried again when somebody else was faster. */
export const MAX_CONFLICTS = 5;

export const conflictOf = (id: JobId): MillraceError =>
  new MillraceError('store.conflict', { subject: `job ${formatJobId(id)}`, attempts: MAX_CONFLICTS });
