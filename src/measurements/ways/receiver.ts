/**
 * Takes the messages of a subscription in. What came while the last call was stored makes up the next one, so that many
 * small messages share a commit.
 *
 *   held      it came, and waits or is being stored. So many at a time; beyond that the server is not asked for more.
 *   stored    its good rows are on the disk and its bad ones in quarantine; only then it is acknowledged.
 *   put off   the store did not take it: it stays held and is tried again after a growing pause. A message that is wrong
 *             never comes here: it is rows for the quarantine.
 *   gone      its connection broke before it was stored: it is forgotten, and the server delivers it again. One that was
 *             stored and not acknowledged in time comes again too; its rows are then known, and change nothing.
 */
import { type Backoff, backoffMs } from '../../kernel/backoff.ts';
import type { Clock } from '../../kernel/clock.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Random } from '../../kernel/random.ts';
import type { Store } from '../../store/store.ts';
import { MAX_CALL_ROWS } from '../ingest/ingest.ts';
import { inCalls, type TakeRows } from './in-calls.ts';
import { rowsOfText } from './message-rows.ts';
import { type MessageMetrics, messageMetrics } from './metrics.ts';
import type { Arrival, OnArrival } from './subscription-port.ts';

/** Messages held at a time, and characters of them all together. */
export const MAX_HELD_MESSAGES = 1_000;
export const MAX_HELD_CHARACTERS = 32_000_000;
const PUT_OFF: Backoff = { firstMs: 100, longestMs: 30_000 };

export type ReceiverParts = {
  /** Of the readings: `mqtt`. It is their actor in the log of what was taken in. */
  readonly way: string;
  readonly ingest: TakeRows;
  readonly store: Pick<Store, 'now'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
};

/** Closing it lets the running call end, acknowledges what that stored, and leaves the rest to the server. */
export type Receiver = Service & { readonly take: OnArrival; readonly held: () => number };

type Held = { readonly arrival: Arrival; readonly rows: readonly unknown[] };

export function openReceiver(parts: ReceiverParts): Receiver {
  const receiving = new Receiving(parts);
  return service({ take: (arrival: Arrival) => receiving.take(arrival), held: () => receiving.held }, () =>
    receiving.close(),
  );
}

class Receiving {
  readonly #parts: ReceiverParts;
  readonly #metrics: MessageMetrics;
  readonly #stop = new AbortController();
  #waiting: Held[] = [];
  #running: Promise<void> | undefined;
  #held = 0;
  #characters = 0;
  #whenRoom: (() => void)[] = [];

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
    this.#metrics = messageMetrics(parts.metrics, parts.way);
  }

  get held(): number {
    return this.#held;
  }

  take(arrival: Arrival): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.resolve();
    // Its time is when it came, however often it is tried: stored twice it is the same row.
    const at = arrival.isRetained ? undefined : this.#parts.store.now();
    this.#held += 1;
    this.#characters += arrival.text.length;
    this.#waiting.push({ arrival, rows: rowsOfText(arrival.text, { device: arrival.device, at }) });
    this.#running ??= this.#run();
    return this.#hasRoom ? Promise.resolve() : new Promise((resolve) => this.#whenRoom.push(resolve));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#giveRoom();
    await this.#running;
  }

  get #hasRoom(): boolean {
    return this.#held < MAX_HELD_MESSAGES && this.#characters < MAX_HELD_CHARACTERS;
  }

  async #run(): Promise<void> {
    await undefined; // whatever comes in this turn goes along
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) {
      if (await this.#storeUntilDone(batch)) for (const { arrival } of batch) arrival.ack();
      this.#release(batch);
    }
    this.#running = undefined;
  }

  /** As many messages as one call takes; one with more rows is a batch alone. */
  #next(): Held[] {
    const stale = this.#waiting.filter(({ arrival }) => this.#stop.signal.aborted || arrival.isGone());
    if (stale.length > 0) {
      this.#waiting = this.#waiting.filter((held) => !stale.includes(held));
      this.#release(stale);
    }
    let rows = 0;
    const more = this.#waiting.findIndex((held, place) => {
      rows += held.rows.length;
      return place > 0 && rows > MAX_CALL_ROWS;
    });
    return this.#waiting.splice(0, more === -1 ? this.#waiting.length : more);
  }

  /** Answers whether it is stored; false: the receiver closes, or the connection is gone. */
  async #storeUntilDone(batch: readonly Held[]): Promise<boolean> {
    const { ingest, log, way, random, clock } = this.#parts;
    const rows = batch.flatMap((held) => held.rows);
    for (let attempt = 1; !this.#stop.signal.aborted; attempt++) {
      try {
        await inCalls(ingest, rows, { mode: 'live', actor: way });
        this.#metrics.stored(batch.length);
        return true;
      } catch (error) {
        this.#metrics.putOff(batch.length);
        const afterMs = backoffMs(PUT_OFF, attempt, random);
        log.warn({ way, messages: batch.length, afterMs, err: error }, 'readings could not be stored; tried again');
        await clock.sleep(afterMs, this.#stop.signal);
        if (batch.every(({ arrival }) => arrival.isGone())) return false;
      }
    }
    return false;
  }

  #release(batch: readonly Held[]): void {
    this.#held -= batch.length;
    for (const { arrival } of batch) this.#characters -= arrival.text.length;
    if (this.#hasRoom) this.#giveRoom();
  }

  #giveRoom(): void {
    for (const resolve of this.#whenRoom.splice(0)) resolve();
  }
}
