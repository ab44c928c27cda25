/**
 * The channel of a connection on which things are declared and asked for. The server closes a channel with every
 * refusal, so this one belongs to nobody else, takes one question at a time, and is opened anew after a refusal.
 */
import type { Channel, ChannelModel } from 'amqplib';
import { answerOf } from './driver.ts';

type Ask<T> = (channel: Channel) => Promise<T>;

const ofConnections = new WeakMap<ChannelModel, SideChannel>();

/** Rejects with what the server has against it; {@link codeOf} tells the kind. */
export function onSideChannel<T>(connection: ChannelModel, ask: Ask<T>): Promise<T> {
  const side = ofConnections.get(connection) ?? new SideChannel(connection);
  ofConnections.set(connection, side);
  return side.ask(ask);
}

/** The server's reply code in an error of a channel; undefined for any other error. */
export function codeOf(error: unknown): number | undefined {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'number' ? code : undefined;
}

export const ACCESS_REFUSED = 403;
export const NOT_FOUND = 404;
export const PRECONDITION_FAILED = 406;

/** To declare a queue takes milliseconds, on a busy cluster perhaps a second. */
const ANSWERED_WITHIN_MS = 15_000;

class SideChannel {
  readonly #connection: ChannelModel;
  #channel: Promise<Channel> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: ChannelModel) {
    this.#connection = connection;
  }

  ask<T>(ask: Ask<T>): Promise<T> {
    const inTurn = async (): Promise<T> => ask(await this.#open());
    const answer = this.#last.then(() => answerOf(this.#connection, inTurn, ANSWERED_WITHIN_MS));
    this.#last = answer.catch(() => {}); // the one who asked is told
    return answer;
  }

  #open(): Promise<Channel> {
    this.#channel ??= this.#openNew();
    return this.#channel;
  }

  async #openNew(): Promise<Channel> {
    try {
      const channel = await this.#connection.createChannel();
      channel.on('error', () => {}); // the question rejects as well
      channel.once('close', () => {
        this.#channel = undefined;
      });
      return channel;
    } catch (error) {
      this.#channel = undefined;
      throw error;
    }
  }
}
