/**
 * Looks through the dead letters of a queue. The server only hands them out one after the other, so they are taken on a
 * channel of its own and, unless they are replayed or dropped, given back in their order. One look at a time and queue:
 * what one holds, another would not see.
 */
import { setTimeout } from 'node:timers/promises';
import type { Channel, GetMessage } from 'amqplib';
import { type DeadLetter, MAX_DEAD_LETTERS_LISTED } from '../../bus/broker.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { letterFrom } from './dead-letter.ts';
import type { Link } from './link.ts';
import type { Returns } from './returns.ts';
import { closeQuietly, plainChannel } from './standing-channel.ts';
import { lookAt } from './topology.ts';
import { idOf } from './wire.ts';

/** Dead letters that are gone through for those that are to be replayed or dropped. */
export const MAX_DEAD_LETTERS_SCANNED = 20_000;

type Parts = { readonly link: Link; readonly returns: Returns };

export class DeadLetterDesk {
  readonly #parts: Parts;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  list(queue: string, limit = MAX_DEAD_LETTERS_LISTED): Promise<DeadLetter[]> {
    return this.#inTurn(queue, async () => {
      const letters: DeadLetter[] = [];
      await this.#look(queue, Math.min(limit, MAX_DEAD_LETTERS_LISTED), async (frame) => {
        letters.push(letterFrom(frame, this.#parts.returns.names));
        return false;
      });
      return letters;
    });
  }

  /** Moves letters back to their queue: each is published and confirmed before it goes here. */
  replay(queue: string, messageIds: readonly string[]): Promise<number> {
    return this.#take({ queue, messageIds }, (frame) => this.#revived(frame, queue));
  }

  drop(queue: string, messageIds: readonly string[]): Promise<number> {
    return this.#take({ queue, messageIds }, async () => true);
  }

  #take(
    { queue, messageIds }: { readonly queue: string; readonly messageIds: readonly string[] },
    settle: (frame: GetMessage) => Promise<boolean>,
  ): Promise<number> {
    const wanted = new Set(messageIds);
    return this.#inTurn(queue, async () => {
      let count = 0;
      await this.#look(queue, MAX_DEAD_LETTERS_SCANNED, async (frame) => {
        if (!wanted.has(idOf(frame)) || !(await settle(frame))) return false;
        count += 1;
        return true;
      });
      return count;
    });
  }

  #revived(frame: GetMessage, queue: string): Promise<boolean> {
    return new Promise((resolve) => this.#parts.returns.revive(frame, queue, resolve));
  }

  /** Shows up to `limit` letters, the oldest first; those for which the answer is true are gone, the others stay. */
  async #look(queue: string, limit: number, show: (frame: GetMessage) => Promise<boolean>): Promise<void> {
    const { link, returns } = this.#parts;
    const connection = await link.connected();
    const dead = returns.names.deadQueue(queue);
    const there = await lookAt(connection, dead);
    if (there === undefined && (await lookAt(connection, returns.names.queue(queue))) === undefined)
      throw new MillraceError('bus.unknown-queue', { queue });
    if (there === undefined) return;
    const channel = await plainChannel(connection);
    channel.on('error', () => {}); // the call rejects as well
    try {
      const kept = await showAll(channel, { dead, limit: Math.min(limit, there.messageCount) }, show);
      if (kept > 0) await giveAllBack(channel, dead, kept);
    } finally {
      await closeQuietly(channel);
    }
  }

  async #inTurn<T>(queue: string, act: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(queue) ?? Promise.resolve();
    const mine = before.then(act, act);
    this.#turns.set(queue, mine);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(queue) === mine) this.#turns.delete(queue);
    }
  }
}

async function showAll(
  channel: Channel,
  { dead, limit }: { readonly dead: string; readonly limit: number },
  show: (frame: GetMessage) => Promise<boolean>,
): Promise<number> {
  let kept = 0;
  for (let seen = 0; seen < limit; seen++) {
    const frame = await channel.get(dead);
    if (frame === false) break;
    if (await show(frame)) channel.ack(frame);
    else kept += 1;
  }
  return kept;
}

/** Asks until the queue has them again, so that the next look sees them: a quorum queue writes first what it takes back. */
async function giveAllBack(channel: Channel, dead: string, kept: number): Promise<void> {
  channel.nackAll(true);
  for (let asked = 0; asked < MOST_QUESTIONS; asked++) {
    const { messageCount } = await channel.checkQueue(dead);
    if (messageCount >= kept) return;
    await setTimeout(ASK_AGAIN_MS);
  }
}

/** Two seconds and more: with fewer questions one look in eight lacked letters on a busy machine. */
const MOST_QUESTIONS = 1_000;
const ASK_AGAIN_MS = 2;
