import { describe, expect, it } from 'vitest';
import { type ShiftPlan, shiftsOver } from './calendar.ts';
import { AUTUMN, configure, SPRING } from './configuration.ts';
import { plantPlan } from './plant-plan.ts';
import { addDays, localDays, startOfDay } from './wall-clock.ts';

const HOUR_MS = 3_600_000;
const BERLIN = 'Europe/Berlin';
const iso = (instant: number): string => new Date(instant).toISOString();
const over = (plan: ShiftPlan, from: string, to: string) =>
  shiftsOver(plan, { from: Date.parse(from), to: Date.parse(to) });
const nightPlan: ShiftPlan = {
  id: 'nights',
  timeZone: BERLIN,
  lines: [],
  rules: [
    {
      name: 'night',
      days: ['sat', 'sun'],
      from: '22:00',
      to: '06:00',
      breaks: [{ from: '02:00', to: '02:30' }],
    },
  ],
  holidays: ['2026-04-05'],
};

describe('shifts of the generated plant', () => {
  it('are seven hours long in the night in which the clocks go forward, with the break moved out of the skipped hour', () => {
    const [night] = over(nightPlan, '2026-03-28T21:00:00Z', '2026-03-29T04:00:00Z');
    expect([iso(night!.from), iso(night!.to)]).toEqual(['2026-03-28T21:00:00.000Z', '2026-03-29T04:00:00.000Z']);
    expect(night!.to - night!.from).toBe(7 * HOUR_MS);
    expect(night!.breaks.map(({ from, to }) => [iso(from), iso(to)])).toEqual([
      ['2026-03-29T01:00:00.000Z', '2026-03-29T01:30:00.000Z'],
    ]);
    expect(night!.date).toBe('2026-03-28');
  });

  it('are nine hours long in the night in which they go back, with the break in the first of the two hours', () => {
    const [night] = over(nightPlan, '2026-10-24T20:00:00Z', '2026-10-25T05:00:00Z');
    expect([iso(night!.from), iso(night!.to)]).toEqual(['2026-10-24T20:00:00.000Z', '2026-10-25T05:00:00.000Z']);
    expect(night!.breaks.map(({ from, to }) => [iso(from), iso(to)])).toEqual([
      ['2026-10-25T00:00:00.000Z', '2026-10-25T00:30:00.000Z'],
    ]);
  });

  it('do not begin on a holiday', () => {
    const nights = over(nightPlan, '2026-04-03T00:00:00Z', '2026-04-07T00:00:00Z');
    expect(nights.map(({ date }) => date)).toEqual(['2026-04-04']);
  });

  it('begin when the shift before has ended, and lose the breaks that lie before that', () => {
    const rules = [
      { name: 'first', days: ['mon'] as const, from: '06:00', to: '14:00', breaks: [] },
      { name: 'second', days: ['mon'] as const, from: '13:00', to: '21:00', breaks: [{ from: '13:30', to: '14:15' }] },
    ];
    const [, second] = over({ ...nightPlan, rules }, '2026-01-05T00:00:00Z', '2026-01-06T00:00:00Z');
    expect([second!.from, second!.to].map(iso)).toEqual(['2026-01-05T13:00:00.000Z', '2026-01-05T20:00:00.000Z']);
    expect(second!.breaks.map(({ from, to }) => to - from)).toEqual([15 * 60_000]);
  });

  it('change their hours in the middle of a period, and work through the night in which the clocks change', () => {
    for (const [firstDay, eve, hours] of [
      [SPRING, '2026-03-28', 7],
      [AUTUMN, '2026-10-24', 9],
    ] as const) {
      const plan = plantPlan(configure({ firstDays: [firstDay] }));
      const period = { from: startOfDay(firstDay, BERLIN), to: startOfDay(addDays(firstDay, 30), BERLIN) };
      const shifts = shiftsOver(plan, period);
      const early = shifts.filter(({ name }) => name === 'early');
      const wallHours = new Set(
        early.map(({ from }) => new Date(from).toLocaleTimeString('de', { timeZone: BERLIN, hour: '2-digit' })),
      );
      expect(wallHours.size).toBe(2);
      const night = shifts.find(({ name, date }) => name === 'night' && date === eve);
      expect((night!.to - night!.from) / HOUR_MS).toBe(hours);
      expect(shifts.some(({ date }) => plan.holidays.includes(date))).toBe(false);
      for (const [place, shift] of shifts.entries())
        expect(shift.from).toBeGreaterThanOrEqual(shifts[place - 1]?.to ?? 0);
    }
  });

  it('are those of its own period when a plant has one in spring and one in autumn', () => {
    const both = plantPlan(configure({ firstDays: [SPRING, AUTUMN] }));
    for (const firstDay of [SPRING, AUTUMN]) {
      const period = { from: startOfDay(firstDay, BERLIN), to: startOfDay(addDays(firstDay, 30), BERLIN) };
      const alone = plantPlan(configure({ firstDays: [firstDay] }));
      expect(shiftsOver(both, period)).toEqual(shiftsOver(alone, period));
    }
  });

  it('lie in days of 23, 24 and 25 hours', () => {
    const lengths = (from: string, to: string): number[] =>
      localDays({ from: startOfDay(from, BERLIN), to: startOfDay(to, BERLIN) }, BERLIN).map(
        (day) => (day.to - day.from) / HOUR_MS,
      );
    expect(lengths('2026-03-28', '2026-03-31')).toEqual([24, 23, 24]);
    expect(lengths('2026-10-24', '2026-10-27')).toEqual([24, 25, 24]);
  });
});
