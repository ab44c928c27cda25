import { describe, expect, it } from 'vitest';
import type { Fault } from './fault.ts';
import { groundTruth, readFaults } from './ground-truth.ts';

const AT = Date.UTC(2026, 2, 2, 8);
const faults: readonly Fault[] = [
  { device: 'press-1', kind: 'lost-cooling', from: AT, to: AT + 60_000 },
  { device: 'kiln-1', kind: 'sensor-cleaned', from: AT, to: AT + 36_000 },
];

describe('the ground truth', () => {
  it('says what happened, when, and whether it was a fault', () => {
    expect(groundTruth(1, faults)).toEqual({
      v: 1,
      seed: 1,
      faults: [
        {
          device: 'press-1',
          kind: 'lost-cooling',
          from: '2026-03-02T08:00:00.000Z',
          to: '2026-03-02T08:01:00.000Z',
          isFault: true,
        },
        {
          device: 'kiln-1',
          kind: 'sensor-cleaned',
          from: '2026-03-02T08:00:00.000Z',
          to: '2026-03-02T08:00:36.000Z',
          isFault: false,
        },
      ],
    });
  });

  it('is read back as it was written', () => {
    expect(readFaults(JSON.parse(JSON.stringify(groundTruth(1, faults))))).toEqual(faults);
  });

  it('makes nothing of what is no ground truth', () => {
    const [good] = groundTruth(1, faults).faults;
    for (const written of [undefined, null, 'text', [], {}, { faults: 'none' }])
      expect(readFaults(written)).toEqual([]);
    const bad = [null, 1, {}, { ...good, kind: 'gremlins' }, { ...good, to: 'soon' }, { ...good, device: 7 }];
    expect(readFaults({ faults: [...bad, good] })).toEqual([faults[0]]);
  });
});
