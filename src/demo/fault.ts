/**
 * What can go wrong with a simulated machine, and how it shows over time. Faults unfold in readings, not in seconds: the
 * detectors look at rows, and a plant that is watched live is to show in a minute what a day shows in half an hour.
 *
 *   bearing-wear    a little wear that grows faster and faster, then the bearing gives way: vibration and temperature jump.
 *   lost-cooling    a step; what is heated takes a moment to get there.
 *   sensor-cleaned  harmless: the sensor is taken out and reads the air around it, then it is back where it was.
 */
import type { Instant } from '../kernel/clock.ts';

export const FAULT_KINDS = ['bearing-wear', 'lost-cooling', 'sensor-cleaned'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A stretch of time in which a machine was not itself: an entry of the ground truth. */
export type Fault = {
  readonly device: string;
  readonly kind: FaultKind;
  readonly from: Instant;
  /** When it was, or will be, over. */
  readonly to: Instant;
};

/** How fast faults unfold. */
export type Tempo = { readonly everyMs: number };

export const isHarmless = (kind: FaultKind): boolean => kind === 'sensor-cleaned';

/** Readings from the first wear to the moment in which the bearing gives way. */
const WEAR_ROWS = 10;
/** How much of the whole effect the wear has when that moment comes. */
const WEAR_SHARE = 0.1;
const WEAR_GROWTH = 3;
/** The time constant of heat, in readings. */
const HEAT_ROWS = 1.5;
/** After so many readings what is left of the heat is below what a sensor can show. */
const FADED_ROWS = 15;

/** How much of its full effect a fault has on a signal; 0 before, and again when it is over and has faded. */
export function effectAt(fault: Fault, at: Instant, { everyMs, isHeat }: Tempo & { readonly isHeat: boolean }): number {
  if (at < fault.from) return 0;
  const grown = grownTo(fault.kind, (Math.min(at, fault.to) - fault.from) / everyMs, isHeat);
  const rowsAfter = (at - fault.to) / everyMs;
  if (rowsAfter <= 0) return grown;
  return isHeat && !isHarmless(fault.kind) && rowsAfter < FADED_ROWS ? grown * Math.exp(-rowsAfter / HEAT_ROWS) : 0;
}

function grownTo(kind: FaultKind, rows: number, isHeat: boolean): number {
  const step = (since: number) => (isHeat ? 1 - Math.exp(-since / HEAT_ROWS) : 1);
  switch (kind) {
    case 'sensor-cleaned':
      return 1;
    case 'lost-cooling':
      return step(rows);
    case 'bearing-wear': {
      const worn =
        WEAR_SHARE * (Math.expm1((WEAR_GROWTH * Math.min(rows, WEAR_ROWS)) / WEAR_ROWS) / Math.expm1(WEAR_GROWTH));
      return rows < WEAR_ROWS ? worn : worn + (1 - worn) * step(rows - WEAR_ROWS);
    }
    default:
      return kind satisfies never;
  }
}
