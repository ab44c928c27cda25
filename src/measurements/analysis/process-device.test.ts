import { expect, it } from 'vitest';
import { openMeasuredPlant } from '../../testing/measured-plant.ts';

const rows = Array.from({ length: 121 }, (_, minute) => ({
  device: 'press',
  ts: Date.UTC(2026, 0, 5, 5) + minute * 60_000,
  values: { count: minute * 60, errors: minute },
}));

it('a device is processed from code: by plant time, and once without writing anything', async () => {
  await using plant = await openMeasuredPlant({ timeZone: 'Europe/Berlin' });
  const { measurements } = plant;
  await measurements.devices.create(
    { id: 'press', service: 'brick-production', idealCycleMs: 1_000 },
    { actor: 'test' },
  );
  await measurements.ingest(rows, { mode: 'replay', actor: 'test' });
  const stretch = { deviceId: 'press', startTime: '2026-01-05T06:00', endTime: '2026-01-05T07:00' };
  const tried = await measurements.processDevice({ ...stretch, isDryRun: true });
  expect(tried).toMatchObject({ run: null, countIncrement: 59 * 60, errorIncrement: 59, from: rows[0]?.ts });
  expect((await measurements.analyses.runs()).items).toEqual([]);
  const { run, avgSpeed } = await measurements.processDevice({ ...stretch, endTime: rows[60]?.ts ?? 0 });
  expect(run).toMatchObject({ rows: 60 });
  expect(avgSpeed).toBe(3_600);
  expect((await measurements.analyses.runs()).items).toMatchObject([{ trigger: 'command', actor: 'code' }]);
});

it('a time that cannot be read, and a stretch that ends before it begins, are refused', async () => {
  await using plant = await openMeasuredPlant();
  const { measurements } = plant;
  await measurements.devices.create({ id: 'press', service: 'brick-production' }, { actor: 'test' });
  const asked = (startTime: string, endTime: string) =>
    measurements.processDevice({ deviceId: 'press', startTime, endTime });
  const invalid = expect.objectContaining({ code: 'measurement.invalid-range' });
  await expect(asked('this morning', '2026-01-05T07:00')).rejects.toEqual(invalid);
  await expect(asked('2026-01-05T07:00', '2026-01-05T06:00')).rejects.toEqual(invalid);
});
