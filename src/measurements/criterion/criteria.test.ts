import { describe, expect, it } from 'vitest';
import { openMeasuredPlant, PLANT_START } from '../../testing/measured-plant.ts';

const by = { actor: 'ada' };
const hot = {
  device: 'press-1',
  name: 'hot',
  settings: { signal: { field: 'temperature' }, direction: 'above', limit: 90 },
} as const;

async function openPress() {
  const plant = await openMeasuredPlant();
  await plant.measurements.devices.create({ id: 'press-1', fields: [{ name: 'temperature' }] }, by);
  return plant;
}

describe('criteria', () => {
  it('are versioned, and every change says what was, what is and who did it', async () => {
    await using plant = await openPress();
    const { criteria } = plant.measurements;
    const created = await criteria.create(hot, by);
    expect(created).toMatchObject({ id: 'press-1.hot', version: 1, updatedBy: 'ada' });
    const changed = await criteria.change('press-1.hot', { limit: 95, hysteresis: 2 }, { actor: 'task 7' });
    expect(changed).toMatchObject({
      version: 2,
      updatedBy: 'task 7',
      settings: { ...created.settings, limit: 95, hysteresis: 2 },
    });
    expect(await plant.news('millrace.measurements.criterion.changed')).toEqual([
      {
        v: 1,
        criterion: 'press-1.hot',
        device: 'press-1',
        name: 'hot',
        version: 2,
        old: created.settings,
        new: changed.settings,
      },
    ]);
    expect(await plant.news('millrace.measurements.criterion.created')).toMatchObject([
      { old: null, new: created.settings },
    ]);
  });

  it('show where they stand and what they judged last', async () => {
    await using plant = await openPress();
    const { criteria, ingest } = plant.measurements;
    await criteria.create(hot, by);
    expect(await criteria.get('press-1.hot')).toMatchObject({ state: { phase: 'idle' }, last: null });
    await ingest([{ device: 'press-1', ts: PLANT_START, values: { temperature: 91 } }], {
      mode: 'live',
      actor: 'press-1',
    });
    const { items } = await criteria.list({ device: 'press-1' });
    expect(items).toMatchObject([
      { state: { phase: 'fired', since: PLANT_START, firedAt: PLANT_START }, last: { at: PLANT_START, value: 91 } },
    ]);
    expect((await criteria.list({ device: 'press-2' })).items).toEqual([]);
  });

  it('are refused on an unknown device or field, under a taken name, and as a combination of what is not there', async () => {
    await using plant = await openPress();
    const { criteria } = plant.measurements;
    await criteria.create(hot, by);
    const create = (given: object) => criteria.create({ ...hot, name: 'other', ...given }, by);
    await expect(create({ device: 'press-9' })).rejects.toMatchObject({ code: 'device.unknown' });
    await expect(create({ name: 'hot' })).rejects.toMatchObject({ code: 'criterion.exists' });
    await expect(create({ name: 'a.b' })).rejects.toMatchObject({ code: 'criterion.invalid' });
    await expect(create({ settings: { ...hot.settings, signal: { field: 'speed' } } })).rejects.toMatchObject({
      code: 'criterion.invalid',
    });
    await criteria.create({ ...hot, name: 'all', settings: { of: ['hot'], atLeast: 1 } }, by);
    for (const member of ['cold', 'other', 'all']) {
      await expect(create({ settings: { of: [member], atLeast: 1 } })).rejects.toMatchObject({
        code: 'criterion.invalid',
      });
    }
    expect((await criteria.list()).items.map(({ id }) => id)).toEqual(['press-1.all', 'press-1.hot']);
  });

  it('stay as they are when a change is wrong', async () => {
    await using plant = await openPress();
    const { criteria } = plant.measurements;
    await criteria.create(hot, by);
    for (const change of [
      { limit: '95' },
      { limit: Number.NaN },
      { direction: 'up' },
      { of: ['hot'], atLeast: 1 },
      { colour: 'red' },
    ]) {
      await expect(criteria.change('press-1.hot', change, by)).rejects.toMatchObject({ code: 'criterion.invalid' });
    }
    await expect(criteria.change('press-1.cold', { limit: 1 }, by)).rejects.toMatchObject({
      code: 'criterion.unknown',
    });
    await expect(criteria.get('press-1.\0')).rejects.toMatchObject({ code: 'criterion.unknown' });
    expect(await criteria.get('press-1.hot')).toMatchObject({ version: 1, settings: hot.settings });
  });

  it('take changes that are made at the same moment one after the other', async () => {
    await using plant = await openPress();
    const { criteria } = plant.measurements;
    await criteria.create(hot, by);
    await Promise.all([1, 2, 3, 4].map((limit) => criteria.change('press-1.hot', { limit }, by)));
    expect((await criteria.get('press-1.hot')).version).toBe(5);
    expect((await plant.news('millrace.measurements.criterion.changed')).map(({ version }) => version)).toEqual([
      2, 3, 4, 5,
    ]);
  });
});
