/**
 * The keys of everything that Millrace keeps on a server. A prefix keeps installations that share a server apart. All
 * keys have the same hash tag, the part in braces, so that one script may use several of them in a cluster too.
 */

/** The consumer group of every queue. */
export const GROUP = 'millrace';
/** Nobody's consumer: what is pending for it was given back, and is claimed before anything else is read. */
export const RETURNED = 'returned';

export class RedisKeys {
  readonly base: string;

  constructor(prefix = '') {
    this.base = `{${prefix}millrace}:`;
  }

  /** Changes whenever a queue or a binding comes or goes. */
  get version(): string {
    return `${this.base}version`;
  }

  /** A hash: of each queue, what kind it is and where it is bound. */
  get queues(): string {
    return `${this.base}queues`;
  }

  /** A channel on which consumers hear that something was given back or has to wait. */
  get bell(): string {
    return `${this.base}bell`;
  }

  /** A stream: the messages of a queue, those included that consumers hold. */
  queue(name: string): string {
    return `${this.base}queue:${name}`;
  }

  /** A sorted set: what comes back to the queue at a certain time. */
  later(name: string): string {
    return `${this.base}later:${name}`;
  }

  /** A stream: the dead letters of a queue. */
  dead(name: string): string {
    return `${this.base}dead:${name}`;
  }

  /** Whose temporary queue it is; runs out when its process dies. */
  owner(name: string): string {
    return `${this.base}owner:${name}`;
  }

  /** A stream: what comes to a process. */
  inbox(id: string): string {
    return `${this.base}inbox:${id}`;
  }
}
