/** Thresholds that a field sets for its detectors, where readings are judged as they come and where a service does. */
import { expect, it } from 'vitest';
import { openMeasuredPlant, PLANT_START } from '../../testing/measured-plant.ts';
import { anomalyFamily } from './anomaly.ts';

const MINUTE_MS = 60_000;
const by = { actor: 'test' };
const ROWS = 500;
const SPIKE = 450;

/** The threshold of each z-score anomaly on a level with one spike. */
async function anomaliesWith(service: string | undefined, threshold: number | undefined): Promise<number[]> {
  await using plant = await openMeasuredPlant();
  const { devices, ingest, analyses } = plant.measurements;
  const thresholds = threshold === undefined ? {} : { thresholds: { 'z-score': threshold } };
  const fields = [{ name: 'moisture', min: 1, max: 60, resolution: 0.01, ...thresholds }];
  await devices.create({ id: 'clay', fields, ...(service !== undefined && { service }) }, by);
  const rows = Array.from({ length: ROWS }, (_, minute) => ({
    device: 'clay',
    ts: PLANT_START + minute * MINUTE_MS,
    values: { moisture: minute === SPIKE ? 20 : 18 + (minute % 7) / 10 },
  }));
  await ingest(rows, { mode: 'import', ...by, receivedAt: PLANT_START + ROWS * MINUTE_MS });
  if (service !== undefined) await analyses.run({ device: 'clay', trigger: 'command', actor: 'test' });
  const found = (await plant.rows(anomalyFamily)).filter(({ detector }) => detector === 'z-score');
  return found.map(({ evidence }) => (JSON.parse(String(evidence)) as { threshold: number }).threshold);
}

it('open anomalies from there on, and none below', async () => {
  for (const service of [undefined, 'moisture-analysis']) {
    expect(await anomaliesWith(service, undefined)).toEqual([4]);
    expect(await anomaliesWith(service, 5)).toEqual([5]);
    expect(await anomaliesWith(service, 50)).toEqual([]);
  }
});

it('never go below what the detector can tell from noise', async () => {
  expect(await anomaliesWith(undefined, 0.5)).toContain(1);
});
