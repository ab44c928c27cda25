/** `millrace`: what every part shares – errors with stable codes, the clock, and settlements for job handlers. */

export { discard, done, fail, type Settlement, snooze } from './kernel/settlement.ts';
export { type Clock, type Instant, systemClock, VirtualClock } from './kernel/clock.ts';
export { isMillraceError, MillraceError } from './kernel/errors.ts';
