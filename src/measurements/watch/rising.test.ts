/** Gauges of which only a rise is a fault: a machine that is still cold is well. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../kernel/random.ts';
import { MINUTE_MS } from '../pipeline/minutes.ts';
import type { Finding } from './finding.ts';
import { SignalWatch } from './signal.ts';
import { TogetherWatch } from './together.ts';

const ROWS = 1_200;
const HEAT = { name: 'temperature', resolution: 0.1 };
const LOAD = { name: 'current', resolution: 0.1 };
/** For an hour the temperature is so much beside what it was. */
const heatAt = (row: number, off: number, random: () => number): number =>
  67 + random() + (row >= 900 && row < 960 ? off : 0);

function findingsOf(off: number, isRising: boolean): Finding[] {
  const random = seededRandom(2);
  const findings: Finding[] = [];
  const find = (finding: Finding) => findings.push(finding);
  const watch = new SignalWatch('z-score', HEAT, { isRising });
  for (let row = 0; row < ROWS; row++) watch.push(row * MINUTE_MS, heatAt(row, off, random), find);
  watch.end(find);
  return findings;
}

function findingsTogether(off: number, rising: readonly string[]): Finding[] {
  const random = seededRandom(2);
  const findings: Finding[] = [];
  const find = (finding: Finding) => findings.push(finding);
  const watch = new TogetherWatch([HEAT, LOAD], { rising });
  for (let row = 0; row < ROWS; row++) watch.push(row * MINUTE_MS, [heatAt(row, off, random), 42 + random()], find);
  watch.end(find);
  return findings;
}

describe('a gauge that may fall', () => {
  it('is strange by a rise alone, by itself', () => {
    expect(findingsOf(20, true)).toHaveLength(1);
    expect(findingsOf(-20, true)).toEqual([]);
    expect(findingsOf(-20, false)).toHaveLength(1);
  });

  it('is strange by a drift upwards alone, whatever its minutes do', () => {
    const driftsOf = (slope: number, isRising: boolean): number => {
      const random = seededRandom(2);
      const findings: Finding[] = [];
      const watch = new SignalWatch('drift', HEAT, { isRising });
      for (let hour = 0; hour < 40 * 24; hour++)
        watch.push(hour * 60 * MINUTE_MS, 67 + 8 * random() + slope * Math.max(0, hour - 480), (one) =>
          findings.push(one),
        );
      watch.end((one) => findings.push(one));
      return findings.length;
    };
    expect(driftsOf(0.01, true)).toBe(1);
    expect(driftsOf(-0.01, true)).toBe(0);
    expect(driftsOf(-0.01, false)).toBe(1);
  });

  it('is strange by a rise alone, together with others', () => {
    expect(findingsTogether(20, ['temperature'])).toHaveLength(1);
    expect(findingsTogether(-20, ['temperature'])).toEqual([]);
    expect(findingsTogether(-20, [])).toHaveLength(1);
  });
});
