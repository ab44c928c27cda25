/**
 * The names of everything that Millrace declares on a server. A prefix keeps installations that share a server apart.
 *
 * A work queue is three: `orders`; `orders.urgent`, whose messages go first; and `orders.dead` for the dead letters.
 * What comes back to a queue goes to the exchange `millrace.return`, where each is bound under its own name, so that
 * nobody needs to know which version of the queue is in use.
 */
import { EVENTS_EXCHANGE } from '../../bus/broker.ts';

const URGENT = '.urgent';
const DEAD = '.dead';

export class RabbitNames {
  readonly #prefix: string;
  readonly #exchanges = new Map<string, string | undefined>();

  constructor(prefix = '') {
    this.#prefix = prefix;
  }

  /** Letters on their way to `<queue>.dead`; the routing key is the queue's name. */
  get deadExchange(): string {
    return `${this.#prefix}millrace.dead`;
  }

  /** Messages on their way back to their queue; the routing key is its name. */
  get returnExchange(): string {
    return `${this.#prefix}millrace.return`;
  }

  /** Exchange and queue for what should come back to a queue that is gone. */
  get unrouted(): string {
    return `${this.#prefix}millrace.unrouted`;
  }

  /** Exchange and queue of one step of the delay ladder. */
  wait(step: string): string {
    return `${this.#prefix}millrace.wait.${step}`;
  }

  exchange(name = EVENTS_EXCHANGE): string {
    return isPredeclared(name) ? name : `${this.#prefix}${name}`;
  }

  /** Where the urgent messages of an exchange go. Those that the server brings along have no such twin. */
  urgentExchange(name = EVENTS_EXCHANGE): string {
    return isPredeclared(name) ? name : `${this.#prefix}${name}${URGENT}`;
  }

  queue(name: string): string {
    return `${this.#prefix}${name}`;
  }

  urgentQueue(name: string): string {
    return `${this.#prefix}${name}${URGENT}`;
  }

  deadQueue(name: string): string {
    return `${this.#prefix}${name}${DEAD}`;
  }

  /** The longest name that a queue's name becomes. */
  longest(name: string): string {
    return this.urgentQueue(name) + LATER_VERSION;
  }

  /** The exchange that a message says it came through, as it is called in Millrace; undefined is the usual one. */
  exchangeOf(declared: string): string | undefined {
    if (this.#exchanges.has(declared)) return this.#exchanges.get(declared);
    const name = this.#plainExchange(declared);
    if (this.#exchanges.size < MAX_REMEMBERED) this.#exchanges.set(declared, name);
    return name;
  }

  #plainExchange(declared: string): string | undefined {
    const bare = declared.startsWith(this.#prefix) ? declared.slice(this.#prefix.length) : declared;
    const name = bare.endsWith(URGENT) ? bare.slice(0, -URGENT.length) : bare;
    return name === '' || name === EVENTS_EXCHANGE ? undefined : name;
  }
}

const MAX_REMEMBERED = 1_000;
const LATER_VERSION = '.3';
const isPredeclared = (exchange: string): boolean => exchange.startsWith('amq.');
