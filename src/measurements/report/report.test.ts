import { describe, expect, it } from 'vitest';
import { openMeasuredPlant, PLANT_START } from '../../testing/measured-plant.ts';
import { compareWithWindows, learningRows, type ReportedAnomaly, reportText } from './report.ts';

const HOUR_MS = 3_600_000;
const window = (from: number, to: number) => ({ from: from * HOUR_MS, to: to * HOUR_MS });
const anomaly = (id: string, from: number, to: number): ReportedAnomaly => ({
  id,
  detector: 'z-score',
  score: 5,
  ...window(from, to),
});

describe('a report', () => {
  it('counts windows that an anomaly touches, windows that none touches, and anomalies that touch none', () => {
    const report = compareWithWindows(
      [
        anomaly('early', 1, 2),
        anomaly('edge', 18, 20),
        { ...anomaly('inside', 22, 23), detector: 'sudden-change' },
        anomaly('stray', 50, 51),
      ],
      [window(20, 30), window(40, 45)],
      { scoredFrom: 0 },
    );
    expect(report).toMatchObject({ anomalies: 4, hit: 1, missed: 1, falseAlarms: 2 });
    expect(report.windows).toMatchObject([
      { isHit: true, delayMs: 0, anomalies: ['edge', 'inside'] },
      { isHit: false, delayMs: null, anomalies: [] },
    ]);
    expect(report.detectors).toEqual({
      'sudden-change': { anomalies: 1, hit: 1, missed: 1, falseAlarms: 0 },
      'z-score': { anomalies: 3, hit: 1, missed: 1, falseAlarms: 2 },
    });
  });

  it('does not score what was over while detectors were learning', () => {
    const given = [anomaly('learning', 1, 2), anomaly('across', 9, 11)];
    expect(compareWithWindows(given, [], { scoredFrom: 10 * HOUR_MS })).toMatchObject({ anomalies: 1, falseAlarms: 1 });
    expect([learningRows(100), learningRows(4_032), learningRows(22_695)]).toEqual([15, 604, 750]);
  });

  it('can be read by people', () => {
    const report = compareWithWindows([anomaly('a', 25, 26)], [window(20, 30), window(40, 45)], { scoredFrom: 0 });
    expect(reportText(report)).toBe(
      [
        '1 anomalies, 1 windows hit, 1 missed, 0 false alarms',
        '  z-score: 1 anomalies, 1 windows hit, 1 missed, 0 false alarms',
        'Windows:',
        '  1970-01-01 20:00 to 1970-01-02 06:00  hit after 5.0 h by 1 anomalies',
        '  1970-01-02 16:00 to 1970-01-02 21:00  missed',
      ].join('\n'),
    );
  });

  it('is made of a device and label windows as text, and refuses windows that are none', async () => {
    await using plant = await openMeasuredPlant();
    const { devices, ingest, report } = plant.measurements;
    await devices.create({ id: 'press-1', fields: [{ name: 'temperature' }] }, { actor: 'ada' });
    const rows = Array.from({ length: 1_000 }, (_, place) => ({
      device: 'press-1',
      ts: PLANT_START + place * 60_000,
      values: { temperature: place === 100 || place === 600 ? 120 : 70 + (place % 3) },
    }));
    await ingest(rows, { mode: 'import', actor: 'ada' });
    const windows = [['2026-01-05 15:50:00.000000', '2026-01-05 16:10:00.000000']];
    expect(await report({ device: 'press-1', windows })).toMatchObject({
      hit: 1,
      missed: 0,
      scoredFrom: PLANT_START + 150 * 60_000,
    });
    for (const wrong of [
      null,
      [['2026-01-05', 'x']],
      [['2026-01-05 12:00', '2026-01-05 11:00']],
      [['2026-01-05 12:00']],
    ]) {
      await expect(report({ device: 'press-1', windows: wrong })).rejects.toMatchObject({
        code: 'measurement.invalid-windows',
      });
    }
    await expect(report({ device: 'press-2', windows: [] })).rejects.toMatchObject({ code: 'device.unknown' });
  });
});
