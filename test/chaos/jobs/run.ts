/**
 * Processes that enqueue and work under faults at random: killed, stopped past their leases, blocked, deployed, their lines
 * cut and stalled, their clocks wrong. In the end a survivor works off what is left, and the history is checked.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { JobRow } from '../../../src/jobs/job.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { type Random, seededRandom } from '../../../src/kernel/random.ts';
import { proxyTo, type TcpProxy } from '../../bus/tcp-proxy.ts';
import { runSql } from '../../fresh-postgres.ts';
import { type Event, eventsIn, type KindsOf, type Place, startChild, untilReady } from '../../jobs/faults/crashed.ts';
import { freshPlace, openPlace, workOff } from '../../jobs/faults/survivor.ts';
import { violations } from './history.ts';

export type JobsChaosOptions = {
  readonly store: 'sqlite' | 'postgres';
  /** How long it goes on, from the moment when every process works. */
  readonly workMs: number;
  readonly seed: number;
  readonly leaseMs: number;
  readonly say: (line: string) => void;
};
export type JobsChaosAccount = {
  readonly faults: Readonly<Record<string, number>>;
  readonly enqueued: number;
  readonly completed: number;
  readonly lost: number;
  readonly quarantined: number;
  readonly refused: number;
  readonly perSecond: number;
  readonly problems: readonly string[];
};

const KINDS: KindsOf = {
  plain: { backoff: { firstMs: 50, longestMs: 50 } },
  keyed: { keyLimit: 1, backoff: { firstMs: 50, longestMs: 50 } },
};
const TEN_MINUTES_MS = 600_000;
/** Of a store that processes share; the other has one process that owns the file. */
const PROCESSES = 3;
const LONGEST_PAUSE_MS = 1_500;

export async function runJobsChaos(options: JobsChaosOptions): Promise<JobsChaosAccount> {
  await using place = await freshPlace(options.store);
  await using line = 'url' in place.store ? await proxyTo(place.store.url) : undefined;
  const through: Place =
    line === undefined || 'directory' in place.store ? place.store : { ...place.store, url: line.url };
  const troupe = new Troupe(options, { store: through, log: place.log, line, direct: place.store });
  let startedAt = Date.now();
  try {
    await troupe.begin();
    startedAt = Date.now();
    while (Date.now() < startedAt + options.workMs && troupe.problems.length === 0) await troupe.disturb();
    line?.heal();
    await troupe.end();
  } finally {
    troupe.kill();
  }
  const workedMs = Date.now() - startedAt;
  await using store = await openPlace(place.store);
  const rows = await workOff(store, { kinds: KINDS, died: 'process-0' });
  return accountOf(rows, eventsIn(place.log), { troupe, workedMs });
}

function accountOf(
  rows: readonly JobRow[],
  events: readonly Event[],
  { troupe, workedMs }: { readonly troupe: Troupe; readonly workedMs: number },
): JobsChaosAccount {
  const count = (what: Event['what']) => events.filter((event) => event.what === what).length;
  return {
    faults: troupe.faults,
    enqueued: events.filter(({ what, isNew }) => what === 'enqueued' && isNew).length,
    completed: count('completed'),
    lost: rows.reduce((sum, { lost }) => sum + lost, 0),
    quarantined: rows.filter(({ state }) => state === 'quarantined').length,
    refused: count('refused'),
    perSecond: Math.round((count('completed') * 1_000) / workedMs),
    problems: [...troupe.problems, ...violations({ rows, events })],
  };
}

type Stage = {
  readonly store: Place;
  readonly direct: Place;
  readonly log: string;
  readonly line: TcpProxy | undefined;
};

/** The processes, and what is done to them. */
class Troupe {
  readonly problems: string[] = [];
  readonly faults: Record<string, number> = {};
  readonly #options: JobsChaosOptions;
  readonly #stage: Stage;
  readonly #random: Random;
  readonly #children: ChildProcess[] = [];

  constructor(options: JobsChaosOptions, stage: Stage) {
    this.#options = options;
    this.#stage = stage;
    this.#random = seededRandom(options.seed);
  }

  async begin(): Promise<void> {
    const count = this.#stage.line === undefined ? 1 : PROCESSES;
    await Promise.all(Array.from({ length: count }, (_, at) => this.#start(at)));
  }

  async disturb(): Promise<void> {
    await systemClock.sleep(this.#random() * LONGEST_PAUSE_MS);
    const { line } = this.#stage;
    const choices = [
      this.#killOne,
      this.#deploy,
      this.#freeze,
      this.#block,
      ...(line === undefined ? [] : [this.#cut, this.#stall, this.#terminate]),
    ];
    const choice = choices[Math.floor(this.#random() * choices.length)] ?? this.#killOne;
    await choice.call(this);
  }

  /** As at a deploy of everything. */
  async end(): Promise<void> {
    for (const [at, child] of this.#children.entries()) await this.#stop(child, at);
  }

  kill(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }

  async #start(at: number): Promise<void> {
    const { leaseMs } = this.#options;
    const { store, log, line } = this.#stage;
    // The second is ahead of the time and the third behind it: only the store's clock may count.
    const skewMs = line === undefined ? 0 : [0, TEN_MINUTES_MS, -TEN_MINUTES_MS][at % 3];
    const child = startChild({
      ...{ store, log, leaseMs, kinds: KINDS, name: `process-${at}`, isAlone: line === undefined },
      ...{ skewMs: skewMs ?? 0, script: { pauseMs: 5, blockMs: leaseMs * 2 } },
    });
    this.#children[at] = child;
    await untilReady(child);
  }

  #note(fault: string): void {
    this.faults[fault] = (this.faults[fault] ?? 0) + 1;
  }

  #someone(): readonly [ChildProcess, number] {
    const at = Math.floor(this.#random() * this.#children.length);
    return [this.#children[at] as ChildProcess, at];
  }

  async #killOne(): Promise<void> {
    this.#note('kill -9');
    const [child, at] = this.#someone();
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await this.#start(at);
  }

  async #deploy(): Promise<void> {
    this.#note('deploy');
    const [child, at] = this.#someone();
    await this.#stop(child, at);
    await this.#start(at);
  }

  async #stop(child: ChildProcess, at: number): Promise<void> {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const [code, signal] = await ended;
    if (code !== 0) this.problems.push(`process-${at} ended with ${code ?? signal} on SIGTERM`);
  }

  async #freeze(): Promise<void> {
    this.#note('stopped past its lease');
    const [child] = this.#someone();
    child.kill('SIGSTOP');
    await systemClock.sleep(this.#options.leaseMs * 1.5);
    child.kill('SIGCONT');
  }

  async #block(): Promise<void> {
    this.#note('event loop blocked');
    this.#someone()[0].kill('SIGUSR2');
  }

  async #cut(): Promise<void> {
    this.#note('lines cut');
    this.#stage.line?.cut();
  }

  async #stall(): Promise<void> {
    this.#note('lines stalled');
    this.#stage.line?.stall();
    await systemClock.sleep(this.#options.leaseMs);
    this.#stage.line?.heal();
  }

  /** What PostgreSQL does to its clients when it is restarted. */
  async #terminate(): Promise<void> {
    this.#note('connections terminated');
    const { direct } = this.#stage;
    if (!('url' in direct)) return;
    const database = new URL(direct.url).pathname.slice(1);
    await runSql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`);
  }
}
