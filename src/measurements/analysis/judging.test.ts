/** Criteria on what the analysis of a service finds: they fire once for an anomaly, and never for what is past. */
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../kernel/log.ts';
import { type MeasuredPlant, openMeasuredPlant, PLANT_START } from '../../testing/measured-plant.ts';
import { anomalyFamily } from '../anomaly/anomaly.ts';
import type { CriterionSettingsInput } from '../criterion/settings.ts';
import { SHIPPED } from '../services/shipped.ts';
import { Follower } from './follow.ts';
import { FIRING_WITHIN_MS } from './seen.ts';

const MINUTE_MS = 60_000;
const by = { actor: 'test' };
const STOPPED: CriterionSettingsInput = { signal: { anomaly: 'stoppage' } };

async function plantWithPress(
  settings: CriterionSettingsInput = STOPPED,
): Promise<MeasuredPlant & { round(): Promise<number> }> {
  const plant = await openMeasuredPlant();
  const { devices, criteria } = plant.measurements;
  const device = { id: 'press-1', service: 'brick-production', expectedIntervalMs: MINUTE_MS, idealCycleMs: 600 };
  await devices.create(device, by);
  await criteria.create({ device: 'press-1', name: 'stopped', settings }, by);
  const services = new Map(SHIPPED.map((service) => [service.name, service]));
  let id = 1_000_000;
  const parts = {
    store: plant.store,
    clock: plant.clock,
    services,
    nextId: () => ++id,
    timeZone: 'UTC',
    log: silentLog,
  };
  const follower = new Follower(parts);
  return { ...plant, round: () => follower.round() };
}

/** A reading a minute; the press makes 100 bricks in each, and none from `stopFrom` to `stopTo`. */
type Sent = {
  from: number;
  to: number;
  stopFrom?: number;
  stopTo?: number;
  mode?: 'live' | 'import';
  perMinute?: number;
};
async function send({ measurements, clock }: MeasuredPlant, sent: Sent): Promise<void> {
  const { from, to, stopFrom = Infinity, stopTo = Infinity, mode = 'live', perMinute = 100 } = sent;
  const rows = Array.from({ length: to - from }, (_, place) => {
    const minute = from + place;
    const ran = Math.min(minute, stopFrom) + Math.max(0, minute - stopTo);
    return { device: 'press-1', ts: PLANT_START + minute * MINUTE_MS, values: { count: ran * perMinute, errors: 0 } };
  });
  await clock.advance(Math.max(0, PLANT_START + (to - 1) * MINUTE_MS - clock.now()));
  await measurements.ingest(rows, { mode, ...by });
}

const firings = async (plant: MeasuredPlant) =>
  (await plant.messages()).filter(({ criterion }) => criterion === 'stopped');
const told = async (plant: MeasuredPlant, verb: 'fired' | 'cleared') =>
  plant.news(`millrace.measurements.criterion.${verb}`);
const stateOf = async ({ measurements }: MeasuredPlant) =>
  (await measurements.criteria.get('press-1.stopped')).state.phase;

