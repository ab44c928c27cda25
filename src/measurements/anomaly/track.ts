/**
 * Makes anomalies of scores, so that one incident of a machine is one anomaly and not fifty. Pure.
 *
 *   quiet       scores are below the threshold.
 *   open        a score reached the threshold; the anomaly lasts from the first such row to the last one. It ends after
 *               `quietRows` rows below the threshold; a shorter pause belongs to it.
 *   refractory  it has ended, but the baseline still remembers it: only a score above its peak opens the next one.
 *               Over after `refractoryRows` rows.
 */
import type { Instant } from '../../kernel/clock.ts';

export type TrackRule = { readonly threshold: number; readonly quietRows: number; readonly refractoryRows: number };

/** One scored reading: what was measured, and what the detector expected. */
export type ScoredReading = {
  readonly at: Instant;
  readonly value: number;
  readonly score: number;
  readonly expected: number;
  readonly sigma: number;
};

export type OpenTrack = {
  readonly phase: 'open';
  readonly from: Instant;
  readonly to: Instant;
  readonly peak: ScoredReading;
  /** Rows below the threshold since `to`. */
  readonly quietRows: number;
};
export type Track =
  | { readonly phase: 'quiet' }
  | OpenTrack
  | { readonly phase: 'refractory'; readonly from: Instant; readonly peakScore: number; readonly rowsLeft: number };

export const QUIET: Track = { phase: 'quiet' };

/** A score that is not a number says nothing and counts as below the threshold. */
export function track(rule: TrackRule, before: Track, reading: ScoredReading): Track {
  const isStrange = reading.score >= rule.threshold;
  switch (before.phase) {
    case 'quiet':
      return isStrange ? opened(reading) : before;
    case 'open': {
      if (isStrange) {
        const peak = reading.score > before.peak.score ? reading : before.peak;
        return { ...before, to: reading.at, peak, quietRows: 0 };
      }
      const quietRows = before.quietRows + 1;
      if (quietRows < rule.quietRows) return { ...before, quietRows };
      return { phase: 'refractory', from: before.from, peakScore: before.peak.score, rowsLeft: rule.refractoryRows };
    }
    case 'refractory': {
      if (isStrange && reading.score > before.peakScore) return opened(reading);
      return before.rowsLeft > 1 ? { ...before, rowsLeft: before.rowsLeft - 1 } : QUIET;
    }
    default:
      return before satisfies never;
  }
}

/** Where the anomaly starts that a firing belongs to: the open one, or the one that is just over. */
export const activeSince = (state: Track): Instant | undefined => (state.phase === 'quiet' ? undefined : state.from);

const opened = (reading: ScoredReading): OpenTrack => ({
  phase: 'open',
  from: reading.at,
  to: reading.at,
  peak: reading,
  quietRows: 0,
});
