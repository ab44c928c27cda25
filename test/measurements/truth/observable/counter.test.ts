import { describe, expect, it } from 'vitest';
import { type CounterRule, counted, goesOn, jumps, rebased } from './counter.ts';

/** Two items a second: 10 in 5 s, 600 in the 300 s of a clock that was set back. */
const RULE: CounterRule = { maxRate: 2, modulus: undefined, jitter: 0, maxGapMs: 300_000 };
const MARK = { value: 50_000, at: 1_000_000 };
const later = (ms: number, value: number) => ({ value, at: MARK.at + ms, previousAt: MARK.at });

describe('a counter', () => {
  it('counts nothing with its first value', () => {
    expect(counted(RULE, undefined, later(0, 777))).toEqual({
      case: 'first',
      d: 0,
      lost: 0,
      mark: { value: 777, at: MARK.at },
    });
  });

  it('counts what it grew', () => {
    expect(counted(RULE, MARK, later(5_000, 50_008))).toMatchObject({ case: 'growth', d: 8, lost: 0 });
    expect(counted(RULE, MARK, later(5_000, 50_000))).toMatchObject({ case: 'growth', d: 0, lost: 0 });
  });

  it('may have lost what could have been made beyond its growth in a silence', () => {
    expect(counted(RULE, MARK, later(300_000, 50_100))).toMatchObject({ d: 100, lost: 0 });
    expect(counted(RULE, MARK, later(300_001, 50_100))).toMatchObject({ d: 100, lost: 500 });
    expect(counted(RULE, MARK, later(600_000, 51_700))).toMatchObject({ d: 1_700, lost: 0 });
  });

  it('jumps when it grows by more than one and a half times what can be, and one', () => {
    expect(jumps(RULE, MARK, later(5_000, 50_016))).toBe(false);
    expect(jumps(RULE, MARK, later(5_000, 50_017))).toBe(true);
    expect(jumps(RULE, MARK, later(5_000, 0))).toBe(false);
    expect(jumps(RULE, undefined, later(5_000, 1e9))).toBe(false);
  });

  it('starts again at 0 after its greatest value, when it was near that and not silent for long', () => {
    const rule = { ...RULE, modulus: 65_536 };
    const near = { value: 65_530, at: MARK.at };
    expect(counted(rule, near, later(5_000, 2))).toMatchObject({ case: 'rollover', d: 8, lost: 0 });
    expect(counted(rule, near, later(5_000, 5))).not.toMatchObject({ case: 'rollover' });
    expect(counted(rule, near, later(300_000, 400))).toMatchObject({ case: 'rollover', d: 406 });
    expect(counted(rule, near, later(300_001, 400))).toMatchObject({ case: 'restart', d: 400, lost: 200 });
    const far = { value: 58_982, at: MARK.at };
    expect(counted(rule, far, later(5_000, 2))).toMatchObject({ case: 'restart', d: 2, lost: 8 });
    expect(counted({ ...rule, maxRate: 2_000 }, { ...far, value: 58_983 }, later(5_000, 2)).case).toBe('rollover');
    expect(counted({ ...rule, maxRate: 2_000 }, far, later(5_000, 2)).case).toBe('restart');
  });

  it('trembles by no more than it may, and keeps its mark', () => {
    const rule = { ...RULE, jitter: 2 };
    expect(counted(rule, MARK, later(5_000, 49_998))).toEqual({
      case: 'jitter',
      d: 0,
      lost: 0,
      mark: { value: 50_000, at: MARK.at + 5_000 },
    });
    expect(counted(rule, MARK, later(5_000, 49_997)).case).toBe('held');
  });

  it('restarts at 0 when so much could have been made since', () => {
    expect(counted(RULE, MARK, later(5_700, 11))).toMatchObject({
      case: 'restart',
      d: 11,
      lost: 0,
      mark: { value: 11 },
    });
    expect(counted(RULE, MARK, later(5_500, 11))).toMatchObject({ case: 'restart', d: 11, lost: 0 });
    expect(counted(RULE, MARK, later(5_499, 11)).case).toBe('reset');
    expect(counted(RULE, MARK, later(5_700, 3))).toMatchObject({ case: 'restart', d: 3, lost: 8 });
    expect(counted(RULE, MARK, later(5_700, 12)).case).toBe('reset');
  });

  it('is held while a clock that was set back shows what was counted before', () => {
    expect(counted(RULE, MARK, { value: 49_400, at: MARK.at + 5_000, previousAt: MARK.at + 2_300 })).toEqual({
      case: 'held',
      d: 0,
      lost: 5,
      mark: MARK,
    });
    expect(counted(RULE, MARK, later(5_000, 49_399)).case).toBe('reset');
  });

  it('is reset by any other lower value, and nobody knows what was made since', () => {
    expect(counted(RULE, MARK, later(5_700, 12_345))).toEqual({
      case: 'reset',
      d: 0,
      lost: 11,
      mark: { value: 12_345, at: MARK.at + 5_700 },
    });
  });

  it('goes on from where it jumped to, and may have lost what could have been made before', () => {
    const candidate = { value: 700_000, at: MARK.at + 5_000 };
    expect(goesOn(RULE, candidate, later(10_000, 700_016))).toBe(true);
    expect(goesOn(RULE, candidate, later(10_000, 700_017))).toBe(false);
    expect(goesOn(RULE, candidate, later(10_000, 699_999))).toBe(false);
    expect(rebased(RULE, { mark: MARK, candidate }, later(10_000, 700_008))).toEqual({
      case: 'rebase',
      d: 8,
      lost: 12,
      mark: { value: 700_008, at: MARK.at + 10_000 },
    });
  });
});
