/** Walks the stored rows of a device from a snapshot on, and leaves snapshots behind to go on from. Writes nothing. */
import type { Instant } from '../../kernel/clock.ts';
import type { Store } from '../../store/store.ts';
import type { Stretch } from '../calendar/shifts.ts';
import { analyzerFamily } from '../ingest/analyzer.ts';
import { type QuarantineRow, quarantineRow } from '../ingest/quarantine.ts';
import { DeviceRun, type OnMinute, type Results } from '../services/device-run.ts';
import { type LackingRow, lackingRows } from './lacking-rows.ts';
import { type Portion, storedRows } from './stored-rows.ts';
import type { Subject } from './subject.ts';

/** Rows may come out of order by so much at no cost. */
export const ALLOWED_LATENESS_MS = 600_000;
export const DEFAULT_BATCH_ROWS = 1_000;

/** A snapshot that holds every row up to a time; at the beginning there is neither. */
export type Start = { readonly upTo: Instant | null; readonly snapshot: string | undefined };
export type Checkpoint = { readonly upTo: Instant; readonly snapshot: string };
export const BEGINNING: Start = { upTo: null, snapshot: undefined };

export type WalkOptions = {
  readonly start: Start;
  /** Not included; default: behind the latest row. */
  readonly to?: Instant | undefined;
  /** Sums this stretch as well. */
  readonly window?: Stretch | undefined;
  /** Rows read at once. */
  readonly batch?: number | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly onMinute?: OnMinute | undefined;
  readonly signal?: AbortSignal | undefined;
};
/** How far a walk is: rows so far, the time it has reached, and the stretch it goes through. */
export type Progress = { readonly rows: number; readonly at: Instant; readonly from: Instant; readonly to: Instant };

export type Walked = {
  readonly results: Results;
  /** The latest sample before the walk, and now. */
  readonly knownTo: Instant | null;
  readonly horizon: Instant | null;
  readonly rows: number;
  readonly rowsFrom: Instant | null;
  readonly rowsTo: Instant | null;
  /** From here the next walk goes on. */
  readonly tail: Start;
  readonly checkpoints: readonly Checkpoint[];
  /** Rows whose counter jumps, as they stand in quarantine. */
  readonly jumps: readonly QuarantineRow[];
};

export async function walk(store: Store, subject: Subject, options: WalkOptions): Promise<Walked> {
  const { device, service, timeZone, plan } = subject;
  const { start, batch = DEFAULT_BATCH_ROWS, onProgress = () => {} } = options;
  const analyzer = await store.get(analyzerFamily, [device.id]);
  const lacking = await lackingRows(store, subject, { after: start.upTo, to: options.to });
  const latest = Math.max(analyzer?.lastAt ?? -1, lacking.at(-1)?.at ?? -1);
  const to = Math.min(options.to ?? Infinity, latest + 1);
  const jumps: QuarantineRow[] = [];
  let portion: Portion | undefined;
  const onJump = (place: number) => jumps.push(jumpRow(portion, place, `service ${service.name}`));
  const run = new DeviceRun({
    service,
    device,
    timeZone,
    plan,
    snapshot: start.snapshot,
    window: options.window,
    onJump,
    onMinute: options.onMinute,
  });
  const knownTo = run.horizon ?? null;
  const steps = new Steps(run, start, { settledTo: to - ALLOWED_LATENESS_MS, lacking });
  let rows = 0;
  let rowsFrom: Instant | null = null;
  const request = {
    device: device.id,
    fields: device.fields,
    derived: service.derive.length,
    after: start.upTo,
    to,
    batch,
  };
  for await (portion of storedRows(store, request)) {
    options.signal?.throwIfAborted();
    steps.push(portion);
    rows += portion.rows.count;
    rowsFrom ??= portion.rows.at[0] ?? null;
    onProgress({ rows, at: steps.last ?? to, from: rowsFrom ?? to, to });
  }
  steps.end();
  return {
    results: run.finish(),
    knownTo,
    horizon: run.horizon ?? null,
    rows,
    rowsFrom,
    rowsTo: rows === 0 ? null : steps.last,
    tail: steps.tail,
    checkpoints: steps.checkpoints,
    jumps,
  };
}

/** Pushes portions and, between them, refused rows; takes snapshots where a local day begins and where rows are not settled yet. */
class Steps {
  readonly #run: DeviceRun;
  readonly #settledTo: Instant;
  readonly #startedAt: Instant | null;
  readonly #lacking: LackingRow[];
  #dayEnd: Instant;
  tail: Start;
  last: Instant | null;
  readonly checkpoints: Checkpoint[] = [];

  constructor(
    run: DeviceRun,
    start: Start,
    { settledTo, lacking }: { readonly settledTo: Instant; readonly lacking: readonly LackingRow[] },
  ) {
    this.#run = run;
    this.#settledTo = settledTo;
    this.#startedAt = start.upTo;
    // The latest first.
    this.#lacking = [...lacking].reverse();
    this.tail = start;
    this.last = start.upTo;
    this.#dayEnd = start.upTo === null ? Number.NEGATIVE_INFINITY : run.configuration.calendar.dayAt(start.upTo).to;
  }

  push({ rows }: Portion): void {
    let from = 0;
    for (let place = 0; place < rows.count; place++) {
      const at = rows.at[place] as number;
      if (this.#isBorder(at) || this.#isLackingBefore(at)) {
        this.#run.push(rows, from, place);
        from = place;
        this.#lackBefore(at);
        if (this.#isBorder(at)) this.#cross(at);
      }
      this.last = at;
    }
    this.#run.push(rows, from, rows.count);
  }

  /** Takes the refused rows that lie behind the last row. */
  end(): void {
    this.#lackBefore(Infinity);
  }

  #isLackingBefore(at: Instant): boolean {
    const next = this.#lacking.at(-1);
    return next !== undefined && next.at < at;
  }

  #lackBefore(until: Instant): void {
    for (let next = this.#lacking.at(-1); next !== undefined && next.at < until; next = this.#lacking.at(-1)) {
      if (this.#isBorder(next.at)) this.#cross(next.at);
      this.#run.lacks(next.at, next.has);
      this.last = next.at;
      this.#lacking.pop();
    }
  }

  #isBorder(at: Instant): boolean {
    return at >= this.#dayEnd || (at > this.#settledTo && (this.last ?? Infinity) <= this.#settledTo);
  }

  #cross(at: Instant): void {
    const isNewDay = at >= this.#dayEnd;
    this.#keep(isNewDay);
    if (isNewDay) this.#dayEnd = this.#run.configuration.calendar.dayAt(at).to;
  }

  #keep(isNewDay: boolean): void {
    const { last } = this;
    if (last === null || last > this.#settledTo || last === this.#startedAt) return;
    const checkpoint = { upTo: last, snapshot: this.#run.snapshot() };
    this.tail = checkpoint;
    if (isNewDay) this.checkpoints.push(checkpoint);
  }
}

/** The row stays where it is, and is listed in quarantine with its reason. */
function jumpRow(portion: Portion | undefined, place: number, actor: string): QuarantineRow {
  const row = portion?.stored[place];
  if (row === undefined) throw new RangeError(`no row ${place} in the portion`);
  const source = { device: row.device, ts: row.at, values: JSON.parse(row.payload) as unknown };
  const refusal = {
    row: place,
    code: 'counter-jump' as const,
    device: row.device,
    at: row.at,
    receivedAt: row.receivedAt,
    source,
  };
  return quarantineRow(refusal, { actor });
}
