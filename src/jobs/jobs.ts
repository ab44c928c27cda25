/**
 * The job queue: enqueue, claim, heartbeat, settle, cancel, replay. It is the desk of this process's workers, and what the
 * desks of all others ask. Effects only; what a settlement means is decided in settle.ts. Each call answers after its commit.
 */
import type { Clock, Instant } from '../kernel/clock.ts';
import { MillraceError } from '../kernel/errors.ts';
import { formatJobId, type JobId, type NextId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Random } from '../kernel/random.ts';
import { Recent } from '../kernel/recent.ts';
import type { Settlement } from '../kernel/settlement.ts';
import type { Store } from '../store/store.ts';
import { type CommitVerdict, isEqual, set, type Unit } from '../store/unit.ts';
import { takenBack } from './anew.ts';
import { Changes, type Decided } from './changes.ts';
import { Claims } from './claims.ts';
import type {
  Desk,
  DeskClaim,
  DeskSettlement,
  DeskVerdict,
  Heartbeat,
  Held,
  OfferedJob,
  WorkerReport,
} from './desk.ts';
import { Hands } from './hands.ts';
import { type Enqueued, type FlowRequest, Intake, type JobRequest } from './intake.ts';
import { type JobRow, jobFamily } from './job.ts';
import { eventOf, eventOfRow, JobWatch } from './job-event.ts';
import { Kinds } from './kinds.ts';
import { JobLines } from './lines.ts';
import { type JobMetrics, UNKNOWN_KIND } from './metrics.ts';
import { offerOf } from './offer.ts';
import type { Owners } from './owner.ts';
import { withdrawn } from './question.ts';
import { QueueLengths } from './queue-lengths.ts';
import { answerInstead, conflictOf, hasMovedOn, isUnacceptable, MAX_CONFLICTS, reasonOf } from './refusal.ts';
import { Registry } from './registry.ts';
import { Schedules } from './schedules.ts';
import { cancel, type JobChange, replayed, settle } from './settle.ts';
import { TrafficWatch } from './traffic.ts';
import { may } from './transition.ts';

const RECENT_JOBS = 20_000;
type Settler = { readonly worker: string; readonly actor: string; readonly known?: JobRow | undefined };

export type JobsParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly nextId: NextId;
  readonly random: Random;
  readonly owners: Owners;
  readonly log: Log;
  readonly metrics: JobMetrics;
  /** Of schedules that name none. Default: UTC. */
  readonly timeZone?: string;
};

export class Jobs implements Desk {
  /** Free hands of this process. */
  readonly hands: Hands;
  readonly kinds: Kinds;
  readonly watch = new JobWatch();
  readonly lengths: QueueLengths;
  readonly registry: Registry;
  readonly lines: JobLines;
  readonly schedules: Schedules;
  readonly traffic: TrafficWatch;
  readonly metrics: JobMetrics;
  readonly #parts: JobsParts;
  readonly #intake: Intake;
  /** For those who decide about jobs beside their workers: the keeper and the gate. */
  readonly changes: Changes;
  readonly #claims: Claims;
  readonly #recent = new Recent<number, JobRow>(RECENT_JOBS);

