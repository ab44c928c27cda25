/**
 * Small devices that obey no physics: every case of the rules comes up within a few hundred rows, borders and silences
 * fall on and beside each other, and shifts overlap. For differences that a sensible plant would show once a year.
 */
import { type ShiftPlan, type ShiftRule, shiftsOver, WEEKDAYS } from './calendar.ts';
import { whole } from './distributions.ts';
import type { DeviceTruth } from './generate.ts';
import { observe } from './observable/observe.ts';
import type { Arrivals } from './raw/arrivals.ts';
import type { DeviceSettings, FieldSettings } from './settings.ts';
import { openStream, type Stream } from './stream.ts';

export type RandomDevice = Pick<DeviceTruth, 'settings' | 'arrivals' | 'observable'> & {
  readonly shiftPlan: ShiftPlan;
  readonly timeZone: string;
};
/** The same numbers for the same seed. */
export function randomDevice(seed: number): RandomDevice {
  const stream = openStream(seed, 'random device');
  const timeZone = oneOf(stream, ['UTC', 'Europe/Berlin', 'America/New_York']);
  const silence = openStream(seed, 'random silence');
  const settings = withSilence(randomSettings(seed, stream), silence);
  const shiftPlan = randomPlan(timeZone, stream);
  const arrivals = silenced(randomArrivals(settings, stream), silence);
  const shifts = settings.line === undefined ? undefined : shiftsOver(shiftPlan, aroundOf(arrivals));
  return { settings, shiftPlan, timeZone, arrivals, observable: observe(settings, arrivals, { shifts, timeZone }) };
}

const DAY_MS = 86_400_000;
const MAX_ROWS = 400;
/** Evenings before a change of the clocks, in Europe and America, and a night in June. */
const STARTS = ['2026-03-28T18:00:00Z', '2026-10-24T18:00:00Z', '2026-11-01T03:00:00Z', '2026-06-10T02:00:00Z'];
/** Milliseconds from one row to the next, around the limits of the rules. */
const STEPS = [
  [5_000],
  [5_000, 5_000, 5_000, 5_100, 4_900, 30_000],
  [1_000, 5_000, 90_000],
  [5_000, 60_000, 299_999, 300_000, 300_001, 600_000],
  [5_000, 600_000, 1_800_000, 3_600_000],
];

const oneOf = <Item>(stream: Stream, items: readonly Item[]): Item => items[Math.floor(stream() * items.length)]!;
const aroundOf = ({ ts }: Arrivals) => ({ from: ts.at(0)! - DAY_MS, to: ts.at(-1)! + DAY_MS });

function randomSettings(seed: number, stream: Stream): DeviceSettings {
  const modulus = oneOf(stream, [undefined, undefined, 1_000, 65_536]);
  const counter = {
    role: 'counter' as const,
    maxRate: oneOf(stream, [2, 2, 0.5, 3.7]),
    jitter: oneOf(stream, [0, 0, 1, 2]),
    ...(modulus === undefined ? {} : { modulus, max: modulus - 1 }),
  };
  const mode: FieldSettings = {
    name: 'mode',
    role: 'state',
    values: ['auto', 'setup', 'maintenance', 'running', 'stopped'],
    states: { auto: 'auto', setup: 'setup', maintenance: 'planned', running: 'running', stopped: 'stopped' },
  };
  return {
    id: `random-${seed}`,
    kind: 'brick',
    service: 'brick-production',
    ...(stream() < 0.75 ? { line: 'north' } : {}),
    fields: [
      { name: 'count', ...counter },
      { name: 'errors', ...counter },
      mode,
      { name: 'product', role: 'label', values: ['P1', 'P2', 'unknown'] },
    ],
    expectedIntervalMs: oneOf(stream, [5_000, 60_000]),
    maxGapMs: oneOf(stream, [300_000, 60_000, 900_000]),
    idealCycleMs: oneOf(stream, [600, 600, 20_000]),
    products: { P1: 600, P2: 750 },
    output: 'count',
    reject: 'errors',
    signal: 'mode',
    label: 'product',
  };
}

/** One to four shifts that may overlap, most with a break. */
function randomPlan(timeZone: string, stream: Stream): ShiftPlan {
  const rules = Array.from({ length: whole(stream, 1, 4) }, (_, place): ShiftRule => {
    const start = whole(stream, 0, 95) * 15;
    const length = whole(stream, 1, 96) * 15;
    const pause = whole(stream, 1, Math.max(1, length - 60));
    const breaks = length > 120 && stream() < 0.7 ? [{ from: pause, to: pause + whole(stream, 5, 55) }] : [];
    return {
      name: `shift ${place + 1}`,
      days: WEEKDAYS.filter((day) => stream() < 0.8 || day === 'sat'),
      from: wallTime(start),
      to: wallTime(start + length),
      breaks: breaks.map(({ from, to }) => ({ from: wallTime(start + from), to: wallTime(start + to) })),
    };
  });
  return { id: 'random', timeZone, lines: ['north'], rules, holidays: stream() < 0.2 ? ['2026-06-10'] : [] };
}

