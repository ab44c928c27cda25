/**
 * One subscription, over any number of connections.
 *
 * A message is delivered when it is read for this consumer, and no more are read than it may hold. From then on the server
 * has it as pending for this consumer's name, whatever happens to the connection. The consumer says now and then that
 * it lives; if it does not, others claim what it held, and the server counts that as one more delivery.
 *
 * ack: the entry goes. give back: the entry stays where it is, pending for nobody, and whoever comes first claims it before
 * it reads anything else. reject: a copy goes to the dead letters or to the end of the queue, and the entry goes, in one step.
 * A reply that was lost with its connection may have held deliveries: the consumer claims from itself what it does not know of.
 */
import { randomBytes } from 'node:crypto';
import type { Consumer, Subscription } from '../../bus/broker.ts';
import { DEFAULT_MAX_DELIVERIES } from '../../bus/broker.ts';
import { Bell } from '../../kernel/bell.ts';
import { isMillraceError, messageOf } from '../../kernel/errors.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import { Answers } from './answers.ts';
import { BlockingLine } from './blocking-line.ts';
import { claimScript, renewScript } from './claim-scripts.ts';
import { GROUP, type RedisKeys } from './keys.ts';
import type { Link, LinkParts } from './link.ts';
import { EXPIRED } from './publish-script.ts';
import { declareQueue, leaveQueue } from './queue-declaration.ts';
import { type Answer, type Place, RedisDelivery, type Rejection } from './redis-delivery.ts';
import type { ServerTime } from './server-time.ts';
import { type Fields, fieldOf, messageFrom, numberIn } from './wire.ts';

export type ConsumerParts = LinkParts & {
  readonly keys: RedisKeys;
  readonly commands: Link;
  readonly time: ServerTime;
  readonly leaseMs: number;
  readonly renewMs: number;
  /** What a closing consumer still has to say may take this long. */
  readonly closingMs: number;
};

type Read = Readonly<Record<string, readonly (readonly [string, Fields])[]>>;
type Claimed = readonly (readonly [string, number, Fields])[];

export class RedisConsumer {
  readonly name = randomBytes(9).toString('hex');
  readonly #parts: ConsumerParts;
  readonly #subscription: Subscription;
  readonly #answers: Answers;
  readonly #line: BlockingLine;
  readonly #held = new Map<string, RedisDelivery>();
  readonly #room = new Bell();
  readonly #loops: Service[] = [];
  /** Something may be there that a read of new messages does not find. */
  #mayClaim = true;
  #mayHaveLost = false;
  #mustDeclare = false;
  #claimedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #running = 0;
  #onIdle: (() => void) | undefined;
  #stopping: Promise<void> | undefined;

  constructor(subscription: Subscription, parts: ConsumerParts) {
    this.#subscription = subscription;
    this.#parts = parts;
    const { queue } = subscription;
    this.#answers = new Answers({ ...parts, link: parts.commands, queue, consumer: this.name });
    this.#line = new BlockingLine(parts, { commands: parts.commands, purpose: `the consumer of ${queue}` });
  }

