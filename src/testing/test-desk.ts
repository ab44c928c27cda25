/**
 * A desk in memory, for tests of workers and of handlers: jobs are handed in, and what workers say of them can be looked
 * at. Leases run on the clock that is handed in. It can be away, and slow to answer.
 */

import type {
  Desk,
  DeskClaim,
  DeskSettlement,
  DeskVerdict,
  Heartbeat,
  Held,
  JobLine,
  OfferedJob,
  Progress,
  WorkerReport,
} from '../jobs/desk.ts';
import { Bell } from '../kernel/bell.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import type { JobId } from '../kernel/ids.ts';
import type { Settlement } from '../kernel/settlement.ts';

export type TestJob = {
  readonly kind: string;
  readonly payload?: unknown;
  readonly key?: string;
  readonly maxAttempts?: number;
  readonly leaseMs?: number;
  readonly timeoutMs?: number;
};

/** A job as the desk knows it. `lost` counts leases that ran out. */
export type JobRecord = {
  readonly id: JobId;
  readonly kind: string;
  readonly state: 'ready' | 'leased' | 'done' | 'dead' | 'cancelled';
  /** Attempts that were answered. */
  readonly attempts: number;
  readonly lost: number;
  readonly released: number;
  readonly worker: string | undefined;
  readonly lines: readonly JobLine[];
  readonly progress: Progress | undefined;
};

export type SettledRecord = {
  readonly id: JobId;
  readonly kind: string;
  readonly attempt: number;
  readonly worker: string;
  readonly settlement: Settlement;
};

/** How often the desk was asked for each thing. */
export type DeskCalls = { claim: number; settle: number; release: number; heartbeat: number; report: number };

export type TestDesk = Desk & {
  readonly clock: Clock;
  /** Settlements that counted, in their order. */
  readonly settled: readonly SettledRecord[];
  readonly calls: Readonly<DeskCalls>;
  /** The registry: the last report of each worker that has not left. */
  readonly workers: ReadonlyMap<string, WorkerReport>;
  add(job: TestJob): JobId;
  job(id: JobId): JobRecord;
  /** The worker that has it hears so at its next heartbeat. */
  cancel(id: JobId): void;
  /** Rejects every call while it is away. */
  away(isAway: boolean): void;
  /** Resolves as soon as it is true; it is looked at after whatever happens at the desk. */
  until(isTrue: () => boolean): Promise<void>;
};

type Row = { -readonly [Name in keyof JobRecord]: JobRecord[Name] } & {
  readonly given: TestJob;
  readonly lines: JobLine[];
  epoch: number;
  dueAt: number;
  leaseUntil: number;
};

const DEFAULT_LEASE_MS = 30_000;
const DEFAULT_MAX_ATTEMPTS = 3;
/** A waiting claim looks so often for leases that have run out and jobs that have become due. */
const LOOK_EVERY_MS = 100;

export function testDesk({ clock = systemClock }: { readonly clock?: Clock } = {}): TestDesk {
  return new MemoryDesk(clock);
}

