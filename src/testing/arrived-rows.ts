/** Rows as a device would send them, taken as ingest takes them: checked, copies told apart, counted by local day. */
import type { Instant } from '../kernel/clock.ts';
import { type LackingRow, lackingRow } from '../measurements/analysis/lacking-rows.ts';
import { LocalDays } from '../measurements/calendar/local-days.ts';
import { openReadTime } from '../measurements/ingest/event-time.ts';
import {
  type Layout,
  type MeasurementRow,
  payloadHash,
  payloadOf,
  readNumbers,
} from '../measurements/ingest/measurement.ts';
import type { QuarantineCode } from '../measurements/ingest/quarantine.ts';
import { readRow, type TimedRow } from '../measurements/ingest/row.ts';

export type QuarantinedRow = { readonly row: number; readonly code: QuarantineCode };
export type Intake = { date: string; received: number; duplicate: number; refused: number };
export type Arrived = {
  /** By time; copies are left out, the one that was received first stays. */
  readonly stored: MeasurementRow[];
  /** The place of each stored row among those that were given. */
  readonly places: ReadonlyMap<MeasurementRow, number>;
  readonly quarantined: readonly QuarantinedRow[];
  /** Those that were refused since they lack a required field, by time. */
  readonly lacking: readonly LackingRow[];
  /** Of days on which something came; a refused row without a time and without `receivedAt` counts on none. */
  readonly days: ReadonlyMap<string, Intake>;
};
export type ArrivalOptions = { readonly device: string; readonly layout: Layout; readonly timeZone: string };

/** A row without `device` is of the device, one without `receivedAt` was received at its own time. */
export function arrivedRows(given: readonly unknown[], { device, layout, timeZone }: ArrivalOptions): Arrived {
  const readTime = openReadTime(timeZone);
  const days = new Days(timeZone);
  const quarantined: QuarantinedRow[] = [];
  const lacking: LackingRow[] = [];
  const stored = new Map<string, { readonly row: MeasurementRow; readonly place: number }>();
  const refuse = (row: number, code: QuarantineCode, at: Instant | null) => {
    days.count(at, 'refused');
    quarantined.push({ row, code });
  };
  for (const [place, item] of given.entries()) {
    const { source, receivedAt } = asSent(item, device);
    const readAt = receivedAt ?? Number.POSITIVE_INFINITY;
    const read = readRow(source, place, { readTime, receivedAt: readAt, isLive: receivedAt !== undefined });
    if (read.kind === 'refused') refuse(place, read.code, read.at ?? receivedAt ?? null);
    else if (read.device !== device) refuse(place, 'unknown-device', read.at);
    else {
      const row = storedRow(read, layout, receivedAt ?? read.at);
      if (typeof row === 'string') {
        refuse(place, row, read.at);
        if (row === 'missing-field') lacking.push(lackingRow(read));
      } else {
        const key = `${row.at} ${row.hash}`;
        const before = stored.get(key);
        days.count(row.at, before === undefined ? undefined : 'duplicate');
        if (before === undefined || row.receivedAt < before.row.receivedAt) stored.set(key, { row, place });
      }
    }
  }
  const all = [...stored.values()].sort((a, b) => a.row.at - b.row.at);
  const places = new Map(all.map(({ row, place }) => [row, place]));
  lacking.sort((a, b) => a.at - b.at);
  return { stored: all.map(({ row }) => row), places, quarantined, lacking, days: days.counts };
}

function asSent(item: unknown, device: string): { readonly source: unknown; readonly receivedAt: Instant | undefined } {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return { source: item, receivedAt: undefined };
  const { receivedAt, ...source } = item as { readonly receivedAt?: Instant };
  return { source: { device, ...source }, receivedAt };
}

function storedRow(
  { device, at, values }: TimedRow,
  layout: Layout,
  receivedAt: Instant,
): MeasurementRow | QuarantineCode {
  const numbers = readNumbers(layout, values);
  if (typeof numbers === 'string') return numbers;
  const payload = payloadOf(layout, numbers);
  return { device, at, hash: payloadHash(payload), receivedAt, payload };
}

class Days {
  readonly #days: LocalDays;
  readonly counts = new Map<string, Intake>();

  constructor(timeZone: string) {
    this.#days = new LocalDays(timeZone);
  }

  /** One row that came, and what became of it unless it was stored. */
  count(at: Instant | null, fate?: 'duplicate' | 'refused'): void {
    if (at === null) return;
    const { date } = this.#days.at(at);
    const intake = this.counts.get(date) ?? { date, received: 0, duplicate: 0, refused: 0 };
    this.counts.set(date, intake);
    intake.received += 1;
    if (fate !== undefined) intake[fate] += 1;
  }
}
