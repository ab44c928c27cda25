/** Statistics, trends, percentiles and buckets are what pandas and NumPy make of the same series. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/kernel/random.ts';
import { type Bucket, mergeBuckets, newBucket, standardDeviation } from '../../../src/measurements/pipeline/bucket.ts';
import { emptyRows } from '../../../src/measurements/pipeline/rows.ts';
import { percentileOf, SKETCH_ERROR } from '../../../src/measurements/pipeline/sketch.ts';
import { DeviceRun } from '../../../src/measurements/services/device-run.ts';
import { defineMeasurement } from '../../../src/measurements/services/measurement-service.ts';
import { ewmaMean, ewmaVariance } from '../../../src/measurements/window/ewma.ts';
import { percentiles } from '../../../src/measurements/window/percentile.ts';
import { rollingMax, rollingMin } from '../../../src/measurements/window/rolling-extremes.ts';
import { rollingMean, rollingStandardDeviation } from '../../../src/measurements/window/rolling-moments.ts';
import { rollingQuantile } from '../../../src/measurements/window/rolling-quantile.ts';
import { trend } from '../../../src/measurements/window/trend.ts';
import { type Answers, askPandas, PANDAS_IS_MISSING, type Series, withoutPandas } from './pandas.ts';

if (withoutPandas) process.stderr.write(`${PANDAS_IS_MISSING}\n`);

const ROWS = 3_000;
const START = Date.UTC(2026, 0, 5, 6);
const TEST_MS = 120_000;
const SETTINGS = {
  windowRows: 48,
  alpha: 0.05,
  shares: [0, 0.05, 0.25, 0.5, 0.77, 0.95, 1],
  windowMs: 1_800_000,
  bucketMs: 900_000,
  maxGapMs: 300_000,
};
const LAST_SHARE = 1;

/** Mostly every 20 s, sometimes with a silence of up to half an hour. */
function seriesOf(seed: number, valueAt: (place: number, random: () => number) => number | null): Series {
  const random = seededRandom(seed);
  const at: number[] = [];
  const values: (number | null)[] = [];
  for (let place = 0, now = START; place < ROWS; place++) {
    now += random() < 0.01 ? 1 + Math.floor(random() * 1_800_000) : 1_000 * (10 + Math.floor(random() * 20));
    at.push(now);
    values.push(valueAt(place, random));
  }
  return { at, values };
}

const noise = (random: () => number) => random() + random() + random() - 1.5;
const SERIES: readonly (readonly [name: string, series: Series])[] = [
  ['noise around nought', seriesOf(1, (_, random) => noise(random))],
  ['noise on an offset of a thousand million', seriesOf(2, (_, random) => 1e9 + noise(random))],
  [
    'a signal with gaps',
    seriesOf(3, (place, random) => (random() < 0.2 ? null : 20 + Math.sin(place / 50) + noise(random))),
  ],
  [
    'constant stretches',
    seriesOf(4, (place, random) => (place % 400 < 250 ? 72.5 : 72.5 + Math.round(noise(random) * 10) / 10)),
  ],
  [
    'ramps and spikes, below nought too',
    seriesOf(5, (place, random) => ((place % 700) - 350) / 10 + (random() < 0.01 ? 5_000 : noise(random))),
  ],
];

