/**
 * KPIs by the names and formulas of ISO 22400-2, worked out of sums; docs/reference/analytics.md ("KPIs") says which, and
 * when there is none. Elements of shifts, days and devices are added first: ratios are never averaged. Pure.
 */
import { type Elements, NO_ELEMENTS, plannedBusyMs } from '../pipeline/scope.ts';

export type Kpis = {
  readonly availability: number | null;
  readonly effectiveness: number | null;
  readonly quality: number | null;
  readonly oee: number | null;
  /** Of the bounds: what was not seen taken as lost, and as made at the best pace. */
  readonly oeeLow: number | null;
  readonly oeeHigh: number | null;
  readonly nee: number | null;
  readonly teep: number | null;
  readonly utilization: number | null;
  readonly technical: number | null;
  readonly setupRatio: number | null;
  readonly scrapRatio: number | null;
  readonly reworkRatio: number | null;
  /** Items an hour: over what is known of the planned busy time, and while running. */
  readonly throughput: number | null;
  readonly averageSpeed: number | null;
  readonly mtbfMs: number | null;
  readonly mttrMs: number | null;
  readonly operatingMsPerFailure: number | null;
  /** Share of the planned busy time of which something is known. */
  readonly coverage: number | null;
  /** The machine is faster than its ideal cycle says, so the ideal cycle is wrong. */
  readonly isCycleWrong: boolean;
};

const HOUR_MS = 3_600_000;

export function kpisOf(elements: Elements): Kpis {
  const { running: apt, setup, breakdown, microstop, unknown, calendar, pq, sq, rq, idealMs, idealScrapMs } = elements;
  const pbt = plannedBusyMs(elements);
  const good = idealMs - idealScrapMs;
  const effectiveness = ratio(idealMs, apt);
  const quality = ratio(pq - sq, pq);
  return {
    availability: ratio(apt, pbt),
    effectiveness,
    quality,
    oee: ratio(good, pbt),
    ...oeeBounds(elements, pbt),
    nee: pbt === 0 ? null : ((apt + setup) / pbt) * (effectiveness ?? 0) * (quality ?? 0),
    teep: ratio(good, calendar),
    utilization: ratio(apt, apt + setup + breakdown + microstop),
    technical: ratio(apt, apt + breakdown + microstop),
    setupRatio: ratio(setup, apt + setup),
    scrapRatio: ratio(sq, pq),
    reworkRatio: ratio(rq, pq),
    throughput: ratio(pq * HOUR_MS, pbt - unknown),
    averageSpeed: ratio(pq * HOUR_MS, apt),
    mtbfMs: ratio(elements.sumTbf, elements.intervalsTbf),
    mttrMs: ratio(elements.sumTtr, elements.repairs),
    operatingMsPerFailure: ratio(apt + setup, elements.failures),
    coverage: ratio(pbt - unknown, pbt),
    isCycleWrong: effectiveness !== null && effectiveness > 1,
  };
}

/** Elements of several scopes or devices together. */
export function sumElements(all: readonly Elements[]): Elements {
  const sum = { ...NO_ELEMENTS };
  for (const elements of all)
    for (const name of Object.keys(NO_ELEMENTS) as (keyof Elements)[]) sum[name] += elements[name];
  return sum;
}

/** The good items that there are at least and at most, each at the mean ideal cycle of those that were seen. */
function oeeBounds(elements: Elements, pbt: number): Pick<Kpis, 'oeeLow' | 'oeeHigh'> {
  const { pq, idealMs, gqLow, gqHigh, unknown } = elements;
  if (pbt === 0) return { oeeLow: null, oeeHigh: null };
  const cycleMs = pq === 0 ? 0 : idealMs / pq;
  const high = pq === 0 ? unknown : gqHigh * cycleMs;
  return { oeeLow: (gqLow * cycleMs) / pbt, oeeHigh: Math.max(high, (elements.pq - elements.sq) * cycleMs) / pbt };
}

const ratio = (numerator: number, denominator: number): number | null =>
  denominator === 0 ? null : numerator / denominator;
