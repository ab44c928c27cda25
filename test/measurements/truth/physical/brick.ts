/**
 * The truth of a brick device: what it does and makes in each second. Of components that overlap the first of no shift,
 * planned, setup, breakdown, microstop counts; a device makes items in running seconds and in overtime.
 */
import type { Anomaly } from '../anomaly.ts';
import { PRODUCTS } from '../settings.ts';
import type { Site } from '../site.ts';
import type { Stream } from '../stream.ts';
import { difference, type Stretch } from '../stretch.ts';
import { brickAnomalies } from './brick-anomalies.ts';
import {
  type Burst,
  breakdownsOf,
  burstsOf,
  changeoversOf,
  firmwareOf,
  lossesOf,
  maintenanceOf,
  microstopsOf,
  overtimeOf,
  powerCyclesOf,
} from './schedule.ts';
import { codeOf, fill, secondsIn } from './seconds.ts';
import { SPEED_STEP_S, speedOf } from './speed.ts';

/** In the order of their codes, which are those of the values of the fields. */
export const MODES = ['auto', 'setup', 'maintenance'] as const;
const ERROR_RATE = 0.015;

export type BrickTruth = {
  readonly kind: 'brick';
  /** Codes of PHYSICAL_STATES, one a second. */
  readonly states: Uint8Array;
  /** Items made in the second. */
  readonly good: Uint8Array;
  readonly bad: Uint8Array;
  /** Codes of MODES. */
  readonly modes: Uint8Array;
  /** Places of the product in the names of PRODUCTS. */
  readonly products: Uint8Array;
  /** The controller is off: it answers no poll, and its counters begin again. */
  readonly powerCycles: readonly Stretch[];
  /** The same, and its counters go on from any value. */
  readonly firmware: Stretch | undefined;
  readonly anomalies: readonly Anomaly[];
};

export function brickTruth(site: Site): BrickTruth {
  const { period } = site;
  const changeovers = changeoversOf(site);
  const maintenance = maintenanceOf(site);
  const losses = lossesOf(site);
  const bursts = burstsOf(site);
  const powerCycles = powerCyclesOf(site);
  const firmware = firmwareOf(site);
  const off = firmware === undefined ? powerCycles : [...powerCycles, firmware];
  const states = statesOf(site, { changeovers, maintenance, off });
  const modes = new Uint8Array(states.length);
  fill(modes, { period, stretches: changeovers, value: MODES.indexOf('setup') });
  fill(modes, { period, stretches: maintenance, value: MODES.indexOf('maintenance') });
  const products = productsOf(period, changeovers);
  const made = itemsOf(site, {
    makes: makesOf(site, states, [...changeovers, ...maintenance, ...off]),
    products,
    bursts,
    speed: speedOf(site, { maintenance, losses }),
  });
  return {
    kind: 'brick',
    states,
    ...made,
    modes,
    products,
    powerCycles,
    firmware,
    anomalies: brickAnomalies(site, { states, bursts, losses }),
  };
}

function statesOf(
  site: Site,
  {
    changeovers,
    maintenance,
    off,
  }: {
    readonly changeovers: readonly Stretch[];
    readonly maintenance: readonly Stretch[];
    readonly off: readonly Stretch[];
  },
): Uint8Array {
  const { period, work, shifts } = site;
  const states = new Uint8Array(secondsIn(period)).fill(codeOf('running'));
  const breaks = shifts?.flatMap((shift) => shift.breaks) ?? [];
  const idle = difference(
    [period],
    [...work, ...breaks].sort((a, b) => a.from - b.from),
  );
  fill(states, { period, stretches: [...microstopsOf(site), ...off], value: codeOf('microstop') });
  fill(states, { period, stretches: breakdownsOf(site), value: codeOf('breakdown') });
  fill(states, { period, stretches: changeovers, value: codeOf('setup') });
  fill(states, { period, stretches: [...maintenance, ...breaks], value: codeOf('planned') });
  fill(states, { period, stretches: idle, value: codeOf('no_shift') });
  return states;
}

/** 1 where items are made. */
function makesOf(site: Site, states: Uint8Array, standing: readonly Stretch[]): Uint8Array {
  const { period } = site;
  const makes = states.map((state) => (state === codeOf('running') ? 1 : 0));
  fill(makes, { period, stretches: overtimeOf(site), value: 1 });
  fill(makes, { period, stretches: standing, value: 0 });
  return makes;
}

/** The product changes when its setup begins. */
function productsOf(period: Stretch, changeovers: readonly Stretch[]): Uint8Array {
  const products = new Uint8Array(secondsIn(period));
  for (const [place, { from }] of changeovers.entries())
    fill(products, { period, stretches: [{ from, to: period.to }], value: (place + 1) % 2 });
  return products;
}

/**
 * A stretch of making keeps the fraction of an item from second to second and begins without one. Each second takes the
 * same draws whether something is made or not, so that a stop does not change what becomes of later items.
 */
function itemsOf(
  { streams, period }: Site,
  {
    makes,
    products,
    bursts,
    speed,
  }: {
    readonly makes: Uint8Array;
    readonly products: Uint8Array;
    readonly bursts: readonly Burst[];
    readonly speed: Float64Array;
  },
): Pick<BrickTruth, 'good' | 'bad'> {
  const stream: Stream = streams('errors');
  const rates = new Float64Array(makes.length).fill(ERROR_RATE);
  for (const burst of bursts) fill(rates, { period, stretches: [burst], value: burst.rate });
  const perSecond = Object.values(PRODUCTS).map((cycleMs) => 1_000 / cycleMs);
  const good = new Uint8Array(makes.length);
  const bad = new Uint8Array(makes.length);
  let fraction = 0;
  for (let second = 0; second < makes.length; second++) {
    const first = stream() < rates[second]! ? 1 : 0;
    const other = stream() < rates[second]! ? 1 : 0;
    if (makes[second] === 0) {
      fraction = 0;
      continue;
    }
    fraction += speed[Math.floor(second / SPEED_STEP_S)]! * perSecond[products[second]!]!;
    const made = Math.floor(fraction);
    fraction -= made;
    bad[second] = (made > 0 ? first : 0) + (made > 1 ? other : 0);
    good[second] = made - bad[second]!;
  }
  return { good, bad };
}

/** All items that were made before each second; one entry more than seconds. */
export function runningTotal(...perSecond: readonly Uint8Array[]): Uint32Array {
  const total = new Uint32Array((perSecond[0]?.length ?? 0) + 1);
  for (let second = 1; second < total.length; second++) {
    let made = total[second - 1]!;
    for (const items of perSecond) made += items[second - 1]!;
    total[second] = made;
  }
  return total;
}

/** 1 where the controller is off. */
export const offSeconds = ({ powerCycles, firmware }: BrickTruth, period: Stretch, seconds: number): Uint8Array => {
  const off = new Uint8Array(seconds);
  fill(off, { period, stretches: firmware === undefined ? powerCycles : [...powerCycles, firmware], value: 1 });
  return off;
};
