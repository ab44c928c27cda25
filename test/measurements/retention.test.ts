/** Readings are forgotten by the times they carry: at once by months where the store has them, else a bite at a time. */
import { describe, expect, it } from 'vitest';
import { measurementFamily } from '../../src/measurements/ingest/measurement.ts';
import { quarantineFamily } from '../../src/measurements/ingest/quarantine.ts';
import { MeasurementRetention, RETENTION_BATCH } from '../../src/measurements/ingest/retention.ts';
import { PLANT_START } from '../../src/testing/measured-plant.ts';
import { plants, type StoredPlant } from './on-stores.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const KEEP_MS = 40 * DAY_MS;

async function withReadings({ open }: (typeof plants)[number]): Promise<StoredPlant> {
  const plant = await open();
  for (const id of ['press-1', 'press-2', 'press-3'])
    await plant.measurements.devices.create({ id, fields: [{ name: 't' }] }, { actor: 'ada' });
  // 150 days back, hour by hour.
  const rows = Array.from({ length: 150 * 24 }, (_, place) => ({
    device: 'press-1',
    ts: PLANT_START - place * HOUR_MS,
    values: { t: place },
  }));
  rows.push({ device: 'press-3', ts: PLANT_START - 149 * DAY_MS, values: { t: 1 } });
  await plant.measurements.ingest(rows, { mode: 'import', actor: 'ada' });
  return plant;
}
const eldest = async ({ store }: StoredPlant, device = 'press-1') =>
  (await store.select(measurementFamily, { where: { device }, order: ['at', 'hash'], limit: 1 }))[0]?.at;
const count = async ({ store }: StoredPlant) => (await store.select(measurementFamily, { limit: 10_000 })).length;

async function wholeWalk(retention: MeasurementRetention): Promise<number> {
  let rounds = 1;
  while (await retention.round()) rounds += 1;
  return rounds;
}

for (const place of plants) {
  describe.skipIf(place.isMissing)(`readings on ${place.name}`, () => {
    it('that are old enough are forgotten, and no others', async () => {
      await using plant = await withReadings(place);
      await wholeWalk(new MeasurementRetention(plant.store, { keepMs: KEEP_MS }));
      const horizon = PLANT_START - KEEP_MS;
      // A month goes as a whole: what is kept on PostgreSQL begins with the month of the horizon, 2025-11-26.
      const first = place.name === 'PostgreSQL' ? Date.UTC(2025, 10, 1) : horizon;
      expect(await eldest(plant)).toBe(first);
      expect(await eldest(plant, 'press-3')).toBeUndefined();
      expect(await count(plant)).toBe((PLANT_START - first) / HOUR_MS + 1);
    });

    it('go in bites that end, and the next walk finds nothing', async () => {
      await using plant = await withReadings(place);
      const retention = new MeasurementRetention(plant.store, { keepMs: KEEP_MS });
      const rounds = await wholeWalk(retention);
      if (place.name === 'SQLite') expect(rounds).toBeGreaterThan((110 * 24) / RETENTION_BATCH);
      const before = await count(plant);
      await wholeWalk(retention);
      expect(await count(plant)).toBe(before);
    });

    it('that were refused are forgotten by when they came', async () => {
      await using plant = await withReadings(place);
      const refuse = (from: number, rows: number) =>
        plant.measurements.ingest(
          Array.from({ length: rows }, (_, row) => ({ device: 'nobody', ts: from + row, values: { t: 1 } })),
          { mode: 'import', actor: 'ada' },
        );
      const refused = async () => (await plant.store.select(quarantineFamily, { limit: 10_000 })).length;
      const retention = new MeasurementRetention(plant.store, { keepMs: KEEP_MS });
      await refuse(PLANT_START, RETENTION_BATCH + 1);
      await plant.clock.advance(KEEP_MS);
      await refuse(PLANT_START + KEEP_MS, 3);
      await wholeWalk(retention);
      expect(await refused()).toBe(RETENTION_BATCH + 1 + 3);
      await plant.clock.advance(1);
      await wholeWalk(retention);
      expect(await refused()).toBe(3);
    });

    it('that become old later are forgotten by a later walk', async () => {
      await using plant = await withReadings(place);
      const retention = new MeasurementRetention(plant.store, { keepMs: KEEP_MS });
      await wholeWalk(retention);
      await plant.clock.advance(400 * DAY_MS);
      await wholeWalk(retention);
      expect(await count(plant)).toBe(0);
    });
  });
}
