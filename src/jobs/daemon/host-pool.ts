/**
 * Hosts that run handlers in threads or processes. Jobs go to the one that runs the fewest.
 *
 * starting: it loads the handlers. ready: it takes jobs. retired: it takes no more and is ended with its last job; another
 * one has its place. One that dies takes its jobs with it (`lost`), and its place is taken again after a growing pause. One
 * whose loop hangs when a job must be abandoned is ended at once, and its other jobs are handed back (`abandoned`).
 */
import { fileURLToPath } from 'node:url';
import { type Backoff, backoffMs } from '../../kernel/backoff.ts';
import type { Clock } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { service } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { HandlerJob } from './handler.ts';
import { type Host, type HostRun, type Outcome, type Pending, passOn, type RunEvents } from './host.ts';
import { type HostLink, type HostTold, type LinkOptions, openHostLink } from './host-link.ts';

/** How long a host may take to answer before its loop counts as hung. */
export const HUNG_AFTER_MS = 1_000;
/** The pause before the place of a host that died is taken again. It begins anew once a host has answered a job. */
const RESTART: Backoff = { firstMs: 100, longestMs: 30_000 };
/** Jobs whose host died are remembered, and run alone when they come again: whichever kills its host then kills no other. */
const MAX_SUSPECTS = 1_000;

export type PoolOptions = LinkOptions & {
  readonly size: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
};

type Member = {
  readonly link: HostLink;
  readonly runs: Map<number, Pending>;
  isReady: boolean;
  isRetired: boolean;
  /** It was ended on purpose: its jobs are not to blame. */
  isTerminated: boolean;
  onPong: (() => void) | undefined;
};

/** Resolves when the first host is ready. Throws `worker.unusable-handlers`. */
export async function openHostPool(options: PoolOptions): Promise<Host> {
  const pool = new HostPool(options);
  const kinds = await pool.start();
  return service(
    {
      kinds,
      hasRoom: () => pool.hasRoom(),
      onRoom: (tell: () => void) => {
        pool.onRoom = tell;
      },
      run: (job: HandlerJob, events: RunEvents) => pool.run(job, events),
    },
    () => pool.close(),
  );
}

