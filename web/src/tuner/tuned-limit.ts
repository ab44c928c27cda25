/** Tuning a limit: the values one can drag it over, its steps, and what a trial says of labelled anomalies. */
import type { SimulatedFiring } from '../../../src/client/wire-simulation.ts';
import type { Anomaly, Limit } from '../api/measurements.ts';
import { edgesOf } from '../charts/marks.ts';
import type { Extent } from '../charts/series-shape.ts';

/** Above and below what is known, as a share of it, so that a limit can be dragged beyond every reading. */
const AIR = 0.25;
/** Steps over the whole axis where nothing says how fine a signal is. */
const STEPS = 200;

export type Scale = { readonly min: number; readonly max: number; readonly step: number };

/** The smallest step of the signal, where it is known, and the value below which it never is. */
export type SignalBounds = { readonly resolution?: number | undefined; readonly least?: number | undefined };

export function scaleOf(
  extent: Extent | undefined,
  limits: readonly number[],
  { resolution = 0, least = Number.NEGATIVE_INFINITY }: SignalBounds = {},
): Scale {
  const known = [...(extent ? [extent.min, extent.max] : []), ...limits];
  const low = known.length === 0 ? 0 : Math.min(...known);
  const high = known.length === 0 ? 1 : Math.max(...known);
  const length = high - low || Math.abs(high) || 1;
  const step = Math.max(resolution, roundStep((length * (1 + 2 * AIR)) / STEPS));
  return { min: Math.max(least, low - length * AIR), max: high + length * AIR, step };
}

/** 1, 2 or 5 times a power of ten, the nearest below. */
export function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const digit = [5, 2, 1].find((each) => each * power <= rough * (1 + 1e-9)) ?? 1;
  return digit * power;
}

/** On the scale, and on one of its steps. */
export function settled(value: number, { min, max, step }: Scale): number {
  const kept = Math.min(max, Math.max(min, value));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Number((Math.round(kept / step) * step).toFixed(Math.min(digits, 12)));
}

/** One edge changed. The edges of a band do not pass each other. */
export function withEdge(limit: Limit, edge: number, value: number): Limit {
  if (typeof limit === 'number') return value;
  return edge === 0 ? { ...limit, low: Math.min(value, limit.high) } : { ...limit, high: Math.max(value, limit.low) };
}

export const isSameLimit = (a: Limit, b: Limit): boolean => edgesOf(a).join() === edgesOf(b).join();

export type Verdict = {
  readonly anomaly: Anomaly;
  /** Whether the criterion fires on it, as it is set and as it is proposed. */
  readonly now: boolean;
  readonly proposed: boolean;
};

/** Of the anomalies that people have judged. A firing is on an anomaly when the two share a moment. */
export function verdictsOf(
  anomalies: readonly Anomaly[],
  { now, proposed }: { readonly now: readonly SimulatedFiring[]; readonly proposed: readonly SimulatedFiring[] },
): Verdict[] {
  return anomalies
    .filter(({ label }) => label !== null)
    .map((anomaly) => ({ anomaly, now: isOn(now, anomaly), proposed: isOn(proposed, anomaly) }));
}

function isOn(firings: readonly SimulatedFiring[], { from, to }: Anomaly): boolean {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  return firings.some(
    ({ since, until }) =>
      Date.parse(since) <= toMs && (until === null ? Number.POSITIVE_INFINITY : Date.parse(until)) >= fromMs,
  );
}
