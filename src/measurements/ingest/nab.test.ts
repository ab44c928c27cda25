/** The machine temperature series of the Numenta Anomaly Benchmark, through the same path as a plant's own readings. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openMeasuredPlant } from '../../testing/measured-plant.ts';
import { reportText } from '../report/report.ts';
import { MAX_CALL_ROWS } from './ingest.ts';

const folder = new URL('../../../../shared/data/nab/', import.meta.url);
const series = 'realKnownCause/machine_temperature_system_failure.csv';
const isHere = existsSync(new URL(series, folder));
const by = { actor: 'ada' };
const score = (detector: 'z-score' | 'sudden-change') =>
  ({ signal: { field: 'temperature', detector }, direction: 'above', limit: 4, hysteresis: 1 }) as const;

const where = isHere ? '' : ' – skipped: ../shared/data/nab is not here';

describe.skipIf(!isHere)(`the machine temperature of NAB${where}`, () => {
  it('fires criteria A and B around real failures, and a sensible number of times', async () => {
    const [, ...lines] = readFileSync(new URL(series, folder), 'utf8').trimEnd().split('\n');
    const rows = lines.map((line) => {
      const [ts, value] = line.split(',');
      return { device: 'press-1', ts, values: { temperature: Number(value) } };
    });
    const windows = JSON.parse(readFileSync(new URL('labels/combined_windows.json', folder), 'utf8'))[series];
    await using plant = await openMeasuredPlant();
    const { devices, criteria, ingest, report } = plant.measurements;
    await devices.create({ id: 'press-1', fields: [{ name: 'temperature' }] }, by);
    await criteria.create({ device: 'press-1', name: 'A', settings: score('z-score') }, by);
    await criteria.create({ device: 'press-1', name: 'B', settings: score('sudden-change') }, by);
    const answers = { stored: 0, duplicate: 0, quarantined: 0 };
    for (let from = 0; from < rows.length; from += MAX_CALL_ROWS) {
      const { stored, duplicate, quarantined } = await ingest(rows.slice(from, from + MAX_CALL_ROWS), {
        mode: 'replay',
        actor: 'ada',
      });
      answers.stored += stored;
      answers.duplicate += duplicate;
      answers.quarantined += quarantined.length;
    }
    expect(answers).toEqual({ stored: 22_695, duplicate: 0, quarantined: 0 });

    const found = await report({ device: 'press-1', windows });
    expect(found.hit, reportText(found)).toBeGreaterThanOrEqual(3);
    expect(found.anomalies, reportText(found)).toBeLessThan(80);

    const fired = (await plant.news('millrace.measurements.criterion.fired')) as {
      criterion: string;
      at: string;
      anomalies: string[];
    }[];
    const times = (name: string) => fired.filter(({ criterion }) => criterion === name).map(({ at }) => Date.parse(at));
    const isInWindow = (at: number) =>
      windows.some(([from, to]: [string, string]) => at >= Date.parse(`${from}Z`) && at <= Date.parse(`${to}Z`));
    for (const name of ['A', 'B']) {
      expect(times(name).length).toBeLessThan(60);
      expect(times(name).filter(isInWindow).length).toBeGreaterThanOrEqual(2);
    }
    expect(fired.every(({ anomalies }) => anomalies.length === 1)).toBe(true);
    // Both within an hour: what starts the process of a defect.
    const both = times('A').filter((at) => times('B').some((other) => Math.abs(other - at) <= 3_600_000));
    expect(both.length).toBeGreaterThanOrEqual(5);
    expect(both.length).toBeLessThan(40);
    expect(both.some(isInWindow)).toBe(true);
  });
});
