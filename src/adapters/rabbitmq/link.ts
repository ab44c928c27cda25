/**
 * A connection that comes back.
 *
 * up: channels may be opened on it.
 * down: it broke, or the server ended it. The next attempt comes after a growing pause with jitter; whoever needs the
 *   connection waits in `connected`.
 * closed: we ended it, for good.
 *
 * A link knows nothing of what runs on it. Each channel sets itself up again (standing-channel.ts), and what belonged
 * to a connection before is forgotten with its channel. The driver's own recovery would open the channels anew without
 * saying so, and acks of old deliveries would then close them.
 */
import type { ChannelModel } from 'amqplib';
import { type Backoff, backoffMs } from '../../kernel/backoff.ts';
import type { Clock } from '../../kernel/clock.ts';
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import { connectTo, cut, type Driver, endConnection, withoutPassword } from './driver.ts';
import { rulesOf, type ServerRules } from './server-rules.ts';

export type LinkParts = {
  readonly driver: Driver;
  readonly url: string;
  /** What it is for, in the log. */
  readonly purpose: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
  /** The server takes nothing, and why; then that it does again. */
  readonly onBlocked?: (reason: string | undefined) => void;
};

const RECONNECT: Backoff = { firstMs: 100, longestMs: 5_000 };

/** Connects, or throws `bus.unreachable` or `bus.unsupported-server`. */
export async function openLink(parts: LinkParts): Promise<Link> {
  const link = new Link(parts);
  await link.open();
  return link;
}

export class Link {
  readonly #parts: LinkParts;
  readonly #stop = new AbortController();
  #connection: ChannelModel | undefined;
  #rules: ServerRules | undefined;
  #blocked: string | undefined;
  #reconnects = 0;
  #changed = newSignal();
  #reconnecting: Promise<void> | undefined;

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  get blocked(): string | undefined {
    return this.#blocked;
  }

  get reconnects(): number {
    return this.#reconnects;
  }

  get rules(): ServerRules {
    if (this.#rules === undefined) throw new MillraceError('bus.closed');
    return this.#rules;
  }

  isCurrent(connection: ChannelModel): boolean {
    return this.#connection === connection;
  }

  async open(): Promise<void> {
    try {
      await this.#connect();
    } catch (cause) {
      if (cause instanceof MillraceError) throw cause;
      const details = { url: withoutPassword(this.#parts.url), reason: messageOf(cause) };
      throw new MillraceError('bus.unreachable', details, { cause });
    }
  }

  /** The connection, as soon as there is one. Throws `bus.closed` when the link closes, or the signal aborts. */
  async connected(signal?: AbortSignal): Promise<ChannelModel> {
    const tell = (): void => this.#tell();
    signal?.addEventListener('abort', tell, { once: true });
    try {
      while (this.#connection === undefined) {
        if (this.#stop.signal.aborted || signal?.aborted) throw new MillraceError('bus.closed');
        await this.#changed.given;
      }
      return this.#connection;
    } finally {
      signal?.removeEventListener('abort', tell);
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    const connection = this.#connection;
    this.#connection = undefined;
    this.#tell();
    if (connection !== undefined) await endConnection(connection);
    await this.#reconnecting;
  }

  async #connect(): Promise<void> {
    const { driver, url } = this.#parts;
    const connection = await connectTo(driver, url);
    connection.on('error', () => {}); // 'close' follows and carries it too
    try {
      this.#rules = rulesOf(connection.connection.serverProperties);
    } catch (error) {
      await endConnection(connection);
      throw error;
    }
    if (this.#stop.signal.aborted) return endConnection(connection);
    connection.on('close', (error) => this.#lost(connection, error));
    connection.on('blocked', (reason) => this.#block(reason));
    connection.on('unblocked', () => this.#block(undefined));
    connection.on('handler-error', (err) => this.#parts.log.error({ err }, 'a listener to the broker threw'));
    this.#connection = connection;
    this.#tell();
  }

  #lost(connection: ChannelModel, error: Error | undefined): void {
    cut(connection);
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#block(undefined);
    this.#parts.log.warn(
      { purpose: this.#parts.purpose, err: error },
      'the connection to RabbitMQ broke; trying again',
    );
    this.#reconnecting = this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    const { clock, log, random, purpose } = this.#parts;
    const { signal } = this.#stop;
    for (let attempt = 1; !signal.aborted; attempt++) {
      await clock.sleep(backoffMs(RECONNECT, attempt, random), signal);
      if (signal.aborted) return;
      try {
        await this.#connect();
        this.#reconnects += 1;
        log.info({ purpose, attempt }, 'connected to RabbitMQ again');
        return;
      } catch (error) {
        log.warn({ purpose, attempt, reason: messageOf(error) }, 'RabbitMQ cannot be reached');
      }
    }
  }

  #block(reason: string | undefined): void {
    if (reason === this.#blocked) return;
    this.#blocked = reason;
    if (reason !== undefined) this.#parts.log.warn({ reason }, 'RabbitMQ takes no messages at the moment');
    this.#parts.onBlocked?.(reason);
  }

  #tell(): void {
    const changed = this.#changed;
    this.#changed = newSignal();
    changed.give();
  }
}

function newSignal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}
