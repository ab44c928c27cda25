/** What was refused is taken in again when its cause is mended, as if it had never been refused. */
import { describe, expect, it } from 'vitest';
import { intakeFamily } from '../../src/measurements/analysis/families.ts';
import { measurementFamily } from '../../src/measurements/ingest/measurement.ts';
import { MAX_QUARANTINED_CHARACTERS, quarantineFamily } from '../../src/measurements/ingest/quarantine.ts';
import { RETRY_ROWS } from '../../src/measurements/ingest/retry.ts';
import { RETRY_KIND } from '../../src/measurements/ingest/retry-job.ts';
import type { Family } from '../../src/store/family.ts';
import { measurementOutbox } from '../../src/store/outbox.ts';
import { PLANT_START } from '../../src/testing/measured-plant.ts';
import { plants, type StoredPlant } from './on-stores.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const by = { actor: 'ada' };
const live = { mode: 'live', actor: 'press-1' } as const;
const NARROW = [{ name: 'moisture', min: 0, max: 60 }];
const WIDE = [{ name: 'moisture', min: 0, max: 100 }];
const row = (minute: number, moisture: unknown, device = 'dryer-1') => ({
  device,
  ts: PLANT_START - HOUR_MS + minute * MINUTE_MS,
  values: { moisture },
});
const dryer = ({ measurements }: StoredPlant, fields: typeof NARROW) =>
  measurements.devices.create({ id: 'dryer-1', fields, service: 'moisture-analysis' }, by);
const retry = async ({ measurements }: StoredPlant, which: object = {}) => {
  const handle = measurements.longJobs[RETRY_KIND];
  const settlement = await handle({ payload: { actor: 'ada', ...which }, signal: new AbortController().signal });
  return settlement.kind === 'done' ? settlement.output : settlement;
};
const all = async ({ store }: StoredPlant, family: Family): Promise<unknown[]> =>
  store.select(family, { order: family.key, limit: 10_000 });

for (const place of plants) {
  describe.skipIf(place.isMissing)(`rows in quarantine on ${place.name}`, () => {
    it('are taken in when their device has been declared rightly, as if it had been so from the beginning', async () => {
      const rows = [row(0, 20), row(1, 80), row(2, 21), row(3, 90), row(3, 'wet'), { device: 'dryer-1', ts: 'noon' }];
      await using plant = await place.open();
      await dryer(plant, NARROW);
      await plant.measurements.ingest(rows, live);
      await plant.clock.advance(HOUR_MS);
      await plant.measurements.devices.update('dryer-1', { fields: WIDE }, by);
      expect(await retry(plant)).toEqual({
        ...{ stored: 2, duplicate: 0, unreadable: 0 },
        refused: { 'not-a-number': 1, 'malformed-row': 1 },
      });

      await using other = await place.open();
      await dryer(other, WIDE);
      await other.measurements.ingest(rows, live);
      for (const family of [measurementFamily, intakeFamily, quarantineFamily])
        expect(await all(plant, family)).toEqual(await all(other, family));
    });

    it('of an unknown device are taken in when it is known, and count as received when they came', async () => {
      await using plant = await place.open();
      await plant.measurements.ingest([row(0, 20), row(1, 21)], live);
      await plant.clock.advance(HOUR_MS);
      await dryer(plant, NARROW);
      expect(await retry(plant, { device: 'dryer-1', code: 'unknown-device' })).toMatchObject({ stored: 2 });
      expect(await all(plant, quarantineFamily)).toEqual([]);
      expect(await all(plant, measurementFamily)).toMatchObject([
        { receivedAt: PLANT_START },
        { receivedAt: PLANT_START },
      ]);
      expect(await all(plant, intakeFamily)).toMatchObject([{ received: 2, refused: 0, duplicate: 0 }]);
    });

    it('stay when they are refused as before, and lie under another reason when there is one', async () => {
      await using plant = await place.open();
      await plant.measurements.ingest([row(0, 80), row(1, 20, 'dryer-2')], live);
      await dryer(plant, NARROW);
      expect(await retry(plant)).toMatchObject({ stored: 0, refused: { 'unknown-device': 1, 'out-of-range': 1 } });
      const before = await all(plant, quarantineFamily);
      expect(before).toMatchObject(
        expect.arrayContaining([
          expect.objectContaining({ device: 'dryer-1', code: 'out-of-range' }),
          expect.objectContaining({ device: 'dryer-2', code: 'unknown-device' }),
        ]),
      );
      expect(await all(plant, intakeFamily)).toMatchObject([{ device: 'dryer-1', received: 1, refused: 1 }]);
      await retry(plant);
      expect(await all(plant, quarantineFamily)).toEqual(before);
      expect(await all(plant, intakeFamily)).toMatchObject([{ device: 'dryer-1', received: 1, refused: 1 }]);
    });

    it('are told once each, however many came at once and wherever they come to lie', async () => {
      await using plant = await place.open();
      const rows = Array.from({ length: 2 * RETRY_ROWS + 10 }, (_, minute) => row(minute / 100, 80));
      await plant.measurements.ingest(rows, live);
      await dryer(plant, NARROW);
      expect(await retry(plant)).toMatchObject({ stored: 0, refused: { 'out-of-range': rows.length } });
      expect(await all(plant, quarantineFamily)).toHaveLength(rows.length);
    });

    it('start nothing', async () => {
      await using plant = await place.open();
      await plant.measurements.ingest([row(0, 20), row(1, 95)], live);
      await plant.measurements.devices.create({ id: 'dryer-1', fields: WIDE }, by);
      const settings = { signal: { field: 'moisture' }, direction: 'above', limit: 90 } as const;
      await plant.measurements.criteria.create({ device: 'dryer-1', name: 'wet', settings }, by);
      expect(await retry(plant)).toMatchObject({ stored: 2 });
      expect(await all(plant, measurementOutbox)).toEqual([]);
    });

    it('are stored once when two take them in at the same time', async () => {
      await using plant = await place.open();
      await dryer(plant, NARROW);
      await plant.measurements.ingest([row(0, 80), row(1, 90)], live);
      await plant.measurements.devices.update('dryer-1', { fields: WIDE }, by);
      await Promise.all([retry(plant), retry(plant)]);
      await retry(plant);
      expect(await all(plant, quarantineFamily)).toEqual([]);
      expect(await all(plant, intakeFamily)).toMatchObject([{ received: 2, refused: 0, duplicate: 0 }]);
      expect(await all(plant, measurementFamily)).toHaveLength(2);
    });

    it('are left alone when they were kept in part only', async () => {
      await using plant = await place.open();
      const long = { ...row(0, 20), remark: 'x'.repeat(MAX_QUARANTINED_CHARACTERS) };
      await plant.measurements.ingest([long], live);
      const before = await all(plant, quarantineFamily);
      expect(await retry(plant)).toEqual({ stored: 0, duplicate: 0, refused: {}, unreadable: 1 });
      expect(await all(plant, quarantineFamily)).toEqual(before);
    });

    it('that lay in the future when they came stay, even when that time has come', async () => {
      await using plant = await place.open();
      await dryer(plant, NARROW);
      await plant.measurements.ingest([row(120, 20)], live);
      await plant.clock.advance(3 * HOUR_MS);
      expect(await retry(plant)).toMatchObject({ stored: 0, refused: { 'future-time': 1 } });
    });
  });
}
