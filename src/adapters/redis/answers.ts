/**
 * Carries a consumer's answers to the server. Acks of one turn of the event loop leave in one call. An answer is repeated
 * until the server has it; what is lost with the process comes again when its lease has run out.
 */
import { messageOf } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { ackScript, buryScript, giveBackScript, requeueScript } from './answer-scripts.ts';
import type { RedisKeys } from './keys.ts';
import { MAX_DEAD_LETTERS, MAX_INBOX_LENGTH } from './limits.ts';
import type { Call, Link } from './link.ts';
import type { Place } from './redis-delivery.ts';
import type { Script } from './script.ts';

export type AnswersParts = {
  readonly link: Link;
  readonly keys: RedisKeys;
  readonly log: Log;
  readonly queue: string;
  /** By which name the server knows the consumer. */
  readonly consumer: string;
};

/** Ids of one call; Lua hands no more than some thousands to a command. */
const ACKS_AT_ONCE = 1_000;

export class Answers {
  readonly #parts: AnswersParts;
  readonly #underway = new Set<string>();
  #acked: Place[] = [];
  #onIdle: (() => void) | undefined;

  constructor(parts: AnswersParts) {
    this.#parts = parts;
  }

  /** Entries whose answer the server may not have yet. */
  get underway(): ReadonlySet<string> {
    return this.#underway;
  }

  ack(place: Place): void {
    this.#underway.add(place.entryId);
    if (this.#acked.push(place) === 1) setImmediate(() => this.#sendAcks());
  }

  /** A copy to the end of the queue, now or after a pause. */
  requeue(
    place: Place,
    way: { readonly attempt: number; readonly deliveries: number; readonly afterMs: number },
  ): void {
    const { keys, queue, consumer } = this.#parts;
    const { attempt, deliveries, afterMs } = way;
    void this.#send([place], requeueScript, {
      keys: [keys.queue(queue), keys.later(queue)],
      args: [consumer, place.entryId, String(attempt), String(deliveries), String(afterMs), keys.bell, queue],
    });
  }

  bury(place: Place, { reason, deliveries }: { readonly reason: string; readonly deliveries: number }): void {
    const { keys, queue, consumer } = this.#parts;
    void this.#send([place], buryScript, {
      keys: [keys.queue(queue), keys.dead(queue)],
      args: [consumer, place.entryId, reason, String(deliveries), String(MAX_DEAD_LETTERS)],
    });
  }

  /** To where it stood, as if this delivery had not been. */
  giveBack(places: readonly Place[]): void {
    const { keys, queue, consumer } = this.#parts;
    if (places.length === 0) return;
    const each = places.flatMap(({ entryId, handedOut }) => [entryId, String(Math.max(0, handedOut - 1))]);
    void this.#send(places, giveBackScript, {
      keys: [keys.queue(queue)],
      args: [consumer, keys.bell, queue, ...each],
    });
  }

  /** Resolves when the server has all of them. */
  async idle(): Promise<void> {
    if (this.#underway.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #sendAcks(): void {
    const { keys, queue } = this.#parts;
    const all = this.#acked;
    this.#acked = [];
    for (let from = 0; from < all.length; from += ACKS_AT_ONCE) {
      const places = all.slice(from, from + ACKS_AT_ONCE);
      const plain: string[] = [];
      const watched: string[] = [];
      for (const { entryId, settle } of places) {
        if (settle === undefined) plain.push(entryId);
        else watched.push(entryId, settle);
      }
      const args = [keys.base, String(MAX_INBOX_LENGTH), String(plain.length), ...plain, ...watched];
      void this.#send(places, ackScript, { keys: [keys.queue(queue)], args });
    }
  }

  async #send(places: readonly Place[], script: Script, call: Call): Promise<void> {
    for (const { entryId } of places) this.#underway.add(entryId);
    try {
      await this.#parts.link.runSurely(script, call);
    } catch (error) {
      const fields = { queue: this.#parts.queue, messages: places.length, reason: messageOf(error) };
      this.#parts.log.warn(fields, 'answers did not reach Redis; these messages come again');
    }
    for (const { entryId } of places) this.#underway.delete(entryId);
    if (this.#underway.size === 0) this.#onIdle?.();
  }
}
