/**
 * A call that waits for its answer.
 *
 * Open until the answer, an error, the deadline, the abort of its signal or the loss of its connection; whatever comes first
 * ends it, and the rest is ignored. A stream stays open: items are kept until they are read, the reader's credit goes out as
 * it reads, and the deadline is about the next item.
 */

import type { Instant } from '../../kernel/clock.ts';
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import type { Message } from '../broker.ts';
import { isJsonContent, jsonValue } from '../envelope.ts';
import type { AppParts } from './app-parts.ts';
import { currentCall } from './call-context.ts';
import type { Due } from './deadlines.ts';
import type { CallOptions, Question } from './question.ts';
import { type Reply, replyOf } from './reply.ts';
import { StreamReader } from './stream-reader.ts';

export type PendingParts = {
  readonly app: Pick<AppParts, 'clock'>;
  readonly forget: (pending: Pending) => void;
  /** Tells the service that nobody waits any more. */
  readonly giveUp: (pending: Pending, reason: string) => void;
  /** Tells the app that streams that the reader takes more. */
  readonly more: (pending: Pending, items: number) => void;
};

export class Pending implements Due {
  readonly question: Question;
  readonly options: CallOptions;
  readonly id: string;
  /** Until then an answer, or the next item of a stream, must come. */
  deadline: Instant;
  /** Where it stands among those that wait. */
  place = -1;
  /** By this its answer is known: the place first, so that it is found at once. */
  correlation = '';
  readonly reply: Reply<unknown>;
  /** The app that streams the answer. */
  from: string | undefined;
  readonly #timeoutMs: number;
  readonly #parts: PendingParts;
  #stopListening: (() => void)[] | undefined;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #reader: StreamReader | undefined;

  constructor({
    question,
    options,
    id,
    deadline,
    timeoutMs,
    parts,
  }: Pick<Pending, 'question' | 'options' | 'id' | 'deadline'> & {
    readonly timeoutMs: number;
    readonly parts: PendingParts;
  }) {
    this.question = question;
    this.options = options;
    this.id = id;
    this.deadline = deadline;
    this.#timeoutMs = timeoutMs;
    this.#parts = parts;
    const promise = new Promise<unknown>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.reply = replyOf(promise, () => this.#open()[Symbol.asyncIterator]());
    this.#listen();
  }

  get isIdempotent(): boolean {
    return this.options.idempotent === true;
  }

  get isStream(): boolean {
    return this.from !== undefined;
  }

  answer(message: Message): void {
    try {
      const isJson = isJsonContent(message.contentType);
      this.resolve(isJson ? jsonValue(message) : message.body);
    } catch (error) {
      this.reject(error);
    }
  }

  resolve(value: unknown): void {
    this.#end();
    this.#resolve(value);
    this.#reader?.single(value);
  }

  reject(error: unknown): void {
    this.#end();
    this.#reject(error);
    this.#reader?.fail(error);
  }

  item(place: number, value: unknown): void {
    this.#renew();
    this.#open().add(place, value);
  }

  end(place: number): void {
    this.#end();
    this.#resolve(undefined);
    this.#open().end(place);
  }

  #open(): StreamReader {
    this.#reader ??= new StreamReader({
      more: (items) => this.#parts.more(this, items),
      leave: () => this.#abort('the reader left the stream'),
    });
    return this.#reader;
  }

  /** A reader that is behind keeps itself waiting. */
  onLate(): void {
    if (this.#reader?.isBehind === true) return this.#renew();
    const { service, operation } = this.question;
    this.#parts.giveUp(this, 'its deadline has passed');
    this.reject(new MillraceError('bus.call-timeout', { service, operation, timeoutMs: this.#timeoutMs }));
  }

  #renew(): void {
    this.deadline = this.#parts.app.clock.now() + this.#timeoutMs;
  }

  /** The signal that was given, and the end of the handler that calls. */
  #listen(): void {
    const { signal } = this.options;
    if (signal !== undefined) {
      const abort = (): void => this.#abort(messageOf(signal.reason));
      if (signal.aborted) queueMicrotask(abort);
      signal.addEventListener('abort', abort, { once: true });
      this.#onEnd(() => signal.removeEventListener('abort', abort));
    }
    const cancellation = currentCall()?.cancellation;
    if (cancellation !== undefined) {
      this.#onEnd(cancellation.onAbort((reason) => this.#abort(messageOf(reason))));
    }
  }

  #onEnd(stop: () => void): void {
    this.#stopListening ??= [];
    this.#stopListening.push(stop);
  }

  #abort(reason: string): void {
    const { service, operation } = this.question;
    this.#parts.giveUp(this, reason);
    this.reject(new MillraceError('bus.call-cancelled', { service, operation, reason }));
  }

  #end(): void {
    for (const stop of this.#stopListening?.splice(0) ?? []) stop();
    this.#parts.forget(this);
  }
}
