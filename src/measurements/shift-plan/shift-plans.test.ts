import { describe, expect, it } from 'vitest';
import { openMeasuredPlant } from '../../testing/measured-plant.ts';
import type { NewShiftPlan } from './shift-plan.ts';

const by = { actor: 'ada' };
const plan: NewShiftPlan = {
  id: 'three-shifts',
  timeZone: 'Europe/Berlin',
  lines: ['A'],
  rules: [
    { name: 'early', days: ['mon', 'tue'], from: '06:00', to: '14:00', breaks: [{ from: '09:00', to: '09:15' }] },
    { name: 'night', days: ['mon'], from: '22:00', to: '06:00', validFrom: '2026-01-01', validTo: '2026-06-30' },
  ],
  holidays: ['2026-12-25'],
};

describe('shift plans', () => {
  it('are created, changed, listed and removed, and every change is in the feed', async () => {
    await using plant = await openMeasuredPlant();
    const { shiftPlans } = plant.measurements;
    const created = await shiftPlans.create(plan, by);
    expect(await shiftPlans.get('three-shifts')).toEqual(created);
    expect(created).toMatchObject({
      version: 1,
      holidays: ['2026-12-25'],
      rules: [{ name: 'early' }, { name: 'night', breaks: [] }],
    });
    const changed = await shiftPlans.update('three-shifts', { holidays: [] }, { actor: 'grace' });
    expect(changed).toEqual({ ...created, holidays: [], version: 2, updatedBy: 'grace' });
    expect((await shiftPlans.list()).items).toEqual([changed]);
    await shiftPlans.remove('three-shifts', by);
    expect((await shiftPlans.list()).items).toEqual([]);
    await expect(shiftPlans.get('three-shifts')).rejects.toMatchObject({ code: 'shift-plan.unknown' });
    expect(await plant.news('millrace.measurements.shift-plan.removed')).toMatchObject([
      { plan: 'three-shifts', new: null },
    ]);
  });

  it.each([
    [{ timeZone: 'Europe/Atlantis' }, /timeZone/],
    [{ rules: [] }, /rules/],
    [{ rules: [{ name: 'x', days: ['monday'], from: '06:00', to: '14:00' }] }, /days/],
    [{ rules: [{ name: 'x', days: ['mon'], from: '6:00', to: '24:00' }] }, /from.*to/],
    [{ rules: [{ name: 'x', days: ['mon'], from: '06:00', to: '14:00', validFrom: '2026-02-30' }] }, /validFrom/],
    [{ holidays: ['Christmas'] }, /holidays/],
  ])('are refused with %j', async (change, problems) => {
    await using plant = await openMeasuredPlant();
    const { shiftPlans } = plant.measurements;
    const refusal = { code: 'shift-plan.invalid', details: { problems: expect.stringMatching(problems) } };
    await expect(shiftPlans.create({ ...plan, ...change } as never, by)).rejects.toMatchObject(refusal);
    await shiftPlans.create(plan, by);
    await expect(shiftPlans.update('three-shifts', change as never, by)).rejects.toMatchObject(refusal);
    await expect(shiftPlans.create(plan, by)).rejects.toMatchObject({ code: 'shift-plan.exists' });
  });
});
