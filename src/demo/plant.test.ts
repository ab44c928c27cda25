import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, type Fault } from './fault.ts';
import { MACHINES } from './machines.ts';
import { type Plant, readingInstants, readingsAt } from './plant.ts';

const START = Date.UTC(2026, 2, 2, 6);
const everyMs = fc.constantFrom(2_000, 30_000);
const instant = fc.integer({ min: 0, max: 86_400 }).map((second) => START + second * 1_000);
const fault = fc.record({
  device: fc.constantFrom(...MACHINES.map(({ id }) => id)),
  kind: fc.constantFrom(...FAULT_KINDS),
  from: instant,
});
const plantOf = (plant: Partial<Plant>): Plant => ({ seed: 1, everyMs: 2_000, faults: [], ...plant });
const lasting = (one: Omit<Fault, 'to'>, ms: number): Fault => ({ ...one, to: one.from + ms });
const valuesOf = (plant: Plant, device: string, at: number) =>
  readingsAt(plant, at).find((reading) => reading.device === device)?.values ?? {};

describe('the simulated plant', () => {
  it('reads the same for the same seed, whatever was asked before, and something else for another seed', () => {
    fc.assert(
      fc.property(fc.integer(), instant, instant, (seed, at, other) => {
        const first = readingsAt(plantOf({ seed }), at);
        readingsAt(plantOf({ seed }), other);
        expect(readingsAt(plantOf({ seed }), at)).toEqual(first);
        expect(readingsAt(plantOf({ seed: seed + 1 }), at)).not.toEqual(first);
      }),
    );
  });

  it('moves nothing by a fault but that machine, in that time and a moment after', () => {
    fc.assert(
      fc.property(fault, everyMs, instant, (one, interval, at) => {
        const broken = lasting(one, 60 * interval);
        const healthy = plantOf({ everyMs: interval });
        const faulty = plantOf({ everyMs: interval, faults: [broken] });
        const isOver = at < broken.from || at > broken.to + 15 * interval;
        for (const { id } of MACHINES) {
          if (id !== broken.device || isOver) expect(valuesOf(faulty, id, at)).toEqual(valuesOf(healthy, id, at));
        }
      }),
    );
  });

  it('changes nothing that was read before, when a fault ends early', () => {
    fc.assert(
      fc.property(fault, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 50 }), (one, rows, earlier) => {
        const repairedAt = one.from + rows * 2_000;
        const whole = plantOf({ faults: [lasting(one, 200_000)] });
        const ended = plantOf({ faults: [{ ...one, to: repairedAt }] });
        const at = repairedAt - earlier * 2_000;
        expect(readingsAt(ended, at)).toEqual(readingsAt(whole, at));
      }),
    );
  });

  it('shows every fault in the temperature of its machine', () => {
    fc.assert(
      fc.property(fault, everyMs, (one, interval) => {
        const broken = lasting(one, 18 * interval);
        const [healthy, faulty] = [[], [broken]].map((faults) =>
          valuesOf(plantOf({ everyMs: interval, faults }), one.device, broken.from + 15 * interval),
        );
        const noise = MACHINES.find(({ id }) => id === one.device)?.signals[0]?.noise ?? Number.NaN;
        const moved = Math.abs((faulty?.temperature ?? 0) - (healthy?.temperature ?? 0));
        expect(moved).toBeGreaterThan(4 * noise);
      }),
    );
  });

  it('stays in the range of its sensors and on their steps, faults or not', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fault, { maxLength: 8 }), instant, (seed, ones, at) => {
        const plant = plantOf({ seed, faults: ones.map((one) => lasting(one, 3_600_000)) });
        for (const { id, signals } of MACHINES) {
          const values = valuesOf(plant, id, at);
          for (const { name, min, max, resolution } of signals) {
            const value = values[name] ?? Number.NaN;
            expect(value).toBeGreaterThanOrEqual(min);
            expect(value).toBeLessThanOrEqual(max);
            expect(Math.abs(value / resolution - Math.round(value / resolution))).toBeLessThan(1e-6);
          }
        }
      }),
    );
  });

  it('reads at the same instants wherever one begins to look', () => {
    const all = readingInstants(30_000, { from: START, to: START + 300_000 });
    expect(all).toHaveLength(11);
    expect(readingInstants(30_000, { from: START + 1, to: START + 299_999 })).toEqual(all.slice(1, -1));
    expect(readingInstants(30_000, { from: START + 1, to: START })).toEqual([]);
  });
});