  /** Consumes from now on. */
  async open(onClosed: () => Promise<void>): Promise<Consumer> {
    await this.#declare();
    try {
      await this.#line.open();
    } catch (error) {
      await this.#leave();
      throw error;
    }
    const { clock, log, renewMs } = this.#parts;
    const { queue } = this.#subscription;
    const sleep = (ms: number, signal: AbortSignal): Promise<void> => clock.sleep(ms, signal);
    const onError = (error: unknown): void => log.error({ err: error, queue }, 'a queue cannot be read; trying again');
    this.#loops.push(
      startLoop({ round: (signal) => this.#read(signal), onError, sleep }),
      startLoop({
        round: async (signal) => {
          await clock.sleep(renewMs, signal);
          if (!signal.aborted) await this.#renew(signal);
        },
        onError,
        sleep,
      }),
    );
    return service({ stop: () => this.stop() }, async () => {
      await this.#close();
      await onClosed();
    });
  }

  get unacked(): number {
    return this.#held.size;
  }

  get isConnected(): boolean {
    return this.#line.isConnected;
  }

  get reconnects(): number {
    return this.#line.reconnects;
  }

  /** Something was given back to the queue. */
  hear(): void {
    this.#mayClaim = true;
    if (this.#stopping === undefined) void this.#line.interrupt();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** How many may be read now. */
  get #free(): number {
    return Math.min(this.#subscription.prefetch - this.#held.size, MAX_READ);
  }

  #declare(signal?: AbortSignal): Promise<void> {
    const { commands, keys, leaseMs } = this.#parts;
    const parts = { link: commands, keys, consumer: this.name, leaseMs };
    return declareQueue(this.#subscription, { ...parts, ...(signal !== undefined && { signal }) });
  }

  #leave(): Promise<void> {
    const { commands, keys, leaseMs } = this.#parts;
    return leaveQueue(this.#subscription, { link: commands, keys, consumer: this.name, leaseMs });
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { clock, renewMs, heartbeatMs } = this.#parts;
    if (this.#free <= 0) return this.#room.wait(clock, heartbeatMs, signal);
    try {
      if (this.#mustDeclare) await this.#declare(signal);
      this.#mustDeclare = false;
      if (this.#mayClaim || clock.now() - this.#claimedAt > renewMs) await this.#claim(signal);
      else await this.#readNew();
      this.#failures = 0;
    } catch (error) {
      await this.#recover(error, signal);
    }
  }

  async #readNew(): Promise<void> {
    const { keys, heartbeatMs, renewMs } = this.#parts;
    const key = keys.queue(this.#subscription.queue);
    const blockMs = Math.ceil(Math.min(heartbeatMs, renewMs)); // then what the dead have left is looked for
    const count = ['COUNT', String(this.#free), 'BLOCK', String(blockMs)];
    const reply = await this.#line.read<Read>(['XREADGROUP', 'GROUP', GROUP, this.name, ...count, 'STREAMS', key, '>']);
    for (const [id, fields] of reply?.[key] ?? []) this.#arrive(id, 1, fields);
  }

  async #claim(signal: AbortSignal): Promise<void> {
    const { commands, keys, clock, leaseMs } = this.#parts;
    const free = this.#free;
    const looksForOwn = this.#mayHaveLost;
    this.#mayClaim = false;
    this.#mayHaveLost = false;
    const known = [...this.#held.keys(), ...this.#answers.underway];
    try {
      const claimed = await commands.runSurely<Claimed>(claimScript, {
        keys: [keys.queue(this.#subscription.queue)],
        args: [this.name, String(free), String(leaseMs), looksForOwn ? '1' : '0', ...known],
        signal,
      });
      if (claimed.length < free) this.#claimedAt = clock.now();
      else this.#mayClaim = true; // there may be more
      if (looksForOwn && claimed.length >= free) this.#mayHaveLost = true;
      for (const [id, count, fields] of claimed) this.#arrive(id, count, fields);
    } catch (error) {
      this.#mayHaveLost ||= looksForOwn;
      throw error;
    }
  }

  /** The connection broke, or the queue was deleted: whatever it was, the queue is declared again before the next read. */
  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { clock, driver } = this.#parts;
    this.#failures += 1;
    this.#mustDeclare = true;
    this.#mayClaim = true;
    this.#mayHaveLost = true;
    if (isMillraceError(error)) throw error; // somebody else has the queue by now
    if (error instanceof driver.ErrorReply && /NOGROUP|UNBLOCKED|no longer exists/.test(error.message)) {
      if (this.#failures > 1) await clock.sleep(QUEUE_GONE_MS, signal);
    } else await this.#line.mend(error, this.#failures);
  }

  #arrive(id: string, handedOut: number, fields: Fields): void {
    const message = messageFrom([id, fields]);
    const place = { entryId: id, messageId: message.id, handedOut, settle: fieldOf(fields, 'settle') };
    const count = handedOut + (numberIn(fields, 'deliveries') ?? 0);
    if (this.#stopping !== undefined) return this.#answers.giveBack([place]);
    const expiresAt = numberIn(fields, 'expiresAt');
    if (expiresAt !== undefined && expiresAt <= this.#parts.time.now())
      return this.#giveUp(place, { reason: EXPIRED, deliveries: count - 1 });
    if (count > this.#maxDeliveries)
      return this.#giveUp(place, { reason: 'its consumers went without an answer', deliveries: count - 1 });
    const attempt = numberIn(fields, 'attempt') ?? 1;
    const delivery = new RedisDelivery(place, { count, attempt }, (given, answer) => this.#answered(given, answer));
    this.#held.set(id, delivery);
    try {
      const running = this.#subscription.onMessage(message, delivery);
      if (running !== undefined) void this.#follow(running, delivery);
    } catch (error) {
      this.#threw(delivery, error);
    }
  }

  get #maxDeliveries(): number {
    return this.#subscription.maxDeliveries ?? DEFAULT_MAX_DELIVERIES;
  }

  async #follow(running: Promise<void>, delivery: RedisDelivery): Promise<void> {
    this.#running += 1;
    try {
      await running;
    } catch (error) {
      this.#threw(delivery, error);
    }
    this.#running -= 1;
    if (this.#running === 0) this.#onIdle?.();
  }

  #threw(delivery: RedisDelivery, error: unknown): void {
    const { messageId } = delivery.place;
    const fields = { queue: this.#subscription.queue, messageId, delivery: delivery.count, err: error };
    const said = 'a consumer threw; the message goes back to its queue unless it was already answered';
    this.#parts.log.warn(fields, said);
    delivery.reject({ reason: messageOf(error), requeue: true });
  }

  #answered(delivery: RedisDelivery, answer: Answer): void {
    const { place, count, attempt } = delivery;
    if (!this.#held.delete(place.entryId)) return;
    if (answer === 'ack') this.#answers.ack(place);
    else if (!('givenBackFor' in answer)) this.#rejected(delivery, answer);
    else if (answer.givenBackFor <= 0) this.#answers.giveBack([place]);
    else this.#answers.requeue(place, { attempt, deliveries: count - 1, afterMs: answer.givenBackFor });
    this.#room.ring();
  }

  #rejected({ place, count, attempt }: RedisDelivery, { reason, requeue = false, afterMs = 0 }: Rejection): void {
    if (!requeue || count >= this.#maxDeliveries) this.#giveUp(place, { reason, deliveries: count });
    else this.#answers.requeue(place, { attempt: attempt + 1, deliveries: count, afterMs });
  }

  /** To the dead letters, where the queue has any. */
  #giveUp(place: Place, why: { readonly reason: string; readonly deliveries: number }): void {
    const { queue, kind = 'work' } = this.#subscription;
    if (kind !== 'work') return this.#answers.ack(place);
    const fields = { queue, messageId: place.messageId, ...why };
    this.#parts.log.warn(fields, 'a message goes to the dead letters; replay or drop it');
    this.#answers.bury(place, why);
  }

  /** Says that it lives, and hears what others have claimed from it all the same. */
  async #renew(signal: AbortSignal): Promise<void> {
    const { commands, keys, leaseMs, log } = this.#parts;
    const { queue, kind } = this.#subscription;
    const ids = [...this.#held.keys()];
    const lost = await commands.runSurely<readonly string[] | null>(renewScript, {
      keys: [keys.queue(queue), keys.owner(queue)],
      args: [this.name, String(leaseMs), kind === 'temporary' ? '1' : '0', ...ids],
      signal,
    });
    if (lost === null) {
      this.#mustDeclare = true;
      await this.#line.interrupt();
    } else if (lost.length > 0)
      log.warn({ queue, messages: lost.length }, 'leases ran out; others have these messages too');
  }

  async #stop(): Promise<void> {
    const ending = this.#loops.map((loop) => loop.close());
    this.#room.ring();
    await this.#line.interrupt();
    if (!this.#line.isConnected) await this.#line.close();
    await Promise.all(ending);
    await this.#line.close();
  }

  async #close(): Promise<void> {
    await this.stop();
    if (this.#running > 0)
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    for (const delivery of this.#held.values()) {
      delivery.forget();
      if (delivery.count >= this.#maxDeliveries)
        this.#giveUp(delivery.place, { reason: 'its consumer closed', deliveries: delivery.count });
    }
    this.#held.clear(); // the rest is given back with the consumer's name
    await this.#within(this.#parts.closingMs, async () => {
      await this.#answers.idle();
      await this.#leave();
    });
  }

  /** What does not reach the server by then comes again when the lease has run out. */
  async #within(ms: number, act: () => Promise<void>): Promise<void> {
    const done = new AbortController();
    const acting = act()
      .catch((error: unknown) => {
        this.#parts.log.warn(
          { queue: this.#subscription.queue, reason: messageOf(error) },
          'a consumer left without a word',
        );
      })
      .then(() => done.abort());
    await Promise.race([acting, this.#parts.clock.sleep(ms, done.signal)]);
  }
}

/** A queue that is deleted again and again is not declared more often. */
const QUEUE_GONE_MS = 100;
/** Messages that one read brings at most: each may have a megabyte. */
const MAX_READ = 500;
