/**
 * The counters of a brick device as it shows them: what was made, from where its counter began. It begins again at 0 after
 * the controller was off, at the start of shifts where the device does that, and at any value after new firmware.
 */
import { whole } from '../distributions.ts';
import { MODULUS } from '../settings.ts';
import type { Site } from '../site.ts';
import { type BrickTruth, runningTotal } from './brick.ts';
import { secondOf } from './seconds.ts';

/** A reset so near to 0, or to the modulus, would look like growth or rollover: none happens there. */
const MARGIN = 1_000;
const FAR = 5_000;

export type Counters = {
  /** What the counter shows at the beginning of a second of the period, without tremble. */
  readonly count: (second: number) => number;
  readonly errors: (second: number) => number;
  /** Seconds at which a counter began anew. */
  readonly restarts: readonly number[];
};
/** From this second on the counters show what was made plus an offset. */
type Values = { readonly count: number; readonly errors: number };
type Epoch = Values & { readonly second: number };

export function countersOf(site: Site, truth: BrickTruth): Counters {
  const made = runningTotal(truth.good, truth.bad);
  const rejected = runningTotal(truth.bad);
  const modulus = site.faults.has('rollover') ? MODULUS : Number.MAX_SAFE_INTEGER;
  const epochs = epochsOf(site, truth, { made, rejected, modulus });
  const epochOf = placesOf(epochs, made.length);
  return {
    count: (second) => (made[second]! + epochs[epochOf[second]!]!.count) % modulus,
    errors: (second) => (rejected[second]! + epochs[epochOf[second]!]!.errors) % modulus,
    restarts: epochs.slice(1).map(({ second }) => second),
  };
}

function epochsOf(
  site: Site,
  { powerCycles, firmware }: BrickTruth,
  { made, rejected, modulus }: { readonly made: Uint32Array; readonly rejected: Uint32Array; readonly modulus: number },
): Epoch[] {
  const stream = site.streams('counters');
  const first = whole(stream, 30_000, 60_000);
  const epochs: Epoch[] = [{ second: 0, count: first, errors: Math.floor(first * 0.015) }];
  const starts = site.faults.has('shift-reset') ? (site.shifts ?? []).map(({ from }) => ({ to: from })) : [];
  const resets = [...powerCycles, ...starts].map(({ to }) => ({ to, kind: 'zero' as const }));
  const jumps = firmware === undefined ? [] : [{ to: firmware.to, kind: 'any' as const }];
  for (const { to, kind } of [...resets, ...jumps].sort((a, b) => a.to - b.to)) {
    const second = secondOf(site.period, to);
    const before = epochs.at(-1)!;
    if (second <= before.second || second >= made.length) continue;
    const shown = (made[second]! + before.count) % modulus;
    if (shown < MARGIN || shown > modulus - MARGIN) continue;
    const old = { count: shown, errors: rejected[second]! + before.errors };
    const value = kind === 'zero' ? { count: 0, errors: 0 } : firmwareValues(site, old);
    epochs.push({ second, count: value.count - made[second]!, errors: value.errors - rejected[second]! });
  }
  return epochs;
}

/** Any values, but so far from the old ones that the change can be seen. */
function firmwareValues({ streams }: Site, old: Values): Values {
  const stream = streams('firmware values');
  const farFrom = (value: number, shown: number): number =>
    Math.abs(value - shown) < FAR ? shown + FAR + Math.abs(value - shown) : value;
  return {
    count: farFrom(whole(stream, 100_000, 900_000), old.count),
    errors: farFrom(whole(stream, 5_000, 50_000), old.errors),
  };
}

/** The place of the epoch of each second. */
function placesOf(epochs: readonly Epoch[], seconds: number): Uint16Array {
  const places = new Uint16Array(seconds);
  for (const [place, { second }] of epochs.entries()) places.fill(place, second);
  return places;
}
