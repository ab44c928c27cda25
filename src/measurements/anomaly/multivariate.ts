/**
 * One score for a machine with several sensors: how far all of them together are from where they lately were. A fault that
 * moves three sensors a little is seen here before it is seen on any of them.
 *
 *   learning   the first `learnRows` rows give each sensor its mean and spread; counted again from the first, they give
 *              the covariance of the smoothed deviations, halved off the diagonal (shrinkage: few rows know little of it).
 *   deviation  a reading in its sensor's spreads, minus the reference of that sensor, smoothed over about 10 rows.
 *   score      the root of the mean square of the deviations, measured by that covariance (Hotelling's T² by the number of
 *              sensors): about 1 while all is as it was.
 *   reference  walks after the readings, since warm oil and weather are no faults: a hundredth of the way a row, and never
 *              more than a hundredth of a spread, so that a large fault draws it no further than a small one. At a score of
 *              3.25 and above it goes at a third of that pace: a fault does not become usual within its first hour, and
 *              when it is over the machine is soon well again.
 *
 * A sensor without a reading (NaN) keeps its deviation. State: 2 numbers a row and sensor while learning, then 4 a sensor
 * and the factor of the covariance.
 */
import { packNumbers, unpackNumbers } from '../window/packed-numbers.ts';
import { choleskyOf, squaredLength } from './cholesky.ts';
import { MAX_SCORE, type Operator, spreadOf } from './operator.ts';

export type MultivariateConfig = {
  readonly sensors: number;
  readonly learnRows: number;
  /** The smallest step of each sensor; missing or 0: unknown. */
  readonly resolutions?: readonly number[];
  /** Sensors of which only a rise is a fault: a smoothed deviation below 0 counts as 0. */
  readonly rising?: readonly boolean[];
};
type Model = {
  readonly means: Float64Array;
  readonly spreads: Float64Array;
  readonly factor: Float64Array;
  readonly references: Float64Array;
  readonly deviations: Float64Array;
};
export type MultivariateState = {
  readonly config: MultivariateConfig;
  learning: Float64Array[] | undefined;
  model: Model | undefined;
};
/** Rows of the learning one after the other; the five parts of the model. */
export type MultivariateSnapshot = { readonly learning: string | null; readonly model: readonly string[] | null };

export const MULTIVARIATE_LEARN_ROWS = 400;
/** From here on a machine is strange, and its reference walks slower. */
export const MULTIVARIATE_THRESHOLD = 3.25;
const SMOOTHING = 0.1;
const PACE = 0.01;
const PACE_IN_A_FAULT = 0.003;
/** No reading is followed as if it were more spreads away than this. */
const FARTHEST_FOLLOWED = 1;
/** No reading counts as more spreads away than this, so that a huge fault does not echo for long. */
const FARTHEST_SEEN = 10;
const SHRINKAGE = 0.5;
/** The reference begins as the mean of so many rows; until so many have passed, a smoothed deviation is still a beginning. */
const START_ROWS = 20;
/** The covariance of spreads that a sensor without movement is given. */
const FLOOR = 1e-6;

export const multivariate = {
  init: (config: MultivariateConfig): MultivariateState => ({ config, learning: [], model: undefined }),
  push: (state: MultivariateState, values: readonly number[]): number => {
    if (state.model !== undefined) return look(state.model, values, state.config.rising);
    state.learning?.push(Float64Array.from(values));
    if (state.learning?.length === state.config.learnRows) {
      state.model = modelOf(state.learning, state.config);
      state.learning = undefined;
    }
    return Number.NaN;
  },
  snapshot: ({ learning, model }: MultivariateState): MultivariateSnapshot => ({
    learning: learning === undefined ? null : packNumbers(Float64Array.from(learning.flatMap((row) => [...row]))),
    model:
      model === undefined
        ? null
        : [model.means, model.spreads, model.factor, model.references, model.deviations].map(packNumbers),
  }),
  restore: (config: MultivariateConfig, { learning, model }: MultivariateSnapshot): MultivariateState => ({
    config,
    learning: learning === null ? undefined : rowsOf(unpackNumbers(learning), config.sensors),
    model: model === null ? undefined : restoredModel(model),
  }),
} satisfies Operator<MultivariateConfig, MultivariateState, MultivariateSnapshot, readonly number[]>;

