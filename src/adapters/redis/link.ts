/**
 * A connection that comes back.
 *
 * up: commands may be sent on it.
 * down: it broke, or was silent for too long. What was under way on it has failed; the next attempt comes after a growing
 *   pause with jitter, and whoever needs the connection waits in `connected`.
 * closed: we ended it, for good.
 *
 * A link knows nothing of what runs on it. The driver could connect again by itself, but would not say what was lost on
 * the way, and would send some commands twice and others never.
 */
import { type Backoff, backoffMs } from '../../kernel/backoff.ts';
import type { Clock } from '../../kernel/clock.ts';
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import { type Connection, connectTo, type Driver, withoutPassword } from './driver.ts';
import { runScript, type Script } from './script.ts';

export type LinkParts = {
  readonly driver: Driver;
  readonly url: string;
  readonly heartbeatMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
};

export type LinkOptions = {
  /** What it is for, in the log. */
  readonly purpose: string;
  /** Runs on each new connection before it is used. */
  readonly setUp?: (connection: Connection) => Promise<void>;
  /** A new connection may be used. */
  readonly onUp?: () => void;
};

export type Call = {
  readonly keys: readonly string[];
  readonly args: readonly string[];
  /** Ends the waiting for a server that is away. */
  readonly signal?: AbortSignal;
};

const RECONNECT: Backoff = { firstMs: 100, longestMs: 5_000 };
/** A server that is there and refuses, because it is full or still loading, is asked again. */
const REFUSED: Backoff = { firstMs: 20, longestMs: 2_000 };

/** Connects, or throws `bus.unreachable`. */
export async function openLink(parts: LinkParts, options: LinkOptions): Promise<Link> {
  const link = new Link(parts, options);
  await link.open();
  return link;
}

export class Link {
  readonly #parts: LinkParts;
  readonly #options: LinkOptions;
  readonly #stop = new AbortController();
  #connection: Connection | undefined;
  #blocked: string | undefined;
  #reconnects = 0;
  #changed = newSignal();
  #reconnecting: Promise<void> | undefined;

  constructor(parts: LinkParts, options: LinkOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  /** Why the server takes nothing at the moment. */
  get blocked(): string | undefined {
    return this.#blocked;
  }

  get reconnects(): number {
    return this.#reconnects;
  }

  async open(): Promise<void> {
    const { url } = this.#parts;
    try {
      // The driver's own complaint would carry the whole address, with its password.
      if (!URL.canParse(url)) throw new Error('this is not an address');
      await this.#connect();
    } catch (cause) {
      const details = { url: withoutPassword(url), reason: messageOf(cause) };
      throw new MillraceError('bus.unreachable', details, { cause });
    }
  }

  /** The connection, as soon as there is one. Throws `bus.closed`, also when the signal aborts. */
  async connected(signal?: AbortSignal): Promise<Connection> {
    while (this.#connection === undefined) {
      if (this.#stop.signal.aborted || signal?.aborted) throw new MillraceError('bus.closed');
      await orAborted(this.#changed.given, signal);
    }
    return this.#connection;
  }

  /** Runs a script once, on the connection there is. What went wrong, `refusalIn` can tell. */
  run<Reply>(script: Script, call: Call): Promise<Reply> {
    if (this.#connection === undefined) return Promise.reject(new MillraceError('bus.closed'));
    return runScript<Reply>(this.#connection, script, call);
  }

  /** Runs a script that is safe to repeat until it has run. Throws `bus.closed`, and what no repeat would mend. */
  async runSurely<Reply>(script: Script, call: Call): Promise<Reply> {
    for (let attempt = 1; ; attempt++) {
      const connection = await this.connected(call.signal);
      try {
        const reply = await runScript<Reply>(connection, script, call);
        this.isTaking();
        return reply;
      } catch (error) {
        await this.mend(error, attempt, call.signal);
      }
    }
  }

  /** Waits until what failed with this error may be tried again; throws it when that would change nothing. */
  async mend(error: unknown, attempt: number, signal?: AbortSignal): Promise<void> {
    const { clock, random, driver } = this.#parts;
    if (this.#stop.signal.aborted || signal?.aborted) throw new MillraceError('bus.closed');
    if (error instanceof TypeError) throw error; // the driver could not write it down
    const isReply = error instanceof driver.ErrorReply;
    if (isReply && !PASSES.test(error.message)) throw error;
    if (isReply) this.#block(error.message);
    if (isReply && error.message.includes('READONLY') && this.#connection !== undefined) this.cut(this.#connection);
    else if (isReply || attempt > 1)
      await clock.sleep(backoffMs(REFUSED, attempt, random), signal ?? this.#stop.signal);
    await new Promise((resolve) => setImmediate(resolve)); // the link hears of a broken connection in this turn, too
    await this.connected(signal);
  }

  /** The server has taken something. */
  isTaking(): void {
    if (this.#blocked !== undefined) this.#block(undefined);
  }

  /** Ends the connection, so that a new one is made. */
  cut(connection: Connection): void {
    connection.destroy();
    this.#lost(connection, undefined);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    const connection = this.#connection;
    this.#connection = undefined;
    this.#tell();
    connection?.destroy();
    await this.#reconnecting;
  }

  async #connect(): Promise<void> {
    const connection = await connectTo(this.#parts.driver, this.#parts);
    let isLost = false;
    const lost = (error: Error | undefined): void => {
      isLost = true;
      this.#lost(connection, error);
    };
    connection.on('error', (error) => lost(error));
    connection.on('terminated', (error) => lost(error));
    try {
      await this.#options.setUp?.(connection);
    } catch (error) {
      connection.destroy();
      throw error;
    }
    if (this.#stop.signal.aborted) return connection.destroy();
    if (isLost) throw new Error('the connection broke while it was set up');
    this.#connection = connection;
    this.#tell();
    this.#options.onUp?.();
  }

  #lost(connection: Connection, error: Error | undefined): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    connection.destroy();
    this.#block(undefined);
    this.#parts.log.warn({ purpose: this.#options.purpose, err: error }, 'the connection to Redis broke; trying again');
    this.#reconnecting = this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    const { clock, log, random } = this.#parts;
    const { purpose } = this.#options;
    const { signal } = this.#stop;
    for (let attempt = 1; !signal.aborted; attempt++) {
      await clock.sleep(backoffMs(RECONNECT, attempt, random), signal);
      if (signal.aborted) return;
      try {
        await this.#connect();
        this.#reconnects += 1;
        log.info({ purpose, attempt }, 'connected to Redis again');
        return;
      } catch (error) {
        log.warn({ purpose, attempt, reason: messageOf(error) }, 'Redis cannot be reached');
      }
    }
  }

  #block(reason: string | undefined): void {
    if (reason !== undefined && this.#blocked === undefined)
      this.#parts.log.warn({ reason }, 'Redis takes no messages at the moment');
    this.#blocked = reason;
  }

  #tell(): void {
    const changed = this.#changed;
    this.#changed = newSignal();
    changed.give();
  }
}

/** What a server says that is full, loading, busy, or about to become another one. */
const PASSES = /^-?(?:OOM|LOADING|BUSY |READONLY|MASTERDOWN|MISCONF|NOREPLICAS|CLUSTERDOWN|TRYAGAIN)/;

async function orAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return promise;
  let abort = (): void => {};
  const aborted = new Promise<void>((resolve) => {
    abort = resolve;
  });
  signal.addEventListener('abort', abort, { once: true });
  await Promise.race([promise, aborted]);
  signal.removeEventListener('abort', abort);
}

function newSignal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}
