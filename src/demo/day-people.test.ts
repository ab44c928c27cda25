import { describe, expect, it } from 'vitest';
import type { Anomaly } from '../client/wire-measurements.ts';
import type { Firing } from '../client/wire-process.ts';
import { answerOf } from './day-people.ts';
import type { Fault, FaultKind } from './fault.ts';

const fault = (kind: FaultKind): Fault => ({ device: 'press-1', kind, from: 0, to: 1 });
const firing = (name: string, value: number): Firing => {
  const anomalies = [`ano_${name}`];
  return {
    id: name,
    criterion: name,
    criterionId: `press-1.${name}`,
    device: 'press-1',
    at: '',
    value,
    limit: 4,
    anomalies,
  };
};
const anomaly = (id: string, score: number): Anomaly => {
  const none = { service: '', isOpen: false, isRevised: false, label: null, labelledBy: null };
  const evidence = { at: '', value: 75, expected: 58, sigma: 0.5 };
  const source = { device: 'press-1', field: 'temperature', detector: 'z-score' };
  return { id, ...source, from: '', to: '', score, severity: 'major', evidence, ...none };
};
const bare = { evidence: [], anomalies: [] };

describe('the people of the simulated day', () => {
  it('confirm a fault, and reject what is none, with a word about why', () => {
    for (const kind of ['bearing-wear', 'lost-cooling'] as const) {
      const { completion } = answerOf('operator', { fault: fault(kind), ...bare });
      expect(completion).toEqual({ outcome: 'confirmed', comment: expect.stringMatching(/./) });
    }
    for (const nothing of [fault('sensor-cleaned'), undefined]) {
      const { completion } = answerOf('operator', { fault: nothing, ...bare });
      expect(completion).toEqual({ outcome: 'rejected', comment: expect.stringMatching(/./) });
    }
  });

  it('repair', () => {
    expect(answerOf('technologist', { fault: fault('lost-cooling'), ...bare }).completion.outcome).toBe('repaired');
    expect(answerOf('technologist', { fault: undefined, ...bare }).completion.outcome).toBe('repaired');
  });

  it('raise every limit above the worst that was seen, and never below what every fault exceeds', () => {
    const evidence = [firing('A', 4.2), firing('B', 4.1), firing('A', 5)];
    const anomalies = [anomaly('ano_A', 10.4), anomaly('ano_B', 6), anomaly('ano_other', 99)];
    const { completion, limits } = answerOf('engineer', { fault: fault('sensor-cleaned'), evidence, anomalies });
    expect(limits).toEqual([
      { id: 'press-1.A', limit: 12 },
      { id: 'press-1.B', limit: 10 },
    ]);
    expect(completion).toMatchObject({ outcome: 'done', variables: { criteria: limits } });
  });
});
