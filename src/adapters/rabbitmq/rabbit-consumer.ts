/**
 * One subscription, over any number of connections.
 *
 * A message arrives from one of the lanes of the queue and is handed out while the consumer holds fewer than its
 * prefetch; otherwise it waits here, urgent ones before the others. It stays unacked on the server until it is
 * answered, so a broken connection or a dead process returns it to its queue, where the server counts that.
 *
 * ack: acked. give back: returned to its place. reject: a copy is published – to the dead letters, or back to the queue
 * by way of the delay ladder – and on its confirm the original is acked; between the two a crash leaves both, never none.
 * What belongs to a channel that is gone is forgotten: the server hands it out again.
 */
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { Consumer, Subscription } from '../../bus/broker.ts';
import { messageOf } from '../../kernel/errors.ts';
import { service } from '../../kernel/lifecycle.ts';
import { EXPIRED } from './dead-letter.ts';
import { leftToWaitMs } from './delay-ladder.ts';
import { answerOf } from './driver.ts';
import { type Answer, type Place, RabbitDelivery, type Rejection, type Session } from './rabbit-delivery.ts';
import type { Returns } from './returns.ts';
import { type ChannelParts, openStandingChannel, plainChannel, type StandingChannel } from './standing-channel.ts';
import type { Lane } from './topology.ts';
import { deliveriesOf, HEADER, idOf, messageFrom, numberIn } from './wire.ts';

type Waiting = { readonly urgent: Place[]; readonly usual: Place[] };

export type ConsumerParts = ChannelParts & {
  readonly returns: Returns;
  readonly maxDeliveries: number;
  /** Declares the queue with everything it needs. */
  readonly declare: (connection: ChannelModel) => Promise<Lane[]>;
};

/** What a closing consumer still has to send may take this long. */
const CLOSING_MS = 10_000;

export class RabbitConsumer {
  readonly #parts: ConsumerParts;
  readonly #subscription: Subscription;
  readonly #held = new Set<RabbitDelivery>();
  readonly #idle = new Set<() => void>();
  readonly #take = (delivery: RabbitDelivery, answer: Answer): void => this.#answered(delivery, answer);
  #waiting: Waiting = { urgent: [], usual: [] };
  #session: Session | undefined;
  #standing: StandingChannel | undefined;
  #stopping: Promise<void> | undefined;
  /** Handlers that run, and copies on their way. */
  #running = 0;
  #returning = 0;

  constructor(subscription: Subscription, parts: ConsumerParts) {
    this.#subscription = subscription;
    this.#parts = parts;
  }

