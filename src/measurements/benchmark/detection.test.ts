/** What the shipped detectors make of series with planted faults, by the same paths that score the benchmarks. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../kernel/random.ts';
import { MULTIVARIATE_THRESHOLD } from '../anomaly/multivariate.ts';
import { runNab } from './nab.ts';
import { readNabFolder } from './nab-folder.ts';
import { markingOf } from './nab-score.ts';
import { confusionOf, runSkab, skabScore, skabScoresOf } from './skab.ts';
import { readSkabFolder } from './skab-folder.ts';

const resultsOf = <Result>(steps: Iterable<{ readonly result?: Result }>): Result[] =>
  [...steps].flatMap(({ result }) => (result === undefined ? [] : [result]));

describe('a run of NAB', () => {
  it('scores every detector on all series together, at its threshold', () => {
    const random = seededRandom(3);
    const rows = 3_000;
    const values = Float64Array.from({ length: rows }, (_, row) => random() + (row >= 2_000 && row < 2_010 ? 30 : 0));
    const times = values.map((_, row) => row * 300_000);
    const quiet = values.map(() => 20);
    const results = resultsOf(
      runNab([
        { name: 'spike', values, times, marking: markingOf(rows, [[1_950, 2_050]]) },
        { name: 'quiet', values: quiet, times, marking: markingOf(rows, []) },
      ]),
    );
    expect(results.map(({ detector, threshold }) => [detector, threshold])).toEqual([
      ['z-score', 4],
      ['sudden-change', 4],
      ['novelty', 0.8],
      ['drift', 8],
      ['stuck', 3],
    ]);
    const novelty = results.find(({ detector }) => detector === 'novelty');
    expect(novelty?.series).toMatchObject([
      { name: 'spike', windows: 1, hit: 1 },
      { name: 'quiet', windows: 0, hit: 0, falseAlarms: 0 },
    ]);
    expect(novelty?.standard).toBeGreaterThan(70);
    expect(results.find(({ detector }) => detector === 'stuck')?.standard).toBe(0);
  });
});

describe('a run of SKAB', () => {
  const rows = 1_200;
  const random = seededRandom(11);
  const noise = () => random() + random() + random() - 1.5;
  const machine = (shift: number) => ({
    name: 'machine',
    times: Float64Array.from({ length: rows }, (_, row) => row * 1_000),
    sensors: [0, 1, 2, 3].map(() =>
      Float64Array.from(
        { length: rows },
        (_, row) => 10 + row / 2_000 + noise() + (row >= 600 && row < 900 ? shift : 0),
      ),
    ),
    labels: Float64Array.from({ length: rows }, (_, row) => (shift > 0 && row >= 600 && row < 900 ? 1 : 0)),
  });

  it('finds a fault that is small on each of several sensors, and the end of it', () => {
    const [multivariate, zScore] = resultsOf(runSkab([machine(1)]));
    expect(multivariate).toMatchObject({ detector: 'multivariate', threshold: MULTIVARIATE_THRESHOLD });
    expect(multivariate?.f1).toBeGreaterThan(0.85);
    expect(multivariate?.far).toBeLessThan(10);
    expect(multivariate?.f1).toBeGreaterThan((zScore?.f1 ?? 1) * 2);
  });

  it('forgives what all sensors do slowly', () => {
    const { far, mar } = skabScore([
      confusionOf(machine(0).labels, skabScoresOf('multivariate', machine(0)), MULTIVARIATE_THRESHOLD),
    ]);
    expect(far).toBeLessThan(2);
    expect(mar).toBe(0);
  });

  it('counts rows after the learning, in percent', () => {
    const labels = new Float64Array(500).fill(0).fill(1, 450);
    const scores = new Float64Array(500).fill(Number.NaN).fill(9, 440, 460).fill(9, 0, 400);
    const counts = confusionOf(labels, scores, 9);
    expect(counts).toEqual({ hits: 10, falseAlarms: 10, misses: 40, quiet: 40 });
    expect(skabScore([counts, counts])).toEqual({ f1: 20 / 70, far: 20, mar: 80 });
    expect(skabScore([])).toEqual({ f1: 0, far: 0, mar: 0 });
  });
});

const data = new URL('../../../../shared/data/', import.meta.url);
const isHere = existsSync(new URL('nab/labels/combined_windows.json', data));
const where = isHere ? '' : ' – skipped: ../shared/data is not here';

describe.skipIf(!isHere)(`the series of the benchmarks that are here${where}`, () => {
  it('are scored well above what a z-score gets', () => {
    const { series } = readNabFolder(new URL('nab', data).pathname);
    const standard = Object.fromEntries(resultsOf(runNab(series)).map((result) => [result.detector, result.standard]));
    expect(standard.novelty).toBeGreaterThan(70);
    expect(standard.novelty).toBeGreaterThan((standard['z-score'] ?? 100) + 20);
  });

  it('give the machine with eight sensors an F1 above 0.63 at 15 % false alarms or fewer', () => {
    const { files } = readSkabFolder(new URL('skab', data).pathname);
    const [multivariate] = resultsOf(runSkab(files));
    expect(multivariate?.f1).toBeGreaterThan(0.63);
    expect(multivariate?.far).toBeLessThanOrEqual(15);
  });
});
