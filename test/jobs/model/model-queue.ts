/**
 * What a queue must do, said as plainly as possible: jobs in a map, one change after the other. It knows nothing of rows,
 * batches, indexes and what is remembered between calls, and shares no code with the queue.
 */
import type { KindSettings } from '../../../src/jobs/kind.ts';
import type { Answer, NewStep } from './steps.ts';

export type ModelJob = {
  readonly id: number;
  readonly kind: string;
  readonly key: string | null;
  readonly dedupKey: string | null;
  readonly parent: number | null;
  readonly maxAttempts: number;
  rank: number;
  state: string;
  attempt: number;
  lost: number;
  epoch: number;
  /** Undefined: a pause of which only the limits are known. */
  dueAt: number | undefined;
  notBefore: number;
  leaseUntil: number | null;
  worker: string | null;
  hasPlace: boolean;
  question: number | null;
};
export type ModelFlow = { pending: number; failed: number; readonly failsWithChild: boolean };
export type Verdict = 'ok' | 'stale' | 'cancel';
type Settings = Pick<KindSettings, 'keyLimit' | 'fairWindow' | 'onLost' | 'leaseMs' | 'maxAttempts'>;

const ENDED = ['done', 'dead', 'quarantined', 'cancelled'];
export const isLive = ({ state }: Pick<ModelJob, 'state'>): boolean => !ENDED.includes(state);
const urgency = (a: ModelJob, b: ModelJob): number => a.rank - b.rank || a.id - b.id;

export class ModelQueue {
  readonly jobs = new Map<number, ModelJob>();
  readonly flows = new Map<number, ModelFlow>();
  readonly paused = new Set<string>();
  readonly #settingsOf: (kind: string) => Settings;

  constructor(settingsOf: (kind: string) => Settings) {
    this.#settingsOf = settingsOf;
  }

  all(match: (job: ModelJob) => boolean): ModelJob[] {
    return [...this.jobs.values()].filter(match);
  }

  /** The live job that has the dedup key. */
  holder(kind: string, dedupKey: string | null | undefined): ModelJob | undefined {
    if (dedupKey === undefined || dedupKey === null) return undefined;
    return this.all((job) => isLive(job) && job.kind === kind && job.dedupKey === dedupKey)[0];
  }

  enqueue(id: number, step: NewStep, { now, parent = null }: { now: number; parent?: number | null }): void {
    const key = step.key ?? null;
    this.jobs.set(id, {
      ...{ id, kind: step.kind, key, dedupKey: step.dedupKey ?? null, parent, rank: 0 - step.priority },
      maxAttempts: step.maxAttempts ?? this.#settingsOf(step.kind).maxAttempts,
      state: step.delayMs > 0 ? 'scheduled' : key === null ? 'ready' : 'blocked',
      ...{ attempt: 0, lost: 0, epoch: 0, dueAt: now + step.delayMs, notBefore: now + step.delayMs },
      ...{ leaseUntil: null, worker: null, hasPlace: false, question: null },
    });
  }

  enqueueParent(id: number, step: NewStep, { now, children }: { now: number; children: readonly number[] }): void {
    this.enqueue(id, step, { now });
    (this.jobs.get(id) as ModelJob).state = 'blocked';
    for (const child of children) if (!this.jobs.has(child)) throw new Error('children come first');
  }

  /** Ready jobs of the kind in the order in which they must be given out. */
  ready(kind: string): ModelJob[] {
    if (this.paused.has(kind)) return [];
    return this.all((job) => job.kind === kind && job.state === 'ready').sort(urgency);
  }

  claim(job: ModelJob, { worker, until }: { worker: string; until: number }): void {
    this.#change(job, { state: 'leased', worker, leaseUntil: until });
  }

  verdict(id: number, { epoch, worker }: { epoch: number; worker: string }): Verdict {
    const job = this.jobs.get(id);
    if (job === undefined) return 'stale';
    if (job.state === 'leased' && job.epoch === epoch && job.worker === worker) return 'ok';
    return job.state === 'cancelled' ? 'cancel' : 'stale';
  }

  settle(job: ModelJob, answer: Answer, now: number): void {
    const attempt = job.attempt + 1;
    const unheld = { worker: null, leaseUntil: null };
    if (answer.kind === 'done') return this.#end(job, { state: 'done', attempt });
    if (answer.kind === 'discard') return this.#end(job, { state: 'dead', attempt });
    if (answer.kind === 'snooze') {
      const dueAt = now + answer.delayMs;
      return this.#change(job, { state: 'scheduled', dueAt, notBefore: dueAt, ...unheld });
    }
    if (attempt >= job.maxAttempts) return this.#end(job, { state: 'dead', attempt });
    return this.#change(job, { state: 'scheduled', attempt, dueAt: undefined, notBefore: now, ...unheld });
  }

