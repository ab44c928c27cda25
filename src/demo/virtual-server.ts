/** A server on a virtual clock: time passes there when it is told so, and work gets done while it passes. */
import type { Instant } from '../kernel/clock.ts';
import { MillraceError } from '../kernel/errors.ts';

export type VirtualServer = {
  readonly now: () => Instant;
  /** Moves the clock of the server and lets it work. */
  readonly advanceTo: (instant: Instant) => Promise<void>;
};

/** Small against the time between two readings, so that waiting moves nothing that anybody sees; then less small. */
const STEP_MS = 5;
const PATIENT_LOOKS = 100;
const LONG_STEP_MS = 100;
/** After so many looks time is not what is missing. */
const MAX_LOOKS = 1_000;

/** Looks until there is something, and lets a little time pass in between. Throws `demo.nothing-happened`. */
export async function until<T>(
  { now, advanceTo }: VirtualServer,
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const found = await look();
    if (found !== undefined) return found;
    await advanceTo(now() + (looks < PATIENT_LOOKS ? STEP_MS : LONG_STEP_MS));
  }
  throw new MillraceError('demo.nothing-happened', { what, looks: MAX_LOOKS });
}
