/** The truth of a moisture sensor: what it shows at each poll, in percent, and when it misleads. */
import { type Anomaly, inOrder } from '../anomaly.ts';
import { exponential, logUniform, normal, uniform, whole } from '../distributions.ts';
import type { Site } from '../site.ts';
import type { Stretch } from '../stretch.ts';

const SET_POINT = 18;
const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;
const DRIFT_PER_DAY = 0.05;
/** A drift below this cannot be told from the process. */
const VISIBLE_DRIFT = 0.3;

export type MoistureTruth = {
  readonly kind: 'moisture';
  /** Percent, rounded to the resolution, one a poll. */
  readonly moisture: Float64Array;
  /** Of the clay, in °C; NaN: its sensor says nothing, while the other goes on. */
  readonly temperature: Float64Array;
  readonly anomalies: readonly Anomaly[];
};

export function moistureTruth(site: Site): MoistureTruth {
  const { period, configuration, streams } = site;
  const { pollMs } = configuration;
  const process = streams('moisture');
  const recalibrated = recalibrationsOf(site);
  const polls = (period.to - period.from) / pollMs;
  const values = new Float64Array(polls);
  let wander = 0;
  for (let poll = 0; poll < polls; poll++) {
    const now = period.from + poll * pollMs;
    wander = 0.995 * wander + 0.02 * normal(process);
    const daily = 0.6 * Math.sin((2 * Math.PI * (now % DAY_MS)) / DAY_MS);
    values[poll] = SET_POINT + daily + wander + 0.03 * normal(process) + driftAt(now, recalibrated);
  }
  const pollOf = (instant: number): number => Math.round((instant - period.from) / pollMs);
  const spikes = spikesOf(site);
  for (const { from, to, height } of spikes)
    for (let poll = pollOf(from); poll < pollOf(to); poll++) values[poll]! += height;
  const stuck = stuckOf(site);
  for (const { from, to } of stuck) values.fill(values[pollOf(from)]!, pollOf(from), pollOf(to));
  const silent = silentOf(site);
  const temperature = temperatureOf(site, polls);
  for (const { from, to } of silent) temperature.fill(Number.NaN, pollOf(from), pollOf(to));
  return {
    kind: 'moisture',
    moisture: values.map((value) => Math.round(value * 100) / 100),
    temperature,
    anomalies: inOrder([
      ...spikes.map(({ from, to }) => ({ from, to, type: 'spike' as const })),
      ...stuck.map((stretch) => ({ ...stretch, type: 'stuck' as const })),
      ...silent.map((stretch) => ({ ...stretch, type: 'silent' as const })),
      ...visibleDrifts(recalibrated).map((stretch) => ({ ...stretch, type: 'drift' as const })),
    ]),
  };
}

/** Stretches between two recalibrations of the sensor, 8 to 14 days; none without the fault. */
function recalibrationsOf({ faults, streams, period }: Site): Stretch[] {
  if (!faults.has('sensor-drift')) return [];
  const stream = streams('sensor-drift');
  const stretches: Stretch[] = [];
  for (let from = period.from; from < period.to; ) {
    const to = Math.min(period.to, from + whole(stream, 8 * 24, 14 * 24) * 3_600_000);
    stretches.push({ from, to });
    from = to;
  }
  return stretches;
}

function driftAt(now: number, recalibrated: readonly Stretch[]): number {
  const since = recalibrated.find(({ from, to }) => from <= now && now < to);
  return since === undefined ? 0 : (DRIFT_PER_DAY * (now - since.from)) / DAY_MS;
}

const visibleDrifts = (recalibrated: readonly Stretch[]): Stretch[] =>
  recalibrated
    .map(({ from, to }) => ({ from: from + (VISIBLE_DRIFT / DRIFT_PER_DAY) * DAY_MS, to }))
    .filter(({ from, to }) => from < to);

/** One to three readings far off, a few times a day. */
function spikesOf(site: Site): (Stretch & { readonly height: number })[] {
  const heights = site.streams('spike height');
  return byChance(site, 'spike', {
    pauseMs: (stream) => exponential(stream, 8 * 60 * MINUTE_MS),
    lengthMs: (stream) => whole(stream, 1, 3) * site.configuration.pollMs,
  }).map((spike) => ({ ...spike, height: uniform(heights, 3, 8) * (heights() < 0.5 ? -1 : 1) }));
}

/** The value stands still for 20 min to 3 h, about every four days. */
function stuckOf(site: Site): Stretch[] {
  return byChance(site, 'stuck', {
    pauseMs: (stream) => DAY_MS / 4 + exponential(stream, 4 * DAY_MS),
    lengthMs: (stream) => logUniform(stream, 20 * MINUTE_MS, 180 * MINUTE_MS),
  });
}

/** The temperature is missing for 10 min to 6 h, about every five days. */
function silentOf(site: Site): Stretch[] {
  return byChance(site, 'silent', {
    pauseMs: (stream) => DAY_MS / 4 + exponential(stream, 5 * DAY_MS),
    lengthMs: (stream) => logUniform(stream, 10 * MINUTE_MS, 360 * MINUTE_MS),
  });
}

function temperatureOf({ period, configuration: { pollMs }, streams }: Site, polls: number): Float64Array {
  const stream = streams('clay temperature');
  const values = new Float64Array(polls);
  for (let poll = 0; poll < polls; poll++) {
    const daily = 2 * Math.sin((2 * Math.PI * ((period.from + poll * pollMs) % DAY_MS)) / DAY_MS);
    values[poll] = Math.round((35 + daily + 0.2 * normal(stream)) * 10) / 10;
  }
  return values;
}

/** On whole polls, around the clock: a sensor does not know of shifts. */
function byChance(
  { faults, streams, period, configuration: { pollMs } }: Site,
  fault: 'spike' | 'stuck' | 'silent',
  draws: { readonly pauseMs: Draw; readonly lengthMs: Draw },
): Stretch[] {
  if (!faults.has(fault)) return [];
  const stream = streams(fault);
  const onPoll = (ms: number): number => Math.max(1, Math.round(ms / pollMs)) * pollMs;
  const stretches: Stretch[] = [];
  for (let from = period.from; ; ) {
    from += onPoll(draws.pauseMs(stream));
    const to = from + onPoll(draws.lengthMs(stream));
    if (to > period.to) return stretches;
    stretches.push({ from, to });
    from = to;
  }
}
type Draw = (stream: ReturnType<Site['streams']>) => number;