  /** Consumes from now on. What the server has against it is thrown. */
  async open(onClosed: () => void): Promise<Consumer> {
    this.#standing = await openStandingChannel(this.#parts, {
      purpose: `the consumer of ${this.#subscription.queue}`,
      open: plainChannel,
      setUp: (channel, connection) => this.#setUp(channel, connection),
      onDown: () => this.#down(),
    });
    return service({ stop: () => this.stop() }, async () => {
      await this.#close();
      onClosed();
    });
  }

  get unacked(): number {
    return this.#held.size + this.#returning + this.#waiting.urgent.length + this.#waiting.usual.length;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #setUp(channel: Channel, connection: ChannelModel): Promise<void> {
    const lanes = await this.#parts.declare(connection);
    if (this.#stopping !== undefined) return;
    const session: Session = { channel, connection, isOpen: true, tags: [] };
    this.#session = session;
    await channel.prefetch(this.#subscription.prefetch);
    for (const lane of lanes) {
      const { consumerTag } = await channel.consume(lane.queue, (frame) => this.#arrive(frame, lane, session));
      session.tags.push(consumerTag);
    }
    if (this.#stopping !== undefined) await endDeliveries(session);
  }

  #down(): void {
    if (this.#session !== undefined) this.#session.isOpen = false;
    this.#session = undefined;
    this.#held.clear();
    this.#waiting = { urgent: [], usual: [] };
  }

  /** No frame means that the server ended the consumer: its queue was deleted, or has moved. */
  #arrive(frame: ConsumeMessage | null, lane: Lane, session: Session): void {
    if (frame === null) return this.#standing?.renew();
    const place = { frame, lane, session };
    if (this.#stopping !== undefined) this.#giveBack(place, deliveriesOf(place.frame) + 1);
    else if (this.#held.size < this.#subscription.prefetch) this.#handOut(place);
    else (lane.isUrgent ? this.#waiting.urgent : this.#waiting.usual).push(place);
  }

  #handOutNext(): void {
    while (this.#held.size < this.#subscription.prefetch) {
      const place = this.#waiting.urgent.shift() ?? this.#waiting.usual.shift();
      if (place === undefined) return;
      this.#handOut(place);
    }
  }

  #handOut(place: Place): void {
    const { frame } = place;
    const { headers } = frame.properties;
    const count = deliveriesOf(place.frame) + 1;
    if (headers !== undefined && this.#isHeldUp(place, { headers, count })) return;
    const attempt = numberIn(headers, HEADER.attempt) ?? 1;
    const delivery = new RabbitDelivery(place, { count, attempt }, this.#take);
    this.#held.add(delivery);
    try {
      const running = this.#subscription.onMessage(messageFrom(frame, this.#parts.returns.names), delivery);
      if (running !== undefined) void this.#follow(running, delivery);
    } catch (error) {
      this.#threw(delivery, error);
    }
  }

  /** Whether the message is not to be handed out: not yet, or not any more. */
  #isHeldUp(
    place: Place,
    { headers, count }: { readonly headers: Record<string, unknown>; readonly count: number },
  ): boolean {
    const now = this.#parts.clock.now();
    const dueAt = numberIn(headers, HEADER.dueAt);
    const expiresAt = numberIn(headers, HEADER.expiresAt);
    if (expiresAt !== undefined && expiresAt <= now) this.#giveUp(place, { reason: EXPIRED, deliveries: count - 1 });
    else if (count > this.#parts.maxDeliveries)
      this.#giveUp(place, { reason: 'its consumers went without an answer', deliveries: count - 1 });
    else if (dueAt !== undefined && leftToWaitMs(dueAt, now) > 0) this.#returnWith(place, { dueAt });
    else return false;
    return true;
  }

  async #follow(running: Promise<void>, delivery: RabbitDelivery): Promise<void> {
    this.#running += 1;
    try {
      await running;
    } catch (error) {
      this.#threw(delivery, error);
    }
    this.#running -= 1;
    this.#wakeIfIdle();
  }

  #threw(delivery: RabbitDelivery, error: unknown): void {
    const fields = { queue: this.#subscription.queue, messageId: idOf(delivery.place.frame), delivery: delivery.count };
    const said = 'a consumer threw; the message goes back to its queue unless it was already answered';
    this.#parts.log.warn({ ...fields, err: error }, said);
    delivery.reject({ reason: messageOf(error), requeue: true });
  }

  #answered(delivery: RabbitDelivery, answer: Answer): void {
    if (!this.#held.delete(delivery)) return;
    const { place, count } = delivery;
    if (answer === 'ack') ack(place);
    else if ('givenBackFor' in answer) this.#giveBack(place, count, answer.givenBackFor);
    else this.#rejected(delivery, answer);
    this.#handOutNext();
  }

  #rejected({ place, count, attempt }: RabbitDelivery, { reason, requeue = false, afterMs = 0 }: Rejection): void {
    if (!requeue || count >= this.#parts.maxDeliveries) return this.#giveUp(place, { reason, deliveries: count });
    const dueAt = afterMs > 0 ? this.#parts.clock.now() + afterMs : undefined;
    this.#returnWith(place, { attempt: attempt + 1, deliveries: count, dueAt });
  }

  /**
   * Before RabbitMQ 4.3 the server counts what a work queue gets back, which is no harm as long as it may come once more.
   * What may not, what has to wait, and what lies in a queue that only marks it as handed out comes back as a copy.
   */
  #giveBack(place: Place, count: number, afterMs = 0): void {
    const { session, frame } = place;
    if (!session.isOpen) return;
    const byNack = this.#parts.link.rules.giveBackBy === 'nack';
    if (afterMs > 0) this.#returnWith(place, { deliveries: count - 1, dueAt: this.#parts.clock.now() + afterMs });
    else if (!this.#isWork || (!byNack && count >= this.#parts.maxDeliveries))
      this.#returnWith(place, { deliveries: count - 1 });
    else if (byNack) session.channel.nack(frame, false, true);
    else session.channel.reject(frame, true);
  }

  get #isWork(): boolean {
    return (this.#subscription.kind ?? 'work') === 'work';
  }

  #giveUp(place: Place, why: { readonly reason: string; readonly deliveries: number }): void {
    if (this.#isWork) {
      const fields = { queue: this.#subscription.queue, messageId: idOf(place.frame), ...why };
      this.#parts.log.warn(fields, 'a message goes to the dead letters; replay or drop it');
      this.#send(place, (after) => this.#parts.returns.bury(place, { ...why, queue: this.#subscription.queue }, after));
    } else if (place.session.isOpen) place.session.channel.reject(place.frame, false);
  }

  #returnWith(
    place: Place,
    way: { readonly attempt?: number; readonly deliveries?: number; readonly dueAt?: number | undefined },
  ): void {
    const isTemporary = this.#subscription.kind === 'temporary';
    this.#send(place, (after) => this.#parts.returns.sendBack(place, { ...way, isTemporary }, after));
  }

  /** Publishes a copy, and acks the original when the server has it. */
  #send(place: Place, publish: (after: (isTaken: boolean) => void) => void): void {
    this.#returning += 1;
    publish((isTaken) => {
      this.#returning -= 1;
      if (isTaken) ack(place);
      else if (place.session.isOpen && this.#stopping === undefined) this.#standing?.renew();
      this.#wakeIfIdle();
    });
  }

  async #stop(): Promise<void> {
    if (this.#session !== undefined) await endDeliveries(this.#session);
    const { urgent, usual } = this.#waiting;
    this.#waiting = { urgent: [], usual: [] };
    for (const place of [...urgent, ...usual]) this.#giveBack(place, deliveriesOf(place.frame) + 1);
  }

  async #close(): Promise<void> {
    await this.stop();
    await this.#until(() => this.#running === 0);
    for (const delivery of this.#held) {
      delivery.forget();
      if (delivery.count >= this.#parts.maxDeliveries)
        this.#giveUp(delivery.place, { reason: 'its consumer closed', deliveries: delivery.count });
    }
    this.#held.clear(); // the rest goes back with the channel
    await this.#until(() => this.#returning === 0, CLOSING_MS);
    await this.#standing?.close();
  }

  async #until(isSo: () => boolean, ms = Number.POSITIVE_INFINITY): Promise<void> {
    const late = new AbortController();
    const tooLate = ms === Number.POSITIVE_INFINITY ? undefined : this.#parts.clock.sleep(ms, late.signal);
    let isOver = false;
    void tooLate?.then(() => {
      isOver = true;
      this.#wakeIfIdle();
    });
    while (!isSo() && !isOver) await new Promise<void>((resolve) => this.#idle.add(resolve));
    late.abort();
  }

  #wakeIfIdle(): void {
    if (this.#idle.size === 0) return;
    for (const wake of this.#idle) wake();
    this.#idle.clear();
  }
}

function ack({ session, frame }: Place): void {
  if (session.isOpen) session.channel.ack(frame);
}

/** Resolves when the server delivers nothing more. */
async function endDeliveries({ channel, connection, tags }: Session): Promise<void> {
  const cancel = async (): Promise<void> => {
    for (const tag of tags.splice(0)) await channel.cancel(tag);
  };
  await answerOf(connection, cancel, CLOSING_MS).catch(() => {}); // the channel is gone, and its consumers
}
