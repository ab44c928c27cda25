import { describe, expect, it } from 'vitest';
import { LocalDays } from '../calendar/local-days.ts';
import { lastPeriod } from './last-period.ts';

const at = Date.parse('2026-03-29T10:20:00Z');
const days = new LocalDays('Europe/Berlin');
const device = { id: 'press-1', line: 'north' } as Parameters<typeof lastPeriod>[0]['device'];
const plan = {
  timeZone: 'Europe/Berlin',
  rules: [{ name: 'night', days: ['sat'], from: '22:00', to: '06:00', breaks: [] }],
  holidays: [],
} as unknown as NonNullable<Parameters<typeof lastPeriod>[0]['plan']>;
const iso = ({ from, to }: { from: number; to: number }) => [new Date(from).toISOString(), new Date(to).toISOString()];

describe('what a schedule analyses', () => {
  it('is the last full hour', () => {
    expect(iso(lastPeriod({ device, plan: undefined }, 'hour', { at, days }))).toEqual([
      '2026-03-29T09:00:00.000Z',
      '2026-03-29T10:00:00.000Z',
    ]);
  });

  it('is the local day before, whatever its length', () => {
    const after = Date.parse('2026-03-30T10:00:00Z');
    expect(iso(lastPeriod({ device, plan: undefined }, 'day', { at: after, days }))).toEqual([
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ]);
  });

  it('is the shift that ended last, seven hours long on the night of the change', () => {
    expect(iso(lastPeriod({ device, plan }, 'shift', { at, days }))).toEqual([
      '2026-03-28T21:00:00.000Z',
      '2026-03-29T04:00:00.000Z',
    ]);
  });

  it('is nothing where no shift has ended', () => {
    expect(() => lastPeriod({ device, plan: undefined }, 'shift', { at, days })).toThrow('No shift of the device');
  });
});
