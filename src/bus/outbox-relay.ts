/**
 * The outbox relay publishes the messages that units left in an outbox, the lowest id first, and deletes each row when
 * nothing of it can get lost any more: on the broker's confirm, or, where the broker forgets at a restart, when every
 * queue is through with it. A row that is still there at the next start is published again; consumers know a repeat by
 * its id. Start the relay after the subscribers: what no queue wants is gone.
 *
 * A row appears in the order of commits, its id was drawn before; so a low id may appear late. On a store of one process
 * a round therefore looks at all rows above a floor that rises slowly behind the newest, and now and then at all rows.
 * Where several relays share an outbox a round claims rows: others leave them alone until the claim runs out. It is renewed
 * for what is still in hand, for longer the older the message is, and given up at the stop and for what could not leave.
 */
import { Bell } from '../kernel/bell.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import { isMillraceError } from '../kernel/errors.ts';
import { type Service, service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { OutboxRow, plantOutbox } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { remove, set } from '../store/unit.ts';
import type { Broker, Message } from './broker.ts';
import type { OutboxLook, OutboxMetrics } from './metrics.ts';

export type OutboxRelayOptions = {
  readonly store: Store;
  readonly outbox: typeof plantOutbox;
  readonly broker: Broker;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: OutboxMetrics;
  /** Default: {@link OUTBOX_POLL_MS}. */
  readonly pollMs?: number;
  /** Messages under way to the broker at most. Default: {@link OUTBOX_WINDOW}. */
  readonly window?: number;
  /** How long a claimed row is left to this relay, where others share the outbox. Default: {@link OUTBOX_HOLD_MS}. */
  readonly holdMs?: number;
  /** Whether no other relay empties this outbox. Default: as the store says. */
  readonly isAlone?: boolean;
};

export type OutboxRelay = Service & {
  /** Messages under way to the broker, confirmed but not yet settled, and refused by the broker for good. */
  state(): Omit<OutboxLook, 'oldestAgeMs'>;
};

/** How long the relay waits without a commit before it looks all the same. */
export const OUTBOX_POLL_MS = 5_000;
export const OUTBOX_WINDOW = 256;
export const OUTBOX_HOLD_MS = 30_000;
/** The longest that a row is claimed for at a time. */
export const OUTBOX_LONGEST_HOLD_MS = 300_000;
/** Rows that one read brings at most, and rows that one commit deletes. */
const MAX_PAGE_ROWS = 1_000;

export function startOutboxRelay({
  pollMs = OUTBOX_POLL_MS,
  window = OUTBOX_WINDOW,
  holdMs = OUTBOX_HOLD_MS,
  ...parts
}: OutboxRelayOptions): OutboxRelay {
  const { isAlone = !parts.store.capabilities.sharedByProcesses } = parts;
  const relay = new Relay({ ...parts, pollMs, window, holdMs, isAlone });
  const { store, outbox, clock, log, metrics } = parts;
  const unwatch = metrics?.watch(outbox.name, () => ({ ...relay.state(), oldestAgeMs: relay.oldestAgeMs() }));
  const unlisten = store.onCommit(outbox, () => relay.bell.ring());
  const loop = startLoop({
    round: (signal) => relay.round(signal),
    onError: (error) =>
      log.error({ err: error, outbox: outbox.name }, 'messages could not leave; they are tried again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  return service({ state: () => relay.state() }, async () => {
    unlisten();
    relay.stop();
    await loop.close();
    await relay.end();
    unwatch?.();
  });
}

/** Where a row stands that this relay has read. `refused`: the broker cannot carry it; it waits for a person. */
type Stage = 'publishing' | 'unsettled' | 'refused';
type Options = OutboxRelayOptions & Required<Omit<OutboxRelayOptions, 'metrics'>>;

class Relay {
  readonly bell = new Bell();
  readonly #options: Options;
  readonly #stop = new AbortController();
  readonly #stages = new Map<number, { readonly stage: Stage; readonly at: Instant }>();
  /** Until when the rows in hand are claimed. */
  readonly #holds = new Map<number, Instant>();
  readonly #released = new Set<number>();
  #renewAt: Instant = Number.NEGATIVE_INFINITY;
  readonly #publishing = new Set<Promise<void>>();
  readonly #settled = new Set<number>();
  #failure: unknown;
  /** Up to here everything has been published, but for rows that may still appear late. */
  #floor = 0;
  #highest = 0;
  #highestBefore = 0;
  #fullReadAt: Instant = Number.NEGATIVE_INFINITY;

  constructor(options: Options) {
    this.#options = options;
  }

  state(): ReturnType<OutboxRelay['state']> {
    const count = (stage: Stage): number => [...this.#stages.values()].filter((row) => row.stage === stage).length;
    return { publishing: this.#publishing.size, unsettled: count('unsettled'), refused: count('refused') };
  }

  /** How long the eldest message has waited that can still leave; 0 when none does. */
  oldestAgeMs(): number {
    const now = this.#options.store.now();
    let oldest = now;
    for (const { stage, at } of this.#stages.values()) if (stage !== 'refused') oldest = Math.min(oldest, at);
    return now - oldest;
  }

  async round(signal: AbortSignal): Promise<void> {
    const { clock, pollMs, window } = this.#options;
    await this.#deleteSettled();
    await this.#release();
    await this.#renewHolds();
    if (this.#failure !== undefined) {
      const failure = this.#failure;
      this.#failure = undefined;
      throw failure;
    }
    const free = window - this.#publishing.size;
    const isWorthARead = free * 2 >= window;
    const rows = isWorthARead ? await this.#unpublished(free) : [];
    for (const row of rows) this.#publish(row);
    if (!isWorthARead || rows.length < free) await this.bell.wait(clock, pollMs, signal);
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Waits for what is under way and deletes what is done; what is left is published again at the next start. */
  async end(): Promise<void> {
    await Promise.all(this.#publishing);
    await this.#deleteSettled();
    for (const id of this.#holds.keys()) this.#released.add(id);
    await this.#release();
  }

  #publish(row: OutboxRow): void {
    this.#stages.set(row.id, { stage: 'publishing', at: row.at });
    this.#highest = Math.max(this.#highest, row.id);
    const publishing = this.#send(row).finally(() => {
      this.#publishing.delete(publishing);
      this.bell.ring();
    });
    this.#publishing.add(publishing);
  }

  async #send(row: OutboxRow): Promise<void> {
    const { broker, log, outbox, metrics } = this.#options;
    try {
      const { settled } = await broker.publish(messageOf(row), { signal: this.#stop.signal });
      this.#stages.set(row.id, { stage: 'unsettled', at: row.at });
      metrics?.published(outbox.name);
      void settled.then(() => {
        this.#settled.add(row.id);
        this.bell.ring();
      });
    } catch (error) {
      if (isMillraceError(error, 'bus.invalid-message') || isMillraceError(error, 'bus.message-too-large')) {
        this.#stages.set(row.id, { stage: 'refused', at: row.at });
        log.error({ err: error, outbox: outbox.name, id: row.id }, 'a message can never leave; it stays in the outbox');
        return;
      }
      this.#stages.delete(row.id);
      if (this.#holds.has(row.id)) this.#released.add(row.id);
      this.#fullReadAt = Number.NEGATIVE_INFINITY; // the row may be below the floor by now
      this.#failure ??= error;
    }
  }

  async #deleteSettled(): Promise<void> {
    const { store, outbox } = this.#options;
    while (this.#settled.size > 0) {
      const ids = [...this.#settled].slice(0, MAX_PAGE_ROWS);
      await store.commit([{ guards: [], writes: ids.map((id) => remove(outbox, [id])) }]);
      for (const id of ids) {
        this.#settled.delete(id);
        this.#stages.delete(id);
        this.#holds.delete(id);
      }
    }
  }

  /** Gives up claims, so that whoever looks next may have the rows. */
  async #release(): Promise<void> {
    const ids = [...this.#released];
    this.#released.clear();
    for (const id of ids) this.#holds.delete(id);
    await this.#hold(ids.map((id) => ({ id, heldUntil: 0 })));
  }

  async #renewHolds(): Promise<void> {
    const { store, holdMs } = this.#options;
    const now = store.now();
    if (now < this.#renewAt) return;
    this.#renewAt = now + holdMs / 4;
    const due = [...this.#holds].flatMap(([id, heldUntil]) => {
      const age = now - (this.#stages.get(id)?.at ?? now);
      const holdFor = Math.min(Math.max(holdMs, age), Math.max(holdMs, OUTBOX_LONGEST_HOLD_MS));
      return heldUntil - now > holdMs / 2 ? [] : [{ id, heldUntil: now + holdFor }];
    });
    for (const { id, heldUntil } of due) this.#holds.set(id, heldUntil);
    await this.#hold(due);
  }

  async #hold(rows: readonly { readonly id: number; readonly heldUntil: Instant }[]): Promise<void> {
    const { store, outbox } = this.#options;
    for (let from = 0; from < rows.length; from += MAX_PAGE_ROWS) {
      const writes = rows
        .slice(from, from + MAX_PAGE_ROWS)
        .map(({ id, heldUntil }) => set(outbox, [id], { heldUntil }));
      await store.commit([{ guards: [], writes }]);
    }
  }

  async #unpublished(limit: number): Promise<OutboxRow[]> {
    const { store, outbox, holdMs, isAlone } = this.#options;
    if (isAlone) return this.#read(limit);
    const now = store.now();
    const where = { heldUntil: { lte: now } };
    const rows = await store.claim(outbox, { where, order: ['id'], limit, set: { heldUntil: now + holdMs } });
    for (const { id, heldUntil } of rows) this.#holds.set(id, heldUntil);
    return rows.filter(({ id }) => !this.#stages.has(id)).sort((a, b) => a.id - b.id);
  }

  async #read(limit: number): Promise<OutboxRow[]> {
    const { store, outbox } = this.#options;
    const pageRows = Math.min(limit + this.#stages.size, MAX_PAGE_ROWS);
    const found: OutboxRow[] = [];
    for (let from = this.#readFrom(); ; ) {
      const rows = await store.select(outbox, { where: { id: { gt: from } }, order: ['id'], limit: pageRows });
      found.push(...rows.filter(({ id }) => !this.#stages.has(id)));
      from = rows.at(-1)?.id ?? from;
      if (rows.length < pageRows || found.length >= limit) return found.slice(0, limit);
    }
  }

  #readFrom(): number {
    const now = this.#options.clock.now();
    if (now < this.#fullReadAt) return this.#floor;
    this.#fullReadAt = now + this.#options.pollMs;
    [this.#floor, this.#highestBefore] = [this.#highestBefore, this.#highest];
    return 0;
  }
}

const messageOf = ({ id, routingKey, body, at }: OutboxRow): Message => ({
  id: String(id),
  routingKey,
  body,
  headers: {},
  at,
});
