/**
 * Publishes on a channel with confirms, and no more at a time than its window.
 *
 * waiting: the window is full, the server is away or takes nothing, or the exchange is not declared yet.
 * sent: on its way to the confirm. If the channel is lost first, it is sent again on the next one, under the same id:
 *   the server may have it twice, and consumers know it by its id.
 * refused: a queue that matches is full (basic.nack). It is sent again after a growing pause.
 * confirmed: every matching queue has it. A message that no queue took comes back before its confirm (basic.return).
 *
 * A letter is what is published: one object for all of its way, so that the usual case allocates little.
 */
import { setMaxListeners } from 'node:events';
import type { ChannelModel, ConfirmChannel, Message as Frame, Options } from 'amqplib';
import { type Backoff, backoffMs } from '../../kernel/backoff.ts';
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import type { Service } from '../../kernel/lifecycle.ts';
import type { Exchanges } from './exchange-register.ts';
import { SentLetters } from './sent-letters.ts';
import { ACCESS_REFUSED, codeOf } from './side-channel.ts';
import { type ChannelParts, confirmChannel, openStandingChannel, type StandingChannel } from './standing-channel.ts';

export type Letter = {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: Options.Publish;
  onConfirmed: (routed: boolean) => void;
  onFailed: (error: unknown) => void;
  /** Given back by the server: no queue took it. */
  isReturned?: boolean;
  refusals?: number;
  channelsLost?: number;
};

export type PublisherOptions = {
  readonly purpose: string;
  /** Letters that may be unconfirmed at a time. */
  readonly window: number;
  /** Letters that may wait beside them before more are refused. */
  readonly maxWaiting: number;
};

const REFUSED_AGAIN: Backoff = { firstMs: 20, longestMs: 2_000 };
/** A letter that was under way when the server closed so many channels is taken for the reason. */
const MAX_CHANNELS_LOST = 5;

export class Publisher {
  readonly #parts: ChannelParts;
  readonly #options: PublisherOptions;
  readonly #exchanges: Exchanges;
  readonly #sent = new SentLetters<Letter>();
  readonly #refused = new Set<Letter>();
  readonly #stop = new AbortController();
  readonly #idle = new Set<() => void>();
  #waiting: Letter[] = [];
  /** Of `#waiting`, those before this are sent; taking the first of a long array costs too much. */
  #head = 0;
  #channel: ConfirmChannel | undefined;
  #standing: StandingChannel | undefined;
  #isPaused = false;

