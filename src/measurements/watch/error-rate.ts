/**
 * High error rate: more rejects than the limit, and so many that it cannot well be chance: the lower end of the Wilson
 * interval of the share in the last minutes lies above the limit. It is over when the share itself is clearly below the limit again.
 */
import type { Instant } from '../../kernel/clock.ts';
import { MINUTE_MS, type Minute } from '../pipeline/minutes.ts';
import { wilson } from '../wilson.ts';
import type { Find } from './finding.ts';

export type ErrorRateRule = { readonly field: string; readonly limit: number; readonly windowMs: number };
type Point = readonly [at: Instant, items: number, scrap: number];
/** JSON: its own snapshot. */
export type ErrorRateState = {
  window: Point[];
  items: number;
  scrap: number;
  open: { from: Instant; to: Instant; peakAt: Instant; peak: number } | null;
};

/** Three standard deviations: about one false alarm in 700 windows of independent chance. */
const Z = 3;
/** It ends when the share falls below so much of the limit. */
const CLEAR_SHARE = 0.8;
const MAJOR_RATIO = 2;
const CRITICAL_RATIO = 4;

export const newErrorRate = (): ErrorRateState => ({ window: [], items: 0, scrap: 0, open: null });

export function watchErrorRate(
  rule: ErrorRateRule,
  state: ErrorRateState,
  { minute, find }: { minute: Minute; find: Find },
): void {
  const { at, items, scrap } = minute;
  if (items > 0) {
    state.window.push([at, items, scrap]);
    state.items += items;
    state.scrap += scrap;
  }
  while (state.window.length > 0 && (state.window[0] as Point)[0] <= at - rule.windowMs) {
    const [, left, bad] = state.window.shift() as Point;
    state.items -= left;
    state.scrap -= bad;
  }
  const share = state.items === 0 ? Number.NaN : Math.min(1, state.scrap / state.items);
  const isHigh = wilson(share, state.items, Z).low > rule.limit;
  const end = at + MINUTE_MS;
  if (isHigh && state.open === null) {
    const [from] = state.window.find(([, made, bad]) => bad > rule.limit * made) ?? [at];
    state.open = { from, to: end, peakAt: at, peak: share };
  } else if (isHigh && state.open !== null) {
    state.open.to = end;
    if (share > state.open.peak) Object.assign(state.open, { peak: share, peakAt: at });
  } else if (state.open !== null && !(share >= rule.limit * CLEAR_SHARE))
    endErrorRate(rule, state, { find, isOpen: false });
}

/** Hands out what is open, as over or, at the end of the rows, as still open. */
export function endErrorRate(
  rule: ErrorRateRule,
  state: ErrorRateState,
  { find, isOpen }: { readonly find: Find; readonly isOpen: boolean },
): void {
  if (state.open === null) return;
  const { from, to, peakAt, peak } = state.open;
  const score = peak / rule.limit;
  find({
    field: rule.field,
    detector: 'high-error-rate',
    from,
    to,
    isOpen,
    score,
    severity: score >= CRITICAL_RATIO ? 'critical' : score >= MAJOR_RATIO ? 'major' : 'minor',
    evidence: { at: peakAt, value: peak, expected: rule.limit, sigma: 0, threshold: rule.limit },
  });
  state.open = null;
}
