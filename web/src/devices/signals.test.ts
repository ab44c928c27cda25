/** What a machine's page draws, and where anomalies stand on it. */
import { describe, expect, it } from 'vitest';
import type { MeasurementServiceView } from '../api/analyses.ts';
import type { Anomaly, Device } from '../api/measurements.ts';
import { anomaliesOn, signalsOf, statisticsWidthMs } from './signals.ts';

const device = {
  fields: [
    { name: 'temperature', unit: '°C' },
    { name: 'mode', role: 'state' },
    { name: 'count', role: 'counter', unit: 'bricks' },
    { name: 'product', role: 'label' },
  ],
} as unknown as Device;
const service = { derived: ['deviation'] } as unknown as MeasurementServiceView;
const anomaly = (field: string) => ({ field }) as Anomaly;

describe('the charts of a machine', () => {
  const signals = signalsOf(device, service);

  it('show counters first, then gauges, then what is derived; texts have none', () => {
    expect(signals.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'count counter',
      'temperature gauge',
      'deviation derived',
    ]);
  });

  it('lose no anomaly: one of a signal without a chart stands on the first', () => {
    const all = [anomaly('temperature'), anomaly('speed'), anomaly('count')];
    expect(signals.map((signal) => anomaliesOn(signals, signal, all).map(({ field }) => field))).toEqual([
      ['speed', 'count'],
      ['temperature'],
      [],
    ]);
  });

  it('ask for statistics of a width that fits them', () => {
    const quarterMs = 900_000;
    expect(statisticsWidthMs(86_400_000, quarterMs, 400)).toBe(quarterMs);
    expect(statisticsWidthMs(7 * 86_400_000, quarterMs, 400)).toBe(2 * quarterMs);
    expect(statisticsWidthMs(3_650 * 86_400_000, quarterMs, 400)).toBe(876 * quarterMs);
  });
});
