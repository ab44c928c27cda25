/**
 * What happens to readings between the device and the store. Each corruption has a stream of its own that takes the same
 * draws at every poll, whatever else happens there.
 */
import type { Corruption } from '../configuration.ts';
import { exponential, logUniform, uniform, whole } from '../distributions.ts';
import { firmwareOf } from '../physical/schedule.ts';
import type { Site } from '../site.ts';
import { holds, type Stretch } from '../stretch.ts';
import { BAD_ROWS, type BadRow, type Tag } from './tag.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SKEW_MS = 90_000;

/** What becomes of one poll. */
export type Journey = {
  isLost: boolean;
  /** The clock of the device is ahead by so much. */
  skewMs: number;
  /** From the true time to arrival. */
  travelMs: number;
  tag: Tag;
  bad: BadRow | undefined;
  withoutLabel: boolean;
  /** A copy arrives so much later; 0: none. */
  copyAfterMs: number;
  /** Another reading with the same time, of so many seconds before; 0: none. */
  conflictBackSeconds: number;
  /** It arrives so much later than the right one, or earlier by as much. */
  conflictAfterMs: number;
};

/** Call it once for every poll, in order; the same object is answered each time. */
export function openTransport(site: Site): (trueTime: number) => Journey {
  const stages = [
    missing(site),
    outages(site),
    skew(site),
    latency(site),
    delays(site, 'out-of-order', { share: 0.01, shortestMs: 1_000, longestMs: 600_000 }),
    delays(site, 'late', { share: 0.001, shortestMs: HOUR_MS, longestMs: 12 * HOUR_MS }),
    badRows(site),
    noLabel(site),
    duplicates(site),
    conflicts(site),
  ].filter((stage) => stage !== undefined);
  const journey: Journey = {
    isLost: false,
    skewMs: 0,
    travelMs: 0,
    tag: 'good',
    bad: undefined,
    withoutLabel: false,
    copyAfterMs: 0,
    conflictBackSeconds: 0,
    conflictAfterMs: 0,
  };
  return (trueTime) => {
    journey.isLost = false;
    journey.skewMs = 0;
    journey.tag = 'good';
    journey.bad = undefined;
    journey.withoutLabel = false;
    journey.copyAfterMs = 0;
    journey.conflictBackSeconds = 0;
    for (let stage = 0; stage < stages.length; stage++) stages[stage]!(journey, trueTime);
    return journey;
  };
}

/** Undefined when it is switched off. */
type Stage = ((journey: Journey, trueTime: number) => void) | undefined;

const isOn = ({ configuration: { corruptions } }: Site, corruption: Corruption): boolean =>
  corruptions.includes(corruption);

function missing(site: Site): Stage {
  if (!isOn(site, 'missing')) return undefined;
  const stream = site.streams('missing');
  return (journey) => {
    if (stream() < 0.005) journey.isLost = true;
  };
}

/**
 * About every five days, 10 min to 8 h. None hides new firmware: by the rules nobody can tell a counter that was set to
 * another value in a long silence from one that counted.
 */
function outages(site: Site): Stage {
  if (!isOn(site, 'outage')) return undefined;
  const stretches = outagesOf(site);
  let next = 0;
  return (journey, trueTime) => {
    while (next < stretches.length && stretches[next]!.to <= trueTime) next += 1;
    if (next < stretches.length && stretches[next]!.from <= trueTime) journey.isLost = true;
  };
}

function outagesOf(site: Site): Stretch[] {
  const { streams, period } = site;
  const stream = streams('outage');
  const firmware = firmwareOf(site);
  const stretches: Stretch[] = [];
  for (let from = period.from; ; ) {
    from += Math.round(HOUR_MS + exponential(stream, 5 * DAY_MS));
    if (from >= period.to) break;
    const to = from + Math.round(logUniform(stream, 10 * MINUTE_MS, 8 * HOUR_MS));
    stretches.push({ from, to });
    from = to;
  }
  // A minute around it, in which the polls before and after come.
  return stretches.filter(
    ({ from, to }) => firmware === undefined || from > firmware.to + MINUTE_MS || to < firmware.from - MINUTE_MS,
  );
}

function skew(site: Site): Stage {
  if (!isOn(site, 'clock-skew')) return undefined;
  const { from, to } = site.period;
  const start = Math.round(uniform(site.streams('clock-skew'), from + (to - from) / 5, from + (4 * (to - from)) / 5));
  const day = { from: start, to: start + DAY_MS };
  return (journey, trueTime) => {
    if (!holds(day, trueTime)) return;
    journey.skewMs = SKEW_MS;
    journey.tag = 'clock-skew';
  };
}

function latency(site: Site): Stage {
  const stream = site.streams('latency');
  return (journey) => {
    journey.travelMs = whole(stream, 200, 2_000);
  };
}

function delays(
  site: Site,
  corruption: 'out-of-order' | 'late',
  { share, shortestMs, longestMs }: { readonly share: number; readonly shortestMs: number; readonly longestMs: number },
): Stage {
  if (!isOn(site, corruption)) return undefined;
  const stream = site.streams(corruption);
  return (journey) => {
    const isDelayed = stream() < share;
    const delayMs = whole(stream, shortestMs, longestMs);
    if (!isDelayed) return;
    journey.travelMs += delayMs;
    journey.tag = corruption;
  };
}

function badRows(site: Site): Stage {
  if (!isOn(site, 'bad-row')) return undefined;
  const stream = site.streams('bad-row');
  return (journey) => {
    const isBad = stream() < 0.002;
    const kind = BAD_ROWS[Math.floor(stream() * BAD_ROWS.length)];
    if (isBad) journey.bad = kind;
  };
}

/** The product is not always sent; that is allowed. */
function noLabel(site: Site): Stage {
  if (!isOn(site, 'no-label') || site.settings.label === undefined) return undefined;
  const stream = site.streams('no-label');
  return (journey) => {
    if (stream() >= 0.001) return;
    journey.withoutLabel = true;
    if (journey.tag === 'good') journey.tag = 'no-label';
  };
}

function duplicates(site: Site): Stage {
  if (!isOn(site, 'duplicate')) return undefined;
  const stream = site.streams('duplicate');
  return (journey) => {
    const isCopied = stream() < 0.003;
    const afterMs = Math.round(logUniform(stream, 100, HOUR_MS));
    if (isCopied) journey.copyAfterMs = afterMs;
  };
}

/** A gateway stamps two readings with one time. */
function conflicts(site: Site): Stage {
  if (!isOn(site, 'conflict')) return undefined;
  const stream = site.streams('conflict');
  return (journey) => {
    const isDouble = stream() < 0.0005;
    const back = whole(stream, 1, 4);
    const afterMs = whole(stream, 1, 10_000);
    const isBefore = stream() < 0.5;
    if (!isDouble) return;
    journey.conflictBackSeconds = back;
    journey.conflictAfterMs = isBefore ? -afterMs : afterMs;
  };
}
