/**
 * The simulated plant as a pure function: what each machine reads at an instant follows from the seed, the instant and
 * the faults, and from nothing that was asked before. So a plant that was switched off goes on where it would be by now,
 * and a fault that ends early changes nothing but what comes after.
 */
import type { Instant } from '../kernel/clock.ts';
import { effectAt, type Fault, isHarmless } from './fault.ts';
import { MACHINES, type Machine, type Signal } from './machines.ts';
import { correlated, drift, streamOf } from './noise.ts';

export type Plant = {
  readonly seed: number;
  /** Time between two readings of a machine. */
  readonly everyMs: number;
  readonly faults: readonly Fault[];
};

export type Reading = {
  readonly device: string;
  readonly ts: string;
  readonly values: { readonly [field: string]: number };
};

const DAY_MS = 86_400_000;
/** The hottest hour, UTC. */
const WARMEST_MS = 15 * 3_600_000;
/** How much of the noise is left in a sensor that is being cleaned. */
const STILL_AIR = 0.3;
/** Readings over which the speed of a line goes from one value to another. */
const SPEED_ROWS = 60;
/** Heat follows the mean speed of so many of these stretches. */
const HEAT_MEMORY = [0, 0.5, 1] as const;

/** One reading of every machine. */
export function readingsAt(plant: Plant, at: Instant): Reading[] {
  const ts = new Date(at).toISOString();
  return MACHINES.map((machine) => ({
    device: machine.id,
    ts,
    values: Object.fromEntries(machine.signals.map((signal) => [signal.name, valueAt(plant, { machine, signal }, at)])),
  }));
}

/** The instants of readings from `from` up to and including `to`; all plants with this interval share them. */
export function readingInstants(
  everyMs: number,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): Instant[] {
  const first = Math.ceil(from / everyMs);
  const last = Math.floor(to / everyMs);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => (first + place) * everyMs);
}

function valueAt(
  plant: Plant,
  { machine, signal }: { readonly machine: Machine; readonly signal: Signal },
  at: Instant,
): number {
  const { seed, everyMs, faults } = plant;
  const { level, noise, daySwing, loadSwing, isHeat, effects, resolution, min, max } = signal;
  const effectsNow = faults.flatMap((fault) => {
    const full = fault.device === machine.id ? effects[fault.kind] : undefined;
    const share = full === undefined ? 0 : effectAt(fault, at, { everyMs, isHeat });
    return full === undefined || share === 0 ? [] : [{ moved: full * share, isHarmless: isHarmless(fault.kind) }];
  });
  // A sensor that is out of the machine reads still air.
  const noiseShare = effectsNow.some((effect) => effect.isHarmless) ? STILL_AIR : 1;
  const value =
    level +
    daySwing * Math.cos((2 * Math.PI * (at - WARMEST_MS)) / DAY_MS) +
    loadSwing * loadOf(plant, machine.line, { at, isHeat }) +
    noise * noiseShare * correlated(streamOf(seed, `${machine.id}.${signal.name}`), Math.floor(at / everyMs)) +
    effectsNow.reduce((sum, { moved }) => sum + moved, 0);
  const shown = Math.round(Math.min(max, Math.max(min, value)) / resolution) * resolution;
  return Number(shown.toFixed(6));
}

/** How hard a line works, in [-1, 1]. */
function loadOf(
  { seed, everyMs }: Plant,
  line: string,
  { at, isHeat }: { readonly at: Instant; readonly isHeat: boolean },
): number {
  const speed = streamOf(seed, `${line}.speed`);
  const position = at / (everyMs * SPEED_ROWS);
  if (!isHeat) return drift(speed, position);
  return HEAT_MEMORY.reduce<number>((sum, back) => sum + drift(speed, position - back), 0) / HEAT_MEMORY.length;
}