class HostPool {
  onRoom: () => void = () => {};
  readonly #options: PoolOptions;
  readonly #members = new Set<Member>();
  readonly #suspects = new Set<string>();
  readonly #closing = new AbortController();
  #onMemberEnded: () => void = () => {};
  #lastRun = 0;
  #deaths = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  start(): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      let hasStarted = false;
      const first = this.#open({
        ready: (kinds) => {
          hasStarted = true;
          for (let size = 1; size < this.#options.size; size++) this.#open();
          resolve(kinds);
        },
        unusable: (reason) => {
          if (hasStarted) return;
          this.#closing.abort();
          first.link.terminate();
          const file = fileURLToPath(this.#options.handlers);
          reject(new MillraceError('worker.unusable-handlers', { file, reason }));
        },
      });
    });
  }

  hasRoom(): boolean {
    return this.#free() !== undefined;
  }

  run(job: HandlerJob, events: RunEvents): HostRun {
    const isSuspect = this.#suspects.delete(job.id);
    const member = isSuspect ? this.#openAlone() : this.#free();
    // Asked without room: what the daemon does not do is answered in order all the same.
    if (member === undefined) return { outcome: Promise.resolve({ kind: 'abandoned' }), abort: no, abandon: no };
    this.#lastRun += 1;
    const run = this.#lastRun;
    const outcome = new Promise<Outcome>((end) => member.runs.set(run, { job, events, end }));
    if (member.isReady) member.link.send({ kind: 'run', run, job });
    return {
      outcome,
      abort: (reason) => member.link.send({ kind: 'abort', run, reason }),
      abandon: () => this.#abandon(member, run),
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const member of this.#members) this.#terminate(member);
    while (this.#members.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onMemberEnded = resolve;
      });
    }
  }

  #free(): Member | undefined {
    let free: Member | undefined;
    for (const member of this.#members)
      if (member.isReady && !member.isRetired && (free === undefined || member.runs.size < free.runs.size))
        free = member;
    return free;
  }

  #openAlone(): Member {
    const member = this.#open();
    member.isRetired = true;
    return member;
  }

  #open(first?: { ready(kinds: readonly string[]): void; unusable(reason: string): void }): Member {
    const told = (message: HostTold): void => {
      if (message.kind === 'ready') {
        first?.ready(message.kinds);
        return this.#begin(member);
      }
      if (message.kind === 'unusable') {
        if (!this.#closing.signal.aborted)
          this.#options.log.error({ reason: message.reason }, 'the handlers cannot be loaded');
        first?.unusable(message.reason);
        return member.link.terminate();
      }
      if (message.kind === 'pong') return member.onPong?.();
      passOn(message, member.runs);
      if (message.kind !== 'answer') return;
      this.#deaths = 0;
      this.#endIfDone(member);
    };
    const ended = (reason: string) => {
      first?.unusable(reason);
      this.#ended(member, reason);
    };
    const link = openHostLink(this.#options, { told, ended });
    const member: Member = {
      ...{ link, runs: new Map(), isReady: false, isRetired: false, isTerminated: false },
      onPong: undefined,
    };
    this.#members.add(member);
    return member;
  }

  #begin(member: Member): void {
    member.isReady = true;
    for (const [run, { job }] of member.runs) member.link.send({ kind: 'run', run, job });
    this.onRoom();
  }

  #abandon(member: Member, run: number): void {
    const pending = member.runs.get(run);
    if (pending === undefined) return;
    member.runs.delete(run);
    pending.end({ kind: 'abandoned' });
    this.#retire(member);
    if (member.runs.size > 0) void this.#endIfHung(member);
  }

  /** Its handlers may be in order, but one of them will not stop: it ends with the last of the others. */
  #retire(member: Member): void {
    if (!member.isRetired) {
      member.isRetired = true;
      if (!this.#closing.signal.aborted) this.#open();
    }
    this.#endIfDone(member);
  }

  async #endIfHung(member: Member): Promise<void> {
    const answered = new AbortController();
    member.onPong = () => answered.abort();
    member.link.send({ kind: 'ping' });
    await this.#options.clock.sleep(HUNG_AFTER_MS, answered.signal);
    if (answered.signal.aborted || !this.#members.has(member)) return;
    this.#options.log.warn(
      { jobs: member.runs.size },
      'a host of handlers hangs; it is ended, its jobs are given back',
    );
    this.#terminate(member);
  }

  #endIfDone(member: Member): void {
    if (member.isRetired && member.runs.size === 0) this.#terminate(member);
  }

  #terminate(member: Member): void {
    member.isTerminated = true;
    member.link.terminate();
  }

  #ended(member: Member, reason: string): void {
    const { isTerminated, isRetired, runs } = member;
    this.#members.delete(member);
    for (const { job, end } of runs.values()) {
      if (!isTerminated) this.#suspect(job);
      end(isTerminated ? { kind: 'abandoned' } : { kind: 'lost', reason });
    }
    runs.clear();
    if (!isTerminated && !this.#closing.signal.aborted) this.#options.log.error({ reason }, 'a host of handlers died');
    if (!isRetired && !this.#closing.signal.aborted) void this.#replace();
    this.#onMemberEnded();
  }

  #suspect({ id }: HandlerJob): void {
    if (this.#suspects.size < MAX_SUSPECTS) this.#suspects.add(id);
  }

  async #replace(): Promise<void> {
    const { clock, random } = this.#options;
    this.#deaths += 1;
    await clock.sleep(backoffMs(RESTART, this.#deaths, random), this.#closing.signal);
    if (!this.#closing.signal.aborted) this.#open();
  }
}

const no = (): void => {};
