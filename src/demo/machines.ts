/**
 * The machines of the simulated plant: a brick works whose first line presses and whose second line dries and fires. Noise
 * and swings are small against the effects of faults and large against the steps of the sensors, as they are where people
 * have chosen their sensors well. The effects on temperature follow from the detectors: about thirty times the noise for a
 * fault, so that it stands out whatever limit people come to; six and a half times for a cleaned sensor, which is beyond
 * the limit that criteria start with and below one that has been raised because of it.
 */
import type { FaultKind } from './fault.ts';

export type Signal = {
  readonly name: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** The smallest step that the sensor shows. */
  readonly resolution: number;
  readonly level: number;
  /** The spread of its fast noise. */
  readonly noise: number;
  /** How far it goes up and down within a day. */
  readonly daySwing: number;
  /** How far it goes up and down with the speed of the line. */
  readonly loadSwing: number;
  /** Heat follows a change slowly; everything else at once. */
  readonly isHeat: boolean;
  /** How far a fault moves it. */
  readonly effects: { readonly [Kind in FaultKind]?: number };
};

export type Machine = {
  readonly id: string;
  readonly name: string;
  readonly line: string;
  /** The time that one piece takes. */
  readonly idealCycle: string;
  readonly signals: readonly Signal[];
};

const temperature = (level: number, noise: number, max: number): Signal => ({
  name: 'temperature',
  unit: '°C',
  min: 0,
  max,
  resolution: 0.1,
  level,
  noise,
  daySwing: noise * 1.5,
  loadSwing: noise * 0.5,
  isHeat: true,
  effects: { 'bearing-wear': noise * 30, 'lost-cooling': noise * 34, 'sensor-cleaned': noise * -7 },
});

const vibration = (level: number): Signal => ({
  name: 'vibration',
  unit: 'mm/s',
  min: 0,
  max: 20,
  resolution: 0.01,
  level,
  noise: 0.12,
  daySwing: 0,
  loadSwing: 0.08,
  isHeat: false,
  effects: { 'bearing-wear': 4.2 },
});

const current = (level: number): Signal => ({
  name: 'current',
  unit: 'A',
  min: 0,
  max: 120,
  resolution: 0.1,
  level,
  noise: 0.7,
  daySwing: 0,
  loadSwing: 0.5,
  isHeat: false,
  effects: { 'bearing-wear': 9 },
});

const moisture: Signal = {
  name: 'moisture',
  unit: '%',
  min: 0,
  max: 40,
  resolution: 0.01,
  level: 18,
  noise: 0.15,
  daySwing: 0.3,
  loadSwing: 0.1,
  isHeat: false,
  effects: { 'lost-cooling': -2.4 },
};

const draught: Signal = {
  name: 'draught',
  unit: 'Pa',
  min: 0,
  max: 200,
  resolution: 0.1,
  level: 62,
  noise: 1.1,
  daySwing: 1.5,
  loadSwing: 0.8,
  isHeat: false,
  effects: { 'bearing-wear': -11, 'lost-cooling': -24 },
};

export const MACHINES: readonly Machine[] = [
  {
    id: 'press-1',
    name: 'Brick press 1',
    line: 'line-1',
    idealCycle: '600ms',
    signals: [temperature(58, 0.5, 120), vibration(2.3), current(46)],
  },
  {
    id: 'press-2',
    name: 'Brick press 2',
    line: 'line-1',
    idealCycle: '600ms',
    signals: [temperature(61, 0.5, 120), vibration(2.6), current(48)],
  },
  {
    id: 'dryer-1',
    name: 'Tunnel dryer',
    line: 'line-2',
    idealCycle: '1s200ms',
    signals: [temperature(96, 0.7, 180), moisture, vibration(1.7)],
  },
  {
    id: 'kiln-1',
    name: 'Tunnel kiln',
    line: 'line-2',
    idealCycle: '1s200ms',
    signals: [temperature(985, 2.6, 1300), draught, current(31)],
  },
];
