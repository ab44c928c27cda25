/** Looks through the dead letters of a queue, replays and drops them. */
import { type DeadLetter, MAX_DEAD_LETTERS_LISTED } from '../../bus/broker.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { dropScript, replayScript } from './dead-letter-scripts.ts';
import type { RedisKeys } from './keys.ts';
import { MAX_INBOX_LENGTH } from './limits.ts';
import type { Link } from './link.ts';
import { type Entry, fieldOf, messageFrom, messageIdOf, numberIn } from './wire.ts';

/** Letters that one call reads or moves. */
const PAGE = 200;

export class DeadLetterDesk {
  readonly #link: Link;
  readonly #keys: RedisKeys;

  constructor(link: Link, keys: RedisKeys) {
    this.#link = link;
    this.#keys = keys;
  }

  async list(queue: string, limit = MAX_DEAD_LETTERS_LISTED): Promise<DeadLetter[]> {
    await this.#assertKnown(queue);
    const letters: DeadLetter[] = [];
    const most = Math.min(limit, MAX_DEAD_LETTERS_LISTED);
    for await (const page of this.#pages(queue, Math.min(most, PAGE))) {
      letters.push(...page.map(letterFrom));
      if (letters.length >= most) break;
    }
    return letters.slice(0, most);
  }

  replay(queue: string, messageIds: readonly string[]): Promise<number> {
    const keys = [this.#keys.dead(queue), this.#keys.queue(queue)];
    return this.#settle({ queue, messageIds }, (entries) =>
      this.#link.runSurely(replayScript, { keys, args: entries.map(([id]) => id) }),
    );
  }

  drop(queue: string, messageIds: readonly string[]): Promise<number> {
    const keys = [this.#keys.dead(queue)];
    const limits = [this.#keys.base, String(MAX_INBOX_LENGTH)];
    return this.#settle({ queue, messageIds }, (entries) => {
      const each = entries.flatMap(([id, fields]) => [id, fieldOf(fields, 'settle') ?? '']);
      return this.#link.runSurely(dropScript, { keys, args: [...limits, ...each] });
    });
  }

  async #settle(
    { queue, messageIds }: { readonly queue: string; readonly messageIds: readonly string[] },
    settle: (entries: readonly Entry[]) => Promise<number>,
  ): Promise<number> {
    await this.#assertKnown(queue);
    const wanted = new Set(messageIds);
    let count = 0;
    for await (const page of this.#pages(queue, PAGE)) {
      const found = page.filter((entry) => wanted.has(messageIdOf(entry)));
      if (found.length > 0) count += await settle(found);
    }
    return count;
  }

  /** The oldest first. */
  async *#pages(queue: string, size: number): AsyncGenerator<readonly Entry[]> {
    let from = '-';
    for (;;) {
      const connection = await this.#link.connected();
      const args = ['XRANGE', this.#keys.dead(queue), from, '+', 'COUNT', String(size)];
      const page = await connection.sendCommand<readonly Entry[]>(args);
      if (page.length > 0) yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < size) return;
      from = `(${last[0]}`;
    }
  }

  async #assertKnown(queue: string): Promise<void> {
    const connection = await this.#link.connected();
    const isKnown = await connection.sendCommand<number>(['HEXISTS', this.#keys.queues, queue]);
    if (isKnown === 0) throw new MillraceError('bus.unknown-queue', { queue });
  }
}

function letterFrom(entry: Entry): DeadLetter {
  const [, fields] = entry;
  return {
    message: messageFrom(entry),
    reason: fieldOf(fields, 'reason') ?? '',
    deliveries: numberIn(fields, 'died') ?? 0,
    at: numberIn(fields, 'deadAt') ?? 0,
  };
}