  constructor(parts: ChannelParts, exchanges: Exchanges, options: PublisherOptions) {
    setMaxListeners(0, this.#stop.signal); // everybody who waits for room listens to it
    this.#parts = parts;
    this.#exchanges = exchanges;
    this.#options = options;
  }

  async open(): Promise<void> {
    this.#standing = await openStandingChannel(this.#parts, {
      purpose: this.#options.purpose,
      open: confirmChannel,
      setUp: (channel, connection) => this.#setUp(channel, connection),
      onDown: (error) => this.#down(error),
    });
  }

  /** Letters on their way to the confirm. */
  get count(): number {
    return this.#sent.size + this.#refused.size + this.#waitingCount;
  }

  get isCrowded(): boolean {
    return this.count >= this.#options.window + this.#options.maxWaiting;
  }

  get #waitingCount(): number {
    return this.#waiting.length - this.#head;
  }

  post(letter: Letter): void {
    if (this.#stop.signal.aborted) return letter.onFailed(new MillraceError('bus.closed'));
    if (this.#waitingCount === 0 && this.#canSend && this.#exchanges.has(letter.exchange)) this.#send(letter);
    else this.#wait(letter);
  }

  /** Takes back a letter that still waits; answers whether it did. */
  withdraw(letter: Letter): boolean {
    const place = this.#waiting.indexOf(letter, this.#head);
    if (place >= 0) this.#waiting.splice(place, 1);
    return this.#refused.delete(letter) || place >= 0;
  }

  /** Sends nothing while the server takes nothing. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#pump();
  }

  /** Waits until nothing is on its way any more, but not longer than `ms`; then what is left has failed. */
  async close(ms: number): Promise<void> {
    if (this.count > 0) {
      const wake = new AbortController();
      const done = (): void => wake.abort();
      this.#idle.add(done);
      await this.#parts.clock.sleep(ms, wake.signal);
      this.#idle.delete(done);
    }
    this.#stop.abort();
    const left = [...this.#sent.startAnew(), ...this.#refused, ...this.#waiting.slice(this.#head)];
    this.#refused.clear();
    this.#waiting = [];
    this.#head = 0;
    for (const { onFailed } of left) onFailed(new MillraceError('bus.closed'));
    await (this.#standing as Service | undefined)?.close();
  }

  get #canSend(): boolean {
    return this.#channel !== undefined && !this.#isPaused && this.#sent.size < this.#options.window;
  }

  #send(letter: Letter): void {
    const { exchange, routingKey, content, properties } = letter;
    letter.isReturned = false;
    try {
      this.#channel?.publish(exchange, routingKey, content, properties);
    } catch (error) {
      return this.#unsendable(letter, error);
    }
    this.#sent.add(letter);
  }

  /** The driver could not write it down, or the channel has just gone. */
  #unsendable(letter: Letter, error: unknown): void {
    if (error instanceof Error && error.name === 'IllegalOperationError') {
      this.#channel = undefined;
      this.#waiting.splice(this.#head, 0, letter);
      return;
    }
    letter.onFailed(error);
  }

  #wait(letter: Letter): void {
    this.#waiting.push(letter);
    if (!this.#exchanges.has(letter.exchange)) this.#declare(letter.exchange);
  }

  #pump(): void {
    while (this.#canSend && this.#head < this.#waiting.length) {
      const letter = this.#waiting[this.#head];
      if (letter === undefined || !this.#exchanges.has(letter.exchange)) break;
      this.#head += 1;
      this.#send(letter);
    }
    if (this.#head < this.#waiting.length) {
      const next = this.#waiting[this.#head];
      if (next !== undefined && this.#channel !== undefined) this.#declare(next.exchange);
    }
    if (this.#head > TIDY_FROM || this.#head === this.#waiting.length) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    if (this.count === 0) for (const wake of this.#idle) wake();
  }

  /** Declares an exchange on the side. If that is refused, everything for it is. */
  #declare(exchange: string): void {
    if (this.#channel === undefined || this.#exchanges.has(exchange)) return;
    void this.#exchanges.declare(exchange).then(
      () => this.#pump(),
      (error: unknown) => {
        this.#fail((letter) => letter.exchange === exchange, refusal(exchange, error));
        this.#pump();
      },
    );
  }

  async #setUp(channel: ConfirmChannel, connection: ChannelModel): Promise<void> {
    channel.on('ack', ({ deliveryTag, multiple }) => this.#settle(deliveryTag, { multiple, isTaken: true }));
    channel.on('nack', ({ deliveryTag, multiple }) => this.#settle(deliveryTag, { multiple, isTaken: false }));
    channel.on('return', (frame) => this.#returned(frame));
    this.#exchanges.use(connection);
    this.#channel = channel;
    queueMicrotask(() => this.#pump());
  }

  /** What was under way goes first on the next channel. */
  #down(error: Error | undefined): void {
    this.#channel = undefined;
    const unconfirmed = this.#sent.startAnew();
    this.#waiting = [...unconfirmed, ...this.#waiting.slice(this.#head)];
    this.#head = 0;
    if (error === undefined) return;
    this.#exchanges.forget();
    const [, exchange] = /exchange '([^']*)'/.exec(error.message) ?? [];
    for (const letter of unconfirmed) letter.channelsLost = (letter.channelsLost ?? 0) + 1;
    const isBlamed = (letter: Letter): boolean =>
      (letter.channelsLost ?? 0) >= MAX_CHANNELS_LOST || (isForbidden(error) && letter.exchange === exchange);
    this.#fail(isBlamed, refusal(exchange ?? '', error));
  }

  #settle(tag: number, { multiple, isTaken }: { readonly multiple: boolean; readonly isTaken: boolean }): void {
    for (const letter of this.#sent.take(tag, multiple)) {
      if (isTaken) letter.onConfirmed(letter.isReturned !== true);
      else void this.#sendAgain(letter);
    }
    this.#pump();
  }

  async #sendAgain(letter: Letter): Promise<void> {
    const { clock, random } = this.#parts;
    letter.refusals = (letter.refusals ?? 0) + 1;
    this.#refused.add(letter);
    await clock.sleep(backoffMs(REFUSED_AGAIN, letter.refusals, random), this.#stop.signal);
    if (!this.#refused.delete(letter)) return;
    this.#waiting.push(letter);
    this.#pump();
  }

  /** Comes in the order of publishing, before the confirm; the first that it can be is it. */
  #returned({ fields, properties }: Frame): void {
    for (const letter of this.#sent.all()) {
      if (letter.isReturned === true || letter.properties.messageId !== properties.messageId) continue;
      if (letter.exchange !== fields.exchange || letter.routingKey !== fields.routingKey) continue;
      letter.isReturned = true;
      return;
    }
  }

  #fail(isMeant: (letter: Letter) => boolean, error: MillraceError): void {
    const failed = this.#waiting.slice(this.#head).filter(isMeant);
    this.#waiting = this.#waiting.slice(this.#head).filter((letter) => !isMeant(letter));
    this.#head = 0;
    for (const { onFailed } of failed) onFailed(error);
  }
}

/** Sent letters that may lie at the front of the waiting ones before they are taken out. */
const TIDY_FROM = 1_000;

const isForbidden = (error: Error): boolean => codeOf(error) === ACCESS_REFUSED;

const refusal = (exchange: string, cause: unknown): MillraceError =>
  new MillraceError('bus.refused', { exchange, reason: messageOf(cause) }, { cause });
