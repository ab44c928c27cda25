/**
 * Every shipped detector over a folder of NAB, each at its shipped threshold and with its shipped habits: an alarm is a row
 * at which an anomaly opens, since that is what calls a person. The rows of an anomaly that is open call nobody.
 */
import { openDetector, trackRuleOf } from '../anomaly/detector.ts';
import { DETECTORS, type DetectorName } from '../anomaly/detector-name.ts';
import { QUIET, type Track, type TrackRule, track } from '../anomaly/track.ts';
import type { NabSeries } from './nab-folder.ts';
import { NAB_PROFILES, type NabProfileName, nabScore, type Tally, tally } from './nab-score.ts';

export type NabScores = Readonly<Record<NabProfileName, number>>;
export type NabResult = NabScores & {
  readonly detector: DetectorName;
  readonly threshold: number;
  readonly series: readonly (Tally & { readonly name: string; readonly standard: number })[];
};

/** Yields after each series of each detector; the last of a detector comes with its result. */
export function* runNab(
  list: readonly NabSeries[],
): Generator<{ readonly rows: number; readonly result?: NabResult }, void> {
  for (const detector of DETECTORS) {
    const rule = trackRuleOf(detector);
    const tallies: Tally[] = [];
    for (const series of list) {
      tallies.push(tally(series.marking, alarmRows(scoresOf(detector, series), rule)));
      const isLast = tallies.length === list.length;
      yield {
        rows: series.times.length,
        ...(isLast && { result: resultOf(detector, rule.threshold, { list, tallies }) }),
      };
    }
  }
}

/** The score of each row, NaN while the detector still learns; it sees one row after the other and nothing of the file. */
export function scoresOf(name: DetectorName, { values, times }: Pick<NabSeries, 'values' | 'times'>): Float64Array {
  const detector = openDetector(name, { name: 'value' });
  return values.map((value, row) => detector.push(value, times[row] as number));
}

/** The rows at which an anomaly opens. */
export function alarmRows(scores: Float64Array, rule: TrackRule): number[] {
  const rows: number[] = [];
  let state: Track = QUIET;
  for (const [row, score] of scores.entries()) {
    if (state.phase === 'quiet' && !(score >= rule.threshold)) continue;
    const wasOpen = state.phase === 'open';
    state = track(rule, state, { at: row, value: 0, score, expected: 0, sigma: 0 });
    if (!wasOpen && state.phase === 'open') rows.push(row);
  }
  return rows;
}

function resultOf(
  detector: DetectorName,
  threshold: number,
  { list, tallies }: { readonly list: readonly NabSeries[]; readonly tallies: readonly Tally[] },
): NabResult {
  return {
    detector,
    threshold,
    ...nabScores(tallies),
    series: tallies.map((each, place) => ({
      ...{ name: list[place]?.name ?? '', standard: nabScore([each], NAB_PROFILES.standard) },
      ...each,
    })),
  };
}

export const nabScores = (tallies: readonly Tally[]): NabScores => ({
  standard: nabScore(tallies, NAB_PROFILES.standard),
  lowFp: nabScore(tallies, NAB_PROFILES.lowFp),
  lowFn: nabScore(tallies, NAB_PROFILES.lowFn),
});