describe('a criterion on an anomaly', () => {
  it('fires when the anomaly opens, once, with the anomaly as evidence, and clears when it is over', async () => {
    await using plant = await plantWithPress();
    await send(plant, { from: 0, to: 20, stopFrom: 20 });
    await plant.round();
    expect(await stateOf(plant)).toBe('idle');
    for (const to of [30, 31, 32]) {
      await send(plant, { from: to === 30 ? 20 : to - 1, to, stopFrom: 20 });
      await plant.round();
    }
    const [anomaly] = await plant.rows(anomalyFamily);
    expect(await told(plant, 'fired')).toEqual([
      expect.objectContaining({
        id: expect.stringMatching(/^fir_[0-9a-f]{20}$/),
        criterion: 'stopped',
        device: 'press-1',
        signal: { anomaly: 'stoppage', field: 'count', severity: 'minor' },
        anomalies: [anomaly?.id],
        limit: 1,
      }),
    ]);
    expect(await firings(plant)).toHaveLength(1);
    expect(await stateOf(plant)).toBe('fired');
    await send(plant, { from: 32, to: 60, stopFrom: 20, stopTo: 35 });
    await plant.round();
    expect(await told(plant, 'fired')).toHaveLength(1);
    expect(await told(plant, 'cleared')).toMatchObject([{ anomalies: [anomaly?.id] }]);
    expect(await stateOf(plant)).toBe('idle');
  });

  it('fires when the anomaly becomes severe enough, and has lasted for long enough', async () => {
    const severe = await plantWithPress({ signal: { anomaly: 'stoppage', minSeverity: 'major' } });
    const long = await plantWithPress({ signal: { anomaly: 'stoppage' }, durationMs: 12 * MINUTE_MS });
    for (const [plant, minutes] of [
      [severe, 16],
      [long, 13],
    ] as const) {
      await using _ = plant;
      await send(plant, { from: 0, to: 31, stopFrom: 20 });
      await plant.round();
      expect(await told(plant, 'fired')).toEqual([]);
      await send(plant, { from: 31, to: 21 + minutes, stopFrom: 20 });
      await plant.round();
      expect(await told(plant, 'fired')).toHaveLength(1);
    }
  });

  it('stays quiet for another kind or field, and while it is switched off', async () => {
    for (const settings of [{ signal: { anomaly: 'low-efficiency' } }, { ...STOPPED, enabled: false }] as const) {
      await using plant = await plantWithPress(settings);
      await send(plant, { from: 0, to: 40, stopFrom: 20 });
      await plant.round();
      expect(await told(plant, 'fired')).toEqual([]);
    }
  });

  it('fires for nothing that came with an import, is older than a day, or was over before it was set', async () => {
    await using imported = await plantWithPress();
    await send(imported, { from: 0, to: 40, stopFrom: 20, mode: 'import' });
    await imported.round();
    expect(await told(imported, 'fired')).toEqual([]);

    await using old = await plantWithPress();
    await old.clock.advance(FIRING_WITHIN_MS + 60 * MINUTE_MS);
    await send(old, { from: 0, to: 40, stopFrom: 20, stopTo: 30 });
    await old.round();
    expect(await told(old, 'fired')).toEqual([]);
    expect(await old.rows(anomalyFamily)).toHaveLength(1);
    expect((await old.messages()).filter(({ detector }) => detector === 'stoppage')).toEqual([]);

    await using late = await plantWithPress();
    await late.measurements.criteria.change('press-1.stopped', { enabled: false }, by);
    await send(late, { from: 0, to: 60, stopFrom: 20, stopTo: 35 });
    await late.measurements.criteria.change('press-1.stopped', { enabled: true }, by);
    await late.round();
    expect(await told(late, 'fired')).toEqual([]);
  });

  it('clears when late rows take the anomaly back, and never fires for it again', async () => {
    await using plant = await plantWithPress();
    await send(plant, { from: 0, to: 33, stopFrom: 20 });
    await plant.round();
    expect(await told(plant, 'fired')).toHaveLength(1);
    expect(await stateOf(plant)).toBe('fired');
    // It was maintained, as rows say that come late.
    const rows = Array.from({ length: 13 }, (_, place) => ({
      device: 'press-1',
      ts: PLANT_START + (19 + place) * MINUTE_MS + 30_000,
      values: { count: place === 0 ? 1_950 : 2_000, errors: 0, mode: 'maintenance' },
    }));
    await plant.measurements.ingest(rows, { mode: 'live', ...by });
    await plant.round();
    expect(await told(plant, 'fired')).toHaveLength(1);
    expect(await told(plant, 'cleared')).toHaveLength(1);
    expect(await stateOf(plant)).toBe('idle');
  });

  it('changes nothing when the device is analysed anew, from the beginning', async () => {
    await using plant = await plantWithPress();
    await send(plant, { from: 0, to: 40, stopFrom: 20 });
    await plant.round();
    const before = [await told(plant, 'fired'), await told(plant, 'cleared'), await stateOf(plant)];
    await plant.measurements.analyses.run({ device: 'press-1', trigger: 'command', actor: 'ada', isAnew: true });
    await plant.measurements.devices.update('press-1', { idealCycleMs: 500 }, by);
    await plant.round();
    expect([await told(plant, 'fired'), await told(plant, 'cleared'), await stateOf(plant)]).toEqual(before);
  });
});

