/**
 * What comes to this process: answers to its questions and, on a server that may lose messages, news of settlements. It is a
 * stream that runs out when nobody renews it, so that what is sent to a dead process vanishes.
 *
 * The stream keeps what comes while the connection is away; only when it is gone itself is anything lost.
 */
import { randomBytes } from 'node:crypto';
import type { Message } from '../../bus/broker.ts';
import { type Service, ServiceStack, startLoop } from '../../kernel/lifecycle.ts';
import { BlockingLine } from './blocking-line.ts';
import { inboxScript } from './inbox-script.ts';
import type { RedisKeys } from './keys.ts';
import type { Link, LinkParts } from './link.ts';
import { type Entry, fieldOf, messageFrom } from './wire.ts';

export type MailboxParts = LinkParts & {
  readonly keys: RedisKeys;
  readonly commands: Link;
  readonly leaseMs: number;
  readonly renewMs: number;
  /** Runs at every renewal. */
  readonly onRenewal: (signal: AbortSignal) => Promise<void>;
};

type Listener = { readonly onMessage: (message: Message) => void; readonly onLost: () => void };

/** Entries that one read takes. */
const READ_AT_ONCE = 500;
/** Entries that have been read before they are removed. */
const TRIM_EVERY = 256;

export class Mailbox {
  readonly id = randomBytes(9).toString('hex');
  readonly #parts: MailboxParts;
  readonly #line: BlockingLine;
  readonly #opened = new ServiceStack();
  readonly #listeners = new Map<string, Listener>();
  #onSettled: ((tags: readonly string[]) => void) | undefined;
  #onLost: (() => void) | undefined;
  #last = '0';
  #untrimmed = 0;
  #nextPlace = 1;
  #failures = 0;

  constructor(parts: MailboxParts) {
    this.#parts = parts;
    this.#line = new BlockingLine(parts, { commands: parts.commands, purpose: 'the inbox' });
  }

  get isConnected(): boolean {
    return this.#line.isConnected;
  }

  get reconnects(): number {
    return this.#line.reconnects;
  }

  async open(): Promise<void> {
    await this.#line.open();
    this.#opened.defer(() => this.#line.close());
    await this.#renew();
    const { clock, log, renewMs, onRenewal } = this.#parts;
    const sleep = (ms: number, signal: AbortSignal): Promise<void> => clock.sleep(ms, signal);
    const onError = (error: unknown): void => log.error({ err: error }, 'the inbox cannot be read; trying again');
    const reading = startLoop({ round: (signal) => this.#read(signal), onError, sleep });
    this.#opened.defer(async () => {
      const ending = reading.close();
      await this.#line.interrupt();
      await this.#line.close();
      await ending;
    });
    const renewing = startLoop({
      round: async (signal) => {
        await clock.sleep(renewMs, signal);
        if (signal.aborted) return;
        if (!(await this.#renew(signal))) this.#lose();
        await onRenewal(signal);
      },
      onError,
      sleep,
    });
    this.#opened.defer(() => renewing.close());
  }

  /** An address of its own; what is sent to it after closing is dropped. */
  listen(listener: Listener): Service & { readonly address: string } {
    const place = String(this.#nextPlace++);
    this.#listeners.set(place, listener);
    const close = async (): Promise<void> => {
      this.#listeners.delete(place);
    };
    return { address: `${this.id}.${place}`, close, [Symbol.asyncDispose]: close };
  }

  listenToSettlements({
    onSettled,
    onLost,
  }: {
    readonly onSettled: (tags: readonly string[]) => void;
    readonly onLost: () => void;
  }): void {
    this.#onSettled = onSettled;
    this.#onLost = onLost;
  }

  async close(): Promise<void> {
    await this.#opened.close();
    const { commands, keys } = this.#parts;
    if (!commands.isConnected) return;
    const connection = await commands.connected();
    await connection.sendCommand(['DEL', keys.inbox(this.id)]).catch(() => 0); // then it runs out
  }

  /** Whether the inbox was still there. */
  async #renew(signal?: AbortSignal): Promise<boolean> {
    const { commands, keys, leaseMs } = this.#parts;
    const call = { keys: [keys.inbox(this.id)], args: [String(leaseMs)], ...(signal !== undefined && { signal }) };
    return (await commands.runSurely<number>(inboxScript, call)) === 1;
  }

  #lose(): void {
    this.#last = '0';
    this.#parts.log.warn({}, 'the inbox of this process was gone; what was on its way to it is lost');
    this.#onLost?.();
    for (const listener of this.#listeners.values()) this.#tell(() => listener.onLost());
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { keys, heartbeatMs } = this.#parts;
    const key = keys.inbox(this.id);
    try {
      const args = ['XREAD', 'COUNT', String(READ_AT_ONCE), 'BLOCK', String(heartbeatMs), 'STREAMS', key, this.#last];
      const reply = await this.#line.read<Readonly<Record<string, readonly Entry[]>>>(args);
      this.#failures = 0;
      const entries = reply?.[key] ?? [];
      for (const entry of entries) this.#take(entry);
      this.#trim(entries.length);
    } catch (error) {
      this.#failures += 1;
      if (signal.aborted) return;
      await this.#line.mend(error, this.#failures);
      if (!signal.aborted && !(await this.#renew(signal))) this.#lose();
    }
  }

  #take(entry: Entry): void {
    const [id, fields] = entry;
    this.#last = id;
    const settled = fieldOf(fields, 'settled');
    if (settled !== undefined) return this.#onSettled?.(settled.split(' '));
    const listener = this.#listeners.get(fieldOf(fields, 'to') ?? '');
    if (listener !== undefined) this.#tell(() => listener.onMessage(answerFrom(entry)));
  }

  #trim(count: number): void {
    this.#untrimmed += count;
    if (this.#untrimmed < TRIM_EVERY) return;
    this.#untrimmed = 0;
    const { commands, keys } = this.#parts;
    const args = ['XTRIM', keys.inbox(this.id), 'MINID', '~', this.#last];
    void commands.connected().then((connection) => connection.sendCommand(args).catch(() => 0)); // the next one does it too
  }

  #tell(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#parts.log.error({ err: error }, 'the owner of an inbox threw');
    }
  }
}

/** Answers have no routing key: they go where they are expected. */
const answerFrom = (entry: Entry): Message => ({ ...messageFrom(entry), routingKey: fieldOf(entry[1], 'to') ?? '' });
