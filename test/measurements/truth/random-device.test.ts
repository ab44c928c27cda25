import { describe, expect, it } from 'vitest';
import { shiftsOver } from './calendar.ts';
import { observe } from './observable/observe.ts';
import { randomDevice } from './random-device.ts';
import { openStream } from './stream.ts';

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);

describe('devices at random', () => {
  const devices = SEEDS.map(randomDevice);

  it('come to every case of a counter', () => {
    const cases = new Set(
      devices.flatMap(({ observable }) => observable.samples.flatMap(({ counted }) => counted.map((one) => one?.case))),
    );
    for (const one of ['first', 'growth', 'rollover', 'jitter', 'restart', 'held', 'reset', 'rebase'])
      expect(cases).toContain(one);
    expect(devices.some(({ observable }) => observable.jumps.length > 0 && observable.conflicts.length > 0)).toBe(true);
  });

  it('come to every state', () => {
    const states = new Set(devices.flatMap(({ observable }) => observable.segments!.map(({ state }) => state)));
    expect([...states].sort()).toEqual([
      'breakdown',
      'microstop',
      'no_shift',
      'planned',
      'running',
      'setup',
      'unknown',
    ]);
  });

  it('have times that add up, bounds around what was seen, and days that hold what the shifts hold', () => {
    for (const { observable, settings } of devices) {
      const { scopes, samples } = observable;
      for (const { elements, bounds } of scopes!) {
        const { calendar, noShift, planned, setup, breakdown, microstop, unknown, running, pq, sq } = elements;
        expect(noShift + planned + setup + breakdown + microstop + unknown + running).toBe(calendar);
        expect(bounds.pqLow <= pq && pq <= bounds.pqHigh && bounds.sqLow <= sq && sq <= bounds.sqHigh).toBe(true);
        expect(bounds.aptLow <= bounds.aptHigh && running <= bounds.aptHigh).toBe(true);
      }
      const sumOf = (kind: string, element: 'pq' | 'pqOutside' | 'sq' | 'failures'): number =>
        scopes!.filter((scope) => scope.kind === kind).reduce((sum, { elements }) => sum + elements[element], 0);
      const growth = samples.reduce((sum, { counted }) => sum + (counted[0]?.d ?? 0), 0);
      expect(sumOf('day', 'pq') + sumOf('day', 'pqOutside')).toBe(growth);
      if (settings.line === undefined) continue;
      for (const element of ['pq', 'sq', 'failures'] as const)
        expect(sumOf('shift', element)).toBe(sumOf('day', element));
    }
  });

  it('look the same in whatever order their rows arrive', () => {
    for (const [seed, { settings, arrivals, shiftPlan, timeZone, observable }] of devices.entries()) {
      const stream = openStream(seed, 'order');
      const order = Array.from({ length: arrivals.rows }, (_, row) => ({ row, key: stream() })).sort(
        (a, b) => a.key - b.key,
      );
      const shuffled = (column: Float64Array): Float64Array => Float64Array.from(order, ({ row }) => column[row]!);
      const other = {
        ...arrivals,
        ts: shuffled(arrivals.ts),
        receivedAt: shuffled(arrivals.receivedAt),
        values: arrivals.values.map(shuffled),
      };
      const around = { from: arrivals.ts.at(0)! - 86_400_000, to: arrivals.ts.at(-1)! + 86_400_000 };
      const shifts = settings.line === undefined ? undefined : shiftsOver(shiftPlan, around);
      const { scopes, segments, quality, hourly } = observe(settings, other, { shifts, timeZone });
      expect({ scopes, segments, quality, hourly }).toEqual({
        scopes: observable.scopes,
        segments: observable.segments,
        quality: observable.quality,
        hourly: observable.hourly,
      });
    }
  });
});
