/**
 * What users of other products report about rows that come late, in another order or without one of their values, as tests
 * worked out by hand; the sources stand in comments.
 */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/kernel/random.ts';
import { kpiFamily } from '../../../src/measurements/analysis/families.ts';
import { machineMonitoring } from '../../../src/measurements/services/machine-monitoring.ts';
import { moistureAnalysis } from '../../../src/measurements/services/moisture-analysis.ts';
import { analyseRows } from '../../../src/testing/index.ts';
import { openMeasuredPlant } from '../../../src/testing/measured-plant.ts';
import { analysePress, EARLY, MINUTE_MS, PER_MINUTE, PRESS, pressRows } from './press.ts';

const START = Date.UTC(2026, 2, 2);

describe('rows that come in another order', () => {
  // thingsboard#4207: data were processed in the order in which they came, not in that of their times.
  it('are analysed in the order of their times', () => {
    const rows = pressRows('2026-03-02T05:00Z', [
      { does: 'run', minutes: 120 },
      { does: 'stand', minutes: 30 },
      { does: 'run', minutes: 90, scrap: 2 },
    ]);
    const random = seededRandom(1);
    const shuffled = rows.map((row) => ({ row, key: random() })).sort((a, b) => a.key - b.key);
    const given = { shiftPlan: { rules: [EARLY] } };
    expect(shuffled.map(({ row }) => row)).not.toEqual(rows);
    expect(analysePress({ ...given, rows: shuffled.map(({ row }) => row) })).toEqual(analysePress({ ...given, rows }));
  });
});

describe('rows that come late', () => {
  const rows = pressRows('2026-03-02T00:00Z', [{ does: 'run', minutes: 4 * 24 * 60 }]);
  const sent = rows.map((row) => ({ device: 'press', ...row }));
  const lateFrom = 12 * 60;
  const isLate = (place: number) => place >= lateFrom && place < lateFrom + 60;

  async function dayOf(parts: readonly (readonly unknown[])[]) {
    await using plant = await openMeasuredPlant();
    const { measurements } = plant;
    await measurements.devices.create({ id: 'press', service: 'brick-production', ...PRESS }, { actor: 'test' });
    const seen = [];
    for (const part of parts) {
      for (let from = 0; from < part.length; from += 5_000)
        await measurements.ingest(part.slice(from, from + 5_000), { mode: 'replay', actor: 'test' });
      await measurements.analyses.run({ device: 'press', trigger: 'command', actor: 'test' });
      const [day] = await plant.rows(kpiFamily);
      seen.push(day);
    }
    return seen;
  }

  // timescaledb#7960, #1428: continuous aggregates see late rows only inside the window of their refresh policy.
  it('by days still change the day that they belong to, as if they had come in time', async () => {
    const onTime = sent.filter((_, place) => !isLate(place));
    const [before, after] = await dayOf([onTime, sent.filter((_, place) => isLate(place))]);
    const [whole] = await dayOf([sent]);
    // The counter went on while nothing was heard, so nothing is lost of what it counted; what was unknown is the hour.
    expect(before).toMatchObject({ unknown: 61 * MINUTE_MS, pq: 24 * 3_600 - PER_MINUTE });
    expect(after).toMatchObject({ unknown: 0, running: 24 * 60 * MINUTE_MS, pq: 24 * 3_600 - PER_MINUTE });
    expect(after).toEqual(whole);
  });

  it('and twice change nothing the second time', async () => {
    const [first, again] = await dayOf([sent, sent.slice(100, 200)]);
    expect(again).toEqual(first);
  });
});