describe('an anomaly that waits for quiet minutes to end', () => {
  it('is opened once, keeps its label, and fires its criterion once, however often it is looked at meanwhile', async () => {
    await using plant = await plantWithPress();
    const { devices, criteria, ingest, anomalies } = plant.measurements;
    await devices.create({ id: 'clay', service: 'moisture-analysis', expectedIntervalMs: MINUTE_MS }, by);
    await criteria.create({ device: 'clay', name: 'spike', settings: { signal: { anomaly: 'z-score' } } }, by);
    const SPIKE = 400;
    const at = (minute: number) => ({
      device: 'clay',
      ts: PLANT_START + minute * MINUTE_MS,
      values: { moisture: minute === SPIKE ? 40 : 18 + (minute % 7) / 100 },
    });
    const until = async (from: number, to: number) => {
      await plant.clock.advance(Math.max(0, PLANT_START + to * MINUTE_MS - plant.clock.now()));
      await ingest(
        Array.from({ length: to - from }, (_, place) => at(from + place)),
        { mode: 'live', ...by },
      );
      await plant.round();
    };
    const spikes = async () =>
      (await plant.rows(anomalyFamily)).filter(({ device, detector }) => device === 'clay' && detector === 'z-score');
    await until(0, SPIKE + 3);
    const [spike] = await spikes();
    await anomalies.label([String(spike?.id)], 'confirmed', by);
    for (let minute = SPIKE + 3; minute < SPIKE + 60; minute += 10) await until(minute, minute + 10);
    expect(await spikes()).toEqual([expect.objectContaining({ id: spike?.id, label: 'confirmed', isOpen: 1 })]);
    const opened = (await plant.news('millrace.measurements.anomaly.opened')).filter(
      ({ anomaly }) => anomaly === spike?.id,
    );
    expect(opened).toHaveLength(1);
    const fired = (await told(plant, 'fired')).filter(({ criterion }) => criterion === 'spike');
    expect(fired).toMatchObject([{ anomalies: [spike?.id], limit: 4 }]);
    expect(await plant.messages()).toContainEqual(expect.objectContaining({ anomaly: spike?.id, detector: 'z-score' }));
  });
});

describe('a criterion on a sensor that falls silent', () => {
  it('fires while the device goes on sending, and clears when the sensor is back', async () => {
    await using plant = await plantWithPress();
    const { devices, criteria, ingest } = plant.measurements;
    await devices.create({ id: 'clay', service: 'moisture-analysis', expectedIntervalMs: MINUTE_MS }, by);
    const signal = { anomaly: 'silent-field', field: 'temperature' };
    await criteria.create({ device: 'clay', name: 'silent', settings: { signal } }, by);
    const send = async (from: number, to: number, values: Readonly<Record<string, number>>) => {
      await plant.clock.advance(Math.max(0, PLANT_START + to * MINUTE_MS - plant.clock.now()));
      const rows = Array.from({ length: to - from }, (_, place) => ({
        device: 'clay',
        ts: PLANT_START + (from + place) * MINUTE_MS,
        values: { moisture: 18 + (place % 7) / 100, ...values },
      }));
      await ingest(rows, { mode: 'live', ...by });
      await plant.round();
    };
    const countOf = async (what: 'fired' | 'cleared') =>
      (await told(plant, what)).filter(({ criterion }) => criterion === 'silent').length;
    await send(0, 60, { temperature: 21 });
    expect(await countOf('fired')).toBe(0);
    await send(60, 120, {});
    expect([await countOf('fired'), await countOf('cleared')]).toEqual([1, 0]);
    await send(120, 130, { temperature: 21 });
    expect([await countOf('fired'), await countOf('cleared')]).toEqual([1, 1]);
  });
});