describe.skipIf(withoutPandas).each(SERIES)('of %s', (_, series) => {
  const asked: Promise<Answers> = withoutPandas ? Promise.resolve({}) : askPandas({ ...SETTINGS, ...series });
  const present = series.at.flatMap((at, place): [number, number][] => {
    const value = series.values[place];
    return value === null || value === undefined ? [] : [[at, value]];
  });
  const values = present.map(([, value]) => value);
  /** Both sides round; at 1e9 the last digit of a value is 1e-7. */
  const scale = Math.max(...values.map(Math.abs));
  const expectNear = (found: readonly number[], expected: readonly (number | null)[] | undefined, reach = scale) => {
    expect(found).toHaveLength(expected?.length ?? -1);
    const wrong = found.flatMap((one, place) => {
      const other = expected?.[place] ?? Number.NaN;
      const isNear = Math.abs(one - other) <= 1e-9 * Math.abs(other) + 1e-14 * reach;
      return isNear || (Number.isNaN(one) && Number.isNaN(other)) ? [] : [`${place}: ${one} is not ${other}`];
    });
    expect(wrong).toEqual([]);
  };

  it('rolling and weighted statistics', { timeout: TEST_MS }, async () => {
    const pandas = await asked;
    const config = { ...SETTINGS, share: LAST_SHARE };
    const run = <State>(operator: { init(config: never): State; push(state: State, value: number): number }) => {
      const state = operator.init(config as never);
      return values.map((value) => operator.push(state, value));
    };
    expectNear(run(rollingMean), pandas.rollingMean);
    expectNear(run(rollingStandardDeviation), pandas.rollingStandardDeviation);
    expectNear(run(rollingMin), pandas.rollingMin);
    expectNear(run(rollingMax), pandas.rollingMax);
    expectNear(run(rollingQuantile), pandas.rollingQuantile);
    expectNear(run(ewmaMean), pandas.ewmaMean);
    expectNear(run(ewmaVariance), pandas.ewmaVariance);
  });

  it('percentiles', { timeout: TEST_MS }, async () => {
    expectNear(percentiles(values, SETTINGS.shares), (await asked).percentiles);
  });

  it('slopes per hour and whether they are a trend', { timeout: TEST_MS }, async () => {
    const pandas = await asked;
    const state = trend.init(SETTINGS);
    const seen = present.map(([at, value]) => ({ slope: trend.push(state, value, at), direction: state.direction }));
    // A slope is a difference of values over a stretch that may be some seconds, 1/400 of an hour.
    expectNear(
      seen.map(({ slope }) => slope),
      pandas.trend,
      scale * 1e4,
    );
    const wrong = seen.filter(({ slope, direction }, place) => {
      const certainty = pandas.certainty?.[place] ?? Number.NaN;
      if (Number.isNaN(slope)) return direction !== null;
      // Exactly on the limit rounding decides; a certainty that is no number has no residuals.
      if (Number.isNaN(certainty) || Math.abs(certainty - 3) < 1e-6) return false;
      return direction !== (certainty < 3 ? 'stable' : slope > 0 ? 'increasing' : 'decreasing');
    });
    expect(wrong).toEqual([]);
  });

  it('buckets, those that are merged, and the mean over time', { timeout: TEST_MS }, async () => {
    const pandas = await asked;
    const stored = bucketsOf(present, SETTINGS.bucketMs);
    const rows = stored.filter(([, bucket]) => bucket.n > 0);
    const column = (of: (bucket: Bucket) => number | null) => rows.map(([, bucket]) => of(bucket) ?? Number.NaN);
    expect(rows.map(([start]) => start)).toEqual(pandas['bucket start']);
    expect(column(({ n }) => n)).toEqual(pandas['bucket count']);
    expectNear(
      column(({ mean }) => mean),
      pandas['bucket mean'],
    );
    expectNear(column(standardDeviation), pandas['bucket std']);
    expectNear(
      column(({ sum }) => sum),
      pandas['bucket sum'],
      scale * 1_000,
    );
    for (const name of ['min', 'max', 'first', 'last'] as const)
      expect(column((bucket) => bucket[name])).toEqual(pandas[`bucket ${name}`]);
    const hourly = await askPandas({ ...SETTINGS, ...series, bucketMs: 3_600_000 });
    const merged = mergedBy(rows, 3_600_000);
    expectNear(
      [...merged.values()].map((bucket) => bucket.mean),
      hourly['bucket mean'],
    );
    expectNear(
      [...merged.values()].map((bucket) => standardDeviation(bucket) ?? Number.NaN),
      hourly['bucket std'],
    );
    const all = [...mergedBy(stored, Number.MAX_SAFE_INTEGER).values()][0] ?? newBucket();
    expectNear([all.integral / all.heldMs], pandas.timeWeightedMean);
    for (const [place, share] of SETTINGS.shares.entries()) {
      const exact = pandas.lowerPercentiles?.[place] ?? Number.NaN;
      const sketched = percentileOf(all.sketch, share) ?? Number.NaN;
      expect(Math.abs(sketched - exact)).toBeLessThanOrEqual(SKETCH_ERROR * Math.abs(exact) + 1e-9);
    }
  });
});

/** What the pipeline makes of the readings of a gauge; in a bucket without a reading there is only what held on. */
function bucketsOf(present: readonly (readonly [at: number, value: number])[], bucketMs: number) {
  const service = defineMeasurement({
    name: 'gauge',
    about: 'One gauge.',
    fields: [{ name: 'level', role: 'gauge' }],
    bucketMs,
    maxGapMs: SETTINGS.maxGapMs,
  });
  const device = { fields: service.fields, idealCycleMs: null, expectedIntervalMs: null, maxGapMs: null, products: {} };
  const run = new DeviceRun({ service, device, timeZone: 'UTC' });
  const rows = emptyRows(present.length, 1);
  for (const [place, [at, value]] of present.entries()) {
    rows.at[place] = at;
    rows.receivedAt[place] = at;
    (rows.columns[0] as Float64Array)[place] = value;
  }
  rows.count = present.length;
  run.push(rows);
  return run.finish().buckets.map(({ start, bucket }) => [start, bucket] as const);
}

function mergedBy(rows: readonly (readonly [start: number, bucket: Bucket])[], widthMs: number): Map<number, Bucket> {
  const merged = new Map<number, Bucket>();
  for (const [start, bucket] of rows) {
    const key = Math.floor(start / widthMs) * widthMs;
    merged.set(key, mergeBuckets(merged.get(key) ?? newBucket(), bucket));
  }
  return merged;
}
