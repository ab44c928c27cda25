/**
 * The truth of a machine with sensors: it draws current while it runs, warms up and cools down with a lag, and vibrates.
 * A failing bearing vibrates more and more until it breaks; without cooling the machine becomes hotter than it should.
 */
import { type Anomaly, inOrder } from '../anomaly.ts';
import { exponential, normal, uniform } from '../distributions.ts';
import type { Site } from '../site.ts';
import { difference, holds, type Stretch, stretchAt } from '../stretch.ts';
import { breakdownsOf, scattered } from './schedule.ts';
import { codeOf, fill, secondsIn } from './seconds.ts';
import { openWorkClock, wholeSecond } from './work-clock.ts';

const HOUR_MS = 3_600_000;
/** In the order of their codes, which are those of the values of the field. */
export const MACHINE_MODES = ['running', 'stopped'] as const;
const AMBIENT = 22;
const RUNNING_HEAT = 45;
const UNCOOLED_HEAT = 60;
const THERMAL_LAG_MS = 30 * 60_000;
/** Before it breaks a bearing vibrates e² times as much. */
const BEARING_GROWTH = 2;
/** From half as much again a failing bearing can be told from a good one. */
const VISIBLE_GROWTH = Math.log(1.5);

export type MachineTruth = {
  readonly kind: 'machine';
  /** Codes of PHYSICAL_STATES, one a second. */
  readonly states: Uint8Array;
  /** mm/s, °C and A, rounded to the resolution, one a poll. */
  readonly vibration: Float64Array;
  readonly temperature: Float64Array;
  readonly current: Float64Array;
  readonly anomalies: readonly Anomaly[];
};

export function machineTruth(site: Site): MachineTruth {
  const bearing = bearingOf(site);
  const uncooled = scattered(site, 'cooling', (stream) => ({
    pauseMs: () => 4 * HOUR_MS + exponential(stream, 60 * HOUR_MS),
    lengthMs: () => uniform(stream, 20 * 60_000, HOUR_MS),
  }));
  const states = statesOf(site, bearing === undefined ? [] : [bearing.repair]);
  return {
    kind: 'machine',
    states,
    ...sensorsOf(site, { states, growing: bearing?.growing, uncooled }),
    anomalies: anomaliesOf(bearing?.growing, uncooled),
  };
}

type Bearing = { readonly growing: Stretch; readonly repair: Stretch };

/** Once, at three fifths of the work: it grows for 30 to 60 h of the clock, then takes 3 to 5 h to repair. */
function bearingOf({ faults, streams, work, period }: Site): Bearing | undefined {
  if (!faults.has('bearing')) return undefined;
  const stream = streams('bearing');
  const clock = openWorkClock(work);
  const breaksAt = wholeSecond(clock.at(clock.totalMs * 0.6) ?? period.from);
  const from = Math.max(period.from, breaksAt - wholeSecond(uniform(stream, 30 * HOUR_MS, 60 * HOUR_MS)));
  const to = breaksAt + wholeSecond(uniform(stream, 3 * HOUR_MS, 5 * HOUR_MS));
  return { growing: { from, to: breaksAt }, repair: { from: breaksAt, to } };
}

function statesOf(site: Site, repairs: readonly Stretch[]): Uint8Array {
  const { period, work, shifts } = site;
  const states = new Uint8Array(secondsIn(period)).fill(codeOf('running'));
  const breaks = shifts?.flatMap((shift) => shift.breaks) ?? [];
  const idle = difference(
    [period],
    [...work, ...breaks].sort((a, b) => a.from - b.from),
  );
  fill(states, { period, stretches: [...breakdownsOf(site), ...repairs], value: codeOf('breakdown') });
  fill(states, { period, stretches: breaks, value: codeOf('planned') });
  fill(states, { period, stretches: idle, value: codeOf('no_shift') });
  return states;
}

function sensorsOf(
  { period, configuration: { pollMs }, streams }: Site,
  {
    states,
    growing,
    uncooled,
  }: { readonly states: Uint8Array; readonly growing: Stretch | undefined; readonly uncooled: readonly Stretch[] },
): Pick<MachineTruth, 'vibration' | 'temperature' | 'current'> {
  const stream = streams('sensors');
  const polls = (period.to - period.from) / pollMs;
  const [vibration, temperature, current] = [0, 0, 0].map(() => new Float64Array(polls)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let heat = AMBIENT;
  let load = 0;
  for (let poll = 0; poll < polls; poll++) {
    const now = period.from + poll * pollMs;
    const runs = states[Math.floor((poll * pollMs) / 1_000)] === codeOf('running');
    const hot = runs && stretchAt(uncooled, now) !== undefined;
    load = 0.99 * load + 0.05 * normal(stream);
    heat += ((AMBIENT + (runs ? RUNNING_HEAT : 0) + (hot ? UNCOOLED_HEAT : 0) - heat) * pollMs) / THERMAL_LAG_MS;
    const worn = growing !== undefined && holds(growing, now) ? Math.exp(growthAt(now, growing)) : 1;
    vibration[poll] = round((runs ? 2.2 * worn : 0.2) * Math.exp(0.08 * normal(stream)), 100);
    temperature[poll] = round(heat + 0.2 * normal(stream), 10);
    current[poll] = round((runs ? 42 * (1 + 0.1 * load) : 1.5) + 0.3 * Math.abs(normal(stream)), 10);
  }
  return { vibration, temperature, current };
}

const round = (value: number, perUnit: number): number => Math.round(value * perUnit) / perUnit;
const growthAt = (now: number, { from, to }: Stretch): number => (BEARING_GROWTH * (now - from)) / (to - from);

function anomaliesOf(growing: Stretch | undefined, uncooled: readonly Stretch[]): Anomaly[] {
  const worn =
    growing === undefined
      ? []
      : [
          {
            type: 'bearing' as const,
            from: Math.round(growing.from + ((growing.to - growing.from) * VISIBLE_GROWTH) / BEARING_GROWTH),
            to: growing.to,
          },
        ];
  return inOrder([...worn, ...uncooled.map((stretch) => ({ ...stretch, type: 'cooling' as const }))]);
}