describe('a criterion on a required field that is missing', () => {
  it('fires for that field though every row goes to quarantine, and clears when the field is back', async () => {
    await using plant = await plantWithPress();
    const { devices, criteria, ingest, analyses } = plant.measurements;
    await devices.create({ id: 'drive', service: 'machine-monitoring', expectedIntervalMs: MINUTE_MS }, by);
    await criteria.create({ device: 'drive', name: 'silent', settings: { signal: { anomaly: 'silent-field' } } }, by);
    const send = async (from: number, to: number, left: readonly string[] = []) => {
      await plant.clock.advance(Math.max(0, PLANT_START + to * MINUTE_MS - plant.clock.now()));
      const rows = Array.from({ length: to - from }, (_, place) => {
        const all = { vibration: 2, temperature: 60 + (place % 7) / 10, current: 40, mode: 'running' };
        const values = Object.fromEntries(Object.entries(all).filter(([name]) => !left.includes(name)));
        return { device: 'drive', ts: new Date(PLANT_START + (from + place) * MINUTE_MS).toISOString(), values };
      });
      await ingest(rows, { mode: 'live', ...by });
      await plant.round();
    };
    const silent = async () =>
      (await plant.rows(anomalyFamily))
        .filter(({ detector }) => detector === 'silent-field')
        .map(({ field, from, to, isOpen }) => [
          field,
          (Number(from) - PLANT_START) / MINUTE_MS,
          (Number(to) - PLANT_START) / MINUTE_MS,
          isOpen,
        ]);
    const countOf = async (what: 'fired' | 'cleared') => (await told(plant, what)).length;
    await send(0, 60);
    await send(60, 63, ['vibration']);
    await send(63, 80, ['vibration']);
    expect(await silent()).toEqual([['vibration', 60, 79, 1]]);
    expect([await countOf('fired'), await countOf('cleared')]).toEqual([1, 0]);
    await send(80, 100, ['vibration', 'current']);
    await send(100, 110);
    expect(await silent()).toEqual(
      expect.arrayContaining([
        ['vibration', 60, 99, 0],
        ['current', 80, 99, 0],
      ]),
    );
    expect([await countOf('fired'), await countOf('cleared')]).toEqual([2, 2]);
    const anew = await analyses.run({ device: 'drive', trigger: 'command', isAnew: true, ...by });
    expect(anew.written).toBe(0);
  });
});

describe('a criterion on a signal that the service works out', () => {
  it('is held against its limit minute by minute, each minute once', async () => {
    await using plant = await plantWithPress({
      ...{ signal: { field: 'speed' }, direction: 'below', limit: 5_000, durationMs: 2 * MINUTE_MS },
    });
    await send(plant, { from: 0, to: 20 });
    await plant.round();
    expect(await told(plant, 'fired')).toEqual([]);
    const rows = Array.from({ length: 10 }, (_, place) => ({
      device: 'press-1',
      ts: PLANT_START + (20 + place) * MINUTE_MS,
      values: { count: 2_000 + place * 50, errors: 0 },
    }));
    await plant.clock.advance(10 * MINUTE_MS);
    await plant.measurements.ingest(rows, { mode: 'live', ...by });
    await plant.round();
    await plant.round();
    expect(await told(plant, 'fired')).toMatchObject([{ signal: { field: 'speed' }, value: 3_000, limit: 5_000 }]);
    expect(await stateOf(plant)).toBe('fired');
    for (const from of [30, 33]) {
      await plant.clock.advance(3 * MINUTE_MS);
      const fast = Array.from({ length: 3 }, (_, place) => ({
        device: 'press-1',
        ts: PLANT_START + (from + place) * MINUTE_MS,
        values: { count: 2_450 + (from + place - 29) * 100, errors: 0 },
      }));
      await plant.measurements.ingest(fast, { mode: 'live', ...by });
      await plant.round();
    }
    expect([(await told(plant, 'fired')).length, (await told(plant, 'cleared')).length]).toEqual([1, 1]);
    expect(await stateOf(plant)).toBe('idle');
  });
});