function look(model: Model, values: ArrayLike<number>, rising: readonly boolean[] = []): number {
  const scaled = scaledOf(model, values);
  deviate(model, scaled);
  const judged = model.deviations.map((deviation, sensor) => (rising[sensor] ? Math.max(0, deviation) : deviation));
  const score = Math.min(MAX_SCORE, Math.sqrt(squaredLength(judged, model.factor) / judged.length));
  follow(model, scaled, score >= MULTIVARIATE_THRESHOLD ? PACE_IN_A_FAULT : PACE);
  return score;
}

function modelOf(rows: readonly Float64Array[], { sensors, resolutions = [] }: MultivariateConfig): Model {
  const means = new Float64Array(sensors);
  const spreads = new Float64Array(sensors);
  for (let sensor = 0; sensor < sensors; sensor++) {
    const known = rows.map((row) => row[sensor] as number).filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
    const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    means[sensor] = mean;
    spreads[sensor] = spreadOf(Math.sqrt(squares / Math.max(1, known.length - 1)), resolutions[sensor] ?? 0, mean) || 1;
  }
  const begun = (): Model => startOf(rows, { means, spreads, factor: new Float64Array(sensors * sensors) });
  const factor = choleskyOf(covarianceOf(begun(), rows), sensors, FLOOR);
  const model = { ...begun(), factor };
  for (const row of rows) look(model, row);
  return model;
}

function startOf(
  rows: readonly Float64Array[],
  { means, spreads, factor }: Pick<Model, 'means' | 'spreads' | 'factor'>,
): Model {
  const model: Model = {
    ...{ means, spreads, factor },
    references: new Float64Array(means.length),
    deviations: new Float64Array(means.length),
  };
  const first = rows.slice(0, START_ROWS).map((row) => scaledOf(model, row));
  for (let sensor = 0; sensor < means.length; sensor++) {
    const known = first.map((row) => row[sensor] as number).filter((value) => !Number.isNaN(value));
    model.references[sensor] = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  }
  return model;
}

/** Of the smoothed deviations over the learning, around 0, with what is off the diagonal shrunk. */
function covarianceOf(model: Model, rows: readonly Float64Array[]): Float64Array {
  const size = model.means.length;
  const sums = new Float64Array(size * size);
  for (const [place, row] of rows.entries()) {
    const scaled = scaledOf(model, row);
    deviate(model, scaled);
    follow(model, scaled, PACE);
    if (place < START_ROWS) continue;
    for (let one = 0; one < size; one++)
      for (let other = 0; other < size; other++)
        sums[one * size + other] =
          (sums[one * size + other] as number) +
          (model.deviations[one] as number) * (model.deviations[other] as number);
  }
  const count = Math.max(1, rows.length - START_ROWS);
  return sums.map((sum, place) => {
    const isVariance = Math.floor(place / size) === place % size;
    return isVariance ? Math.max(sum / count, FLOOR) : ((1 - SHRINKAGE) * sum) / count;
  });
}

const scaledOf = ({ means, spreads }: Model, values: ArrayLike<number>): Float64Array =>
  means.map((mean, sensor) => ((values[sensor] ?? Number.NaN) - mean) / (spreads[sensor] as number));

function deviate({ deviations, references }: Model, scaled: Float64Array): void {
  for (const [sensor, value] of scaled.entries()) {
    const before = deviations[sensor] as number;
    if (!Number.isNaN(value))
      deviations[sensor] =
        before + SMOOTHING * (clipped(value - (references[sensor] as number), FARTHEST_SEEN) - before);
  }
}

function follow({ references }: Model, scaled: Float64Array, pace: number): void {
  for (const [sensor, value] of scaled.entries()) {
    const before = references[sensor] as number;
    if (!Number.isNaN(value)) references[sensor] = before + pace * clipped(value - before, FARTHEST_FOLLOWED);
  }
}

const clipped = (distance: number, farthest: number): number => Math.max(-farthest, Math.min(farthest, distance));

function rowsOf(numbers: Float64Array, sensors: number): Float64Array[] {
  const rows: Float64Array[] = [];
  for (let from = 0; from < numbers.length; from += sensors) rows.push(numbers.slice(from, from + sensors));
  return rows;
}

function restoredModel(parts: readonly string[]): Model {
  const [means, spreads, factor, references, deviations] = parts.map(unpackNumbers) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return { means, spreads, factor, references, deviations };
}
