import { describe, expect, it } from 'vitest';
import { openMeasuredPlant, PLANT_START } from '../../testing/measured-plant.ts';

const by = { actor: 'ada' };
const fields = [{ name: 'temperature', unit: '°C', min: 0, max: 120, resolution: 0.1 }, { name: 'speed' }];

describe('devices', () => {
  it('are created with their fields, and their name is their id unless one is given', async () => {
    await using plant = await openMeasuredPlant();
    const { devices } = plant.measurements;
    const device = await devices.create({ id: 'SAU-ME-01', fields, idealCycleMs: 600 }, by);
    expect(device).toMatchObject({
      id: 'SAU-ME-01',
      name: 'SAU-ME-01',
      line: '',
      fields,
      idealCycleMs: 600,
      createdAt: PLANT_START,
    });
    expect(await devices.get('SAU-ME-01')).toEqual({ ...device, lastAt: null });
  });

  it('are refused when the id is taken, and nothing is changed', async () => {
    await using plant = await openMeasuredPlant();
    const { devices } = plant.measurements;
    await devices.create({ id: 'press-1', line: 'A', fields }, by);
    await expect(devices.create({ id: 'press-1', line: 'B', fields }, by)).rejects.toMatchObject({
      code: 'device.exists',
    });
    expect((await devices.get('press-1')).line).toBe('A');
  });

  it.each([
    [{ id: '', fields }, /id/],
    [{ id: '../etc', fields }, /id/],
    [{ id: 'press-1', fields: [] }, /fields/],
    [{ id: 'press-1', fields: [{ name: '__proto__' }] }, /fields\.0\.name/],
    [{ id: 'press-1', fields: [{ name: 'a' }, { name: 'a' }] }, /same name/],
    [{ id: 'press-1', fields: [{ name: 'a', min: 2, max: 1 }] }, /min is below max/],
    [{ id: 'press-1', fields: [{ name: 'a', resolution: 0 }] }, /resolution/],
    [{ id: 'press-1', name: 'a\0', fields }, /name/],
    [{ id: 'press-1', fields, idealCycleMs: -1, colour: 'red' }, /idealCycleMs.*colour/],
  ])('are refused as %j with every problem named', async (input, problems) => {
    await using plant = await openMeasuredPlant();
    const refused = plant.measurements.devices.create(input as never, by);
    await expect(refused).rejects.toMatchObject({
      code: 'device.invalid',
      details: { problems: expect.stringMatching(problems) },
    });
  });

  it('keep their other parts when some are changed, and leave a trace with the actor', async () => {
    await using plant = await openMeasuredPlant();
    const { devices } = plant.measurements;
    const before = await devices.create({ id: 'press-1', line: 'A', fields }, by);
    const after = await devices.update('press-1', { line: 'B' }, { actor: 'grace' });
    expect(after).toMatchObject({ line: 'B', fields, settingsVersion: 2, updatedBy: 'grace' });
    expect(await plant.news('millrace.measurements.device.changed')).toEqual([
      { v: 1, device: 'press-1', old: before, new: after },
    ]);
    await expect(devices.update('press-9', { line: 'B' }, by)).rejects.toMatchObject({ code: 'device.unknown' });
  });

  it('keep a field that a criterion looks at', async () => {
    await using plant = await openMeasuredPlant();
    const { devices, criteria } = plant.measurements;
    await devices.create({ id: 'press-1', fields }, by);
    const settings = { signal: { field: 'temperature' }, direction: 'above', limit: 90 } as const;
    await criteria.create({ device: 'press-1', name: 'hot', settings }, by);
    const without = devices.update('press-1', { fields: [{ name: 'speed' }] }, by);
    await expect(without).rejects.toMatchObject({ code: 'device.field-in-use', details: { criterion: 'press-1.hot' } });
  });

  it('are listed page by page, and by line', async () => {
    await using plant = await openMeasuredPlant();
    const { devices } = plant.measurements;
    for (const id of ['c', 'a', 'e', 'b', 'd']) await devices.create({ id, line: id < 'c' ? 'A' : 'B', fields }, by);
    const ids: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await devices.list({ limit: 2, cursor });
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(ids).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect((await devices.list({ line: 'A' })).items.map(({ id }) => id)).toEqual(['a', 'b']);
    for (const cursor of [
      'x',
      'W10',
      Buffer.from('[1,2]').toString('base64url'),
      Buffer.from('[null]').toString('base64url'),
    ]) {
      await expect(devices.list({ cursor })).rejects.toMatchObject({ code: 'measurement.invalid-cursor' });
    }
  });
});
