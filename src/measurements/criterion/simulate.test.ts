/** Other settings tried on stored readings: what really happened comes out, and nothing is changed. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../kernel/random.ts';
import { measurementFeed } from '../../store/feed.ts';
import { measurementOutbox } from '../../store/outbox.ts';
import { type MeasuredPlant, openMeasuredPlant, PLANT_START } from '../../testing/measured-plant.ts';
import { anomalyFamily } from '../anomaly/anomaly.ts';
import { analyzerFamily } from '../ingest/analyzer.ts';
import type { CriterionSettingsInput } from './settings.ts';
import { DEFAULT_PAST_MS, type SimulatedFiring } from './simulate.ts';

const by = { actor: 'ada' };
const STEP_MS = 5 * 60_000;
const settingsByName: Record<string, CriterionSettingsInput> = {
  A: { signal: { field: 'temperature', detector: 'z-score' }, direction: 'above', limit: 4, hysteresis: 1 },
  B: { signal: { field: 'temperature', detector: 'sudden-change' }, direction: 'above', limit: 4 },
  hot: { signal: { field: 'temperature' }, direction: 'above', limit: 80, durationMs: 2 * STEP_MS },
  both: { of: ['A', 'B'], atLeast: 2 },
};

async function openPress(rows: readonly (readonly [at: number, temperature: number])[]): Promise<MeasuredPlant> {
  const plant = await openMeasuredPlant();
  const { devices, criteria, ingest } = plant.measurements;
  await devices.create({ id: 'press-1', fields: [{ name: 'temperature' }, { name: 'speed' }] }, by);
  for (const [name, settings] of Object.entries(settingsByName))
    await criteria.create({ device: 'press-1', name, settings }, by);
  const sent = rows.map(([ts, temperature]) => ({ device: 'press-1', ts, values: { temperature, speed: 1 } }));
  for (let from = 0; from < sent.length; from += 1_000)
    await ingest(sent.slice(from, from + 1_000), { mode: 'replay', actor: 'ada', receivedAt: PLANT_START });
  return plant;
}

/** A machine with noise, a daily cycle and a few faults. */
function readings(seed: number, count: number): [number, number][] {
  const random = seededRandom(seed);
  let fault = 0;
  return Array.from({ length: count }, (_, row) => {
    if (random() < 0.006) fault = random() < 0.5 ? -30 : 30;
    if (random() < 0.05) fault = 0;
    return [PLANT_START + row * STEP_MS, 70 + 5 * Math.sin(row / 45) + random() * 2 + fault];
  });
}

/** When criteria fired and cleared, as the bus was told. */
async function told(plant: MeasuredPlant, name: string): Promise<{ at: number; until: number | undefined }[]> {
  const rows = (await plant.rows(measurementOutbox)).map(({ routingKey, body }) => ({
    topic: String(routingKey),
    body: JSON.parse(String(body)) as { criterion: string; at: string },
  }));
  const own = rows.filter(({ body }) => body.criterion === name);
  const times = (verb: string) =>
    own.filter(({ topic }) => topic.endsWith(verb)).map(({ body }) => Date.parse(body.at));
  const cleared = times('cleared');
  return times('fired').map((at, place) => ({ at, until: cleared[place] }));
}

const when = (firings: readonly SimulatedFiring[]) => firings.map(({ at, until }) => ({ at, until }));
const ramp = (from: number, to: number): [number, number][] =>
  Array.from({ length: to - from }, (_, row) => [PLANT_START + row * 1_000, from + row]);

