/**
 * The work of a daemon: what becomes of each job from the moment it came until the desk has taken its answer.
 *
 * A job whose host died while it ran may be what killed it. It is not settled and not given back: that would hide how often
 * it lost its worker. Its lease is shortened instead and runs out, so that the queue counts it as lost, tries it again soon,
 * and puts it aside when that happens too often.
 */
import type { Clock } from '../../kernel/clock.ts';
import { formatJobId } from '../../kernel/ids.ts';
import type { Log } from '../../kernel/log.ts';
import { discard, type Settlement } from '../../kernel/settlement.ts';
import type { Desk, DeskVerdict, OfferedJob } from '../desk.ts';
import { Attempt } from './attempt.ts';
import type { Bench } from './bench.ts';
import type { DeskLink } from './desk-link.ts';
import { HeldJob } from './held-job.ts';
import type { Host, Outcome } from './host.ts';
import type { Prefetch } from './prefetch.ts';
import type { Answer, Settler } from './settler.ts';

/** What is left of the lease of a job that lost its host. */
export const LOST_LEASE_MS = 1_000;
const STOPPED = 'the worker stops';

export type ShiftParts = {
  readonly desk: Desk;
  readonly link: DeskLink;
  readonly clock: Clock;
  readonly log: Log;
  readonly worker: string;
  readonly kinds: readonly string[];
  readonly host: Host;
  readonly bench: Bench;
  readonly prefetch: Prefetch;
  readonly settler: Settler;
  readonly graceMs: number;
  readonly maxAttempts: number | undefined;
};

export class Shift {
  readonly counts = { succeeded: 0, failed: 0 };
  isOpen = true;
  readonly #parts: ShiftParts;
  readonly #farewells = new Set<Promise<void>>();

  constructor(parts: ShiftParts) {
    this.#parts = parts;
  }

  came(jobs: readonly OfferedJob[]): void {
    const { bench, clock, kinds, log } = this.#parts;
    for (const job of jobs) {
      const before = bench.find(job.id);
      if (before !== undefined) this.refused(before, 'stale'); // its lease had run out, and it was claimed again
      const held = new HeldJob(job, clock.now());
      bench.add(held);
      if (kinds.includes(job.kind)) continue;
      log.error({ job: formatJobId(job.id), kind: job.kind }, 'a job came that nobody asked for; it is given back');
      this.giveBack(held);
    }
    this.roomCame();
  }

  cameTooLate(jobs: readonly OfferedJob[]): void {
    const { bench, clock } = this.#parts;
    for (const job of jobs) {
      const held = new HeldJob(job, clock.now());
      bench.add(held);
      this.giveBack(held);
    }
  }

  /** Gives jobs that wait to hands that are free. */
  roomCame(): void {
    const { bench, host } = this.#parts;
    while (this.isOpen && host.hasRoom()) {
      const held = bench.next();
      if (held === undefined) break;
      void this.#perform(held);
    }
    bench.bell.ring();
  }

  giveBack(held: HeldJob): void {
    this.#parts.bench.ran(held);
    this.#parts.settler.add({ held, settlement: 'give back' });
  }

  /** The desk says that a job is no longer ours. Of one that is being settled the answer to that will say so. */
  refused(held: HeldJob, verdict: DeskVerdict): void {
    const { bench, log } = this.#parts;
    if (held.isDropped || held.state === 'settling') return;
    held.isDropped = true;
    const reason = verdict === 'cancel' ? 'nobody wants the job any more' : 'another worker has the job now';
    log.warn({ job: formatJobId(held.job.id), kind: held.job.kind, verdict }, `a job is dropped: ${reason}`);
    if (held.attempt === undefined) bench.remove(held);
    else void held.attempt.stop(reason);
  }

  settled({ held, settlement }: Answer, verdict: DeskVerdict | undefined): void {
    const { bench, log } = this.#parts;
    const { job } = held;
    bench.remove(held);
    if (settlement === 'give back' || verdict === undefined) return;
    if (verdict !== 'ok')
      log.warn({ job: formatJobId(job.id), kind: job.kind, verdict }, 'settled too late: the answer counts no more');
    else if (settlement.kind === 'done') this.counts.succeeded += 1;
    else if (settlement.kind !== 'snooze') this.counts.failed += 1;
  }

