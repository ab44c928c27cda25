import { describe, expect, it } from 'vitest';
import { brickProduction } from '../measurements/services/brick-production.ts';
import { defineMeasurement } from '../measurements/services/measurement-service.ts';
import { moistureAnalysis } from '../measurements/services/moisture-analysis.ts';
import { analyseRows } from './analyse-rows.ts';
import { openMeasuredPlant } from './measured-plant.ts';

const START = Date.UTC(2026, 2, 2, 6);
const MINUTE_MS = 60_000;
const brick = (minute: number, count: number, more: object = {}) => ({
  ts: START + minute * MINUTE_MS,
  values: { count, errors: 0, ...more },
});

describe('a service on rows', () => {
  it('answers states, KPIs of shifts and days, statistics and quality', () => {
    const rows = Array.from({ length: 121 }, (_, minute) => brick(minute, 60 * Math.min(minute, 90)));
    const { segments, scopes, statistics, quality, findings } = analyseRows({
      service: brickProduction,
      device: { idealCycleMs: 1_000, expectedIntervalMs: MINUTE_MS },
      shiftPlan: { rules: [{ name: 'early', days: ['mon'], from: '06:00', to: '08:00' }] },
      rows,
    });
    expect(segments.map(({ state, from, to }) => [state, (to - from) / MINUTE_MS])).toEqual([
      ['running', 90],
      ['breakdown', 30],
    ]);
    expect(scopes.map(({ kind, name, date }) => [kind, name, date])).toEqual([
      ['day', '', '2026-03-02'],
      ['shift', 'early', '2026-03-02'],
    ]);
    expect(scopes[1]).toMatchObject({
      kpis: { availability: 0.75, effectiveness: 1, oee: 0.75 },
      assessment: { grade: 'good' },
    });
    expect(statistics[0]).toMatchObject({ metric: 'count', start: START, n: 15, sum: 14 * 60 });
    expect(quality).toMatchObject([{ date: '2026-03-02', completeness: 1, score: 1 }]);
    expect(findings).toMatchObject([{ detector: 'stoppage', from: START + 90 * MINUTE_MS, isOpen: true }]);
  });

  it('puts the rows aside that a server would, each with its place and code', () => {
    const nested = JSON.parse('{"ts": 1, "values": {"count": 1, "__proto__": 2}}') as object;
    const good = brick(1, 100);
    const rows = [
      good,
      null,
      { ...good, note: 'x' },
      { ...good, ts: 'yesterday' },
      { ...good, device: 'another' },
      { ...good, values: {} },
      { ...good, values: { count: 1, errors: 0, colour: 1 } },
      { ...good, values: { count: '1', errors: 0 } },
      { ...good, values: { count: -1, errors: 0 } },
      { ...good, values: { count: 1 } },
      { ...good, values: { count: 1, errors: 0, mode: 'dance' } },
      nested,
      { ...good, ts: START + 10 * MINUTE_MS, receivedAt: START },
      brick(2, 5_000_000),
      good,
    ];
    const { quarantined, quality } = analyseRows({ service: brickProduction, rows });
    expect(quarantined.map(({ row, code }) => `${row} ${code}`)).toEqual([
      '1 malformed-row',
      '2 malformed-row',
      '3 malformed-time',
      '4 unknown-device',
      '5 no-values',
      '6 unknown-field',
      '7 not-a-number',
      '8 out-of-range',
      '9 missing-field',
      '10 unknown-value',
      '11 forbidden-key',
      '12 future-time',
      '13 counter-jump',
    ]);
    const today = quality.find(({ date }) => date === '2026-03-02');
    // Rows 1 and 3 have no time, row 11 one of another day.
    expect(today?.counts).toMatchObject({ received: 12, quarantined: 10, duplicates: 1, stored: 2 });
  });

  it('says the same as a server that has stored the rows', async () => {
    const rows = Array.from({ length: 2_000 }, (_, minute) =>
      brick((minute * 7_919) % 2_000, ((minute * 7_919) % 2_000) * 50),
    );
    const { segments, quality, scopes } = analyseRows({ service: brickProduction, rows });
    await using plant = await openMeasuredPlant();
    const { devices, analyses, ingest } = plant.measurements;
    await devices.create({ id: 'device', service: 'brick-production' }, { actor: 'test' });
    await ingest(
      rows.map((row) => ({ device: 'device', ...row })),
      { mode: 'live', actor: 'test', receivedAt: rows.map(({ ts }) => ts) },
    );
    await analyses.run({ device: 'device', trigger: 'command', actor: 'test' });
    const range = { device: 'device', from: 0, to: START + 3_000 * MINUTE_MS };
    expect(await analyses.segments(range)).toEqual(segments);
    const days = await analyses.scopes({ ...range, kind: 'day' });
    expect(days.map(({ date, elements }) => [date, elements])).toEqual(
      scopes.map(({ date, elements }) => [date, elements]),
    );
    const dates = { device: 'device', from: '2026-03-01', to: '2026-03-09' };
    expect(await analyses.quality(dates)).toEqual(quality.map((day) => ({ device: 'device', ...day })));
  });

  it('reads times without an offset in the zone, and takes settings that are wrong for errors', () => {
    const rows = [{ ts: '2026-03-02T06:00', values: { moisture: 18 } }];
    const at = analyseRows({ service: moistureAnalysis, timeZone: 'Europe/Berlin', rows }).statistics[0]?.start;
    expect(at).toBe(Date.UTC(2026, 2, 2, 5));
    const wrong = (given: object) => () => analyseRows({ service: moistureAnalysis, rows, ...given });
    expect(wrong({ device: { maxGapMs: -1 } })).toThrow(expect.objectContaining({ code: 'device.invalid' }));
    expect(wrong({ shiftPlan: { rules: [] } })).toThrow(expect.objectContaining({ code: 'shift-plan.invalid' }));
  });

  it('works out derived signals, and hands the functions of the service what they ask for', () => {
    const service = defineMeasurement({
      name: 'balance',
      about: 'Two scales.',
      fields: [
        { name: 'left', role: 'gauge' },
        { name: 'right', role: 'gauge' },
      ],
      derive: [{ name: 'lean', of: ['left', 'right'], from: (left = 0, right = 0) => left - right }],
    });
    const rows = [0, 1, 2].map((minute) => ({
      ts: START + minute * MINUTE_MS,
      values: { left: 5 + minute, right: 2 },
    }));
    const { statistics } = analyseRows({ service, rows });
    expect(statistics.find(({ metric }) => metric === 'lean')).toMatchObject({ n: 3, min: 3, max: 5, mean: 4 });
  });
});
