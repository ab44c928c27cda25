/**
 * Asks and tells: sends calls and commands, and brings each answer to the one who waits for it.
 *
 * A call waits until its answer comes, its deadline passes, its signal aborts, or the connection that would bring the
 * answer breaks; then an idempotent one is sent again under the same id. Whether an operation is a call or a command only
 * its service knows: what nobody takes as a call is offered as a command, and remembered as that.
 */
import { MillraceError } from '../../kernel/errors.ts';
import { Slots } from '../../kernel/slots.ts';
import { type Inbox, JSON_CONTENT, type Message } from '../broker.ts';
import { jsonText, jsonValue } from '../envelope.ts';
import type { AppParts } from './app-parts.ts';
import { currentCall } from './call-context.ts';
import { DEFAULT_CALL_TIMEOUT_MS } from './operation.ts';
import { Pending, type PendingParts } from './pending.ts';
import type { CallOptions, Question } from './question.ts';
import { type Reply, replyFrom } from './reply.ts';
import { readError } from './service-error.ts';
import { appKey, COMMAND_EXCHANGE, CONTROL_EXCHANGE, type Control, cancelKey, header, RPC_EXCHANGE } from './wire.ts';

/** Calls that were given up and whose answer is still wanted; of more, those given up first are forgotten. */
const MAX_GIVEN_UP = 1_000;

export class Caller {
  readonly #app: AppParts;
  /** What pending calls need of their caller. */
  readonly #pendingParts: PendingParts;
  readonly #pending = new Slots<Pending>();
  readonly #stopWatching: () => void;
  #calls = 0;
  /** Operations that turned out to be commands. */
  readonly #commands = new Set<string>();
  /** By their correlation: who takes the answer that may still come. */
  readonly #givenUp = new Map<string, (answer: unknown) => void>();
  #inbox: Inbox | undefined;
  #opening: Promise<Inbox> | undefined;
  #isClosed = false;

