/** What must hold for any readings: splits, repeats, restarts and crashes change nothing of what is found. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../kernel/random.ts';
import { measurementFeed } from '../../store/feed.ts';
import { measurementOutbox } from '../../store/outbox.ts';
import { type MeasuredPlant, openMeasuredPlant, PLANT_START } from '../../testing/measured-plant.ts';
import { ModelDisk } from '../../testing/model-store.ts';
import { anomalyFamily } from '../anomaly/anomaly.ts';
import { DETECTORS } from '../anomaly/detector-name.ts';
import type { Criterion } from '../criterion/criterion.ts';
import { type CriterionSettingsInput, parseSettings } from '../criterion/settings.ts';
import type { Device } from '../device/device.ts';
import { DeviceAnalysis, noFindings } from './analysis.ts';
import { analyzerFamily, detectorMemoryFamily } from './analyzer.ts';
import { measurementFamily } from './measurement.ts';
import { MAX_UNIT_ROWS } from './unit.ts';

const by = { actor: 'ada' };
const STEP_MS = 5 * 60_000;
/** One is watched by everything, the other as fields are that say nothing. */
const FIELDS = [
  { name: 'temperature', detectors: [...DETECTORS] },
  { name: 'speed', resolution: 0.5 },
];

/** A machine with noise, a daily cycle, a few faults, and two readings of one moment now and then. */
function readings(seed: number, count: number) {
  const random = seededRandom(seed);
  const rows: { device: string; ts: number; values: Record<string, number> }[] = [];
  let at = PLANT_START;
  let fault = 0;
  for (let row = 0; row < count; row++) {
    at += random() < 0.02 ? 0 : STEP_MS;
    if (random() < 0.006) fault = random() < 0.5 ? -30 : 30;
    if (random() < 0.05) fault = 0;
    const temperature = 70 + 5 * Math.sin(row / 45) + random() * 2 + fault;
    const values: Record<string, number> = random() < 0.9 ? { temperature } : {};
    if (random() < 0.3 || Object.keys(values).length === 0) values.speed = 10 + random();
    rows.push({ device: 'press-1', ts: at, values });
  }
  return rows;
}

async function openPress(disk = new ModelDisk()): Promise<MeasuredPlant> {
  const plant = await openMeasuredPlant({ disk });
  const { devices, criteria } = plant.measurements;
  await devices.create({ id: 'press-1', service: null, fields: FIELDS }, by);
  for (const [name, settings] of Object.entries(settingsByName))
    await criteria.create({ device: 'press-1', name, settings }, by);
  return plant;
}

const settingsByName: Record<string, CriterionSettingsInput> = {
  A: { signal: { field: 'temperature', detector: 'z-score' }, direction: 'above', limit: 4, hysteresis: 1 },
  B: { signal: { field: 'temperature', detector: 'sudden-change' }, direction: 'above', limit: 4 },
  hot: { signal: { field: 'temperature' }, direction: 'above', limit: 80, durationMs: 2 * STEP_MS },
  both: { of: ['A', 'B'], atLeast: 2 },
};

const replay = { mode: 'replay', actor: 'ada', receivedAt: PLANT_START } as const;

/** Everything that follows from readings; not how they were divided (versions, ids of messages, news of series). */
async function outcomeOf(plant: MeasuredPlant): Promise<unknown> {
  const withoutId = ({ id: _, ...body }: Record<string, unknown>) => body;
  const analyzers = await plant.rows(analyzerFamily);
  return {
    measurements: await plant.rows(measurementFamily),
    anomalies: await plant.rows(anomalyFamily),
    memory: await plant.rows(detectorMemoryFamily),
    standings: analyzers.map(({ lastAt, criteria }) => ({ lastAt, criteria })),
    messages: (await plant.messages()).map(withoutId),
    opened: await plant.news('millrace.measurements.anomaly.opened'),
  };
}

/** Cuts a list at places that the numbers choose. */
function split<T>(list: readonly T[], cuts: readonly number[]): T[][] {
  const places = [...new Set(cuts.map((cut) => cut % (list.length + 1)))].sort((a, b) => a - b);
  return [...places, list.length].map((end, place) => list.slice(places[place - 1] ?? 0, end));
}

const seed = fc.integer({ min: 0, max: 1_000_000 });
const cuts = fc.array(fc.nat(1_000), { maxLength: 12 });