  release(job: ModelJob): void {
    this.#change(job, { state: 'ready', worker: null, leaseUntil: null });
  }

  promote(now: number): void {
    for (const job of this.all(({ state, dueAt }) => state === 'scheduled' && dueAt !== undefined && dueAt <= now))
      this.#change(job, { state: job.key === null || job.hasPlace ? 'ready' : 'blocked' });
  }

  /** Answers the jobs about which somebody must be asked. */
  rescue(now: number): ModelJob[] {
    const lost = this.all(({ state, leaseUntil }) => state === 'leased' && leaseUntil !== null && leaseUntil < now);
    for (const job of lost) {
      const count = job.lost + 1;
      const unheld = { lost: count, worker: null, leaseUntil: null };
      if (this.#settingsOf(job.kind).onLost === 'hold')
        this.#change(job, { state: 'unknown', dueAt: now, notBefore: now, ...unheld });
      else if (count < 3) this.#change(job, { state: 'ready', ...unheld });
      else this.#end(job, { state: 'quarantined', ...unheld });
    }
    return lost.filter(({ state }) => state === 'unknown');
  }

  /** Lets in parents and jobs of keys; the kinds that take turns choose for themselves, and are looked at afterwards. */
  admit(): void {
    for (const [id, flow] of this.flows) {
      if (flow.pending > 0) continue;
      this.flows.delete(id);
      const parent = this.jobs.get(id);
      if (parent?.state !== 'blocked') continue;
      if (flow.failsWithChild && flow.failed > 0) this.#end(parent, { state: 'dead' });
      else this.#change(parent, { state: 'ready' });
    }
    for (const job of this.all(({ state, key }) => state === 'blocked' && key !== null).sort(urgency)) {
      const { fairWindow, keyLimit } = this.#settingsOf(job.kind);
      if (fairWindow === null && this.used(job.kind, job.key) < keyLimit) this.letIn(job);
    }
  }

  letIn(job: ModelJob): void {
    this.#change(job, { state: 'ready', hasPlace: true });
  }

  /** Jobs at work under a key; of all keys without one. */
  used(kind: string, key?: string | null): number {
    return this.all((job) => job.kind === kind && job.hasPlace && (key === undefined || job.key === key)).length;
  }

  cancel(job: ModelJob): void {
    this.#end(job, { state: 'cancelled', question: null });
  }

  /** Undefined when it may begin anew: not while another lives that has its dedup key. */
  whyNoReplay(job: ModelJob): string | undefined {
    if (!['dead', 'quarantined', 'cancelled', 'unknown'].includes(job.state)) return 'job.cannot-replay';
    const holder = this.holder(job.kind, job.dedupKey);
    return holder === undefined || holder === job ? undefined : 'job.dedup-taken';
  }

  replay(job: ModelJob, now: number): void {
    const waitsForChildren = (this.flows.get(job.id)?.pending ?? 0) > 0;
    const waitsForTurn = job.key !== null && !job.hasPlace;
    const flow = job.parent === null ? undefined : this.flows.get(job.parent);
    if (flow !== undefined && !isLive(job)) {
      flow.pending += 1;
      flow.failed -= 1;
    }
    this.#change(job, {
      ...{ state: waitsForChildren || waitsForTurn ? 'blocked' : 'ready', attempt: 0, lost: 0 },
      ...{ dueAt: now, notBefore: now, worker: null, leaseUntil: null, question: null },
    });
  }

  bury(job: ModelJob): void {
    this.#change(job, { state: 'cancelled' });
  }

  answer(job: ModelJob, happened: boolean, now: number): void {
    if (happened) return this.#end(job, { state: 'done', attempt: job.attempt + 1, question: null });
    this.#change(job, { state: 'ready', lost: 0, dueAt: now, notBefore: now, question: null });
  }

  #end(job: ModelJob, columns: Partial<ModelJob>): void {
    this.#change(job, { ...columns, leaseUntil: null, hasPlace: false });
    const flow = job.parent === null ? undefined : this.flows.get(job.parent);
    if (flow === undefined) return;
    flow.pending -= 1;
    if (job.state !== 'done') flow.failed += 1;
  }

  #change(job: ModelJob, columns: Partial<ModelJob>): void {
    Object.assign(job, columns, { epoch: job.epoch + 1 });
  }
}
