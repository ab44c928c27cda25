/**
 * Takes readings in. Rows are checked one by one; good rows go to their device's lane, where they are analysed and stored
 * unit by unit; bad rows go to quarantine. When the answer comes everything is on the disk. A call that ends in an error
 * may have stored some of its units: sending the same rows again completes it, and finds the rest as duplicates.
 */
import type { Clock } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { NextId } from '../../kernel/ids.ts';
import type { Log } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Store } from '../../store/store.ts';
import { LocalDays } from '../calendar/local-days.ts';
import { MAX_COMMIT_ATTEMPTS } from '../settings-commit.ts';
import type { Run } from './call.ts';
import { openReadTime } from './event-time.ts';
import { Lanes } from './lanes.ts';
import { LoadedDevices } from './loaded-devices.ts';
import { type IngestMetrics, ingestMetrics } from './metrics.ts';
import type { IngestMode } from './processing-log.ts';
import type { QuarantineCode, QuarantineRow, Refusal } from './quarantine.ts';
import { stillRefused } from './return.ts';
import { readRow, type TimedRow } from './row.ts';
import { MAX_UNIT_ROWS, type PlannedUnit, planRefusals, planUnit } from './unit.ts';

/** Rows of one call. */
export const MAX_CALL_ROWS = 10_000;
/** Rows that may wait for their lanes before calls are refused. */
export const MAX_WAITING_ROWS = 200_000;
/** How often a unit of a device is worked out again because another server was quicker; each time a little later. */
export const MAX_DEVICE_CONFLICTS = 30;
const GIVE_WAY_MS = 4;

export type IngestOptions = {
  readonly mode: IngestMode;
  readonly actor: string;
  /** When the rows were received, or each of them, by those who took them in first. Default: now. */
  readonly receivedAt?: number | readonly number[];
  /**
   * The rows are these of quarantine, by their place in the call. They leave it in the unit that takes them in; what is
   * refused for the same reason stays where it is. Their times are judged as those of live rows, whatever the mode.
   */
  readonly retried?: readonly QuarantineRow[];
};
export type IngestResult = {
  readonly stored: number;
  readonly duplicate: number;
  /** By the place of the row in the call. */
  readonly quarantined: readonly { readonly row: number; readonly code: QuarantineCode }[];
};
type Totals = { stored: number; duplicate: number; readonly refusals: Refusal[] };

export class Ingest {
  readonly #parts: { readonly store: Store; readonly nextId: NextId; readonly clock: Clock; readonly log: Log };
  readonly #readTime: ReturnType<typeof openReadTime>;
  readonly #days: LocalDays;
  readonly #devices: LoadedDevices;
  readonly #lanes = new Lanes();
  readonly #metrics: IngestMetrics | undefined;
  #waitingRows = 0;

  constructor({
    timeZone,
    metrics,
    ...parts
  }: {
    readonly store: Store;
    readonly nextId: NextId;
    readonly clock: Clock;
    readonly log: Log;
    readonly timeZone: string;
    readonly metrics?: Metrics | undefined;
  }) {
    this.#parts = parts;
    this.#readTime = openReadTime(timeZone);
    this.#days = new LocalDays(timeZone);
    this.#devices = new LoadedDevices(parts.store);
    this.#metrics = metrics && ingestMetrics(metrics);
  }

