/**
 * Messages on their way back: to their queue, at once or by the delay ladder, or to its dead letters. Each is a copy
 * that is confirmed before the original is acked, and carries what the consumer must know of the way so far.
 */
import type { Message as Frame } from 'amqplib';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { nextStep } from './delay-ladder.ts';
import type { Link } from './link.ts';
import type { RabbitNames } from './names.ts';
import type { Publisher } from './publisher.ts';
import type { Place } from './rabbit-delivery.ts';
import type { Topology } from './topology.ts';
import { copiedProperties, HEADER, idOf, isUrgent, numberIn, originOf, setExpiration, type Table } from './wire.ts';

type Parts = {
  readonly clock: Clock;
  readonly log: Log;
  readonly link: Link;
  readonly publisher: Publisher;
  readonly topology: Topology;
};

export type Way = {
  readonly attempt?: number;
  readonly deliveries?: number;
  readonly dueAt?: number | undefined;
  readonly isTemporary: boolean;
};

/** Told whether the server has the copy. */
export type AfterCopy = (isTaken: boolean) => void;

export class Returns {
  readonly names: RabbitNames;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.names = parts.topology.names;
  }

  /** A copy back to the queue that the message came from. */
  sendBack({ frame, lane }: Place, { attempt, deliveries, dueAt, isTemporary }: Way, after: AfterCopy): void {
    const ours: Table = { ...originOf(frame, this.names), ...this.#expiry(frame) };
    if (attempt !== undefined) ours[HEADER.attempt] = attempt;
    if (deliveries !== undefined) ours[HEADER.deliveries] = deliveries;
    ours[HEADER.dueAt] = dueAt;
    const waitMs = dueAt === undefined ? 0 : dueAt - this.#parts.clock.now();
    if (isTemporary) void this.#sendLater({ frame, ours, queue: lane.queue, waitMs }, after);
    else if (waitMs > 0) void this.#sendByLadder({ frame, ours, key: lane.key, waitMs }, after);
    else this.#send({ frame, ours, exchange: this.names.returnExchange, key: lane.key }, after);
  }

  /** A copy to the dead letters of the queue. */
  bury(
    { frame }: Place,
    { queue, reason, deliveries }: { readonly queue: string; readonly reason: string; readonly deliveries: number },
    after: AfterCopy,
  ): void {
    const ours: Table = { ...originOf(frame, this.names), ...expiresIn(frame) };
    ours[HEADER.reason] = reason.slice(0, MAX_REASON);
    ours[HEADER.deliveries] = deliveries;
    ours[HEADER.deadAt] = this.#parts.clock.now();
    for (const name of [HEADER.expiresAt, HEADER.dueAt, HEADER.attempt]) ours[name] = undefined;
    this.#send({ frame, ours, exchange: this.names.deadExchange, key: this.names.queue(queue) }, after);
  }

  /** A copy of a dead letter back to its queue, as if it were new. */
  revive(frame: Frame, queue: string, after: AfterCopy): void {
    const ours: Table = { ...originOf(frame, this.names), ...expiresIn(frame) };
    for (const name of [
      HEADER.expiresAt,
      HEADER.dueAt,
      HEADER.attempt,
      HEADER.deliveries,
      HEADER.reason,
      HEADER.deadAt,
    ])
      ours[name] = undefined;
    const key = isUrgent(frame) ? this.names.urgentQueue(queue) : this.names.queue(queue);
    this.#send({ frame, ours, exchange: this.names.returnExchange, key }, after);
  }

  /** By the queue that holds a message about as long as it has to wait. */
  async #sendByLadder(copy: Omit<Copy, 'exchange'> & { readonly waitMs: number }, after: AfterCopy): Promise<void> {
    const step = nextStep(copy.waitMs);
    if (step === undefined) return this.#send({ ...copy, exchange: this.names.returnExchange }, after);
    try {
      await this.#parts.topology.declareStep(await this.#parts.link.connected(), step);
    } catch (error) {
      this.#parts.log.warn({ step: step.name, err: error }, 'a queue for waiting messages could not be declared');
      return after(false);
    }
    this.#send({ ...copy, exchange: this.names.wait(step.name) }, after);
  }

  /** Of a queue that goes with its connection anyway, a message may as well wait here. */
  async #sendLater(
    { queue, waitMs, ...copy }: Omit<Copy, 'exchange' | 'key'> & { readonly queue: string; readonly waitMs: number },
    after: AfterCopy,
  ): Promise<void> {
    if (waitMs > 0) await this.#parts.clock.sleep(waitMs);
    this.#send({ ...copy, exchange: '', key: queue }, after);
  }

  #send({ frame, ours, exchange, key }: Copy, after: AfterCopy): void {
    const messageId = idOf(frame);
    const properties = copiedProperties(frame, ours);
    properties.mandatory = true;
    const expiresAt = numberIn(properties.headers, HEADER.expiresAt);
    const waits = ours[HEADER.dueAt] !== undefined;
    if (expiresAt !== undefined && !waits) setExpiration(properties, expiresAt - this.#parts.clock.now());
    this.#parts.publisher.post({
      exchange,
      routingKey: key,
      content: frame.content,
      properties,
      onConfirmed: (routed) => {
        const fields = { exchange, key, messageId };
        if (!routed)
          this.#parts.log.error(fields, 'nothing took a message on its way back; its queue is declared anew');
        after(routed);
      },
      onFailed: () => after(false),
    });
  }

  /** The first copy starts the time that is left, and all later ones keep to it. */
  #expiry(frame: Frame): Table {
    const { headers, expiration } = frame.properties;
    if (expiration === undefined || headers?.[HEADER.expiresAt] !== undefined) return {};
    const expiresInMs = Number(expiration);
    return { [HEADER.expiresIn]: expiresInMs, [HEADER.expiresAt]: this.#parts.clock.now() + expiresInMs };
  }
}

type Copy = { readonly frame: Frame; readonly ours: Table; readonly exchange: string; readonly key: string };

/** A reason is for a person, and headers must fit into a frame. */
const MAX_REASON = 2_000;

/** What the publisher said, for those who look at it; it does not expire any more. */
function expiresIn({ properties }: Frame): Table {
  const { headers, expiration } = properties;
  if (headers?.[HEADER.expiresIn] !== undefined) return {};
  const said = expiration ?? headers?.['x-death']?.[0]?.['original-expiration'];
  return said === undefined ? {} : { [HEADER.expiresIn]: Number(said) };
}
