/** The shipped threshold of novelty against series that are made: where no series of a benchmark is at hand, this judges. */
import { describe, expect, it } from 'vitest';
import { plantedCorpus } from '../../bench/measurements/planted/corpus.ts';
import { trackRuleOf } from '../../src/measurements/anomaly/detector.ts';
import { alarmRows, scoresOf } from '../../src/measurements/benchmark/nab.ts';
import { NAB_PROFILES, nabScore, tally } from '../../src/measurements/benchmark/nab-score.ts';

const SEEDS = [101, 102];
const bytes = (values: Float64Array = new Float64Array()) => Buffer.from(values.buffer);

describe('series that are made', () => {
  const corpus = SEEDS.flatMap(plantedCorpus);

  it('are the same for the same seed, and about as many windows as NAB has', () => {
    const [first] = SEEDS;
    const again = plantedCorpus(first as number);
    const isSame = again.every(
      ({ values }, place) => Buffer.compare(bytes(values), bytes(corpus[place]?.values)) === 0,
    );
    expect(isSame).toBe(true);
    expect(again).toHaveLength(58);
    const windows = again.reduce((sum, { marking }) => sum + marking.windows.length, 0);
    expect(windows).toBeGreaterThan(95);
    expect(windows).toBeLessThan(135);
    expect(again.every(({ values }) => values.every(Number.isFinite))).toBe(true);
  });

  it('are scored by novelty near its best threshold, and far better than by a z-score', () => {
    const scoreOf = (name: 'novelty' | 'z-score', shares: readonly number[]) => {
      const scores = corpus.map((series) => scoresOf(name, series));
      const rule = trackRuleOf(name);
      return shares.map((share) => {
        const tallies = corpus.map(({ marking }, place) =>
          tally(marking, alarmRows(scores[place] as Float64Array, { ...rule, threshold: rule.threshold * share })),
        );
        return nabScore(tallies, NAB_PROFILES.standard);
      });
    };
    const [shipped = 0, ...others] = scoreOf('novelty', [1, 0.6, 0.8, 0.9, 1.1, 1.25, 1.6]);
    expect(shipped).toBeGreaterThan(Math.max(...others) - 3);
    expect(shipped).toBeGreaterThan(48);
    const [zScore = 100] = scoreOf('z-score', [1]);
    expect(shipped).toBeGreaterThan(zScore + 10);
  });
});
