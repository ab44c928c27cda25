import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMeasuredPlant, PLANT_START } from '../../testing/measured-plant.ts';
import { Buckets } from './buckets.ts';
import { MAX_WAITED_READINGS } from './stored-statistics.ts';

const by = { actor: 'ada' };

describe('a thinned-out series', () => {
  it('has at most as many points as asked for, hides no lowest or highest value, and keeps its order', () => {
    const readings = fc.array(fc.tuple(fc.nat(10_000), fc.double({ noNaN: true, min: -1e6, max: 1e6 })), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(readings, fc.integer({ min: 1, max: 50 }), (given, count) => {
        const sorted = [...given].sort(([a], [b]) => a - b);
        const buckets = new Buckets({ from: 0, to: 10_001, count });
        for (const [at, value] of sorted) buckets.add(at, value);
        const points = buckets.points();
        const values = sorted.map(([, value]) => value);
        expect(points.length).toBeLessThanOrEqual(count);
        expect(Math.min(...points.map(([, min]) => min))).toBe(Math.min(...values));
        expect(Math.max(...points.map(([, , max]) => max))).toBe(Math.max(...values));
        expect(points.map(([at]) => at)).toEqual([...points.map(([at]) => at)].sort((a, b) => a - b));
        for (const [at, min, max] of points) {
          expect(min).toBeLessThanOrEqual(max);
          expect(sorted.some(([time]) => time === at)).toBe(true);
        }
      }),
    );
  });

  it('is read from what a device has sent, over all of it unless a stretch is asked for', async () => {
    await using plant = await openMeasuredPlant();
    const { devices, ingest, series } = plant.measurements;
    await devices.create({ id: 'press-1', fields: [{ name: 'temperature', unit: '°C' }, { name: 'speed' }] }, by);
    const rows = Array.from({ length: 12_000 }, (_, place) => ({
      device: 'press-1',
      ts: PLANT_START + place * 1_000,
      values: place % 2 === 0 ? { temperature: place } : { speed: 1 },
    }));
    await ingest(rows.slice(0, 10_000), { mode: 'import', actor: 'ada' });
    await ingest(rows.slice(10_000), { mode: 'import', actor: 'ada' });
    const all = await series({ device: 'press-1', field: 'temperature', points: 100 });
    expect(all).toMatchObject({ unit: '°C', from: PLANT_START, to: PLANT_START + 11_999_001 });
    expect(all.points).toHaveLength(100);
    expect([all.points[0], all.points.at(-1)]).toEqual([
      [PLANT_START, 0, 118],
      [PLANT_START + 11_880_000, 11_880, 11_998],
    ]);
    const few = await series({
      device: 'press-1',
      field: 'temperature',
      from: PLANT_START + 2_000,
      to: PLANT_START + 6_000,
    });
    expect(few.points).toEqual([
      [PLANT_START + 2_000, 2, 2],
      [PLANT_START + 4_000, 4, 4],
    ]);
  });

  it('is empty where nothing was sent, and refused for what does not exist', async () => {
    await using plant = await openMeasuredPlant();
    const { devices, series } = plant.measurements;
    await devices.create({ id: 'press-1', fields: [{ name: 'temperature' }] }, by);
    expect((await series({ device: 'press-1', field: 'temperature' })).points).toEqual([]);
    await expect(series({ device: 'press-2', field: 'temperature' })).rejects.toMatchObject({ code: 'device.unknown' });
    await expect(series({ device: 'press-1', field: 'speed' })).rejects.toMatchObject({ code: 'device.unknown-field' });
    await expect(series({ device: 'press-1', field: 'temperature', from: 2, to: 1 })).rejects.toMatchObject({
      code: 'measurement.invalid-range',
    });
  });

  describe('over a long stretch of a device that is analysed', () => {
    const HOURS = 72;
    const WIDTH_MS = 900_000;
    const MINUTE_MS = 60_000;
    const valueAt = (minute: number): number => Math.round((18 + Math.sin(minute / 60) * 4) * 100) / 100;
    const rowAt = (minute: number) => ({
      device: 'dryer-1',
      ts: PLANT_START + minute * MINUTE_MS,
      values: { moisture: minute === 2_000 ? 55 : valueAt(minute) },
    });

    const openDryer = async () => {
      const plant = await openMeasuredPlant();
      const { devices, ingest, analyses } = plant.measurements;
      await devices.create({ id: 'dryer-1', service: 'moisture-analysis' }, by);
      const minutes = Array.from({ length: HOURS * 60 }, (_, minute) => minute);
      await ingest(minutes.map(rowAt), { mode: 'import', actor: 'ada' });
      await analyses.run({ device: 'dryer-1', trigger: 'job', actor: 'ada' });
      return plant;
    };

    it('is made of what the analysis keeps, hides no spike, and has the readings that came since', async () => {
      await using plant = await openDryer();
      const { series, ingest } = plant.measurements;
      const later = HOURS * 60 + 5;
      await ingest([{ ...rowAt(later), values: { moisture: 59 } }], { mode: 'import', actor: 'ada' });
      const { points } = await series({ device: 'dryer-1', field: 'moisture', points: 4_000 });
      expect(points.length).toBeLessThan((HOURS * 60 * MINUTE_MS) / WIDTH_MS + 20);
      const spike = points.find(([, , max]) => max === 55);
      expect(spike?.[0]).toBe(PLANT_START + Math.floor(2_000 / 15) * WIDTH_MS);
      expect(points.at(-1)).toEqual([PLANT_START + later * MINUTE_MS, 59, 59]);
    });

    it('has the same extremes as its readings wherever it begins and ends', async () => {
      await using plant = await openDryer();
      const { series } = plant.measurements;
      const minute = fc.integer({ min: 0, max: 300 });
      await fc.assert(
        fc.asyncProperty(minute, minute, async (skipped, left) => {
          const [first, last] = [skipped, HOURS * 60 - left];
          const range = { from: PLANT_START + first * MINUTE_MS, to: PLANT_START + last * MINUTE_MS };
          const { points } = await series({ device: 'dryer-1', field: 'moisture', points: 800, ...range });
          const values = Array.from({ length: last - first }, (_, at) => rowAt(first + at).values.moisture);
          expect(Math.min(...points.map(([, min]) => min))).toBe(Math.min(...values));
          expect(Math.max(...points.map(([, , max]) => max))).toBe(Math.max(...values));
          expect(points[0]?.[0]).toBe(range.from);
          expect(points.map(([at]) => at)).toEqual([...points.map(([at]) => at)].sort((a, b) => a - b));
        }),
        { numRuns: 20 },
      );
    });

    it('is so for a shorter stretch too when it holds very many readings', async () => {
      await using plant = await openMeasuredPlant();
      const { devices, ingest, analyses, series } = plant.measurements;
      await devices.create({ id: 'dryer-1', service: 'moisture-analysis' }, by);
      const everyMs = 430;
      const count = Math.ceil(MAX_WAITED_READINGS * 1.01);
      for (let first = 0; first < count; first += 10_000) {
        const rows = Array.from({ length: 10_000 }, (_, place) => ({
          device: 'dryer-1',
          ts: PLANT_START + (first + place) * everyMs,
          values: { moisture: first + place === 54_321 ? 55 : 18 },
        }));
        await ingest(rows, { mode: 'import', actor: 'ada' });
      }
      await analyses.run({ device: 'dryer-1', trigger: 'job', actor: 'ada' });
      const { points } = await series({ device: 'dryer-1', field: 'moisture', points: 800 });
      const hours = (count * everyMs) / 3_600_000;
      expect(points.length).toBeLessThan(hours * 4 + 80);
      expect(Math.max(...points.map(([, , max]) => max))).toBe(55);
    });

    it('is made of every reading where the stretch is short', async () => {
      await using plant = await openDryer();
      const to = PLANT_START + 10 * 60 * MINUTE_MS;
      const { points } = await plant.measurements.series({ device: 'dryer-1', field: 'moisture', points: 600, to });
      expect(points).toHaveLength(600);
    });
  });
});
