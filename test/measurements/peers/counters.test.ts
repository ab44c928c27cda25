/**
 * What users of other products report about counters, as tests with numbers worked out by hand; the sources stand in
 * comments. The counter counts two bricks a second at most: 120 a minute.
 */
import { describe, expect, it } from 'vitest';
import { brickProduction } from '../../../src/measurements/services/brick-production.ts';
import { analyseRows } from '../../../src/testing/index.ts';
import { scopeOf, statesOf } from './press.ts';

const MIDNIGHT = Date.UTC(2026, 2, 2);
const DATE = '2026-03-02';
type CounterSettings = { readonly modulus?: number; readonly jitter?: number };

/** Readings `[seconds since midnight, value]` of the counter; errors stay 0. */
function counted(
  readings: readonly (readonly [s: number, count: number])[],
  { modulus, jitter }: CounterSettings = {},
) {
  const count = {
    ...({ name: 'count', role: 'counter', maxRate: 2, required: true } as const),
    ...(modulus !== undefined && { modulus }),
    ...(jitter !== undefined && { jitter }),
  };
  const rows = readings.map(([s, value]) => ({ ts: MIDNIGHT + s * 1_000, values: { count: value, errors: 0 } }));
  const analysed = analyseRows({ service: brickProduction, device: { fields: [count], idealCycleMs: 1_000 }, rows });
  return { analysed, elements: scopeOf(analysed, DATE).elements };
}

describe('a counter that falls', () => {
  // netdata#4962: after a restart the arithmetic of an overflow made a spike. Across a silence nobody knows what happened.
  it('after a silence has restarted, not run over: 100, not 636', () => {
    const { elements, analysed } = counted(
      [
        [0, 64_940],
        [60, 65_000],
        [660, 100],
      ],
      { modulus: 65_536 },
    );
    expect(elements.pq).toBe(60 + 100);
    expect(statesOf(analysed)).toEqual(['running 00:00–00:01', 'unknown 00:01–00:11']);
    // 1,200 could have been made in those ten minutes: 1,100 more than was seen, and 100 that may not be of this time.
    expect(elements.pqHigh).toBe(60 + 1_200);
  });

  it('without a silence, near its end, has run over', () => {
    const { elements } = counted(
      [
        [0, 65_440],
        [60, 65_500],
        [120, 24],
      ],
      { modulus: 65_536 },
    );
    expect(elements.pq).toBe(60 + 60);
    expect(elements.pqHigh).toBe(elements.pq);
  });

  it('without a silence but farther than the machine can count has restarted', () => {
    const { elements } = counted(
      [
        [0, 60_000],
        [60, 60_060],
        [120, 24],
      ],
      { modulus: 65_536 },
    );
    expect(elements.pq).toBe(60 + 24);
  });

  // OpenTSDB#310: a reset was corrected by an overflow of 2^64 though no modulus had been configured.
  it('and has no modulus has restarted: what it shows was made since', () => {
    const { elements } = counted([
      [0, 4_940],
      [60, 5_000],
      [120, 0],
      [180, 60],
    ]);
    expect(elements.pq).toBe(60 + 0 + 60);
    // thingsboard#10224 can only fail on what is negative; here it is bounded: 120 could have been made in that minute.
    expect(elements.pqHigh).toBe(120 + 120);
  });

  // prometheus#11009: a decrement by one was taken for a reset, and the whole counter was counted again.
  it('by no more than its jitter has not moved, and goes on from its highest value', () => {
    const { elements, analysed } = counted(
      [
        [0, 5_000],
        [60, 5_060],
        [120, 5_059],
        [180, 5_061],
      ],
      { jitter: 2 },
    );
    expect(elements.pq).toBe(60 + 0 + 1);
    // It stood for a minute, and that is known.
    expect(statesOf(analysed)).toEqual(['running 00:00–00:01', 'microstop 00:01–00:02', 'running 00:02–00:03']);
  });

  it('by a little, though nobody has declared a jitter, is not counted again either', () => {
    const { elements, analysed } = counted([
      [0, 5_000],
      [60, 5_060],
      [120, 5_059],
      [180, 5_120],
    ]);
    expect(elements.pq).toBe(60 + 0 + 60);
    expect(statesOf(analysed)).toEqual(['running 00:00–00:01', 'unknown 00:01–00:02', 'running 00:02–00:03']);
  });

  // librenms#16481: polled twice within a minute, the older answer came last and looked like a rollover of 2^16.
  it('because an older answer came after a newer one has not run over', () => {
    const { elements } = counted(
      [
        [0, 64_940],
        [60, 65_000],
        [61, 64_990],
        [120, 65_060],
      ],
      { modulus: 65_536 },
    );
    expect(elements.pq).toBe(60 + 0 + 60);
  });
});

describe('a counter that is read twice at one moment', () => {
  it('counts once: the reading that was received last stands, and the day says that there was a conflict', () => {
    const row = (s: number, count: number, late: number) => ({
      ts: MIDNIGHT + s * 1_000,
      receivedAt: MIDNIGHT + s * 1_000 + late,
      values: { count, errors: 0 },
    });
    const analysed = analyseRows({
      service: brickProduction,
      rows: [row(0, 1_000, 10), row(60, 1_070, 30), row(60, 1_060, 10), row(60, 1_060, 40), row(120, 1_120, 10)],
    });
    expect(scopeOf(analysed, DATE).elements.pq).toBe(120);
    expect(analysed.quality).toMatchObject([{ counts: { received: 5, duplicates: 1, stored: 4, conflicts: 1 } }]);
  });
});

describe('a counter that rises faster than the machine', () => {
  it('has its row put aside, once; when the next goes on from there, so does the count', () => {
    const readings = [
      [0, 1_000],
      [60, 1_060],
      [120, 900_000],
      [180, 1_180],
    ] as const;
    const spike = counted(readings);
    expect(spike.elements.pq).toBe(60 + 120);
    expect(spike.analysed.quarantined).toEqual([{ row: 2, code: 'counter-jump' }]);
    const replaced = counted([...readings.slice(0, 3), [180, 900_060]]);
    expect(replaced.elements.pq).toBe(60 + 60);
    expect(replaced.elements.pqHigh).toBe(60 + 240);
  });
});