  async ingest(rows: readonly unknown[], options: IngestOptions): Promise<IngestResult> {
    const { mode, actor, receivedAt: given, retried = [] } = options;
    if (rows.length > MAX_CALL_ROWS)
      throw new MillraceError('measurement.too-many-rows', { rows: rows.length, limit: MAX_CALL_ROWS });
    if (this.#waitingRows + rows.length > MAX_WAITING_ROWS) {
      throw new MillraceError('measurement.overloaded', { waiting: this.#waitingRows });
    }
    const { store, nextId, clock } = this.#parts;
    const run: Run = {
      id: nextId(),
      mode,
      actor,
      receivedAt: typeof given === 'number' ? given : store.now(),
      store,
      nextId,
      days: this.#days,
      retried: new Map(retried.entries()),
    };
    const begun = clock.now();
    this.#waitingRows += rows.length;
    try {
      const totals = await this.#take(run, rows, typeof given === 'number' ? undefined : given);
      this.#metrics?.called(mode, clock.now() - begun);
      const quarantined = totals.refusals.map(({ row, code }) => ({ row, code })).sort((a, b) => a.row - b.row);
      return { stored: totals.stored, duplicate: totals.duplicate, quarantined };
    } finally {
      this.#waitingRows -= rows.length;
    }
  }

  /** Resolves when all calls have ended. */
  idle(): Promise<void> {
    return this.#lanes.idle();
  }

  async #take(run: Run, rows: readonly unknown[], received?: readonly number[]): Promise<Totals> {
    const totals: Totals = { stored: 0, duplicate: 0, refusals: [] };
    const { byDevice, refusals } = await this.#sort(run, rows, received);
    const lanes = [...byDevice].map(([device, own]) =>
      this.#lanes.run(device, () => this.#takeDevice(run, { device, rows: own, totals })),
    );
    // A device's name is never empty: this is the lane of the rows that have none.
    if (refusals.length > 0) lanes.push(this.#lanes.run('', () => this.#refuse(run, refusals, totals)));
    const ended = await Promise.allSettled(lanes);
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
    if (totals.refusals.length > 0) {
      const { code } = totals.refusals[0] as Refusal;
      this.#parts.log.warn({ rows: totals.refusals.length, code, actor: run.actor }, 'rows went to quarantine');
    }
    return totals;
  }

  /** Rows by device in the order of their times, and the rows that can go to no device. */
  async #sort(
    run: Run,
    rows: readonly unknown[],
    received: readonly number[] | undefined,
  ): Promise<{ byDevice: Map<string, TimedRow[]>; refusals: Refusal[] }> {
    const isLive = run.mode === 'live' || run.retried.size > 0;
    const byDevice = new Map<string, TimedRow[]>();
    const refusals: Refusal[] = [];
    for (const [place, source] of rows.entries()) {
      const receivedAt = received?.[place] ?? run.receivedAt;
      const row = readRow(source, place, { readTime: this.#readTime, receivedAt, isLive });
      if (row.kind === 'refused') {
        refusals.push(row);
        continue;
      }
      const own = byDevice.get(row.device);
      if (own === undefined) byDevice.set(row.device, [row]);
      else own.push(row);
    }
    const existing = await this.#devices.existing([...byDevice.keys()]);
    for (const [device, own] of byDevice) {
      if (existing.has(device)) own.sort((a, b) => a.at - b.at);
      else {
        byDevice.delete(device);
        refusals.push(
          ...own.map(({ row, at, receivedAt, source }) => ({
            row,
            receivedAt,
            at,
            source,
            device,
            code: 'unknown-device' as const,
          })),
        );
      }
    }
    return { byDevice, refusals };
  }

  async #takeDevice(
    run: Run,
    {
      device: id,
      rows,
      totals,
    }: { readonly device: string; readonly rows: readonly TimedRow[]; readonly totals: Totals },
  ): Promise<void> {
    let conflicts = 0;
    for (let from = 0; from < rows.length; ) {
      const chunk = rows.slice(from, from + MAX_UNIT_ROWS);
      const planned = await this.#takeUnit(run, id, chunk);
      if (planned !== undefined) {
        totals.stored += planned.counts.stored;
        totals.duplicate += planned.counts.duplicate;
        totals.refusals.push(...planned.counts.refusals);
        this.#tell(run, planned);
        from += chunk.length;
        conflicts = 0;
      } else {
        await this.#giveWay(run, id, ++conflicts);
      }
    }
  }

  /** In this process a device has one lane; where others take in the same device, all of them at once would hinder each other. */
  async #giveWay({ id: call, store }: Run, device: string, conflicts: number): Promise<void> {
    const { sharedByProcesses: isShared } = store.capabilities;
    if (conflicts === (isShared ? MAX_DEVICE_CONFLICTS : MAX_COMMIT_ATTEMPTS))
      throw new MillraceError('store.conflict', { subject: `device "${device}"`, attempts: conflicts });
    // Calls of different servers have different numbers, so they wait for different times.
    if (isShared && conflicts > 1) await this.#parts.clock.sleep(GIVE_WAY_MS * (1 + ((call + conflicts * 7) % 13)));
  }

  /** Undefined: a setting or another process was quicker, and nothing was stored. */
  async #takeUnit(run: Run, id: string, chunk: readonly TimedRow[]): Promise<PlannedUnit | undefined> {
    const device = await this.#devices.get(id);
    if (device === undefined) throw new MillraceError('device.unknown', { device: id });
    // Memory is ahead of the store until the unit is stored: whatever goes wrong in between, it is read again.
    this.#devices.forget(id);
    const planned = await planUnit(run, device, await stillRefused(run, chunk));
    const [verdict] = await run.store.commit([planned.unit]);
    if (verdict === 'conflict') return undefined;
    this.#devices.keep(planned.device);
    return planned;
  }

  async #refuse(run: Run, refusals: readonly Refusal[], totals: Totals): Promise<void> {
    for (let from = 0; from < refusals.length; from += MAX_UNIT_ROWS) {
      const chunk = await stillRefused(run, refusals.slice(from, from + MAX_UNIT_ROWS));
      const [verdict] = await run.store.commit([await planRefusals(run, chunk)]);
      if (verdict === 'conflict') throw new MillraceError('store.conflict', { subject: 'quarantine', attempts: 1 });
      totals.refusals.push(...chunk);
      this.#metrics?.refused(chunk.length);
    }
  }

  #tell({ mode }: Run, { counts, findings }: PlannedUnit): void {
    this.#metrics?.took(counts, findings);
    for (const { criterion, event, anomalies } of findings.criteria) {
      const fields = {
        criterion: criterion.id,
        value: event.value,
        at: new Date(event.at).toISOString(),
        mode,
        anomalies,
      };
      this.#parts.log.info(fields, event.kind === 'fired' ? 'a criterion fired' : 'a criterion cleared');
    }
  }
}
