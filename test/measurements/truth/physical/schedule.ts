/**
 * When what happens to a device: stops, setups, maintenance, errors, losses of speed. Each component draws from its own
 * stream on the work clock. Components may overlap; which of them counts at a moment is decided where seconds are filled.
 */
import type { Fault } from '../configuration.ts';
import { exponential, lognormal, logUniform, uniform, weibull } from '../distributions.ts';
import type { Site } from '../site.ts';
import type { Stream } from '../stream.ts';
import { merged, type Stretch } from '../stretch.ts';
import { openWorkClock, scatter, wholeSecond } from './work-clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export type Loss = Stretch & {
  /** Of the usual speed. */
  readonly factor: number;
};
export type Burst = Stretch & {
  /** Share of rejected items. */
  readonly rate: number;
};

/** Weibull time to failure in work time after the repair, lognormal repair. */
export function breakdownsOf({ faults, streams, work }: Site): Stretch[] {
  if (!faults.has('breakdown')) return [];
  const stream = streams('breakdown');
  const clock = openWorkClock(work);
  const breakdowns: Stretch[] = [];
  for (let passed = 0; ; ) {
    const at = clock.at(passed + weibull(stream, { shape: 1.3, scale: 14 * HOUR_MS }));
    if (at === undefined) return breakdowns;
    const from = wholeSecond(at);
    const repairMs = Math.min(8 * HOUR_MS, lognormal(stream, { median: 25 * MINUTE_MS, sigma: 0.8 }));
    const to = from + Math.max(30_000, wholeSecond(repairMs));
    breakdowns.push({ from, to });
    passed = clock.passedAt(to);
  }
}

/** Four an hour, 5 to 120 s. */
export function microstopsOf(site: Site): Stretch[] {
  return scattered(site, 'microstop', (stream) => ({
    pauseMs: () => exponential(stream, 15 * MINUTE_MS),
    lengthMs: () => logUniform(stream, 5_000, 120_000),
  }));
}

/** Changes to the other product, each a setup of 10 to 40 min. */
export function changeoversOf(site: Site): Stretch[] {
  return merged(
    scattered(site, 'changeover', (stream) => ({
      pauseMs: () => uniform(stream, 8 * HOUR_MS, 20 * HOUR_MS),
      lengthMs: () => uniform(stream, 10 * MINUTE_MS, 40 * MINUTE_MS),
    })),
  );
}

/** About once a week of work an hour of planned maintenance; it takes the drift of the speed away. */
export function maintenanceOf(site: Site): Stretch[] {
  return scattered(site, 'maintenance', (stream) => ({
    pauseMs: () => uniform(stream, 70 * HOUR_MS, 110 * HOUR_MS),
    lengthMs: () => uniform(stream, 45 * MINUTE_MS, 75 * MINUTE_MS),
  }));
}

/** For 30 to 90 min it makes about half of what it could. */
export function lossesOf(site: Site): Loss[] {
  const factors = site.streams('speed-loss factor');
  return scattered(site, 'speed-loss', (stream) => ({
    pauseMs: () => 2 * HOUR_MS + exponential(stream, 30 * HOUR_MS),
    lengthMs: () => uniform(stream, 30 * MINUTE_MS, 90 * MINUTE_MS),
  })).map((loss) => ({ ...loss, factor: uniform(factors, 0.5, 0.65) }));
}

/** For 10 to 40 min up to a fifth of all items is rejected. */
export function burstsOf(site: Site): Burst[] {
  const rates = site.streams('error-burst rate');
  return scattered(site, 'error-burst', (stream) => ({
    pauseMs: () => HOUR_MS + exponential(stream, 25 * HOUR_MS),
    lengthMs: () => uniform(stream, 10 * MINUTE_MS, 40 * MINUTE_MS),
  })).map((burst) => ({ ...burst, rate: uniform(rates, 0.1, 0.2) }));
}

/** The controller is off for a moment, and its counters begin at 0. */
export function powerCyclesOf(site: Site): Stretch[] {
  return scattered(site, 'power-cycle', (stream) => ({
    pauseMs: () => HOUR_MS + exponential(stream, 50 * HOUR_MS),
    lengthMs: () => uniform(stream, 20_000, 120_000),
  }));
}

/** Once, at two fifths of the work: the controller is off for 2 to 4 min, and its counters go on from any value. */
export function firmwareOf({ faults, streams, work, period }: Site): Stretch | undefined {
  if (!faults.has('firmware')) return undefined;
  const clock = openWorkClock(work);
  const from = wholeSecond(clock.at(clock.totalMs * 0.4) ?? period.from);
  return { from, to: from + wholeSecond(uniform(streams('firmware'), 120_000, 240_000)) };
}

/** Now and then the last shift before a long pause works 10 to 40 min longer than planned. */
export function overtimeOf({ faults, streams, shifts, period }: Site): Stretch[] {
  if (!faults.has('overtime') || shifts === undefined) return [];
  const stream = streams('overtime');
  return merged(shifts).flatMap(({ to }, place, all) => {
    const lengthMs = wholeSecond(uniform(stream, 10 * MINUTE_MS, 40 * MINUTE_MS));
    const isLong = (all[place + 1]?.from ?? period.to + DAY_MS) - to > 10 * HOUR_MS;
    return isLong && to + lengthMs < period.to && to > period.from ? [{ from: to, to: to + lengthMs }] : [];
  });
}

/** Stretches of a component on the work clock; none when it is switched off. */
export function scattered(
  { faults, streams, work }: Site,
  component: Fault,
  draws: (stream: Stream) => Parameters<typeof scatter>[1],
): Stretch[] {
  return faults.has(component) ? scatter(openWorkClock(work), draws(streams(component))) : [];
}
