import { describe, expect, it } from 'vitest';
import { type MeasuredPlant, openMeasuredPlant, PLANT_START } from '../../testing/measured-plant.ts';
import { anomalyFamily } from '../anomaly/anomaly.ts';
import { analyzerFamily } from './analyzer.ts';
import { MAX_CALL_ROWS } from './ingest.ts';
import { measurementFamily } from './measurement.ts';
import { processingLog } from './processing-log.ts';
import { MAX_QUARANTINED_CHARACTERS, quarantineFamily } from './quarantine.ts';

const MINUTE_MS = 60_000;
const by = { actor: 'ada' };
const live = { mode: 'live', actor: 'press-1' } as const;
const iso = (minute: number): string => new Date(PLANT_START + minute * MINUTE_MS).toISOString();
const row = (minute: number, temperature: unknown, device = 'press-1') => ({
  device,
  ts: iso(minute),
  values: { temperature },
});
const rows = (from: number, values: readonly number[]) => values.map((value, place) => row(from + place, value));

async function withPress(plant: MeasuredPlant): Promise<MeasuredPlant> {
  const fields = [{ name: 'temperature', min: -50, max: 200 }, { name: 'speed' }];
  await plant.measurements.devices.create({ id: 'press-1', fields }, by);
  return plant;
}
const openPress = async () => withPress(await openMeasuredPlant());
const hot = (plant: MeasuredPlant, settings: object = {}) =>
  plant.measurements.criteria.create(
    {
      device: 'press-1',
      name: 'hot',
      settings: { signal: { field: 'temperature' }, direction: 'above', limit: 90, ...settings },
    },
    by,
  );

