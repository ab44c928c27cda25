/** A server on a virtual clock: time passes there when it is told so, and work gets done while it passes. */
import { performance } from 'node:perf_hooks';
import type { Instant } from '../kernel/clock.ts';
import { MillraceError } from '../kernel/errors.ts';

export type VirtualServer = {
  readonly now: () => Instant;
  /** Moves the clock of the server and lets it work. */
  readonly advanceTo: (instant: Instant) => Promise<void>;
};

/** Small against the time between two readings, so that waiting moves nothing that anybody sees; later less small. */
const STEP_MS = 5;
const PATIENT_LOOKS = 200;
const LONG_STEP_MS = 50;
/** By the clock on the wall: how long the disk of a busy machine may take. */
const PATIENCE_MS = 20_000;

/** Looks until there is something, and lets a little time pass in between. Throws `demo.nothing-happened`. */
export async function until<T>(
  { now, advanceTo }: VirtualServer,
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const begun = performance.now();
  for (let looks = 1; ; looks++) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() - begun > PATIENCE_MS) throw new MillraceError('demo.nothing-happened', { what, looks });
    await advanceTo(now() + (looks <= PATIENT_LOOKS ? STEP_MS : LONG_STEP_MS));
  }
}
