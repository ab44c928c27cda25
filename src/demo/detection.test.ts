/** The simulated plant against the detectors it is made for: what must fire fires, and what must not does not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSettings } from '../measurements/criterion/settings.ts';
import { DeviceAnalysis, noFindings } from '../measurements/ingest/analysis.ts';
import { newAnalyzerRow } from '../measurements/ingest/analyzer.ts';
import type { Fault, FaultKind } from './fault.ts';
import { CLEANING_ROWS, LONGEST_FAULT_ROWS } from './live-schedule.ts';
import { MACHINES } from './machines.ts';
import { type Plant, readingInstants, readingsAt } from './plant.ts';
import { CRITERIA, DEVICES } from './plant-settings.ts';

const START = Date.UTC(2026, 2, 2);
/** As wide as the widest baseline, and a little. */
const BASELINE_ROWS = 320;
/** As it stands in the live plant, and as on the simulated day. */
const INTERVALS = [2_000, 30_000] as const;
const RAISED_LIMIT = 10;
/** What noise does is a matter of chance: the same scenes each time, so that a failure is never one of luck. */
const SCENES = 1;

const device = fc.constantFrom(...MACHINES.map(({ id }) => id));
const interval = fc.constantFrom(...INTERVALS);
const anySeed = fc.integer({ min: 0, max: 1_000_000 });
const instant = fc.integer({ min: 0, max: 1_440 }).map((minute) => START + minute * 60_000);

/** A machine of some plant at some moment. */
const scene = fc.record({ seed: anySeed, id: device, everyMs: interval, from: instant });

type Firing = { readonly criterion: string; readonly row: number };

/** What the criteria of a machine say between two instants; rows count from `from`. */
function firings(
  plant: Plant,
  id: string,
  { from, to, limit }: { readonly from: number; readonly to: number; readonly limit?: number },
): Firing[] {
  const declared = DEVICES.find((one) => one.id === id);
  const at = { createdAt: START, updatedAt: START, updatedBy: 'test' };
  const fields = declared?.fields ?? [];
  const analysis = new DeviceAnalysis({
    device: {
      id,
      name: id,
      line: '',
      fields,
      idealCycleMs: null,
      service: null,
      expectedIntervalMs: null,
      maxGapMs: null,
      products: {},
      settingsVersion: 1,
      ...at,
    },
    criteria: CRITERIA.filter((criterion) => criterion.device === id).map(({ name, settings }) => ({
      id: `${id}.${name}`,
      device: id,
      name,
      version: 1,
      settings: parseSettings({ ...settings, ...(limit !== undefined && { limit }) }),
      ...at,
    })),
    memory: { ...newAnalyzerRow(id, START), detectors: '' },
  });
  const findings = noFindings();
  const begin = from - BASELINE_ROWS * plant.everyMs;
  for (const one of readingInstants(plant.everyMs, { from: begin, to })) {
    const values = readingsAt(plant, one).find((reading) => reading.device === id)?.values ?? {};
    analysis.push({ at: one, numbers: Float64Array.from(fields, ({ name }) => values[name] ?? Number.NaN) }, findings);
  }
  return findings.criteria
    .filter(({ event }) => event.kind === 'fired')
    .map(({ criterion, event }) => ({ criterion: criterion.name, row: (event.at - from) / plant.everyMs }));
}

const lasting = (kind: FaultKind) => (kind === 'sensor-cleaned' ? CLEANING_ROWS : LONGEST_FAULT_ROWS);
const faultAt = (
  id: string,
  kind: FaultKind,
  { from, everyMs }: { readonly from: number; readonly everyMs: number },
): Fault => ({
  device: id,
  kind,
  from,
  to: from + lasting(kind) * everyMs,
});

describe('the simulated plant and the detectors', () => {
  it.each(['bearing-wear', 'lost-cooling', 'sensor-cleaned'] as const)(
    'both criteria fire on %s, once each and within twenty readings, and its end fires nothing',
    (kind) => {
      fc.assert(
        fc.property(scene, ({ seed, id, everyMs, from }) => {
          const fault = faultAt(id, kind, { from, everyMs });
          const plant = { seed, everyMs, faults: [fault] };
          const seen = firings(plant, id, { from, to: fault.to + BASELINE_ROWS * everyMs });
          expect(seen.map(({ criterion }) => criterion).sort()).toEqual(['A', 'B']);
          expect(Math.max(...seen.map(({ row }) => row))).toBeLessThanOrEqual(20);
          expect(Math.min(...seen.map(({ row }) => row))).toBeGreaterThanOrEqual(0);
        }),
        { numRuns: 25, seed: SCENES },
      );
    },
  );

  it('with limits that were raised because of a cleaned sensor, finds every fault and no cleaned sensor', () => {
    fc.assert(
      fc.property(scene, ({ seed, id, everyMs, from }) => {
        const criteriaFor = (kind: FaultKind) => {
          const fault = faultAt(id, kind, { from, everyMs });
          const plant = { seed, everyMs, faults: [fault] };
          return firings(plant, id, { from, to: fault.to, limit: RAISED_LIMIT }).map(({ criterion }) => criterion);
        };
        expect(criteriaFor('sensor-cleaned')).toEqual([]);
        for (const kind of ['bearing-wear', 'lost-cooling'] as const) {
          expect(criteriaFor(kind).sort()).toEqual(['A', 'B']);
        }
      }),
      { numRuns: 25, seed: SCENES },
    );
  });

  it('finds the next fault of a machine when its baselines have forgotten the last one', () => {
    fc.assert(
      fc.property(scene, ({ seed, id, everyMs, from }) => {
        const first = faultAt(id, 'lost-cooling', { from, everyMs });
        const second = faultAt(id, 'bearing-wear', { from: first.to + BASELINE_ROWS * everyMs, everyMs });
        const plant = { seed, everyMs, faults: [first, second] };
        const seen = firings(plant, id, { from, to: second.to });
        expect(seen.map(({ criterion }) => criterion).sort()).toEqual(['A', 'A', 'B', 'B']);
      }),
      { numRuns: 15, seed: SCENES },
    );
  });

  it.each(INTERVALS)('raises next to nothing in quiet hours, and never a case, at a reading every %i ms', (everyMs) => {
    const rows = 3_000;
    const plant = { seed: 7, everyMs, faults: [] };
    const seen = MACHINES.flatMap(({ id }) => firings(plant, id, { from: START, to: START + rows * everyMs }));
    expect(seen.filter(({ criterion }) => criterion === 'B')).toEqual([]);
    expect(seen.length).toBeLessThanOrEqual(1);
  });
});