describe('a sensor that goes silent while its device lives', () => {
  const minutes = (valuesAt: (minute: number) => object) =>
    Array.from({ length: 24 * 60 }, (_, minute) => ({ ts: START + minute * MINUTE_MS, values: valuesAt(minute) }));

  const silenceOf = (rows: readonly { readonly ts: number; readonly values: object }[]) =>
    analyseRows({ service: moistureAnalysis, rows }).findings.filter(({ detector }) => detector === 'silent-field');
  const at = (minute: number) => START + minute * MINUTE_MS;

  // thingsboard#8614, #14013: an alarm was wanted when one key goes silent, not only when the device does.
  it('is a finding of its own, from the first reading without it to the last, and ends when it comes back', () => {
    const rows = minutes((minute) => ({ moisture: 18, ...((minute < 60 || minute >= 180) && { temperature: 25 }) }));
    expect(silenceOf(rows)).toMatchObject([
      {
        ...{ field: 'temperature', from: at(60), to: at(179), isOpen: false, severity: 'major' },
        evidence: { at: at(60), value: 119 * MINUTE_MS, threshold: 5 * MINUTE_MS },
      },
    ]);
    expect(silenceOf(rows.filter((_, minute) => minute < 120))).toMatchObject([{ to: at(119), isOpen: true }]);
  });

  it('is none when it is away for no longer than it may, was never there, or the whole device is silent', () => {
    const away = (lost: number) =>
      minutes((minute) => ({ moisture: 18, ...((minute < 60 || minute >= 60 + lost) && { temperature: 25 }) }));
    expect(silenceOf(away(6))).toEqual([]);
    expect(silenceOf(away(7))).toHaveLength(1);
    expect(silenceOf(minutes(() => ({ moisture: 18 })))).toEqual([]);
    // Of eight hours the device itself was away for all but the first and the last minute.
    expect(silenceOf(away(480).filter((_, minute) => minute < 62 || minute >= 538))).toEqual([]);
  });

  it('may be away for longer where it says so: a set point comes when it changes', () => {
    const rows = minutes((minute) => ({ moisture: 18, ...(minute === 0 && { setPoint: 18 }) }));
    expect(silenceOf(rows)).toEqual([]);
    const fields = moistureAnalysis.fields.map((field) => ({ ...field, maxSilenceMs: 3_600_000 }));
    const { findings } = analyseRows({ service: moistureAnalysis, device: { fields }, rows });
    expect(findings).toMatchObject([{ field: 'setPoint', detector: 'silent-field', from: at(1), isOpen: true }]);
  });

  it('shows when the field is required: its rows are put aside as missing-field, the quality falls, and the field is named', () => {
    const rows = minutes((minute) => ({
      ...(minute < 18 * 60 && { vibration: 2 + (minute % 7) / 10 }),
      temperature: 60,
      current: 11,
      mode: 'running',
    }));
    const device = { expectedIntervalMs: MINUTE_MS };
    const { quarantined, quality, findings } = analyseRows({ service: machineMonitoring, device, rows });
    expect(quarantined).toHaveLength(6 * 60);
    expect(quarantined[0]).toEqual({ row: 18 * 60, code: 'missing-field' });
    expect(quality).toMatchObject([{ validity: 0.75, counts: { received: 1_440, quarantined: 360 } }]);
    expect(findings.filter(({ detector }) => detector === 'silent-field')).toMatchObject([
      { field: 'vibration', from: at(18 * 60), to: at(24 * 60 - 1), isOpen: true },
    ]);
  });

  it('is not taken for one that holds its value: its statistics end after the longest gap', () => {
    const rows = minutes((minute) => ({ moisture: 18, ...(minute < 60 && { temperature: 25 }) }));
    const { statistics, quarantined } = analyseRows({ service: moistureAnalysis, rows });
    const seen = statistics.filter(({ metric }) => metric === 'temperature');
    expect(quarantined).toEqual([]);
    // Four quarters of an hour with readings; the value of 00:59 holds for five minutes, one of them in the fourth.
    expect(seen.map(({ start, n }) => [(start - START) / MINUTE_MS, n])).toEqual([
      [0, 15],
      [15, 15],
      [30, 15],
      [45, 15],
      [60, 0],
    ]);
    expect(statistics.filter(({ metric }) => metric === 'moisture')).toHaveLength(96);
  });
});
