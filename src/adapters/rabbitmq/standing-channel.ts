/**
 * A channel that sets itself up again: after a new connection, after an error that made the server close it, and when
 * the one who uses it finds that it is no good any more. One loop owns it, so there is never more than one of it.
 *
 * The first set-up is the caller's: what the server refuses then is thrown. Later a refusal is logged and tried again.
 */
import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import { type Backoff, backoffMs } from '../../kernel/backoff.ts';
import type { Clock } from '../../kernel/clock.ts';
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { Link } from './link.ts';

export type ChannelParts = {
  readonly link: Link;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
};

export type ChannelUse<C> = {
  readonly purpose: string;
  readonly open: (connection: ChannelModel) => Promise<C>;
  /** Declares, binds, consumes. Whatever it throws closes the channel. */
  readonly setUp: (channel: C, connection: ChannelModel) => Promise<void>;
  /** The channel is gone, and whatever was open on it; `error` is what the server said against it. */
  readonly onDown: (error: Error | undefined) => void;
};

export type StandingChannel = Service & {
  /** Closes the channel, so that it is set up anew. */
  renew(): void;
};

const SET_UP_AGAIN: Backoff = { firstMs: 50, longestMs: 5_000 };
/** A server that needs longer for a set-up gets twice as long for the next. */
const setUpWithinMs = (attempt: number): number => Math.min(60_000, 4_000 * 2 ** Math.min(attempt - 1, 10));

export const plainChannel = (connection: ChannelModel): Promise<Channel> => connection.createChannel();
export const confirmChannel = (connection: ChannelModel): Promise<ConfirmChannel> => connection.createConfirmChannel();

/** Resolves when the channel is set up. */
export async function openStandingChannel<C extends Channel>(
  parts: ChannelParts,
  use: ChannelUse<C>,
): Promise<StandingChannel> {
  const keeper = new Keeper(parts, use);
  await keeper.start();
  return service({ renew: () => keeper.renew() }, () => keeper.close());
}

class Keeper<C extends Channel> {
  readonly #parts: ChannelParts;
  readonly #use: ChannelUse<C>;
  readonly #stop = new AbortController();
  #channel: C | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: ChannelParts, use: ChannelUse<C>) {
    this.#parts = parts;
    this.#use = use;
  }

  async start(): Promise<void> {
    const { clock, random } = this.#parts;
    for (let attempt = 1; ; attempt++) {
      const connection = await this.#parts.link.connected(this.#stop.signal);
      try {
        const up = await this.#open(connection, attempt);
        this.#running = this.#keep(up);
        return;
      } catch (error) {
        const isLate = error instanceof SetUpTooLate;
        if (isLate) this.#parts.log.warn({ purpose: this.#use.purpose, reason: error.message }, NOT_SET_UP);
        else if (this.#parts.link.isCurrent(connection) || error instanceof MillraceError) throw error;
      }
      await clock.sleep(backoffMs(SET_UP_AGAIN, attempt, random), this.#stop.signal);
    }
  }

  renew(): void {
    if (this.#channel !== undefined) void closeQuietly(this.#channel);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    if (this.#channel !== undefined) await closeQuietly(this.#channel);
    await Promise.race([this.#running, this.#parts.clock.sleep(GOODBYE_MS)]); // it may wait for a server that has hung
  }

  async #open(connection: ChannelModel, attempt: number): Promise<Up> {
    const { log } = this.#parts;
    const channel = await this.#use.open(connection);
    let problem: Error | undefined;
    channel.on('error', (error) => {
      problem = error;
    });
    channel.on('handler-error', (err) =>
      log.error({ err, purpose: this.#use.purpose }, 'a listener to the broker threw'),
    );
    const ended = new Promise<Error | undefined>((resolve) => channel.once('close', () => resolve(problem)));
    try {
      await this.#setUpInTime({ channel, connection }, setUpWithinMs(attempt));
    } catch (error) {
      await closeQuietly(channel);
      this.#use.onDown(problem);
      throw error;
    }
    this.#channel = channel;
    return { ended };
  }

  /**
   * A set-up that gets no answer is given up with its channel. Others on the connection are left alone: it may be about
   * one queue without a leader, which RabbitMQ 3.10 can leave behind when it was killed.
   */
  async #setUpInTime(
    { channel, connection }: { readonly channel: C; readonly connection: ChannelModel },
    withinMs: number,
  ): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new SetUpTooLate(`RabbitMQ gave no answer within ${withinMs} ms`)), withinMs);
    });
    try {
      await Promise.race([this.#use.setUp(channel, connection), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #keep(first: Up): Promise<void> {
    const { link, log, clock, random } = this.#parts;
    const { signal } = this.#stop;
    let up: Up | undefined = first;
    for (let attempt = 1; !signal.aborted; attempt++) {
      if (up !== undefined) {
        attempt = 1;
        const problem = await up.ended;
        this.#channel = undefined;
        this.#use.onDown(problem);
        if (signal.aborted) return;
        if (problem !== undefined) {
          const fields = { purpose: this.#use.purpose, reason: problem.message };
          log.warn(fields, 'RabbitMQ closed a channel; it is opened anew');
          await clock.sleep(backoffMs(SET_UP_AGAIN, 1, random), signal);
        }
      }
      try {
        up = await this.#open(await link.connected(signal), attempt);
        if (signal.aborted) this.renew();
      } catch (error) {
        up = undefined;
        if (signal.aborted || isClosed(error)) return;
        log.warn(
          { purpose: this.#use.purpose, reason: messageOf(error) },
          'a channel could not be set up; trying again',
        );
        await clock.sleep(backoffMs(SET_UP_AGAIN, attempt, random), signal);
      }
    }
  }
}

class SetUpTooLate extends Error {}

const NOT_SET_UP = 'a channel could not be set up; trying again';

/** In an object, because a promise of a promise waits for both. */
type Up = { readonly ended: Promise<Error | undefined> };

const isClosed = (error: unknown): boolean => error instanceof MillraceError && error.code === 'bus.closed';

/** Resolves when the channel is closed, whoever closes it, or when the server has not answered for a while. */
export function closeQuietly(channel: Channel): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, GOODBYE_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    channel.once('close', done);
    channel.close().catch(done); // it was closed already
  });
}

const GOODBYE_MS = 2_000;
