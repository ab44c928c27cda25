/**
 * Low efficiency: the machine runs, but slower than planned. Effectiveness (time the items take at best, by the time they
 * took) is looked at in windows of run time, so that stops do not count; several low windows one after the other are a
 * finding, and only a window clearly above the limit ends it.
 */
import type { Instant } from '../../kernel/clock.ts';
import { MINUTE_MS, type Minute } from '../pipeline/minutes.ts';
import type { Find } from './finding.ts';

export type EfficiencyRule = {
  readonly field: string;
  readonly limit: number;
  readonly windowMs: number;
  /** Low windows one after the other that make a finding. */
  readonly windows: number;
};
/** JSON: its own snapshot. */
export type EfficiencyState = {
  /** The window that is being filled. */
  from: Instant;
  runMs: number;
  idealMs: number;
  /** Low windows so far: since when, until when, how many, and the lowest of them. */
  low: { from: Instant; to: Instant; count: number; lowestAt: Instant; lowest: number } | null;
};

/** It ends with a window that is so much above the limit. */
const HYSTERESIS = 0.05;
const MAJOR_SHARE = 0.75;
const CRITICAL_SHARE = 0.5;

export const newEfficiency = (): EfficiencyState => ({ from: Number.NaN, runMs: 0, idealMs: 0, low: null });

export function watchEfficiency(
  rule: EfficiencyRule,
  state: EfficiencyState,
  { minute, find }: { minute: Minute; find: Find },
): void {
  const { at, runMs, idealMs } = minute;
  if (runMs <= 0) return;
  if (Number.isNaN(state.from)) state.from = at;
  state.runMs += runMs;
  state.idealMs += idealMs;
  if (state.runMs < rule.windowMs) return;
  const share = state.idealMs / state.runMs;
  const window = { from: state.from, to: at + MINUTE_MS };
  Object.assign(state, { from: Number.NaN, runMs: 0, idealMs: 0 });
  const { low } = state;
  if (share < rule.limit) {
    if (low === null) state.low = { ...window, count: 1, lowestAt: window.from, lowest: share };
    else {
      low.to = window.to;
      low.count += 1;
      if (share < low.lowest) Object.assign(low, { lowest: share, lowestAt: window.from });
    }
  } else if (low !== null && (low.count < rule.windows || share >= rule.limit + HYSTERESIS))
    endEfficiency(rule, state, { find, isOpen: false });
}

/** Hands out what is open, as over or, at the end of the rows, as still open. */
export function endEfficiency(
  rule: EfficiencyRule,
  state: EfficiencyState,
  { find, isOpen }: { readonly find: Find; readonly isOpen: boolean },
): void {
  const { low } = state;
  state.low = null;
  if (low === null || low.count < rule.windows) return;
  const share = low.lowest / rule.limit;
  find({
    field: rule.field,
    detector: 'low-efficiency',
    from: low.from,
    to: low.to,
    isOpen,
    score: 1 / Math.max(share, 0.01),
    severity: share <= CRITICAL_SHARE ? 'critical' : share <= MAJOR_SHARE ? 'major' : 'minor',
    evidence: { at: low.lowestAt, value: low.lowest, expected: rule.limit, sigma: 0, threshold: rule.limit },
  });
}
