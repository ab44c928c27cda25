/** The processes of a run, and what is done to them. Each fault comes as often as the others, in an order of chance. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { systemClock } from '../../../src/kernel/clock.ts';
import { type Random, seededRandom } from '../../../src/kernel/random.ts';
import { type KindsOf, untilReady } from '../../jobs/faults/crashed.ts';
import type { Stage } from './stage.ts';

export type TroupeOptions = {
  readonly kinds: KindsOf;
  readonly leaseMs: number;
  readonly seed: number;
  readonly longestPauseMs: number;
  readonly longBlockMs: number;
};

const TEN_MINUTES_MS = 600_000;
/** One's clock is right, one's ahead of the time, one's behind it: only the store's clock may count. */
const SKEWS_MS = [0, TEN_MINUTES_MS, -TEN_MINUTES_MS] as const;
const FLOOD_PAUSE_MS = 5;
const CONCURRENCY = 32;
/** A transaction in which nothing happens is given up by the store after 5 s. */
const LONGEST_WAIT_MS = 6_000;
/** A process that is told to end has so long: two grace times and the last words. */
const STOP_TIMEOUT_MS = 30_000;

type Actor = { readonly name: string; readonly place: number; readonly child: ChildProcess };

export class Troupe {
  readonly problems: string[] = [];
  readonly faults: Record<string, number> = {};
  readonly #options: TroupeOptions;
  readonly #stage: Stage;
  readonly #random: Random;
  readonly #actors: Actor[] = [];
  #lives = 0;
  #bag: (readonly [string, () => Promise<void>])[] = [];
  /** Who stands still for long, and until when. */
  #still: { readonly actor: Actor; readonly until: number } | undefined;

  constructor(options: TroupeOptions, stage: Stage) {
    this.#options = options;
    this.#stage = stage;
    this.#random = seededRandom(options.seed);
  }

  async begin(): Promise<void> {
    await Promise.all(SKEWS_MS.map((_, place) => this.#start(place)));
  }

  async disturb(): Promise<void> {
    await systemClock.sleep(this.#random() * this.#options.longestPauseMs);
    if (this.#bag.length === 0) this.#bag = this.#all();
    const [[name, make] = ['', async () => {}]] = this.#bag.splice(Math.floor(this.#random() * this.#bag.length), 1);
    this.faults[name] = (this.faults[name] ?? 0) + 1;
    await make();
  }

  /** Once. */
  async blockForLong(): Promise<void> {
    if (this.#still !== undefined) return;
    const { longBlockMs } = this.#options;
    const actor = this.#someone();
    this.#still = { actor, until: Date.now() + longBlockMs };
    actor.child.kill('SIGHUP');
    this.#stoodStill(actor.name, longBlockMs);
    this.faults[`event loop blocked ${longBlockMs / 1_000} s`] = 1;
  }

  /** As at a deploy of everything. */
  async end(): Promise<void> {
    this.#stage.line.heal();
    this.#disturbed('*');
    await systemClock.sleep(Math.max(0, (this.#still?.until ?? 0) - Date.now()));
    for (const actor of this.#actors) await this.#stop(actor);
  }

  kill(): void {
    for (const { child } of this.#actors) child.kill('SIGKILL');
  }

  #all(): (readonly [string, () => Promise<void>])[] {
    return [
      ['kill -9', () => this.#killOne()],
      ['deploy', () => this.#deploy()],
      ['stopped past its lease', () => this.#freeze()],
      ['event loop blocked', () => this.#block()],
      ['lines cut', () => this.#cut()],
      ['lines stalled', () => this.#stall()],
      ...this.#stage.faults.map(({ name, make }) => {
        const disturb = async () => {
          await make();
          this.#disturbed('*');
        };
        return [name, disturb] as const;
      }),
    ];
  }

  async #start(place: number): Promise<void> {
    const { leaseMs, kinds, longBlockMs } = this.#options;
    const name = `process-${place}.${this.#lives++}`;
    const script = { pauseMs: FLOOD_PAUSE_MS, blockMs: leaseMs * 2, longBlockMs };
    const child = this.#stage.start({
      ...{ name, kinds, leaseMs, script, concurrency: CONCURRENCY, skewMs: SKEWS_MS[place] ?? 0 },
    });
    this.#actors[place] = { name, place, child };
    await untilReady(child);
  }

  #someone(): Actor {
    const { actor, until } = this.#still ?? { until: 0 };
    const awake = this.#actors.filter((other) => other !== actor || until < Date.now());
    return awake[Math.floor(this.#random() * awake.length)] as Actor;
  }

  /** Leases that it held, or all hold, may be lost until now, or until so long from now. */
  #disturbed(by: string, forMs = 0): void {
    this.#write('disturbed', by, forMs);
  }

  /** It may do so within a transaction, and others wait for the rows that it has locked, until the store has enough of it. */
  #stoodStill(by: string, forMs = 0): void {
    this.#disturbed(by, forMs);
    if (this.#stage.waitsForOthers) this.#disturbed('*', Math.min(forMs, LONGEST_WAIT_MS));
  }

  #write(what: 'disturbed' | 'stopping', by: string, forMs = 0): void {
    const at = performance.timeOrigin + performance.now() + forMs;
    appendFileSync(this.#stage.log, `${JSON.stringify({ what, by, at })}\n`);
  }

  async #killOne(): Promise<void> {
    const { child, place } = this.#someone();
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await this.#start(place);
  }

  async #deploy(): Promise<void> {
    const actor = this.#someone();
    await this.#stop(actor);
    await this.#start(actor.place);
  }

  async #stop({ child, name }: Actor): Promise<void> {
    const timer = new AbortController();
    const ended = once(child, 'exit');
    this.#write('stopping', name);
    child.kill('SIGTERM');
    void systemClock.sleep(STOP_TIMEOUT_MS, timer.signal).then(() => timer.signal.aborted || child.kill('SIGKILL'));
    const [code, signal] = await ended;
    timer.abort();
    if (code !== 0) this.problems.push(`${name} ended with ${code ?? signal} on SIGTERM`);
  }

  async #freeze(): Promise<void> {
    const { child, name } = this.#someone();
    child.kill('SIGSTOP');
    await systemClock.sleep(this.#options.leaseMs * 1.5);
    child.kill('SIGCONT');
    this.#stoodStill(name);
  }

  async #block(): Promise<void> {
    const { child, name } = this.#someone();
    child.kill('SIGUSR2');
    this.#stoodStill(name, this.#options.leaseMs * 2);
  }

  async #cut(): Promise<void> {
    this.#stage.line.cut();
    this.#disturbed('*');
  }

  async #stall(): Promise<void> {
    this.#stage.line.stall();
    await systemClock.sleep(this.#options.leaseMs);
    this.#stage.line.heal();
    this.#disturbed('*');
  }
}
