/** What can be seen of a device: the rules of the measurement service over the rows that arrive, written plainly. */
import type { Shift } from '../calendar.ts';
import type { Arrivals } from '../raw/arrivals.ts';
import type { DeviceSettings } from '../settings.ts';
import type { Stretch } from '../stretch.ts';
import { type Analysis, analyse } from './analysis.ts';
import { type Bounds, boundsOf } from './bounds.ts';
import { type Elements, elementsOf } from './elements.ts';
import { type Quality, qualityOf } from './quality.ts';
import { type Sample, type StoredRow, samplesOf } from './sample.ts';
import { type Scope, scopesOf } from './scope.ts';
import { type SilenceTruth, silencesOf } from './silence.ts';
import type { Failure, Segment } from './state.ts';

export type ScopeTruth = Scope & { readonly elements: Elements; readonly bounds: Bounds };
export type Observable = {
  /** From the first sample to the last; undefined when there is none. */
  readonly seen: Stretch | undefined;
  readonly samples: readonly Sample[];
  /** Undefined: the service has neither an output counter nor a state signal, and judges no states. */
  readonly segments: readonly Segment[] | undefined;
  readonly failures: readonly Failure[] | undefined;
  readonly scopes: readonly ScopeTruth[] | undefined;
  /** Places in the order of arrival. */
  readonly conflicts: readonly number[];
  readonly jumps: readonly number[];
  readonly duplicates: readonly number[];
  readonly quality: readonly Quality[];
  /** Fields that are missing for too long, field by field. */
  readonly silences: readonly SilenceTruth[];
  /** Start of the UTC hour → what the output counter counted in it. Hours without a sample that has it are left out. */
  readonly hourly: ReadonlyMap<number, number>;
};
export type Plan = { readonly shifts: readonly Shift[] | undefined; readonly timeZone: string };

const HOUR_MS = 3_600_000;

export function observe(settings: DeviceSettings, arrivals: Arrivals, plan: Plan): Observable {
  const { stored, duplicates } = distinct(rowsOf(arrivals));
  const { samples, conflicts, jumps } = samplesOf(stored, settings);
  const analysis = analyse(settings, samples, plan.shifts);
  const refused = refusedTimes(arrivals);
  const [first, last] = [samples[0], samples.at(-1)];
  const placeOf = ({ row }: StoredRow): number => row;
  return {
    seen: first === undefined || last === undefined ? undefined : { from: first.ts, to: last.ts },
    samples,
    segments: analysis?.segments,
    failures: analysis?.failures,
    scopes: analysis && scopeTruths(analysis, plan.timeZone),
    conflicts: conflicts.map(placeOf),
    jumps: jumps.map(placeOf),
    duplicates: duplicates.map(placeOf),
    quality: qualityOf(settings, { refused, duplicates, stored, samples, conflicts, jumps }, plan.timeZone),
    silences: silencesOf(settings, samples),
    hourly: hourlyOf(settings, samples),
  };
}

function scopeTruths(analysis: Analysis, timeZone: string): ScopeTruth[] {
  return scopesOf({ seen: analysis.seen, shifts: analysis.shifts, timeZone }).map((scope) => {
    const elements = elementsOf(analysis, scope);
    return { ...scope, elements, bounds: boundsOf(analysis, scope, elements) };
  });
}

/** Rows that are not refused on arrival, in the order of their times, those of one time as they were received. */
function rowsOf({ rows, ts, receivedAt, values, refused }: Arrivals): StoredRow[] {
  const all: StoredRow[] = [];
  for (let row = 0; row < rows; row++)
    if (!refused.has(row))
      all.push({ row, ts: ts[row]!, receivedAt: receivedAt[row]!, values: values.map((column) => column[row]!) });
  return all.sort((a, b) => a.ts - b.ts || a.receivedAt - b.receivedAt || a.row - b.row);
}

/** Of rows with the same time and values the first that was received is stored. */
function distinct(rows: readonly StoredRow[]): { stored: StoredRow[]; duplicates: StoredRow[] } {
  const stored: StoredRow[] = [];
  const duplicates: StoredRow[] = [];
  for (const row of rows) {
    let isCopy = false;
    for (let place = stored.length - 1; place >= 0 && stored[place]!.ts === row.ts && !isCopy; place--)
      isCopy = stored[place]!.values.every((value, field) => Object.is(value, row.values[field]));
    (isCopy ? duplicates : stored).push(row);
  }
  return { stored, duplicates };
}

/** When each refused row counts: at its own time, or when it was received, if its time is none or lies in the future. */
function refusedTimes({ refused, ts, receivedAt }: Arrivals): { at: number }[] {
  const times: { at: number }[] = [];
  for (const [row, { verdict }] of refused) {
    if (verdict === 'unknown-device') continue;
    const isTimeless = verdict === 'malformed-time' || verdict === 'future-time';
    times.push({ at: isTimeless ? receivedAt[row]! : ts[row]! });
  }
  return times;
}

function hourlyOf({ fields, output }: DeviceSettings, samples: readonly Sample[]): Map<number, number> {
  const field = fields.findIndex(({ name }) => name === output);
  const hourly = new Map<number, number>();
  if (field < 0) return hourly;
  for (const { ts, counted } of samples) {
    const one = counted[field];
    const hour = Math.floor(ts / HOUR_MS) * HOUR_MS;
    if (one !== undefined) hourly.set(hour, (hourly.get(hour) ?? 0) + one.d);
  }
  return hourly;
}