describe('minutes that late rows changed', () => {
  it('are judged again: what fires only now is told, once', async () => {
    await using plant = await plantWithPress({
      ...{ signal: { field: 'speed' }, direction: 'below', limit: 5_000, durationMs: 2 * MINUTE_MS },
    });
    /** 100 bricks a minute, and 20 from minute 20 to 24. */
    const countAt = (minute: number) =>
      100 * Math.min(minute, 19) + 20 * Math.max(0, Math.min(minute, 24) - 19) + 100 * Math.max(0, minute - 24);
    const take = async (minutes: readonly number[]) => {
      const rows = minutes.map((minute) => ({
        device: 'press-1',
        ts: PLANT_START + minute * MINUTE_MS,
        values: { count: countAt(minute), errors: 0 },
      }));
      await plant.clock.advance(Math.max(0, PLANT_START + (minutes.at(-1) ?? 0) * MINUTE_MS - plant.clock.now()));
      await plant.measurements.ingest(rows, { mode: 'live', ...by });
      await plant.round();
    };
    const from = (first: number, to: number) => Array.from({ length: to - first }, (_, place) => first + place);
    await take([...from(0, 20), ...from(24, 40)]);
    await take(from(40, 60));
    expect(await told(plant, 'fired')).toEqual([]);
    await take([...from(20, 24)]);
    const at = (minute: number) => new Date(PLANT_START + minute * MINUTE_MS).toISOString();
    expect(await told(plant, 'fired')).toMatchObject([{ id: expect.stringMatching(/^fir_/), at: at(22) }]);
    expect(await told(plant, 'cleared')).toMatchObject([{ at: at(25) }]);
    await take(from(60, 70));
    await take([15.5]);
    expect([(await told(plant, 'fired')).length, (await told(plant, 'cleared')).length]).toEqual([1, 1]);
    expect(await stateOf(plant)).toBe('idle');
  });
});

describe('settings of a criterion on what a service finds', () => {
  it('are refused for what the service does not watch, and as a member of a combination', async () => {
    await using plant = await plantWithPress();
    const { criteria, devices } = plant.measurements;
    const create = (settings: CriterionSettingsInput, device = 'press-1') =>
      criteria.create({ device, name: 'other', settings }, by);
    const refused = (settings: CriterionSettingsInput, problem: RegExp, device?: string) =>
      expect(create(settings, device)).rejects.toMatchObject({
        code: 'criterion.invalid',
        details: { problems: expect.stringMatching(problem) },
      });
    await refused({ signal: { anomaly: 'drift' } }, /not watched for "drift", but for sudden-change, stoppage/);
    await refused({ signal: { anomaly: 'stoppage', field: 'errors' } }, /on count, not on "errors"/);
    await refused({ signal: { field: 'speed', detector: 'drift' }, direction: 'above', limit: 4 }, /name the anomaly/);
    await refused({ signal: { field: 'pace' }, direction: 'above', limit: 4 }, /no field "pace"/);
    await refused({ of: ['stopped'], atLeast: 1 }, /judged by the analysis/);
    await devices.create({ id: 'oven', fields: [{ name: 'temperature' }] }, by);
    await refused(STOPPED, /no measurement service/, 'oven');
    await expect(devices.update('press-1', { service: null }, by)).rejects.toMatchObject({
      code: 'device.field-in-use',
      details: { field: 'stoppage' },
    });
  });

  it('cannot be tried on stored readings', async () => {
    await using plant = await plantWithPress();
    await expect(
      plant.measurements.simulate({ criterion: 'press-1.stopped', change: { durationMs: 60_000 } }),
    ).rejects.toMatchObject({ code: 'criterion.not-simulated' });
  });
});
