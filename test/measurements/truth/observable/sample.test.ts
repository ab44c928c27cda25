import { describe, expect, it } from 'vitest';
import { samplesOf } from './sample.ts';
import { type Shown, TINY, tinyRows } from './tiny-device.ts';

const sampled = (...shown: Shown[]) => {
  const { samples, conflicts, jumps } = samplesOf(tinyRows(0, shown), TINY);
  return {
    samples: samples.map(({ row, counted }) => [row, counted[0]?.case, counted[0]?.d]),
    errors: samples.map(({ counted }) => counted[1]?.d),
    conflicts: conflicts.map(({ row }) => row),
    jumps: jumps.map(({ row }) => row),
    lost: samples.map(({ counted }) => counted[0]?.lost),
  };
};

describe('samples', () => {
  it('are the last received of the rows of one time; the others are conflicts', () => {
    const rows = [
      { s: 0, count: 100 },
      { s: 5, count: 104 },
      { s: 5, count: 103 },
      { s: 5, count: 106 },
      { s: 10, count: 110 },
    ];
    expect(sampled(...rows)).toMatchObject({
      samples: [
        [0, 'first', 0],
        [3, 'growth', 6],
        [4, 'growth', 4],
      ],
      conflicts: [1, 2],
    });
  });

  it('are not the rows that jump, as a wrong unit does once', () => {
    const rows = [
      { s: 0, count: 100 },
      { s: 5, count: 108_000 },
      { s: 10, count: 116 },
      { s: 15, count: 124_000 },
      { s: 20, count: 130 },
    ];
    expect(sampled(...rows)).toMatchObject({
      samples: [
        [0, 'first', 0],
        [2, 'growth', 16],
        [4, 'growth', 14],
      ],
      jumps: [1, 3],
    });
  });

  it('go on from a jump that the next row confirms', () => {
    const rows = [
      { s: 0, count: 100, errors: 7 },
      { s: 5, count: 900_000, errors: 9 },
      { s: 10, count: 900_008, errors: 10 },
      { s: 15, count: 900_012, errors: 10 },
    ];
    expect(sampled(...rows)).toMatchObject({
      samples: [
        [0, 'first', 0],
        [2, 'rebase', 8],
        [3, 'growth', 4],
      ],
      errors: [0, 3, 0],
      jumps: [1],
      lost: [0, 12, 0],
    });
  });

  it('take a jump that is not confirmed as the next candidate, and forget it after a sample', () => {
    const unconfirmed = [
      { s: 0, count: 100 },
      { s: 5, count: 900_000 },
      { s: 10, count: 700_000 },
      { s: 15, count: 700_005 },
    ];
    expect(sampled(...unconfirmed)).toMatchObject({
      samples: [
        [0, 'first', 0],
        [3, 'rebase', 5],
      ],
      jumps: [1, 2],
    });
    const forgotten = [
      { s: 0, count: 100 },
      { s: 5, count: 900_000 },
      { s: 10, count: 110 },
      { s: 15, count: 900_010 },
    ];
    expect(sampled(...forgotten)).toMatchObject({
      samples: [
        [0, 'first', 0],
        [2, 'growth', 10],
      ],
      jumps: [1, 3],
    });
  });

  it('need every counter that jumps to be confirmed', () => {
    const rows = [
      { s: 0, count: 100, errors: 7 },
      { s: 5, count: 900_000, errors: 7 },
      { s: 10, count: 900_005, errors: 50_000 },
      { s: 15, count: 900_010, errors: 50_001 },
    ];
    expect(sampled(...rows)).toMatchObject({
      samples: [
        [0, 'first', 0],
        [3, 'rebase', 5],
      ],
      errors: [0, 1],
      jumps: [1, 2],
    });
  });

  it('follow the table with the counters that do not jump', () => {
    const rows = [
      { s: 0, count: 50_000, errors: 5_000 },
      { s: 5, count: 900_000, errors: 40 },
      { s: 10, count: 900_004, errors: 15 },
    ];
    expect(sampled(...rows)).toMatchObject({
      samples: [
        [0, 'first', 0],
        [2, 'rebase', 4],
      ],
      errors: [0, 15],
    });
  });

  it('may lack a counter, which then counts from its own mark', () => {
    const rows = [
      { s: 0, count: 100, errors: 1 },
      { s: 5, errors: 2 },
      { s: 10, count: 118 },
    ];
    expect(sampled(...rows)).toMatchObject({
      samples: [
        [0, 'first', 0],
        [1, undefined, undefined],
        [2, 'growth', 18],
      ],
      errors: [0, 1, undefined],
    });
  });

  it('hold the mark while a clock that was set back shows older values', () => {
    const rows = [
      { s: 0, count: 10_000 },
      { s: 5, count: 10_008 },
      { s: 7, count: 9_880 },
      { s: 10, count: 10_016 },
    ];
    expect(sampled(...rows)).toMatchObject({
      samples: [
        [0, 'first', 0],
        [1, 'growth', 8],
        [2, 'held', 0],
        [3, 'growth', 8],
      ],
      lost: [0, 0, 4, 0],
    });
  });
});
