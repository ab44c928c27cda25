/** What a minute hides in its mean, and what only looks like it. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../kernel/random.ts';
import { MINUTE_MS } from '../pipeline/minutes.ts';
import type { Finding } from './finding.ts';
import { endSpikes, newSpike, type SpikeState, watchSpikes } from './spike.ts';

const FIELD = { name: 'moisture', resolution: 0.01 };
const MINUTES = 600;
/** Twelve readings a minute around a level that moves slowly. */
const calm = (minute: number, random: () => number): number[] =>
  Array.from({ length: 12 }, () => 18 + Math.sin(minute / 200) + 0.1 * (random() - 0.5));

function findingsIn(
  readingsOf: (minute: number, calm: number[]) => number[],
  { restart = false, missing = () => false }: { restart?: boolean; missing?: (minute: number) => boolean } = {},
): Finding[] {
  const random = seededRandom(4);
  const findings: Finding[] = [];
  const find = (finding: Finding) => findings.push(finding);
  let state: SpikeState = newSpike();
  for (let minute = 0; minute < MINUTES; minute++) {
    const readings = readingsOf(minute, calm(minute, random));
    if (missing(minute)) continue;
    const mean = readings.reduce((sum, value) => sum + value, 0) / readings.length;
    const extent = { at: minute * MINUTE_MS, mean, low: Math.min(...readings), high: Math.max(...readings) };
    watchSpikes(FIELD, state, { minute: extent, find });
    if (restart) state = JSON.parse(JSON.stringify(state)) as SpikeState;
  }
  endSpikes(FIELD, state, find);
  return findings;
}

const withSpike = (readings: number[], height: number): number[] =>
  readings.map((value, place) => (place === 5 ? value + height : value));
const minuteOf = ({ from }: Finding): number => from / MINUTE_MS;

describe('spikes', () => {
  it('are found by one reading of a minute, above and below, with the reading and the level beside it', () => {
    const findings = findingsIn((minute, readings) =>
      minute === 200 ? withSpike(readings, 3) : minute === 400 ? withSpike(readings, -3) : readings,
    );
    expect(findings.map(minuteOf)).toEqual([200, 400]);
    const [up, down] = findings as [Finding, Finding];
    expect(up).toMatchObject({ field: 'moisture', detector: 'spike', to: 201 * MINUTE_MS, isOpen: false });
    expect(up.evidence.value - up.evidence.expected).toBeCloseTo(3, 0);
    expect(down.evidence.value - down.evidence.expected).toBeCloseTo(-3, 0);
  });

  it('are not known before half an hour says what is usual', () => {
    const spikeAt = (at: number) => findingsIn((minute, calm) => (minute === at ? withSpike(calm, 3) : calm));
    expect(spikeAt(30)).toEqual([]);
    expect(spikeAt(31)).toHaveLength(1);
  });

  it('are one each, however many come', () => {
    const isSpike = (minute: number) => minute >= 100 && minute % 10 === 0;
    const findings = findingsIn((minute, readings) => (isSpike(minute) ? withSpike(readings, 2) : readings));
    expect(findings).toHaveLength(50);
    expect(findings.every((finding) => isSpike(minuteOf(finding)))).toBe(true);
  });

  it('are none where the signal goes to another level and stays, at a minute or in the midst of one', () => {
    const up = (readings: number[], from: number) =>
      readings.map((value, place) => (place >= from ? value + 5 : value));
    for (const from of [0, 6]) {
      const step = (minute: number, readings: number[]) =>
        minute < 300 ? readings : up(readings, minute === 300 ? from : 0);
      expect(findingsIn(step)).toEqual([]);
    }
  });

  it('are not looked for beside a gap, behind which the level may be another', () => {
    const spiked = (minute: number, readings: number[]) => (minute === 300 ? withSpike(readings, 3) : readings);
    const missing = (minute: number) => minute > 300 && minute < 310;
    expect(findingsIn(spiked)).toHaveLength(1);
    expect(findingsIn(spiked, { missing })).toEqual([]);
  });

  it('are the same when the state is stored and restored after every minute', () => {
    const readingsOf = (minute: number, readings: number[]) =>
      minute % 97 === 60 ? withSpike(readings, minute / 100) : readings;
    expect(findingsIn(readingsOf).length).toBeGreaterThan(3);
    expect(findingsIn(readingsOf, { restart: true })).toEqual(findingsIn(readingsOf));
  });
});
