/** What a device shows when it is polled: a number for each field, texts as their place among the field's values. */

import { type BrickTruth, offSeconds } from '../physical/brick.ts';
import { countersOf } from '../physical/counters.ts';
import type { PhysicalTruth } from '../physical/device.ts';
import { MACHINE_MODES, type MachineTruth } from '../physical/machine.ts';
import { codeOf, secondsIn } from '../physical/seconds.ts';
import type { Site } from '../site.ts';

export type Poll = {
  readonly place: number;
  /** Second of the period. */
  readonly second: number;
};
export type Reader = {
  /** It answers no poll. */
  readonly isOff: (second: number) => boolean;
  /** What it shows, by field. */
  readonly read: (poll: Poll, into: Float64Array) => void;
  /** Something it showed between the poll before and this one; perhaps the same. */
  readonly readEarlier: (poll: Poll & { readonly backSeconds: number }, into: Float64Array) => void;
};

export function openReader(site: Site, truth: PhysicalTruth): Reader {
  switch (truth.kind) {
    case 'brick':
      return brickReader(site, truth);
    case 'moisture':
      return gaugeReader([truth.moisture, truth.temperature]);
    case 'machine':
      return gaugeReader([truth.vibration, truth.temperature, truth.current, machineModes(site, truth)]);
    default:
      return truth satisfies never;
  }
}

function brickReader(site: Site, truth: BrickTruth): Reader {
  const { count, errors } = countersOf(site, truth);
  const off = offSeconds(truth, site.period, secondsIn(site.period));
  const polls = (site.period.to - site.period.from) / site.configuration.pollMs;
  const tremble = trembleOf(site, polls);
  const show = (place: number, second: number, into: Float64Array): void => {
    into[0] = Math.max(0, count(second) + tremble.count[place]!);
    into[1] = Math.max(0, errors(second) + tremble.errors[place]!);
    into[2] = truth.modes[second]!;
    into[3] = truth.products[second]!;
  };
  return {
    isOff: (second) => off[second] === 1,
    read: ({ place, second }, into) => show(place, second, into),
    readEarlier: ({ place, second, backSeconds }, into) => show(place, Math.max(0, second - backSeconds), into),
  };
}

/** One off, now and then, in either direction. */
function trembleOf({ faults, streams }: Site, polls: number): { count: Int8Array; errors: Int8Array } {
  const tremble = { count: new Int8Array(polls), errors: new Int8Array(polls) };
  if (!faults.has('jitter')) return tremble;
  for (const field of ['count', 'errors'] as const) {
    const stream = streams(`jitter ${field}`);
    for (let poll = 0; poll < polls; poll++) {
      const draw = stream();
      tremble[field][poll] = draw < 0.03 ? -1 : draw < 0.06 ? 1 : 0;
    }
  }
  return tremble;
}

function gaugeReader(columns: readonly Float64Array[]): Reader {
  const show = (place: number, into: Float64Array): void => {
    for (let field = 0; field < columns.length; field++) into[field] = columns[field]![place]!;
  };
  return {
    isOff: () => false,
    read: ({ place }, into) => show(place, into),
    readEarlier: ({ place }, into) => show(Math.max(0, place - 1), into),
  };
}

/** Codes of the values of the state field, one a poll. */
function machineModes({ configuration: { pollMs } }: Site, { states, current }: MachineTruth): Float64Array {
  const [running, stopped] = [MACHINE_MODES.indexOf('running'), MACHINE_MODES.indexOf('stopped')];
  return current.map((_, poll) =>
    states[Math.floor((poll * pollMs) / 1_000)] === codeOf('running') ? running : stopped,
  );
}
