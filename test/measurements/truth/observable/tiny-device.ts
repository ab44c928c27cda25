/** A small brick device for cases that are worked out by hand: two items a second at most, 0.6 s each, polled every 5 s. */
import type { Arrivals } from '../raw/arrivals.ts';
import type { Refused } from '../raw/bad-row.ts';
import type { DeviceSettings } from '../settings.ts';
import { type Sample, type StoredRow, samplesOf } from './sample.ts';

export const TINY: DeviceSettings = {
  id: 'tiny',
  kind: 'brick',
  service: 'brick-production',
  fields: [
    { name: 'count', role: 'counter', maxRate: 2 },
    { name: 'errors', role: 'counter', maxRate: 2 },
    {
      name: 'mode',
      role: 'state',
      values: ['auto', 'setup', 'maintenance'],
      states: { auto: 'auto', setup: 'setup', maintenance: 'planned' },
    },
    { name: 'product', role: 'label', values: ['P1', 'P2'] },
  ],
  expectedIntervalMs: 5_000,
  maxGapMs: 300_000,
  idealCycleMs: 600,
  products: { P1: 600, P2: 750 },
  output: 'count',
  reject: 'errors',
  signal: 'mode',
  label: 'product',
};

export type Shown = {
  /** Since the beginning. */
  readonly s: number;
  readonly count?: number;
  readonly errors?: number;
  /** Default: auto; null: absent. */
  readonly mode?: 'auto' | 'setup' | 'maintenance' | null;
  readonly product?: 'P1' | 'P2';
  /** From its time to arrival; default 1 s. */
  readonly travelMs?: number;
};

/** Rows at so many seconds after `from`; what is left out of one is absent, the mode is auto. */
export function tinyRows(from: number, shown: readonly Shown[]): StoredRow[] {
  return shown.map(({ s, count = Number.NaN, errors = Number.NaN, mode = 'auto', product, travelMs = 1_000 }, row) => {
    const ts = from + s * 1_000;
    const values = [
      count,
      errors,
      mode === null ? Number.NaN : TINY.fields[2]!.values!.indexOf(mode),
      product === undefined ? Number.NaN : TINY.fields[3]!.values!.indexOf(product),
    ];
    return { row, ts, receivedAt: ts + travelMs, values };
  });
}

export const tinySamples = (from: number, shown: readonly Shown[]): readonly Sample[] =>
  samplesOf(tinyRows(from, shown), TINY).samples;

/** A sample every 5 s from `fromS` to `toS`, both included, of a device that makes so many items between two of them. */
export function steady(
  {
    fromS,
    toS,
    count,
    perPoll,
  }: { readonly fromS: number; readonly toS: number; readonly count: number; readonly perPoll: number },
  rest: Omit<Shown, 's' | 'count'> = {},
): Shown[] {
  return Array.from({ length: (toS - fromS) / 5 + 1 }, (_, place) => ({
    s: fromS + place * 5,
    count: count + place * perPoll,
    ...rest,
  }));
}

/** The same rows as they arrive, in the order in which they are given. */
export function tinyArrivals(rows: readonly StoredRow[], refused: ReadonlyMap<number, Refused> = new Map()): Arrivals {
  return {
    rows: rows.length,
    ts: Float64Array.from(rows, ({ ts }) => ts),
    receivedAt: Float64Array.from(rows, ({ receivedAt }) => receivedAt),
    tags: new Uint8Array(rows.length),
    values: TINY.fields.map((_, field) => Float64Array.from(rows, ({ values }) => values[field]!)),
    refused,
  };
}
