/** Jobs of the measurements that may take minutes: they can be stopped, and say how far they are. */
import { isMillraceError, messageOf } from '../kernel/errors.ts';
import { discard, fail, type Settlement } from '../kernel/settlement.ts';

export type LongJob = {
  readonly payload: unknown;
  readonly signal: AbortSignal;
  /** A share from 0 to 1, for people who wait. */
  readonly progress?: ((share: number) => void) | undefined;
};

/** How far a walk through time is, from 0 to 1. */
export const shareOf = ({
  at,
  from,
  to,
}: {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}): number => Math.min(1, (at - from) / Math.max(1, to - from));

/** What was asked wrongly would be as wrong the next time; anything else is tried again. */
export function settlementOf(error: unknown, { aborted }: AbortSignal): Settlement {
  if (!isMillraceError(error) || aborted) return fail(messageOf(error));
  return error.status < 500 && error.code !== 'store.conflict' ? discard(error.message) : fail(error.message);
}