  /** No job begins any more; what was taken ahead goes back. */
  close(): void {
    const { bench } = this.#parts;
    this.isOpen = false;
    for (const held of bench.waitingFor(() => true)) this.giveBack(held);
  }

  /** Resolves when nothing is held any more, or all that could be done was done. */
  async drain({ drainMs, lastWordMs, now }: Drain): Promise<void> {
    const { bench, log } = this.#parts;
    await this.#emptyWithin(drainMs, now);
    const late = bench.held.filter(({ state }) => state === 'running');
    for (const held of late) {
      held.isStopped = true;
      void held.attempt?.stop(STOPPED);
      if (now.aborted) held.attempt?.abandon();
    }
    if (late.length > 0 && !now.aborted) {
      log.warn({ jobs: late.length }, 'jobs do not come to an end; their handlers are told to stop');
      await this.#emptyWithin(this.#parts.graceMs, now, (held) => held.state === 'running');
      for (const held of late) held.attempt?.abandon();
    }
    await this.#emptyWithin(lastWordMs, new AbortController().signal);
    await Promise.all(this.#farewells);
    if (bench.held.length > 0)
      log.error({ jobs: bench.held.length }, 'the queue is away: leases of jobs will run out, and they are done again');
  }

  async #emptyWithin(ms: number, now: AbortSignal, isMeant: (held: HeldJob) => boolean = () => true): Promise<void> {
    const { bench, clock } = this.#parts;
    const done = new AbortController();
    const stop = () => done.abort();
    now.addEventListener('abort', stop, { once: true });
    if (now.aborted) stop();
    await Promise.race([bench.none(isMeant, done.signal), clock.sleep(ms, done.signal)]);
    stop();
    now.removeEventListener('abort', stop);
  }

  async #perform(held: HeldJob): Promise<void> {
    const { host, clock, graceMs, log, bench, prefetch } = this.#parts;
    const fields = { job: formatJobId(held.job.id), kind: held.job.kind };
    held.attempt = new Attempt(held.job, {
      ...{ host, clock, graceMs },
      events: {
        begun: () => {
          held.begunAt = clock.now();
        },
        progress: (progress) => held.progressed(progress),
        line: (line) => {
          held.said(line);
          log.debug(fields, line.text);
        },
      },
    });
    const outcome = await held.attempt.outcome;
    if (held.begunAt !== undefined) prefetch.ran(clock.now() - held.begunAt);
    if (held.isDropped) bench.remove(held);
    else this.#answer(held, outcome);
    this.roomCame();
  }

  #answer(held: HeldJob, outcome: Outcome): void {
    const { bench, settler } = this.#parts;
    if (outcome.kind === 'lost') return this.#lose(held, outcome.reason);
    const isGivenBack = outcome.kind === 'abandoned' || (held.isStopped && outcome.settlement.kind === 'fail');
    if (isGivenBack) return this.giveBack(held);
    bench.ran(held);
    settler.add({ held, settlement: this.#lastTry(held, outcome.settlement) });
  }

  /** The worker may allow fewer attempts than the job does. */
  #lastTry({ job }: HeldJob, settlement: Settlement): Settlement {
    const { maxAttempts } = this.#parts;
    const isLast = maxAttempts !== undefined && job.attempt >= maxAttempts;
    return isLast && settlement.kind === 'fail' ? discard(settlement.error) : settlement;
  }

  #lose(held: HeldJob, reason: string): void {
    const { desk, link, log, worker, bench } = this.#parts;
    const { job } = held;
    const fields = { job: formatJobId(job.id), kind: job.kind, attempt: job.attempt, reason };
    log.error(fields, 'a job lost the host it ran in; its lease is left to run out');
    bench.remove(held);
    const beat = { ...held.beat(), id: job.id, epoch: job.epoch };
    const farewell = link
      .call({ what: 'heartbeat', ask: () => desk.heartbeat(worker, [beat], LOST_LEASE_MS) })
      .then(
        () => {},
        () => {},
      ) // its lease then runs out a little later
      .finally(() => this.#farewells.delete(farewell));
    this.#farewells.add(farewell);
  }
}

type Drain = { readonly drainMs: number; readonly lastWordMs: number; readonly now: AbortSignal };
