/**
 * When the live plant goes wrong, where and how. A newcomer is to see a task within a minute and something to reject soon
 * after; from then on a machine that has long been well is next every few minutes.
 *
 * A fault stays in the baselines of the detectors for 288 readings, and meanwhile hides the next one. And a fault that
 * lasts so long that the baseline knows nothing else turns its own end into a sudden change. Hence its longest duration
 * and the order of the machines: with four of them each has time to forget.
 */
import type { Instant } from '../kernel/clock.ts';
import type { Fault, FaultKind, Tempo } from './fault.ts';

const FIRST_MS = 25_000;
const SECOND_MS = 100_000;
const EVERY_MS = 240_000;
/** In this order, and over again. */
const ROTATION = ['press-1', 'kiln-1', 'press-2', 'dryer-1'] as const;
const KINDS: readonly FaultKind[] = ['lost-cooling', 'sensor-cleaned', 'bearing-wear'];

/** Readings after which a fault is over though nobody has repaired it. */
export const LONGEST_FAULT_ROWS = 120;
/** Long enough for both detectors to see it, and for a person to see that it was brief. */
export const CLEANING_ROWS = 18;

export const durationMs = (kind: FaultKind, { everyMs }: Tempo): number =>
  everyMs * (kind === 'sensor-cleaned' ? CLEANING_ROWS : LONGEST_FAULT_ROWS);

/** When the fault with this number, counted from 0, comes. */
export function faultDue(begun: Instant, number: number): Instant {
  return begun + (number === 0 ? FIRST_MS : SECOND_MS + (number - 1) * EVERY_MS);
}

/** It strikes the machine that has been well for the longest time. */
export function nextFault(
  faults: readonly Fault[],
  { number, at, tempo }: { readonly number: number; readonly at: Instant; readonly tempo: Tempo },
): Fault {
  const lastEnd = (device: string) =>
    Math.max(0, ...faults.filter((fault) => fault.device === device).map(({ to }) => to));
  const [device] = [...ROTATION].sort((a, b) => lastEnd(a) - lastEnd(b));
  const kind = KINDS[number % KINDS.length] ?? 'lost-cooling';
  return { device: device ?? ROTATION[0], kind, from: at, to: at + durationMs(kind, tempo) };
}