describe('ingest', () => {
  it('stores each row once, however often it comes', async () => {
    await using plant = await openPress();
    const { ingest } = plant.measurements;
    const given = [row(0, 71), row(1, 72), row(1, 72)];
    expect(await ingest(given, live)).toEqual({ stored: 2, duplicate: 1, quarantined: [] });
    expect(await ingest([...given, row(1, 73)], live)).toEqual({ stored: 1, duplicate: 3, quarantined: [] });
    expect((await plant.rows(measurementFamily)).map(({ at, payload }) => [at, payload])).toEqual(
      expect.arrayContaining([
        [PLANT_START, '{"temperature":71}'],
        [PLANT_START + MINUTE_MS, '{"temperature":72}'],
        [PLANT_START + MINUTE_MS, '{"temperature":73}'],
      ]),
    );
  });

  it('knows a row again when its fields come in another order', async () => {
    await using plant = await openPress();
    const one = { device: 'press-1', ts: iso(0), values: { temperature: 71, speed: 3 } };
    const other = { values: { speed: 3, temperature: 71 }, ts: PLANT_START, device: 'press-1' };
    expect(await plant.measurements.ingest([one, other], live)).toMatchObject({ stored: 1, duplicate: 1 });
  });

  it('knows a row again after the device has declared its fields in another order', async () => {
    await using plant = await openPress();
    const { devices, ingest } = plant.measurements;
    const given = [{ device: 'press-1', ts: iso(0), values: { temperature: 71, speed: 3 } }];
    await ingest(given, live);
    await devices.update('press-1', { fields: [{ name: 'speed' }, { name: 'temperature' }] }, by);
    await using restarted = await openMeasuredPlant({ disk: plant.disk });
    expect(await restarted.measurements.ingest(given, live)).toMatchObject({ stored: 0, duplicate: 1 });
  });

  it('puts bad rows into quarantine with a reason, and stores the good ones around them', async () => {
    await using plant = await openPress();
    const bad: [unknown, string][] = [
      [null, 'malformed-row'],
      ['press-1', 'malformed-row'],
      [[], 'malformed-row'],
      [{ device: 'press-1', ts: iso(0) }, 'malformed-row'],
      [{ device: 7, ts: iso(0), values: {} }, 'malformed-row'],
      [{ device: 'press-1', ts: iso(0), values: [71] }, 'malformed-row'],
      [{ ...row(0, 71), unit: 'F' }, 'malformed-row'],
      [{ ...row(0, 71), ts: 'noon' }, 'malformed-time'],
      [{ device: 'press-1', values: { temperature: 71 } }, 'malformed-time'],
      [row(6, 71), 'future-time'],
      [row(0, 71, 'press-9'), 'unknown-device'],
      [row(0, 71, 'a\0b'), 'forbidden-character'],
      [row(0, 71, 'constructor'), 'unknown-device'],
      [{ device: 'press-1', ts: iso(0), values: {} }, 'no-values'],
      [{ device: 'press-1', ts: iso(0), values: { humidity: 1 } }, 'unknown-field'],
      [{ device: 'press-1', ts: iso(0), values: { constructor: 1 } }, 'forbidden-key'],
      [JSON.parse(`{"device":"press-1","ts":"${iso(0)}","values":{"__proto__":1}}`), 'forbidden-key'],
      [row(0, '71'), 'not-a-number'],
      [row(0, null), 'not-a-number'],
      [row(0, Number.NaN), 'not-a-number'],
      [row(0, 200.5), 'out-of-range'],
      [{ device: 'press-1', ts: iso(0), values: { temperature: 71, speed: 'fast' } }, 'not-a-number'],
    ];
    const given = bad.flatMap(([source], place) => [source, row(-place, 60 + place)]);
    const answer = await plant.measurements.ingest(given, live);
    expect(answer.stored).toBe(bad.length);
    expect(answer.quarantined).toEqual(bad.map(([, code], place) => ({ row: place * 2, code })));
    const kept = await plant.rows(quarantineFamily);
    expect(new Set(kept.map(({ code }) => code))).toEqual(new Set(bad.map(([, code]) => code)));
    expect(kept.filter(({ device }) => device === 'press-1').length).toBeGreaterThan(5);
    expect(kept.find(({ code }) => code === 'out-of-range')?.row).toBe(JSON.stringify(row(0, 200.5)));
  });

  it('keeps the same bad row once, cut to its limit, with the time of its first arrival', async () => {
    await using plant = await openPress();
    const long = { device: 'press-1', ts: iso(0), values: { [`x${'😀'.repeat(MAX_QUARANTINED_CHARACTERS / 2)}`]: 1 } };
    await plant.measurements.ingest([long, long], live);
    const [first] = await plant.rows(quarantineFamily);
    await plant.clock.advance(MINUTE_MS);
    expect(await plant.measurements.ingest([long], live)).toMatchObject({
      quarantined: [{ row: 0, code: 'unknown-field' }],
    });
    expect(await plant.rows(quarantineFamily)).toEqual([first]);
    expect(String(first?.row).length).toBeLessThanOrEqual(MAX_QUARANTINED_CHARACTERS);
    const { items } = await plant.measurements.quarantine.list({ device: 'press-1' });
    expect(items).toMatchObject([{ code: 'unknown-field', receivedAt: PLANT_START, actor: 'press-1' }]);
  });

  it('refuses a time in the future only of what is said to happen now', async () => {
    await using plant = await openPress();
    const tomorrow = [row(24 * 60, 71)];
    expect((await plant.measurements.ingest(tomorrow, live)).quarantined).toHaveLength(1);
    expect(await plant.measurements.ingest(tomorrow, { ...live, mode: 'replay' })).toMatchObject({ stored: 1 });
    const mistyped = { device: 'press-1', ts: '2062-01-05T06:00:00Z', values: { temperature: 71 } };
    expect(await plant.measurements.ingest([mistyped], { ...live, mode: 'import' })).toMatchObject({
      quarantined: [{ code: 'future-time' }],
    });
  });

  it('reads times without an offset in the time zone of the plant', async () => {
    await using plant = await withPress(await openMeasuredPlant({ timeZone: 'Europe/Berlin' }));
    await plant.measurements.ingest([{ device: 'press-1', ts: '2026-01-05 06:30:00', values: { speed: 1 } }], live);
    expect((await plant.rows(measurementFamily)).map(({ at }) => at)).toEqual([Date.UTC(2026, 0, 5, 5, 30)]);
  });

  it('refuses a call with more rows than allowed as a whole', async () => {
    await using plant = await openPress();
    const given = Array.from({ length: MAX_CALL_ROWS + 1 }, (_, place) => row(-place, 70));
    await expect(plant.measurements.ingest(given, live)).rejects.toMatchObject({ code: 'measurement.too-many-rows' });
    expect(await plant.rows(measurementFamily)).toEqual([]);
  });

  it('fires a criterion once, with what a chart of its evidence needs', async () => {
    await using plant = await openPress();
    await hot(plant, { hysteresis: 5 });
    await plant.measurements.ingest(rows(-20, [70, 71, 91, 92, 86]), live);
    await plant.measurements.ingest(rows(-15, [93, 80]), live);
    const messages = await plant.messages();
    expect(messages).toEqual([
      {
        v: 1,
        id: expect.any(Number),
        criterion: 'hot',
        criterionId: 'press-1.hot',
        device: 'press-1',
        at: iso(-18),
        value: 91,
        limit: 90,
        version: 1,
        signal: { field: 'temperature' },
        anomalies: [],
        from: iso(-20),
        to: iso(-18),
      },
      expect.objectContaining({ criterion: 'hot', value: 80, at: iso(-14) }),
    ]);
    expect(await plant.news('millrace.measurements.criterion.fired')).toEqual([messages[0]]);
    expect(await plant.news('millrace.measurements.criterion.cleared')).toEqual([messages[1]]);
  });

  it('judges the next reading by a changed limit', async () => {
    await using plant = await openPress();
    await hot(plant);
    await plant.measurements.ingest([row(-3, 85)], live);
    await plant.measurements.criteria.change('press-1.hot', { limit: 80 }, by);
    expect(await plant.messages()).toEqual([]);
    await plant.measurements.ingest([row(-2, 85)], live);
    await plant.measurements.criteria.change('press-1.hot', { limit: 100 }, by);
    await plant.measurements.ingest([row(-1, 85)], live);
    expect((await plant.messages()).map(({ at, limit, version }) => [at, limit, version])).toEqual([
      [iso(-2), 80, 2],
      [iso(-1), 100, 3],
    ]);
  });

  it('judges readings that are under way by a limit that is stored before them', async () => {
    await using plant = await openPress();
    await hot(plant);
    await plant.measurements.ingest([row(-9, 70)], live);
    const change = plant.measurements.criteria.change('press-1.hot', { limit: 80 }, by);
    const readings = plant.measurements.ingest([row(-8, 85)], live);
    await Promise.all([change, readings]);
    const [{ version } = { version: 0 }] = await plant.messages();
    const stored = (await plant.news('millrace.measurements.criterion.changed')).length;
    expect(stored).toBe(1);
    expect(version).toBe(2);
  });

  it('takes a field that was added a moment ago', async () => {
    await using plant = await openPress();
    await plant.measurements.ingest([row(-2, 70)], live);
    const fields = [{ name: 'temperature' }, { name: 'humidity' }];
    await plant.measurements.devices.update('press-1', { fields }, by);
    const humid = { device: 'press-1', ts: iso(-1), values: { humidity: 40 } };
    expect(await plant.measurements.ingest([humid], live)).toMatchObject({ stored: 1, quarantined: [] });
  });

  it('counts how many of other criteria have fired', async () => {
    await using plant = await openPress();
    await hot(plant);
    const fast = { signal: { field: 'speed' }, direction: 'above', limit: 5 } as const;
    await plant.measurements.criteria.create({ device: 'press-1', name: 'fast', settings: fast }, by);
    await plant.measurements.criteria.create(
      { device: 'press-1', name: 'both', settings: { of: ['hot', 'fast'], atLeast: 2 } },
      by,
    );
    const reading = (minute: number, values: object) => ({ device: 'press-1', ts: iso(minute), values });
    await plant.measurements.ingest(
      [reading(-3, { temperature: 95 }), reading(-2, { speed: 6 }), reading(-1, { temperature: 70 })],
      live,
    );
    expect((await plant.messages()).map(({ criterion, at, value }) => [criterion, at, value])).toEqual([
      ['hot', iso(-3), 95],
      ['fast', iso(-2), 6],
      ['both', iso(-2), 2],
      ['hot', iso(-1), 70],
      ['both', iso(-1), 1],
    ]);
  });

  it('stores late rows and counts them, and shows them to no detector and no criterion', async () => {
    await using plant = await openPress();
    await hot(plant);
    await plant.measurements.ingest([row(-5, 70)], live);
    const memory = await plant.measurements.criteria.get('press-1.hot');
    expect(await plant.measurements.ingest([row(-9, 95), row(-8, 95)], live)).toMatchObject({
      stored: 2,
      duplicate: 0,
    });
    expect(await plant.messages()).toEqual([]);
    expect(await plant.measurements.criteria.get('press-1.hot')).toEqual(memory);
    expect((await plant.rows(processingLog)).map(({ stored, late }) => [stored, late])).toEqual([
      [1, 0],
      [2, 2],
    ]);
  });

  it('sorts the rows of a call, so that their order in it does not matter', async () => {
    await using plant = await openPress();
    await hot(plant);
    await plant.measurements.ingest([row(-1, 70), row(-3, 95), row(-2, 96)], live);
    expect((await plant.messages()).map(({ at }) => at)).toEqual([iso(-3), iso(-1)]);
    expect((await plant.rows(processingLog)).map(({ late }) => late)).toEqual([0]);
  });

  it('tells of a stretch of readings once for each device and unit', async () => {
    await using plant = await openPress();
    await plant.measurements.devices.create({ id: 'press-2', fields: [{ name: 'temperature' }] }, by);
    await plant.measurements.ingest([...rows(-9, [70, 71, 72]), row(-4, 60, 'press-2')], live);
    expect(await plant.news('millrace.measurements.series.extended')).toEqual(
      expect.arrayContaining([
        { v: 1, device: 'press-1', from: PLANT_START - 9 * MINUTE_MS, to: PLANT_START - 7 * MINUTE_MS, rows: 3 },
        { v: 1, device: 'press-2', from: PLANT_START - 4 * MINUTE_MS, to: PLANT_START - 4 * MINUTE_MS, rows: 1 },
      ]),
    );
  });

  it('opens an anomaly that a firing on its score names, and starts nothing while importing', async () => {
    const score = { signal: { field: 'temperature', detector: 'z-score' }, direction: 'above', limit: 3 } as const;
    const spike = rows(
      -400,
      Array.from({ length: 100 }, (_, place) => (place === 90 ? 120 : 70 + (place % 3))),
    );
    for (const mode of ['replay', 'import'] as const) {
      await using plant = await openPress();
      await plant.measurements.criteria.create({ device: 'press-1', name: 'A', settings: score }, by);
      await plant.measurements.ingest(spike, { mode, actor: 'ada' });
      const [anomaly] = await plant.rows(anomalyFamily);
      expect(anomaly).toMatchObject({
        device: 'press-1',
        field: 'temperature',
        detector: 'z-score',
        severity: 'critical',
        isOpen: 1,
      });
      expect(await plant.news('millrace.measurements.criterion.fired')).toMatchObject([
        { criterion: 'A', anomalies: [anomaly?.id] },
      ]);
      expect((await plant.messages()).map(({ criterion }) => criterion)).toEqual(mode === 'import' ? [] : ['A', 'A']);
    }
  });

  it('opens an anomaly for every firing, also when the limit is lower than what detectors call strange', async () => {
    await using plant = await openPress();
    const score = { signal: { field: 'temperature', detector: 'z-score' }, direction: 'above', limit: 2 } as const;
    await plant.measurements.criteria.create({ device: 'press-1', name: 'A', settings: score }, by);
    const values = Array.from({ length: 100 }, (_, place) => (place === 90 ? 73.5 : 70 + (place % 3)));
    await plant.measurements.ingest(rows(-400, values), { mode: 'replay', actor: 'ada' });
    const [fired] = await plant.messages();
    expect(fired).toMatchObject({ criterion: 'A' });
    expect(fired?.value).toBeLessThan(4);
    expect(fired?.anomalies).toHaveLength(1);
  });

  it('serves many calls for one device one after the other, and many devices side by side', async () => {
    await using plant = await openPress();
    await plant.measurements.devices.create({ id: 'press-2', fields: [{ name: 'temperature' }] }, by);
    const calls = Array.from({ length: 40 }, (_, place) =>
      plant.measurements.ingest([row(place - 40, 70 + place, `press-${1 + (place % 2)}`)], live),
    );
    expect((await Promise.all(calls)).every(({ stored }) => stored === 1)).toBe(true);
    expect((await plant.rows(analyzerFamily)).map(({ version }) => version)).toEqual([20, 20]);
  });

  it('goes on where another process has stored readings in between', async () => {
    await using plant = await openPress();
    await hot(plant);
    await plant.measurements.ingest([row(-9, 70)], live);
    await using other = await openMeasuredPlant({ disk: plant.disk, clock: plant.clock });
    await other.measurements.ingest([row(-8, 95)], live);
    await plant.measurements.ingest([row(-8, 95), row(-7, 96)], live);
    expect((await plant.messages()).map(({ at }) => at)).toEqual([iso(-8)]);
    expect((await plant.rows(analyzerFamily))[0]).toMatchObject({ version: 3, lastAt: PLANT_START - 7 * MINUTE_MS });
  });
});
