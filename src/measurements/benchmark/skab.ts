/**
 * The point score of SKAB: rows 0 to 399 of each file are for learning, every later row is judged, all files together. A
 * detector of single fields is as strange as it is on the strangest of the sensors.
 */
import { openDetector, trackRuleOf } from '../anomaly/detector.ts';
import { DETECTORS, type DetectorName } from '../anomaly/detector-name.ts';
import { MULTIVARIATE_LEARN_ROWS, MULTIVARIATE_THRESHOLD, multivariate } from '../anomaly/multivariate.ts';
import type { SkabFile } from './skab-folder.ts';

export const SKAB_DETECTORS = ['multivariate', ...DETECTORS] as const;
export type SkabDetector = (typeof SKAB_DETECTORS)[number];

/** `far` and `mar`: false and missed alarms, in percent of the rows that are well and that are not. */
export type SkabScore = { readonly f1: number; readonly far: number; readonly mar: number };
export type SkabResult = SkabScore & {
  readonly detector: SkabDetector;
  readonly threshold: number;
  readonly series: readonly (SkabScore & { readonly name: string })[];
};
export type Confusion = {
  readonly hits: number;
  readonly falseAlarms: number;
  readonly misses: number;
  readonly quiet: number;
};

/** Yields after each file of each detector; the last of a detector comes with its result. */
export function* runSkab(
  files: readonly SkabFile[],
): Generator<{ readonly rows: number; readonly result?: SkabResult }, void> {
  for (const detector of SKAB_DETECTORS) {
    const threshold = detector === 'multivariate' ? MULTIVARIATE_THRESHOLD : trackRuleOf(detector).threshold;
    const parts: Confusion[] = [];
    for (const file of files) {
      parts.push(confusionOf(file.labels, skabScoresOf(detector, file), threshold));
      const isLast = parts.length === files.length;
      const series = parts.map((part, place) => ({ name: files[place]?.name ?? '', ...skabScore([part]) }));
      yield {
        rows: file.times.length,
        ...(isLast && { result: { detector, threshold, ...skabScore(parts), series } }),
      };
    }
  }
}

export function skabScoresOf(name: SkabDetector, { sensors, times }: Omit<SkabFile, 'name' | 'labels'>): Float64Array {
  if (name !== 'multivariate') return strongestOf(name, { sensors, times });
  const state = multivariate.init({ sensors: sensors.length, learnRows: MULTIVARIATE_LEARN_ROWS });
  return times.map((_, row) =>
    multivariate.push(
      state,
      sensors.map((values) => values[row] as number),
    ),
  );
}

function strongestOf(name: DetectorName, { sensors, times }: Omit<SkabFile, 'name' | 'labels'>): Float64Array {
  const strongest = new Float64Array(times.length).fill(Number.NaN);
  for (const values of sensors) {
    const detector = openDetector(name, { name: 'sensor' });
    for (const [row, value] of values.entries()) {
      const score = detector.push(value, times[row] as number);
      if (!(score <= (strongest[row] as number)))
        strongest[row] = Number.isNaN(score) ? (strongest[row] as number) : score;
    }
  }
  return strongest;
}

/** Without the rows of the learning. */
export function confusionOf(labels: Float64Array, scores: Float64Array, threshold: number): Confusion {
  const counts = { hits: 0, falseAlarms: 0, misses: 0, quiet: 0 };
  for (let row = MULTIVARIATE_LEARN_ROWS; row < labels.length; row++) {
    const isAlarm = (scores[row] as number) >= threshold;
    if ((labels[row] as number) > 0) counts[isAlarm ? 'hits' : 'misses'] += 1;
    else counts[isAlarm ? 'falseAlarms' : 'quiet'] += 1;
  }
  return counts;
}

/** All parts together. A share of nothing is 0. */
export function skabScore(parts: readonly Confusion[]): SkabScore {
  const sum = (of: keyof Confusion) => parts.reduce((total, part) => total + part[of], 0);
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  const [hits, falseAlarms, misses, quiet] = [sum('hits'), sum('falseAlarms'), sum('misses'), sum('quiet')];
  return {
    f1: share(2 * hits, 2 * hits + falseAlarms + misses),
    far: 100 * share(falseAlarms, falseAlarms + quiet),
    mar: 100 * share(misses, misses + hits),
  };
}