describe('readings', () => {
  it('give the same anomalies, firings and memory, however they are split into calls and wherever the server restarts', async () => {
    await fc.assert(
      fc.asyncProperty(seed, cuts, fc.boolean(), async (number, places, restarts) => {
        const rows = readings(number, 600);
        await using whole = await openPress();
        await whole.measurements.ingest(rows, replay);
        await using parts = await openPress();
        for (const call of split(rows, places)) {
          if (!restarts) await parts.measurements.ingest(call, replay);
          else {
            await using restarted = await openMeasuredPlant({ disk: parts.disk, clock: parts.clock });
            await restarted.measurements.ingest(call, replay);
          }
        }
        expect(await outcomeOf(parts)).toEqual(await outcomeOf(whole));
      }),
      { numRuns: 25 },
    );
  });

  it('change nothing when they come again', async () => {
    await fc.assert(
      fc.asyncProperty(seed, cuts, async (number, places) => {
        const rows = readings(number, 300);
        await using plant = await openPress();
        await plant.measurements.ingest(rows, replay);
        const families = [
          measurementFamily,
          anomalyFamily,
          detectorMemoryFamily,
          analyzerFamily,
          measurementOutbox,
          measurementFeed,
        ];
        const all = () => Promise.all(families.map((family) => plant.rows(family)));
        const before = await all();
        for (const call of split(rows, places)) {
          expect(await plant.measurements.ingest(call, replay)).toEqual({
            stored: 0,
            duplicate: call.length,
            quarantined: [],
          });
        }
        expect(await all()).toEqual(before);
      }),
      { numRuns: 15 },
    );
  });

  it('are analysed live as they are in one batch', async () => {
    const rows = readings(7, 2_500);
    const device = { id: 'press-1', service: null, fields: FIELDS } as unknown as Device;
    const criteria = Object.entries(settingsByName).map(
      ([name, settings]) =>
        ({
          id: `press-1.${name}`,
          device: 'press-1',
          name,
          version: 1,
          settings: parseSettings(settings),
        }) as unknown as Criterion,
    );
    const batch = new DeviceAnalysis({ device, criteria, memory: { lastAt: null, detectors: '', criteria: '[]' } });
    const findings = noFindings();
    for (const { ts, values } of rows) {
      const numbers = Float64Array.from(FIELDS, ({ name }) => values[name] ?? Number.NaN);
      batch.push({ at: ts, numbers }, findings);
    }
    await using plant = await openPress();
    for (const row of rows) await plant.measurements.ingest([row], replay);
    const found = await plant.rows(anomalyFamily);
    expect(findings.criteria.length).toBeGreaterThan(10);
    expect(found.map(({ id, to, score }) => ({ id, to, score }))).toEqual(
      [...findings.anomalies]
        .map(([id, { extent }]) => ({ id, to: extent.to, score: extent.score }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
    expect((await plant.messages()).map(({ criterionId, at, value }) => [criterionId, at, value])).toEqual(
      findings.criteria.map(({ criterion, event }) => [criterion.id, new Date(event.at).toISOString(), event.value]),
    );
    expect((await plant.rows(detectorMemoryFamily)).map(({ memory }) => memory)).toEqual([batch.memory().detectors]);
  });

  it('are watched by the detectors that the field declares, and by those that a criterion looks at', () => {
    const watching = (field: object, judged?: string) => {
      const device = { id: 'press-1', service: null, fields: [{ name: 'temperature', ...field }] } as unknown as Device;
      const settings = { signal: { field: 'temperature', detector: judged }, direction: 'above', limit: 1 };
      const criteria = judged === undefined ? [] : [{ id: 'press-1.A', name: 'A', settings } as unknown as Criterion];
      const memory = { lastAt: null, detectors: '', criteria: '[]' };
      const { fields } = JSON.parse(new DeviceAnalysis({ device, criteria, memory }).memory().detectors);
      return (fields as [string, [string][]][])[0]?.[1].map(([name]) => name);
    };
    expect(watching({})).toEqual(['z-score', 'sudden-change']);
    expect(watching({ detectors: ['stuck', 'novelty'] })).toEqual(['novelty', 'stuck']);
    expect(watching({ detectors: [] })).toEqual([]);
    expect(watching({}, 'novelty')).toEqual(['z-score', 'sudden-change', 'novelty']);
    expect(watching({ detectors: [] }, 'drift')).toEqual(['drift']);
  });

  it('come to the detectors with their times', () => {
    const device = {
      id: 'press-1',
      service: null,
      fields: [{ name: 'temperature', detectors: ['novelty'] }],
    } as unknown as Device;
    const memory = { lastAt: null, detectors: '', criteria: '[]' };
    const analysis = new DeviceAnalysis({ device, criteria: [], memory });
    const last = PLANT_START + 199 * STEP_MS;
    for (let at = PLANT_START; at <= last; at += STEP_MS)
      analysis.push({ at, numbers: Float64Array.of(at % 7) }, noFindings());
    expect(analysis.memory().detectors).toContain(`"profile":{"means":"`);
    expect(analysis.memory().detectors).toContain(`","lastAt":${last}}`);
  });

  it('lose nothing and repeat nothing when the server dies between or within units and the call is made again', async () => {
    const rows = readings(11, 3 * MAX_UNIT_ROWS);
    await using calm = await openPress();
    await calm.measurements.ingest(rows, replay);
    const expected = await outcomeOf(calm);
    for (const [commits, isStored] of [1, 2, 3].flatMap((count) => [[count, false] as const, [count, true] as const])) {
      const disk = new ModelDisk();
      await using first = await openPress(disk);
      const { commit } = first.store;
      let begun = 0;
      // The server dies with this commit: before the disk has it, or after, when nobody hears of it any more.
      first.store.commit = async (units) => {
        begun += 1;
        if (begun === commits && isStored) await commit(units);
        if (begun === commits) first.store.crash();
        return commit(units);
      };
      await expect(first.measurements.ingest(rows, replay)).rejects.toMatchObject({ code: 'store.closed' });
      await using second = await openMeasuredPlant({ disk });
      const kept = (await second.rows(measurementFamily)).length;
      expect(kept).toBe((commits - (isStored ? 0 : 1)) * MAX_UNIT_ROWS);
      const answer = await second.measurements.ingest(rows, replay);
      expect(answer).toEqual({ stored: rows.length - kept, duplicate: kept, quarantined: [] });
      expect(await outcomeOf(second)).toEqual(expected);
    }
  });

  it('are stored all the same when a call fails and the next one goes on with the same server', async () => {
    const rows = readings(13, 900);
    await using calm = await openPress();
    await calm.measurements.ingest(rows, replay);
    await using plant = await openPress();
    const { commit } = plant.store;
    let calls = 0;
    plant.store.commit = async (units) => {
      calls += 1;
      if (calls % 3 === 0) throw new Error('the disk is full');
      return commit(units);
    };
    for (const call of split(rows, [100, 200, 350, 500, 777])) {
      while (
        !(await plant.measurements.ingest(call, replay).then(
          () => true,
          () => false,
        ))
      );
    }
    expect(await outcomeOf(plant)).toEqual(await outcomeOf(calm));
  });
});