function wallTime(minutes: number): string {
  const ofDay = minutes % 1_440;
  return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`;
}

/** The second field may be missing for another time than the device for its gaps. */
function withSilence(settings: DeviceSettings, stream: Stream): DeviceSettings {
  const maxSilenceMs = oneOf(stream, [undefined, undefined, 30_000, 60_000, 1_200_000]);
  if (maxSilenceMs === undefined) return settings;
  return {
    ...settings,
    fields: settings.fields.map((field, place) => (place === 1 ? { ...field, maxSilenceMs } : field)),
  };
}

/** In some, counters and the product fall silent now and then, for a few rows or many. */
function silenced(arrivals: Arrivals, stream: Stream): Arrivals {
  const lasts = oneOf(stream, [0, 0.6, 0.9, 0.98]);
  for (const values of arrivals.values) {
    let isSilent = false;
    for (let row = 0; row < arrivals.rows; row++) {
      isSilent = stream() < (isSilent ? lasts : 0.05 * lasts);
      if (isSilent) values[row] = Number.NaN;
    }
  }
  return arrivals;
}

type Show = { count: number; errors: number; mode: number; product: number; pace: 'full' | 'slow' | 'none' };

function randomArrivals({ fields }: DeviceSettings, stream: Stream): Arrivals {
  const rows = whole(stream, 1, MAX_ROWS);
  const steps = oneOf(stream, STEPS);
  const isAhead = stream() < 0.25;
  const ts = new Float64Array(rows);
  const receivedAt = new Float64Array(rows);
  const values = fields.map(() => new Float64Array(rows));
  const show: Show = {
    count: whole(stream, 0, oneOf(stream, [10, 50_000])),
    errors: 0,
    mode: 0,
    product: 0,
    pace: 'full',
  };
  let now = Date.parse(oneOf(stream, STARTS)) + whole(stream, 0, 7_200) * 1_000 + oneOf(stream, [0, 437]);
  for (let row = 0; row < rows; row++) {
    const stepMs =
      stream() < 0.03 ? 0 : stream() < 0.01 ? oneOf(stream, [400_000, 3_600_000, 20_000_000]) : oneOf(stream, steps);
    now += stepMs;
    change(show, { count: fields[0]!, stepMs, stream });
    ts[row] = now;
    // Rows of one time are received one after the other.
    const travelMs =
      isAhead && stream() < 0.2 ? -whole(stream, 0, 90_000) : whole(stream, 200, oneOf(stream, [2_000, 70_000]));
    receivedAt[row] = stepMs === 0 && row > 0 ? receivedAt[row - 1]! + whole(stream, 1, 900) : now + travelMs;
    const shown = [show.count, show.errors, show.mode, show.product];
    const absent = [0.03, 0.03, 0.03, 0.1];
    for (const [field, value] of shown.entries()) values[field]![row] = stream() < absent[field]! ? Number.NaN : value;
  }
  return { rows, ts, receivedAt, tags: new Uint8Array(rows), values, refused: new Map() };
}

/** Runs, stands or creeps most of the time; now and then a counter does one of all the things that counters do. */
function change(
  show: Show,
  { count, stepMs, stream }: { readonly count: FieldSettings; readonly stepMs: number; readonly stream: Stream },
): void {
  if (stream() < 0.06) show.pace = oneOf(stream, ['full', 'full', 'slow', 'none']);
  if (stream() < 0.04) show.mode = oneOf(stream, [0, 0, 0, 1, 2, 3, 4]);
  if (stream() < 0.03) show.product = whole(stream, 0, 2);
  if (stream() < 0.1) show.errors += whole(stream, 0, 3);
  if (stream() < 0.01) show.errors = whole(stream, 0, 5);
  const most = Math.floor((stepMs / 1_000) * count.maxRate!);
  const paces = { full: whole(stream, Math.floor(most / 2), most), slow: stream() < 0.3 ? 1 : 0, none: 0 };
  const odd: readonly (() => number)[] = [
    () => whole(stream, 0, 8),
    () => whole(stream, 0, 60_000),
    () => show.count - whole(stream, 1, 4),
    () => show.count - whole(stream, 1, 700),
    () => show.count + whole(stream, 100, 100_000),
    () => show.count * 1_000,
  ];
  show.count = stream() < 0.05 ? Math.max(0, oneOf(stream, odd)()) : show.count + paces[show.pace];
  const modulus = count.modulus ?? Number.MAX_SAFE_INTEGER;
  show.count = Math.floor(show.count % Math.min(modulus, 1e9));
  show.errors %= modulus;
}