describe('a simulated criterion', () => {
  it('fires and clears by its present settings exactly as it really did in a replayed import', async () => {
    for (const seed of [1, 2, 3]) {
      await using plant = await openPress(readings(seed, 3_000));
      for (const name of Object.keys(settingsByName)) {
        const simulated = await plant.measurements.simulate({ criterion: `press-1.${name}`, change: {} });
        expect(when(simulated.current.firings)).toEqual(await told(plant, name));
        expect(simulated.proposed).toEqual(simulated.current);
        expect(simulated).toMatchObject({ readings: 3_000, onlyCurrent: [], onlyProposed: [] });
      }
    }
  });

  it('fires earlier by a lower limit, and says what would fire only then or only now', async () => {
    await using plant = await openPress([...ramp(60, 90), [PLANT_START + 40_000, 60], [PLANT_START + 60_000, 75]]);
    const simulate = (change: Record<string, unknown>) =>
      plant.measurements.simulate({ criterion: 'press-1.hot', change });
    const { current, proposed, onlyCurrent, onlyProposed } = await simulate({ limit: 70, durationMs: 0 });
    expect(current.count).toBe(0);
    expect(when(proposed.firings)).toEqual([
      { at: PLANT_START + 11_000, until: PLANT_START + 40_000 },
      { at: PLANT_START + 60_000, until: undefined },
    ]);
    expect(onlyProposed).toEqual(proposed.firings);
    expect(onlyCurrent).toEqual([]);
    await plant.measurements.criteria.change('press-1.hot', { limit: 70, durationMs: 0 }, by);
    const other = await simulate({ limit: 80 });
    expect(other.proposed.firings).toMatchObject([{ at: PLANT_START + 21_000, value: 81 }]);
    expect(other.onlyCurrent).toMatchObject([{ at: PLANT_START + 60_000 }]);
    expect(other.onlyProposed).toEqual([]);
  });

  it('knows what was usual before the beginning of a stretch', async () => {
    await using plant = await openPress(readings(1, 3_000));
    const from = PLANT_START + 2_000 * STEP_MS;
    const whole = await plant.measurements.simulate({ criterion: 'press-1.A', change: { limit: 3 } });
    const part = await plant.measurements.simulate({ criterion: 'press-1.A', change: { limit: 3 }, from });
    expect(part.readings).toBe(1_000);
    expect(when(part.proposed.firings)).toEqual(when(whole.proposed.firings.filter(({ at }) => at >= from)));
    expect(part.proposed.count).toBeGreaterThan(0);
  });

  it('counts the confirmed anomalies it would catch, and the rejected ones at which it would fire', async () => {
    await using plant = await openPress(readings(1, 3_000));
    const { anomalies, simulate } = plant.measurements;
    const { items } = await anomalies.list({ device: 'press-1' });
    const found = items.filter(({ detector }) => detector === 'z-score').sort((a, b) => b.score - a.score);
    const [highest, ...others] = found;
    const last = others.at(-1);
    await anomalies.label([highest?.id ?? ''], 'confirmed', by);
    await anomalies.label([last?.id ?? ''], 'rejected', by);
    const limit = ((highest?.score ?? 0) + (others[0]?.score ?? 0)) / 2;
    const { current, proposed } = await simulate({ criterion: 'press-1.A', change: { limit } });
    expect(current.labelled).toEqual({ hit: 1, missed: 0, falseAlarms: 1 });
    expect(proposed.labelled).toEqual({ hit: 1, missed: 0, falseAlarms: 0 });
    const off = await simulate({ criterion: 'press-1.A', change: { enabled: false } });
    expect(off.proposed).toMatchObject({ count: 0, labelled: { hit: 0, missed: 1, falseAlarms: 0 } });
  });

  it('writes nothing and tells nobody', async () => {
    await using plant = await openPress(readings(2, 500));
    const families = [measurementFeed, measurementOutbox, analyzerFamily, anomalyFamily];
    const before = await Promise.all(families.map((family) => plant.rows(family)));
    await plant.measurements.simulate({ criterion: 'press-1.hot', change: { limit: 60 } });
    expect(await Promise.all(families.map((family) => plant.rows(family)))).toEqual(before);
  });

  it('looks at the last thirty days unless another stretch is named', async () => {
    await using plant = await openPress([
      [PLANT_START, 99],
      [PLANT_START + DEFAULT_PAST_MS + 1_000, 71],
    ]);
    const ask = (range: object) =>
      plant.measurements.simulate({ criterion: 'press-1.hot', change: { limit: 70, durationMs: 0 }, ...range });
    expect(await ask({})).toMatchObject({ readings: 1, proposed: { count: 0 } });
    expect(await ask({ from: 0 })).toMatchObject({ readings: 2, proposed: { count: 1 } });
    expect(await ask({ from: 0, to: PLANT_START })).toMatchObject({ readings: 0, proposed: { count: 0 } });
    await expect(ask({ from: 5, to: 4 })).rejects.toMatchObject({ code: 'measurement.invalid-range' });
  });

  it('is refused with settings that could not be set', async () => {
    await using plant = await openPress([]);
    const ask = (criterion: string, change: Record<string, unknown>) =>
      plant.measurements.simulate({ criterion, change });
    await expect(ask('press-1.cold', {})).rejects.toMatchObject({ code: 'criterion.unknown' });
    await expect(ask('press-1.hot', { limit: 'high' })).rejects.toMatchObject({ code: 'criterion.invalid' });
    await expect(ask('press-1.hot', { signal: { field: 'weight' } })).rejects.toMatchObject({
      code: 'criterion.invalid',
    });
    expect(await ask('press-1.hot', { limit: 1 })).toMatchObject({ readings: 0 });
  });
});
