/**
 * How well the best shipped detector does on the series of NAB that are here, and what its threshold is chosen by.
 *
 * `measurements.nab.standard`: each series is left out in turn; detector and threshold are chosen on the others, and score
 * the one left out; the parts are pooled into one NAB score. What a detector is made of is the same in each turn.
 */
import { existsSync } from 'node:fs';
import { trackRuleOf } from '../../src/measurements/anomaly/detector.ts';
import { DETECTORS, type DetectorName } from '../../src/measurements/anomaly/detector-name.ts';
import { alarmRows, nabScores, scoresOf } from '../../src/measurements/benchmark/nab.ts';
import { NAB_LABELS, type NabSeries, readNabFolder } from '../../src/measurements/benchmark/nab-folder.ts';
import { NAB_PROFILES, nabScore, type Tally, tally } from '../../src/measurements/benchmark/nab-score.ts';
import { type Figure, note } from '../figure.ts';
import { plantedCorpus } from './planted/corpus.ts';

const FOLDER = new URL('../../../shared/data/nab/', import.meta.url).pathname;
const PLANTED_SEEDS = [1, 2, 3, 4, 5, 6];
/** Thresholds that are tried, in shares of the shipped one: 1/3 to 3 times of it, each 6 % above the one before. */
const TRIED = Array.from({ length: 39 }, (_, place) => 1.06 ** (place - 19));

/** What each threshold of a detector makes of each series. */
type Trial = {
  readonly detector: DetectorName;
  readonly threshold: number;
  readonly tallies: readonly Tally[];
};

/** Nothing where the data is absent; says so. */
export function* nabFigures(): Generator<Figure> {
  if (!existsSync(FOLDER + NAB_LABELS)) {
    note(`measurements.nab: skipped, ${FOLDER} is not here`);
    return;
  }
  const { series } = readNabFolder(FOLDER);
  const trials = DETECTORS.flatMap((detector) => trialsOf(detector, series));
  const parts = series.map((_, left) => {
    const others = (trial: Trial) => trial.tallies.filter((__, place) => place !== left);
    const best = bestOf(trials, others);
    note(`without ${series[left]?.name}: ${best.detector} from ${best.threshold.toPrecision(3)}`);
    return best.tallies[left] as Tally;
  });
  const { standard, lowFp, lowFn } = nabScores(parts);
  const profiles = `low FP ${lowFp.toFixed(1)}, low FN ${lowFn.toFixed(1)}`;
  yield {
    name: 'measurements.nab.standard',
    value: standard,
    unit: 'points',
    setup: `${series.length} series, each left out in turn, detector and threshold chosen on the others; ${profiles}`,
  };
}

/** The scores of thresholds on series that are made, as notes: what a shipped threshold is chosen by. */
export function notePlanted(detector: DetectorName = 'novelty'): void {
  const series = PLANTED_SEEDS.flatMap(plantedCorpus);
  for (const { threshold, tallies } of trialsOf(detector, series))
    note(`planted, ${detector} from ${threshold.toPrecision(3)}: ${standardOf(tallies).toFixed(1)}`);
}

function trialsOf(detector: DetectorName, series: readonly NabSeries[]): Trial[] {
  const rule = trackRuleOf(detector);
  const scores = series.map((each) => scoresOf(detector, each));
  return TRIED.map((share) => {
    const threshold = rule.threshold * share;
    const tallies = series.map(({ marking }, place) =>
      tally(marking, alarmRows(scores[place] as Float64Array, { ...rule, threshold })),
    );
    return { detector, threshold, tallies };
  });
}

function bestOf(trials: readonly Trial[], part: (trial: Trial) => readonly Tally[]): Trial {
  const [first, ...rest] = trials.map((trial) => ({ trial, score: standardOf(part(trial)) }));
  if (first === undefined) throw new RangeError('no trial to choose from');
  return rest.reduce((best, each) => (each.score > best.score ? each : best), first).trial;
}

const standardOf = (tallies: readonly Tally[]): number => nabScore(tallies, NAB_PROFILES.standard);