  constructor(parts: JobsParts) {
    const { store, nextId } = parts;
    this.#parts = parts;
    this.metrics = parts.metrics;
    this.kinds = new Kinds(parts);
    this.hands = new Hands(this.kinds);
    this.lengths = new QueueLengths(store);
    this.registry = new Registry(store);
    this.lines = new JobLines(store);
    this.traffic = new TrafficWatch({ store, lengths: this.lengths });
    this.changes = new Changes({ ...parts, kinds: this.kinds, watch: this.watch });
    this.#claims = new Claims({ ...parts, kinds: this.kinds });
    const created = (rows: readonly JobRow[], isCommitted: boolean) => this.created(rows, isCommitted);
    const { hands, kinds, watch, lengths } = this;
    this.#intake = new Intake({ store, nextId, hands, kinds, watch, lengths, created });
    this.schedules = new Schedules({ store, nextId, intake: this.#intake, timeZone: parts.timeZone ?? 'UTC' });
  }

  /** Stores a job and answers its id, or that of the live job with the same dedup key. Throws as {@link enqueueMany}. */
  async enqueue(job: JobRequest): Promise<JobId> {
    const [enqueued] = await this.#intake.enqueueMany([job]);
    return (enqueued as Enqueued).id;
  }

  /** Throws `job.payload-too-large`, `job.bad-payload`, `job.bad-key`, `job.queue-full`. */
  enqueueMany(jobs: readonly JobRequest[]): Promise<Enqueued[]> {
    return this.#intake.enqueueMany(jobs);
  }

  /** Jobs and a unit of the caller in one commit. */
  enqueueWith(jobs: readonly JobRequest[], unit: Unit): ReturnType<Intake['enqueueWith']> {
    return this.#intake.enqueueWith(jobs, unit);
  }

  /** A parent that waits for its children. */
  enqueueFlow(flow: FlowRequest): ReturnType<Intake['enqueueFlow']> {
    return this.#intake.enqueueFlow(flow);
  }

  /** Tells what became of rows that were offered to the free hands of this process. */
  created(rows: readonly JobRow[], isCommitted: boolean): void {
    if (isCommitted) {
      for (const row of rows) if (row.state === 'leased') this.#recent.set(row.id, row);
      this.watch.tell(() =>
        rows.flatMap((row) => [
          eventOfRow('enqueued', row, row.createdAt),
          ...(row.state === 'leased' ? [eventOfRow('started', row, row.createdAt)] : []),
        ]),
      );
    }
    this.hands.committed(rows, isCommitted);
  }

  async get(id: JobId): Promise<JobRow> {
    const row = await this.#parts.store.get(jobFamily, [id]);
    if (row === undefined) throw new MillraceError('job.unknown', { id: formatJobId(id) });
    return row;
  }

  /** Leases ready jobs to a worker: of each kind the most urgent first, the kinds in turns. Paused kinds are left alone. */
  async claim(claim: DeskClaim, signal?: AbortSignal): Promise<OfferedJob[]> {
    const rows = await this.#claims.take(claim, signal);
    for (const row of rows) this.#recent.set(row.id, row);
    this.watch.tell(() => rows.map((row) => eventOfRow('started', row, row.startedAt ?? row.createdAt)));
    return rows.map((row) => this.offer(row));
  }

  /** A leased row as its worker sees it. */
  offer(row: JobRow): OfferedJob {
    return offerOf(row, this.kinds.of(row.kind));
  }

  /** Renews leases, and takes down how far the jobs are. A job that is the worker's no longer hears why. */
  async heartbeat(worker: string, jobs: readonly Heartbeat[], leaseMs?: number): Promise<DeskVerdict[]> {
    const { store } = this.#parts;
    const now = store.now();
    const rows = await this.#heldRows(worker, jobs);
    const held = jobs.flatMap((job, place) => {
      const row = rows[place];
      return row === undefined ? [] : [{ job, row }];
    });
    const units = held.map(({ job, row }): Unit => {
      const leaseUntil = now + (leaseMs ?? this.kinds.of(row.kind).leaseMs);
      const progress = job.progress === undefined ? {} : { progress: JSON.stringify(job.progress) };
      return {
        guards: [isEqual(jobFamily, [row.id], ['epoch', row.epoch])],
        writes: [set(jobFamily, [row.id], { leaseUntil, ...progress })],
      };
    });
    const verdicts = await store.commit(units);
    const renewed = held.filter((_, place) => verdicts[place] === 'ok');
    await this.lines.append(
      renewed.flatMap(({ job, row }) => (job.lines === undefined ? [] : [{ row, lines: job.lines }])),
    );
    const isHeld = new Set(renewed.map(({ job }) => job));
    this.watch.tell(() =>
      renewed.flatMap(({ job, row }) => (job.progress === undefined ? [] : [eventOfRow('progressed', row, now)])),
    );
    return Promise.all(jobs.map((job) => (isHeld.has(job) ? 'ok' : this.#whyNot(job.id))));
  }

  /** Gives claimed jobs back untouched: it costs no attempt. */
  async release(worker: string, held: readonly Held[]): Promise<DeskVerdict[]> {
    const { store } = this.#parts;
    const now = store.now();
    const rows = await this.#heldRows(worker, held);
    const change: JobChange = { state: 'ready', worker: null, leaseUntil: null };
    const known = rows.filter((row) => row !== undefined);
    for (const { id } of known) this.#recent.delete(id);
    const verdicts = await store.commit(
      known.map((row) => this.changes.unitOf(row, { change, verb: 'release', now, actor: worker })),
    );
    const released = new Set(known.filter((_, place) => verdicts[place] === 'ok'));
    const told = [...released];
    this.watch.tell(() => told.map((row) => eventOf(row, change, { verb: 'release', now })));
    return Promise.all(
      held.map(({ id }, place) => {
        const row = rows[place];
        return row !== undefined && released.delete(row) ? 'ok' : this.#whyNot(id);
      }),
    );
  }

  /**
   * Settles claimed jobs and, where that is final, advances their owners in the same commit. Answers `stale` for each whose
   * claim is no longer held; then nothing of it has changed. Throws `store.conflict` when an owner was changed by others all the time.
   */
  async settle(worker: string, settlements: readonly DeskSettlement[], actor = 'system'): Promise<DeskVerdict[]> {
    const alone: { readonly place: number; readonly row: JobRow; readonly decided: Decided }[] = [];
    const rest: Promise<readonly [number, DeskVerdict]>[] = [];
    const verdicts: DeskVerdict[] = settlements.map(() => 'stale');
    const lookAt = (place: number, known?: JobRow): void => {
      const settled = this.#settleOne(settlements[place] as DeskSettlement, { worker, actor, known });
      rest.push(settled.then((verdict) => [place, verdict]));
    };
    const now = this.#parts.store.now();
    const named = new Set<JobId>();
    const again: number[] = []; // a job that is named twice: the first of them counts
    for (const [place, { id, epoch, settlement }] of settlements.entries()) {
      if (named.has(id)) again.push(place);
      if (named.size === named.add(id).size) continue;
      const row = this.#known(worker, { id, epoch });
      const decided = row && this.#decide(row, settlement, { now, actor });
      this.#recent.delete(id);
      if (row === undefined || decided === undefined || this.changes.ownerOf(row, decided.change) !== undefined)
        lookAt(place, row);
      else alone.push({ place, row, decided });
    }
    const looked = Promise.allSettled(rest); // whatever becomes of the others
    const stored = await this.#commitAlone(alone.map(({ row, decided }) => this.changes.unitOf(row, decided)));
    await looked;
    for (const [index, { place, row, decided }] of alone.entries()) {
      if (stored[index] === 'ok') {
        verdicts[place] = 'ok';
        this.changes.tellOf(row, decided);
      } else lookAt(place); // it says why, or which of them the store does not take
    }
    for (const [place, verdict] of await Promise.all(rest)) verdicts[place] = verdict;
    for (const place of again)
      verdicts[place] = await this.#settleOne(settlements[place] as DeskSettlement, { worker, actor });
    return verdicts;
  }

  /** No verdicts when one of the units holds what no store takes: then none is stored, and each is looked at alone. */
  async #commitAlone(units: readonly Unit[]): Promise<readonly CommitVerdict[]> {
    try {
      return units.length === 0 ? [] : await this.#parts.store.commit(units);
    } catch (error) {
      if (isUnacceptable(error)) return [];
      throw error;
    }
  }

  async report(report: WorkerReport): Promise<void> {
    await this.kinds.welcome(report.kinds, report.id);
    await this.registry.report(report);
  }

  leave(worker: string): Promise<void> {
    return this.registry.leave(worker);
  }

  /**
   * Cancels a job that has not ended; a worker that holds it hears of it at its next heartbeat, one of this process at once,
   * and an owner that waits for it hears that it failed. Throws `job.unknown` and `job.ended`.
   */
  cancel(id: JobId, actor = 'system'): Promise<void> {
    return this.#change(id, { verb: 'cancel', actor }, (_, now) => cancel(now, `It was cancelled by ${actor}.`));
  }

  /**
   * Lets an ended job, or one that nobody knows the end of, begin anew. Throws `job.unknown`, `job.cannot-replay`,
   * `job.owned`, and `job.dedup-taken` when another job lives that has its dedup key.
   */
  async replay(id: JobId, actor = 'system'): Promise<void> {
    await this.#change(id, { verb: 'replay', actor }, (row, now) => {
      if (row.ownerSeq !== null && row.settledAt !== null)
        throw new MillraceError('job.owned', { id: formatJobId(id), owner: row.ownerKind ?? '' });
      return replayed(row, now);
    });
  }

  /** Takes a job off the dead set: nobody wants it any more. Throws `job.unknown` and `job.not-dead`. */
  bury(id: JobId, actor = 'system'): Promise<void> {
    return this.#change(id, { verb: 'bury', actor }, (row) => ({ state: 'cancelled', error: row.error }));
  }

  /** A person says whether a job happened whose worker was lost; `part` is the unit that says so. Throws `job.unknown` and `job.not-held`. */
  async answer(
    id: JobId,
    { happened, actor, part }: { readonly happened: boolean; readonly actor: string; readonly part: Unit },
  ): Promise<CommitVerdict> {
    const row = await this.get(id);
    if (!may('resolve', row.state)) throw new MillraceError('job.not-held', { id: formatJobId(id), state: row.state });
    const now = this.#parts.store.now();
    const change: JobChange = happened
      ? { state: 'done', outcome: 'done', attempt: row.attempt + 1, settledAt: now, error: null, question: null }
      : { ...replayed(row, now), state: 'ready', attempt: row.attempt, question: null };
    return this.#apply(row, { change, verb: 'resolve', now, actor }, part);
  }

  /** Forgets what it remembers of it: whoever looks at the same moment reads it as it then is. */
  #apply(row: JobRow, decided: Decided, joined?: Unit): Promise<CommitVerdict> {
    this.#recent.delete(row.id);
    return this.changes.apply(row, decided, joined);
  }

  async #change(
    id: JobId,
    { verb, actor }: { readonly verb: 'cancel' | 'replay' | 'bury'; readonly actor: string },
    decide: (row: JobRow, now: Instant) => JobChange,
  ): Promise<void> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const row = await this.get(id);
      if (!may(verb, row.state)) throw new MillraceError(REFUSALS[verb], { id: formatJobId(id), state: row.state });
      const now = this.#parts.store.now();
      const { question } = row;
      const decided = { ...decide(row, now), ...(question !== null && { question: null }) };
      const asked = question === null ? [] : [withdrawn(question, now, this.#parts.nextId())];
      const taken = verb === 'replay' ? await takenBack(this.#parts.store, row) : undefined;
      const change: JobChange = taken?.isWaiting ? { ...decided, state: 'blocked' } : decided;
      if ((await this.#apply(row, { change, verb, now, actor, with: asked }, taken)) !== 'ok') continue;
      if (verb === 'cancel') this.hands.revoke(id);
      return;
    }
    throw conflictOf(id);
  }

  /** `known` is looked at first, so that a batch of jobs of owners is not read one by one. */
  async #settleOne({ id, epoch, settlement }: DeskSettlement, { worker, actor, known }: Settler): Promise<DeskVerdict> {
    let answer = settlement;
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const [job] = conflicts === 0 && known !== undefined ? [known] : await this.#heldRows(worker, [{ id, epoch }]);
      if (job === undefined) {
        const row = await this.#parts.store.get(jobFamily, [id]);
        this.metrics.settled(row?.kind ?? UNKNOWN_KIND, 'stale');
        return reasonOf(row);
      }
      try {
        const now = this.#parts.store.now();
        if ((await this.#apply(job, this.#decideAny(job, answer, { now, actor }))) === 'ok') return 'ok';
      } catch (error) {
        const other = answerInstead(error, answer);
        if (other !== undefined) answer = other;
        else if (!hasMovedOn(error)) throw error;
        // The owner has withdrawn the job; after an empty commit that one is over, and the next look finds it stale.
        else await this.#parts.store.commit([{ guards: [], writes: [] }]);
      }
    }
    throw conflictOf(id);
  }

  #decideAny(
    job: JobRow,
    settlement: Settlement,
    { now, actor }: { readonly now: Instant; readonly actor: string },
  ): Decided {
    const change = settle(job, settlement, { now, random: this.#parts.random, kind: this.kinds.of(job.kind) });
    return { change, verb: settlement.kind, now, actor };
  }

  /** Undefined when the output is no JSON: then it is looked at alone. */
  #decide(
    job: JobRow,
    settlement: Settlement,
    at: { readonly now: Instant; readonly actor: string },
  ): Decided | undefined {
    try {
      return this.#decideAny(job, settlement, at);
    } catch {
      return undefined;
    }
  }

  #known(worker: string, { id, epoch }: Held): JobRow | undefined {
    const known = this.#recent.get(id);
    return known?.epoch === epoch && known.state === 'leased' && known.worker === worker ? known : undefined;
  }

  /** In the order asked; undefined where the claim is no longer held. What is remembered is as good as read: the guard decides. */
  async #heldRows(worker: string, held: readonly Held[]): Promise<(JobRow | undefined)[]> {
    const rows = held.map((one) => this.#known(worker, one));
    const missing = held.filter((_, place) => rows[place] === undefined);
    if (missing.length === 0) return rows;
    const keys = missing.map(({ id }) => [id]);
    const read = await this.#parts.store.getMany(jobFamily, keys);
    const found = new Map(read.flatMap((row) => (row === undefined ? [] : [[row.id, row] as const])));
    return held.map(({ id, epoch }, place) => {
      const row = rows[place] ?? found.get(id);
      return row?.epoch === epoch && row.state === 'leased' && row.worker === worker ? row : undefined;
    });
  }

  async #whyNot(id: JobId): Promise<DeskVerdict> {
    return reasonOf(await this.#parts.store.get(jobFamily, [id]));
  }
}

const REFUSALS = {
  cancel: 'job.ended',
  replay: 'job.cannot-replay',
  bury: 'job.not-dead',
} as const;
