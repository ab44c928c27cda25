/**
 * The topic exchanges that are known to exist. One that is not is declared on first use.
 * If it exists with another type or other arguments it is used as it is.
 */
import type { ChannelModel } from 'amqplib';
import type { Link } from './link.ts';
import { codeOf, onSideChannel, PRECONDITION_FAILED } from './side-channel.ts';

/** What a publisher asks about the exchanges that it publishes to. */
export type Exchanges = Pick<ExchangeRegister, 'use' | 'forget' | 'has' | 'declare'>;

/** Of a publisher whose exchanges are declared together with the queues behind them. */
export const declaredElsewhere: Exchanges = {
  use: () => {},
  forget: () => {},
  has: () => true,
  declare: async () => {},
};

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
    try {
      await onSideChannel(connection, (channel) => channel.assertExchange(name, 'topic'));
      return;
    } catch (error) {
      if (codeOf(error) !== PRECONDITION_FAILED) throw error;
    }
  }
  await onSideChannel(connection, (channel) => channel.checkExchange(name));
}
