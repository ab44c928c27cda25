/** Following and watching the analyses of a plant: what comes is analysed, and what goes wrong is seen. */
import { describe, expect, it } from 'vitest';
import type { Check } from '../../kernel/check.ts';
import { silentLog } from '../../kernel/log.ts';
import type { Key } from '../../store/family.ts';
import { remove } from '../../store/unit.ts';
import { type MeasuredPlant, openMeasuredPlant, PLANT_START } from '../../testing/measured-plant.ts';
import { measurementFamily } from '../ingest/measurement.ts';
import { SHIPPED } from '../services/shipped.ts';
import { kpiFamily, runFamily } from './families.ts';
import { Follower } from './follow.ts';

const MINUTE_MS = 60_000;
const by = { actor: 'test' };

async function plantWithPress(): Promise<MeasuredPlant> {
  const plant = await openMeasuredPlant();
  await plant.measurements.devices.create(
    { id: 'press-1', service: 'brick-production', expectedIntervalMs: MINUTE_MS, idealCycleMs: 600 },
    by,
  );
  return plant;
}

/** A reading a minute of minutes `from` to `to`, 100 bricks in each; it arrives as it is measured. */
async function send({ measurements, clock }: MeasuredPlant, from: number, to: number): Promise<void> {
  const rows = Array.from({ length: to - from }, (_, place) => ({
    device: 'press-1',
    ts: PLANT_START + (from + place) * MINUTE_MS,
    values: { count: (from + place) * 100, errors: 0 },
  }));
  await clock.advance(Math.max(0, PLANT_START + (to - 1) * MINUTE_MS - clock.now()));
  await measurements.ingest(rows, { mode: 'live', ...by });
}

function followerOf({ store, clock }: MeasuredPlant): Follower {
  const services = new Map(SHIPPED.map((service) => [service.name, service]));
  let id = 1_000_000;
  return new Follower({ store, clock, services, nextId: () => ++id, timeZone: 'UTC', log: silentLog });
}

const verdictOf = async ({ measurements }: MeasuredPlant, path: string) =>
  (measurements.checks.find((check) => check.path === path) as Check).run(new AbortController().signal);

describe('a follower', () => {
  it('analyses what came, once, and again when more comes, late rows and new settings among it', async () => {
    await using plant = await plantWithPress();
    const follower = followerOf(plant);
    expect(await follower.round()).toBe(0);
    await send(plant, 0, 30);
    expect(await follower.round()).toBe(1);
    expect(await follower.round()).toBe(0);
    const counted = async () => (await plant.rows(kpiFamily)).map(({ pq, idealMs }) => [pq, idealMs]);
    expect(await counted()).toEqual([[2_900, 2_900 * 600]]);
    await send(plant, 40, 50);
    await send(plant, 30, 40);
    expect(await follower.round()).toBe(1);
    expect(await counted()).toEqual([[4_900, 4_900 * 600]]);
    await plant.measurements.devices.update('press-1', { idealCycleMs: 500 }, by);
    expect(await follower.round()).toBe(1);
    expect(await counted()).toEqual([[4_900, 4_900 * 500]]);
    expect(await plant.rows(runFamily)).toHaveLength(3);
  });

  it('tells the plant of a stoppage that is new, and of none that an import brings', async () => {
    for (const mode of ['live', 'import'] as const) {
      await using plant = await plantWithPress();
      const rows = Array.from({ length: 40 }, (_, minute) => ({
        device: 'press-1',
        ts: PLANT_START + minute * MINUTE_MS,
        values: { count: Math.min(minute, 20) * 100, errors: 0 },
      }));
      await plant.clock.advance(40 * MINUTE_MS);
      await plant.measurements.ingest(rows, { mode, ...by });
      await followerOf(plant).round();
      const told = (await plant.messages()).filter(({ detector }) => detector === 'stoppage');
      expect(told.map(({ device, from }) => [device, from])).toEqual(
        mode === 'live' ? [['press-1', PLANT_START + 20 * MINUTE_MS]] : [],
      );
      expect(await plant.news('millrace.measurements.anomaly.opened')).toHaveLength(1);
    }
  });
});

describe('the checks of analyses', () => {
  it('pass while devices send and are analysed', async () => {
    await using plant = await plantWithPress();
    await send(plant, 0, 10);
    await followerOf(plant).round();
    expect(await verdictOf(plant, 'measurements/devices')).toMatchObject({ verdict: 'pass' });
    expect(await verdictOf(plant, 'measurements/analyses')).toMatchObject({ verdict: 'pass' });
  });

  it('name a device that has fallen silent', async () => {
    await using plant = await plantWithPress();
    await send(plant, 0, 10);
    await plant.clock.advance(13 * MINUTE_MS);
    expect(await verdictOf(plant, 'measurements/devices')).toMatchObject({
      verdict: 'degraded',
      reason: expect.stringContaining('press-1'),
    });
  });

  it('name a device that nobody analyses', async () => {
    await using plant = await plantWithPress();
    await send(plant, 0, 10);
    await plant.clock.advance(6 * MINUTE_MS);
    expect(await verdictOf(plant, 'measurements/analyses')).toMatchObject({
      verdict: 'degraded',
      reason: expect.stringContaining('press-1'),
    });
  });
});

describe('results of readings that were forgotten since', () => {
  it('stay when the settings change and the device is analysed anew', async () => {
    await using plant = await plantWithPress();
    const follower = followerOf(plant);
    await send(plant, 0, 30);
    await send(plant, 1_440, 1_470);
    await follower.round();
    const days = async () => (await plant.rows(kpiFamily)).map(({ date, pq }) => [date, pq]);
    const before = await days();
    expect(before).toHaveLength(2);
    const old = (await plant.rows(measurementFamily)).filter(({ at }) => Number(at) < PLANT_START + 720 * MINUTE_MS);
    await plant.store.commit([
      { guards: [], writes: old.map((row) => remove(measurementFamily, [row.device, row.at, row.hash] as Key)) },
    ]);
    await plant.measurements.devices.update('press-1', { idealCycleMs: 500 }, by);
    expect(await follower.round()).toBe(1);
    expect((await days())[0]).toEqual(before[0]);
  });
});
