/** From code, without a server: the measurements over a store of one's own, here one in memory. */
import { pino } from 'pino';
import { VirtualClock } from '../../src/index.ts';
import {
  type MeasurementsOptions,
  measurementFamilies,
  measurementFeed,
  measurementOutbox,
  openMeasurements,
} from '../../src/measurements/index.ts';
import { ModelDisk, openModelStore } from '../../src/testing/index.ts';
import { MORNING, percent, readings } from './saw.ts';

export async function processDevice(): Promise<string> {
  const clock = new VirtualClock(MORNING);
  const families = [...measurementFamilies, measurementFeed, measurementOutbox];
  await using store = openModelStore({ disk: new ModelDisk(), families, clock });
  let id = 0;
  const options: MeasurementsOptions = {
    store,
    clock,
    nextId: () => ++id,
    timeZone: 'Europe/Berlin',
    log: pino({ level: 'silent' }),
  };
  await using measurements = openMeasurements(options);
  const saw = { id: 'saw', service: 'brick-production', idealCycleMs: 1_000 };
  await measurements.devices.create(saw, { actor: 'example' });
  const rows = readings(0, 240).map((row) => ({ device: 'saw', ...row }));
  await measurements.ingest(rows, { mode: 'import', actor: 'example' });
  const { kpis } = await measurements.processDevice({
    deviceId: 'saw',
    startTime: '2026-01-05T08:00', // plant time: 07:00Z
    endTime: '2026-01-05T10:00',
  });
  return `From code: available ${percent(kpis.availability)} of two hours.`;
}