class MemoryDesk implements TestDesk {
  readonly clock: Clock;
  readonly settled: SettledRecord[] = [];
  readonly calls: DeskCalls = { claim: 0, settle: 0, release: 0, heartbeat: 0, report: 0 };
  readonly workers = new Map<string, WorkerReport>();
  readonly #rows = new Map<JobId, Row>();
  readonly #watching = new Set<() => void>();
  readonly #bells = new Set<Bell>();
  #epoch = 0;
  #isAway = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  add(given: TestJob): JobId {
    const id = (this.#rows.size + 1) as JobId;
    this.#rows.set(id, {
      ...{ id, kind: given.kind, given, state: 'ready', attempts: 0, lost: 0, released: 0, worker: undefined },
      ...{ lines: [], progress: undefined, epoch: 0, dueAt: this.clock.now(), leaseUntil: 0 },
    });
    this.#changed();
    return id;
  }

  job(id: JobId): JobRecord {
    this.#expire();
    const row = this.#rows.get(id);
    if (row === undefined) throw new TypeError(`no job ${id} was added`);
    return row;
  }

  cancel(id: JobId): void {
    const row = this.#rows.get(id);
    if (row !== undefined) row.state = 'cancelled';
    this.#changed();
  }

  away(isAway: boolean): void {
    this.#isAway = isAway;
    this.#changed();
  }

  until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        try {
          if (!isTrue()) return;
          this.#watching.delete(look);
          resolve();
        } catch (error) {
          this.#watching.delete(look);
          reject(error);
        }
      };
      this.#watching.add(look);
      look();
    });
  }

  async claim({ worker, kinds, limit, waitMs = 0, leaseMs }: DeskClaim, signal?: AbortSignal) {
    this.#count('claim');
    const until = this.clock.now() + waitMs;
    const bell = new Bell();
    this.#bells.add(bell);
    try {
      for (;;) {
        this.#refuseIfAway();
        const offered = this.#ready(kinds, limit).map((row) => this.#lease(row, worker, leaseMs));
        const leftMs = until - this.clock.now();
        if (offered.length > 0 || leftMs <= 0 || signal?.aborted === true) {
          this.#changed();
          return offered;
        }
        await bell.wait(this.clock, Math.min(leftMs, LOOK_EVERY_MS), signal ?? new AbortController().signal);
      }
    } finally {
      this.#bells.delete(bell);
    }
  }

  async settle(worker: string, settlements: readonly DeskSettlement[]): Promise<readonly DeskVerdict[]> {
    this.#count('settle');
    const verdicts = settlements.map(({ settlement, ...held }) =>
      this.#onHeld(worker, held, (row) => this.#take(row, worker, settlement)),
    );
    this.#changed();
    return verdicts;
  }

  async release(worker: string, held: readonly Held[]): Promise<readonly DeskVerdict[]> {
    this.#count('release');
    const verdicts = held.map((one) =>
      this.#onHeld(worker, one, (row) => {
        row.released += 1;
        this.#putBack(row);
      }),
    );
    this.#changed();
    return verdicts;
  }

  async heartbeat(worker: string, jobs: readonly Heartbeat[], leaseMs?: number): Promise<readonly DeskVerdict[]> {
    this.#count('heartbeat');
    const verdicts = jobs.map((beat) =>
      this.#onHeld(worker, beat, (row) => {
        row.leaseUntil = this.clock.now() + (leaseMs ?? row.given.leaseMs ?? DEFAULT_LEASE_MS);
        row.lines.push(...(beat.lines ?? []));
        row.progress = beat.progress ?? row.progress;
      }),
    );
    this.#changed();
    return verdicts;
  }

  async report(report: WorkerReport): Promise<void> {
    this.#count('report');
    this.workers.set(report.id, report);
    this.#changed();
  }

  async leave(worker: string): Promise<void> {
    this.#refuseIfAway();
    this.workers.delete(worker);
    this.#changed();
  }

  #count(what: keyof DeskCalls): void {
    this.calls[what] += 1;
    this.#changed();
    this.#refuseIfAway();
    this.#expire();
  }

  #refuseIfAway(): void {
    if (this.#isAway) throw new Error('the desk is away');
  }

  #expire(): void {
    const now = this.clock.now();
    const overdue = [...this.#rows.values()].filter(({ state, leaseUntil }) => state === 'leased' && leaseUntil <= now);
    for (const row of overdue) {
      row.lost += 1;
      this.#putBack(row);
    }
    if (overdue.length > 0) this.#changed();
  }

  #ready(kinds: readonly string[], limit: number): readonly Row[] {
    this.#expire();
    const now = this.clock.now();
    const isReady = (row: Row) => row.state === 'ready' && row.dueAt <= now && kinds.includes(row.kind);
    return [...this.#rows.values()].filter(isReady).slice(0, limit);
  }

  #lease(row: Row, worker: string, leaseMs = row.given.leaseMs ?? DEFAULT_LEASE_MS): OfferedJob {
    this.#epoch += 1;
    const { id, kind, given } = row;
    Object.assign(row, { state: 'leased', worker, epoch: this.#epoch, leaseUntil: this.clock.now() + leaseMs });
    return {
      ...{ id, kind, leaseMs, epoch: this.#epoch, attempt: row.attempts + 1, owner: null, trace: null },
      maxAttempts: given.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
      payload: jsonOf(given.payload ?? {}),
      key: given.key ?? null,
      timeoutMs: given.timeoutMs ?? null,
    };
  }

  #onHeld(worker: string, { id, epoch }: Held, act: (row: Row) => void): DeskVerdict {
    const row = this.#rows.get(id);
    if (row?.epoch !== epoch || row.worker !== worker) return 'stale';
    if (row.state === 'cancelled') return 'cancel';
    if (row.state !== 'leased') return 'stale';
    act(row);
    return 'ok';
  }

  #take(row: Row, worker: string, settlement: Settlement): void {
    const { id, kind, given } = row;
    this.settled.push({ id, kind, worker, attempt: row.attempts + 1, settlement: jsonOf(settlement) as Settlement });
    if (settlement.kind === 'snooze') return this.#putBack(row, settlement.delayMs);
    row.attempts += 1;
    if (settlement.kind === 'done') row.state = 'done';
    else if (settlement.kind === 'discard') row.state = 'dead';
    else if (row.attempts >= (given.maxAttempts ?? DEFAULT_MAX_ATTEMPTS)) row.state = 'dead';
    else this.#putBack(row);
  }

  #putBack(row: Row, delayMs = 0): void {
    Object.assign(row, { state: 'ready', worker: undefined, epoch: 0, dueAt: this.clock.now() + delayMs });
  }

  #changed(): void {
    for (const bell of this.#bells) bell.ring();
    for (const look of [...this.#watching]) look();
  }
}

/** What a payload and an answer are on their way: JSON. */
const jsonOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
