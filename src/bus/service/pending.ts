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
import type { Deadline } from './deadlines.ts';
import type { CallOptions, Question } from './question.ts';
import { Reply } from './reply.ts';
import { StreamReader } from './stream-reader.ts';

export type PendingParts = {
  readonly app: Pick<AppParts, 'clock' | 'deadlines'>;
  readonly forget: (pending: Pending) => void;
  /** Tells the service that nobody waits any more. */
  readonly giveUp: (pending: Pending, reason: string) => void;
  /** Tells the app that streams that the reader takes more. */
  readonly more: (pending: Pending, items: number) => void;
};

export class Pending {
  readonly question: Question;
  readonly options: CallOptions;
  readonly id: string;
  readonly deadline: Instant;
  readonly reply: Reply<unknown>;
  /** The app that streams the answer. */
  from: string | undefined;
  readonly #timeoutMs: number;
  readonly #parts: PendingParts;
  readonly #stopListening: (() => void)[] = [];
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #timer: Deadline | undefined;
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
    [this.question, this.options, this.id, this.deadline] = [question, options, id, deadline];
    [this.#timeoutMs, this.#parts] = [timeoutMs, parts];
    this.reply = new Reply((resolve, reject) => {
      [this.#resolve, this.#reject] = [resolve, reject];
    });
    this.reply.items = () => this.#open()[Symbol.asyncIterator]();
    this.#wait(deadline);
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
    this.#wait(this.#parts.app.clock.now() + this.#timeoutMs);
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

  #wait(at: Instant): void {
    this.#timer?.cancel();
    this.#timer = this.#parts.app.deadlines.add(at, () => {
      if (this.#reader?.isBehind === true) return this.#wait(this.#parts.app.clock.now() + this.#timeoutMs);
      const { service, operation } = this.question;
      this.#parts.giveUp(this, 'its deadline has passed');
      this.reject(new MillraceError('bus.call-timeout', { service, operation, timeoutMs: this.#timeoutMs }));
    });
  }

  /** The signal that was given, and the end of the handler that calls. */
  #listen(): void {
    const { signal } = this.options;
    if (signal !== undefined) {
      const abort = (): void => this.#abort(messageOf(signal.reason));
      if (signal.aborted) queueMicrotask(abort);
      signal.addEventListener('abort', abort, { once: true });
      this.#stopListening.push(() => signal.removeEventListener('abort', abort));
    }
    const cancellation = currentCall()?.cancellation;
    if (cancellation !== undefined) {
      this.#stopListening.push(cancellation.onAbort((reason) => this.#abort(messageOf(reason))));
    }
  }

  #abort(reason: string): void {
    const { service, operation } = this.question;
    this.#parts.giveUp(this, reason);
    this.reject(new MillraceError('bus.call-cancelled', { service, operation, reason }));
  }

  #end(): void {
    this.#timer?.cancel();
    for (const stop of this.#stopListening.splice(0)) stop();
    this.#parts.forget(this);
  }
}
