/**
 * The topic exchanges that are known to exist. One that is not is declared on first use, on a channel of its own,
 * because a refusal closes the channel. If it exists with another type or other arguments it is used as it is.
 */
import type { Channel, ChannelModel } from 'amqplib';
import type { Link } from './link.ts';
import { closeQuietly } from './standing-channel.ts';

/** Names remembered; when there are more, all are declared again, which changes nothing. */
const MAX_KNOWN = 10_000;

export class ExchangeRegister {
  readonly #known = new Set<string>(['']); // the default exchange, which every server has
  readonly #declaring = new Map<string, Promise<void>>();
  readonly #link: Link;
  #connection: ChannelModel | undefined;

  constructor(link: Link) {
    this.#link = link;
  }

  /** From now on on this connection; what was known of another server, or of this one before, may be gone. */
  use(connection: ChannelModel): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    this.forget();
  }

  forget(): void {
    this.#known.clear();
    this.#known.add('');
  }

  has(name: string): boolean {
    return this.#known.has(name);
  }

  /** Resolves when it exists; without a connection nothing happens. */
  async declare(name: string): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined || this.#known.has(name)) return;
    const declaring = this.#declaring.get(name) ?? this.#declareOn(connection, name);
    this.#declaring.set(name, declaring);
    try {
      await declaring;
    } finally {
      this.#declaring.delete(name);
    }
  }

  async #declareOn(connection: ChannelModel, name: string): Promise<void> {
    try {
      await declareTopic(connection, name);
    } catch (error) {
      if (this.#link.isCurrent(connection)) throw error;
      return; // the connection is gone, and the next one will be asked
    }
    if (this.#connection !== connection) return;
    if (this.#known.size >= MAX_KNOWN) this.forget();
    this.#known.add(name);
  }
}

/** Declares a topic exchange, or throws what the server has against it. */
export async function declareTopic(connection: ChannelModel, name: string): Promise<void> {
  if (!name.startsWith('amq.')) {
    const isNew = await onThrowaway(
      connection,
      (channel) => channel.assertExchange(name, 'topic'),
      PRECONDITION_FAILED,
    );
    if (isNew) return;
  }
  await onThrowaway(connection, (channel) => channel.checkExchange(name));
}

const PRECONDITION_FAILED = 406;

/** Answers false when the server refuses with the code that is tolerated. */
export async function onThrowaway(
  connection: ChannelModel,
  act: (channel: Channel) => Promise<unknown>,
  toleratedCode?: number,
): Promise<boolean> {
  const channel = await connection.createChannel();
  channel.on('error', () => {}); // the call rejects as well
  try {
    await act(channel);
    return true;
  } catch (error) {
    if (toleratedCode !== undefined && codeOf(error) === toleratedCode) return false;
    throw error;
  } finally {
    await closeQuietly(channel);
  }
}

/** The server's reply code in an error of a channel. */
export const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;