  constructor(app: AppParts) {
    this.#app = app;
    this.#stopWatching = app.deadlines.watch(this.#pending);
    this.#pendingParts = {
      app,
      forget: ({ place }) => this.#pending.remove(place),
      giveUp: (pending, reason) => this.#cancel(pending, reason),
      more: ({ from = '', id }, items) => void this.#control(appKey(from), { kind: 'credit', call: id, items }),
    };
  }

  /** A call's answer, or the confirm of a command. */
  ask(question: Question, options: CallOptions = {}): Reply<unknown> {
    const { service, operation, kind } = question;
    if (this.#isClosed) return replyFrom(Promise.reject(new MillraceError('bus.stopping', { service, operation })));
    const isCommand = kind === 'command' || this.#commands.has(question.address);
    if (isCommand) return replyFrom(this.tell(question, options));
    const timeoutMs = this.#timeLeft(options);
    const pending = new Pending({
      question,
      options,
      id: options.id ?? this.#app.nextId(),
      deadline: this.#app.clock.now() + timeoutMs,
      timeoutMs,
      parts: this.#pendingParts,
    });
    pending.place = this.#pending.add(pending);
    pending.correlation = `${pending.place}.${this.#calls++}`;
    this.#app.deadlines.wake();
    this.#send(pending);
    return pending.reply;
  }

  /** Resolves at the broker's confirm. */
  async tell(question: Question, options: CallOptions = {}): Promise<void> {
    const { service, operation } = question;
    if (this.#isClosed) throw new MillraceError('bus.stopping', { service, operation });
    const { body, contentType = JSON_CONTENT, address: routingKey } = question;
    const message = {
      ...{ id: options.id ?? this.#app.nextId(), exchange: COMMAND_EXCHANGE, routingKey, body, contentType },
      ...{ headers: this.#traced(question.headers), at: this.#app.clock.now() },
      ...(options.urgent === true && { urgent: true }),
    };
    const { routed } = await this.#app.broker.publish(message, options.signal && { signal: options.signal });
    if (!routed) throw new MillraceError('bus.no-such-service', { service, operation });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopWatching();
    for (const pending of this.#pending.all()) {
      const { service, operation } = pending.question;
      pending.reject(new MillraceError('bus.stopping', { service, operation }));
    }
    await (this.#inbox ?? (await this.#opening?.catch(() => undefined)))?.close();
  }

  /** Not longer than the handler that calls may last. */
  #timeLeft({ timeoutMs = DEFAULT_CALL_TIMEOUT_MS }: CallOptions): number {
    const deadline = currentCall()?.deadline;
    return deadline === undefined ? timeoutMs : Math.min(timeoutMs, Math.max(1, deadline - this.#app.clock.now()));
  }

  #send(pending: Pending): void {
    const fail = (error: unknown): void => pending.reject(error);
    if (this.#inbox === undefined) this.#openInbox().then((inbox) => this.#ask(pending, inbox), fail);
    else this.#ask(pending, this.#inbox);
  }

  #ask(pending: Pending, inbox: Inbox): void {
    const { question, id, options } = pending;
    const { clock, broker } = this.#app;
    const at = clock.now();
    const timeoutMs = Math.max(1, Math.ceil(pending.deadline - at));
    const message = {
      id,
      exchange: RPC_EXCHANGE,
      routingKey: question.address,
      body: question.body,
      contentType: question.contentType ?? JSON_CONTENT,
      headers: this.#traced(question.headers),
      at,
      replyTo: inbox.address,
      correlationId: pending.correlation,
      expiresInMs: timeoutMs,
    };
    const fail = (error: unknown): void => pending.reject(error);
    broker.publish(options.urgent === true ? { ...message, urgent: true } : message).then(({ routed }) => {
      if (!routed) this.#offerAsCommand(pending).catch(fail);
    }, fail);
  }

  async #offerAsCommand(pending: Pending): Promise<void> {
    const { service, operation, kind } = pending.question;
    if (kind === 'rpc') throw new MillraceError('bus.no-such-service', { service, operation });
    await this.tell(pending.question, { ...pending.options, id: pending.id });
    this.#commands.add(pending.question.address);
    pending.resolve(undefined);
  }

  /** With the trace of the handler that calls, if one does. */
  #traced(headers: Record<string, string>): Record<string, string> {
    const trace = currentCall()?.trace;
    const all = trace === undefined ? headers : { ...trace, ...headers };
    this.#app.tracing?.inject(all);
    return all;
  }

  async #openInbox(): Promise<Inbox> {
    this.#opening ??= this.#app.broker.openInbox({
      onMessage: (message) => this.#receive(message),
      onLost: () => this.#onLost(),
    });
    try {
      this.#inbox = await this.#opening;
      return this.#inbox;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  #receive(message: Message): void {
    const { correlationId = '' } = message;
    const pending = this.#pending.at(Number.parseInt(correlationId, 10));
    if (pending?.correlation !== correlationId) return this.#receiveLate(correlationId, message);
    const { headers } = message;
    if (headers[header.error] !== undefined) return pending.reject(readError(valueOr(message)));
    if (headers[header.seq] === undefined) return pending.answer(message);
    pending.from = headers[header.from];
    if (headers[header.end] !== undefined) pending.end(Number(headers[header.seq]));
    else pending.item(Number(headers[header.seq]), jsonValue(message));
  }

  /** Its caller has given up. */
  #receiveLate(correlationId: string, message: Message): void {
    const take = this.#givenUp.get(correlationId);
    this.#givenUp.delete(correlationId);
    if (take !== undefined && message.headers[header.error] === undefined) take(jsonValue(message));
  }

  #onLost(): void {
    this.#givenUp.clear();
    for (const pending of this.#pending.all()) {
      if (pending.isIdempotent && !pending.isStream) {
        this.#send(pending);
      } else {
        if (pending.options.late !== undefined) this.#cancel(pending, 'the way back to its caller broke');
        const { service, operation } = pending.question;
        pending.reject(new MillraceError('bus.connection-lost', { service, operation }));
      }
    }
  }

  #cancel(pending: Pending, reason: string): void {
    const { late } = pending.options;
    if (late !== undefined) {
      this.#givenUp.set(pending.correlation, late);
      const [eldest] = this.#givenUp.size > MAX_GIVEN_UP ? this.#givenUp.keys() : [];
      if (eldest !== undefined) this.#givenUp.delete(eldest);
    }
    void this.#control(cancelKey(pending.question.service), { kind: 'cancel', call: pending.id, reason });
  }

  async #control(routingKey: string, control: Control): Promise<void> {
    if (this.#isClosed) return;
    const { broker, clock, log, nextId } = this.#app;
    const id = nextId();
    const body = jsonText(id, control);
    await broker
      .publish({ id, exchange: CONTROL_EXCHANGE, routingKey, body, headers: {}, at: clock.now() })
      .catch((error: unknown) => {
        log.warn({ err: error, control }, 'a control message could not be sent'); // its receiver notices by its own deadline
      });
  }
}

/** An error reply that is no JSON still says that something failed. */
function valueOr(message: Message): unknown {
  try {
    return jsonValue(message);
  } catch {
    return { code: message.headers[header.error], message: message.body };
  }
}
