/**
 * How a message waits: RabbitMQ has no delay of its own that every release knows, so there is a queue for each of a few
 * lengths, whose messages expire into the exchange that brings them back. Each queue has one length, so that nobody
 * waits behind a longer one. A delay is rounded up to a step; one beyond the longest step takes several.
 */

export type Step = { readonly name: string; readonly ms: number };

/** No step is more than three times the one before. */
export const STEPS: readonly Step[] = [
  { name: '100ms', ms: 100 },
  { name: '250ms', ms: 250 },
  { name: '500ms', ms: 500 },
  { name: '1s', ms: 1_000 },
  { name: '2s', ms: 2_000 },
  { name: '5s', ms: 5_000 },
  { name: '10s', ms: 10_000 },
  { name: '30s', ms: 30_000 },
  { name: '1m', ms: 60_000 },
  { name: '2m', ms: 120_000 },
  { name: '5m', ms: 300_000 },
  { name: '10m', ms: 600_000 },
  { name: '30m', ms: 1_800_000 },
  { name: '1h', ms: 3_600_000 },
];
const LONGEST: Step = { name: '1h', ms: 3_600_000 };

/** Clocks of two processes may differ by this much: a message that is due within it is due. */
const CLOCKS_DIFFER_MS = 50;

/** The next step of a wait; undefined when there is nothing left to wait. */
export function nextStep(leftMs: number): Step | undefined {
  return leftMs <= 0 ? undefined : (STEPS.find(({ ms }) => ms >= leftMs) ?? LONGEST);
}

/** How long a message that has come back must still wait. */
export const leftToWaitMs = (dueAt: number, now: number): number => (dueAt - now <= CLOCKS_DIFFER_MS ? 0 : dueAt - now);
