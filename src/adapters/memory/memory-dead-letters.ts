/** The dead letters of one queue, the oldest first. What has to go because there are too many stays in the outbox. */
import type { DeadLetter } from '../../bus/broker.ts';
import type { Clock, Instant } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { copyOf, type Entry } from './memory-entry.ts';

type Letter = { readonly entry: Entry; readonly reason: string; readonly at: Instant };
type Parts = { readonly queue: string; readonly clock: Clock; readonly log: Log; readonly maxDeadLetters: number };

export class MemoryDeadLetters {
  readonly #parts: Parts;
  #letters: Letter[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#letters.length;
  }

  bury(entry: Entry, reason: string): void {
    const { queue, clock, log, maxDeadLetters } = this.#parts;
    this.#letters.push({ entry, reason, at: clock.now() });
    const messageId = entry.publication.message.id;
    const fields = { queue, messageId, deliveries: entry.deliveries, reason };
    log.warn(fields, 'a message went to the dead letters; replay or drop it');
    if (this.#letters.length <= maxDeadLetters) return;
    const oldest = this.#letters.shift()?.entry.publication.message.id;
    log.error({ queue, messageId: oldest, maxDeadLetters }, 'the oldest dead letter had to go: there are too many');
  }

  list(limit: number): DeadLetter[] {
    return this.#letters.slice(0, limit).map(({ entry, reason, at }) => {
      return { message: copyOf(entry.publication), reason, deliveries: entry.deliveries, at };
    });
  }

  /** Takes the letters of these messages out. */
  take(messageIds: readonly string[]): Entry[] {
    const wanted = new Set(messageIds);
    const taken = this.#letters.filter(({ entry }) => wanted.has(entry.publication.message.id));
    this.#letters = this.#letters.filter(({ entry }) => !wanted.has(entry.publication.message.id));
    return taken.map(({ entry }) => entry);
  }

  takeAll(): Entry[] {
    const taken = this.#letters.map(({ entry }) => entry);
    this.#letters = [];
    return taken;
  }
}
