/**
 * A queue is a scope of its own: it has its consumer, its limits, and it drains by itself.
 *
 * Open: messages run as far as the queue's and their operation's concurrency allow, the others wait in their order.
 * Stopping: the consumer is stopped, those that wait are given back unstarted, those that run may end. At the end of the
 * grace their signals abort; what has not concluded after that is left to the broker, which hands it to somebody else.
 */
import { messageOf } from '../../kernel/errors.ts';
import { Slots } from '../../kernel/slots.ts';
import type { Consumer, Delivery, Message, Subscription } from '../broker.ts';
import type { AppParts } from './app-parts.ts';
import type { Dispatch } from './dispatch.ts';
import { DEFAULT_ATTEMPT_TIMEOUT_MS, DEFAULT_CALL_TIMEOUT_MS, DEFAULT_CONCURRENCY } from './operation.ts';
import type { Performer } from './perform.ts';
import { type Outcome, Run } from './run.ts';
import { deadlineOf } from './wire.ts';

export type QueueParts = {
  readonly service: string;
  readonly queue: string;
  readonly kind: 'rpc' | 'command' | 'event';
  readonly exchange: string;
  readonly patterns: readonly string[];
  readonly concurrency: number | undefined;
  readonly dispatch: Dispatch;
  readonly performers: ReadonlyMap<string, Performer>;
  /** What becomes of a message that no operation wants. */
  readonly refuse: (message: Message, delivery: Delivery) => Promise<void>;
  /** Runs the handler; like `after`, it answers a promise only where it has to wait. */
  readonly carryOut: (run: Run) => unknown;
  /** What is made of the handler's result before it is told. */
  readonly after: (run: Run, result: unknown) => unknown;
  /** Answers the caller and the broker. */
  readonly conclude: (run: Run, outcome: Outcome) => Promise<void>;
  /** What an attempt gets that lasted too long. */
  readonly late: (run: Run) => Error;
};

/** Messages held beside those that run, so that a handler never waits for a round trip to the broker. */
const PREFETCH_FACTOR = 2;
/** How long handlers may take to notice that their signal has aborted. */
const ABORT_GRACE_MS = 1_000;
/** After which a message comes again whose end could not be told. */
const UNTOLD_AGAIN_MS = 1_000;

export class QueueScope {
  readonly #app: AppParts;
  readonly #parts: QueueParts;
  readonly #concurrency: number;
  readonly #running = new Slots<Run>();
  readonly #onLate = (run: Run): void => this.#end(run, { error: this.#late(run) });
  #stopWatching: (() => void) | undefined;
  readonly #runningOf = new Map<Performer, number>();
  #waiting: Run[] = [];
  #isStopping = false;
  #consumer: Consumer | undefined;
  #whenIdle: (() => void) | undefined;

  constructor(app: AppParts, parts: QueueParts) {
    this.#app = app;
    this.#parts = parts;
    this.#concurrency = parts.concurrency ?? DEFAULT_CONCURRENCY;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Waiting and running, for those who look. */
  get load(): { readonly queue: string; readonly waiting: number; readonly running: number } {
    return { queue: this.#parts.queue, waiting: this.#waiting.length, running: this.#running.size };
  }

  async open(): Promise<void> {
    const { queue, exchange, patterns, kind } = this.#parts;
    const subscription: Subscription = {
      queue,
      exchange,
      patterns,
      kind: kind === 'rpc' ? 'requests' : 'work',
      prefetch: this.#concurrency * PREFETCH_FACTOR,
      onMessage: (message, delivery) => this.#take(message, delivery),
    };
    this.#stopWatching = this.#app.deadlines.watch(this.#running);
    this.#consumer = await this.#app.broker.subscribe(subscription);
  }

  /** Whether the message with this id runs here and has been told to end. */
  cancel(messageId: string, reason: Error): boolean {
    const runs = this.#running.all().filter(({ message }) => message.id === messageId);
    for (const { cancellation } of runs) cancellation.abort(reason);
    return runs.length > 0;
  }

  async close(graceMs: number): Promise<void> {
    this.#isStopping = true;
    await this.#consumer?.stop();
    for (const { delivery } of this.#waiting.splice(0)) delivery.giveBack();
    if (!(await this.#isIdleWithin(graceMs))) {
      const { log } = this.#app;
      log.warn(
        { queue: this.#parts.queue, running: this.#running.size },
        'handlers did not end in time and are aborted',
      );
      for (const { cancellation } of this.#running.all()) cancellation.abort(new Error('the app is stopping'));
      await this.#isIdleWithin(ABORT_GRACE_MS);
    }
    this.#stopWatching?.();
    for (const run of this.#running.all()) run.conclude();
    await this.#consumer?.close();
  }

  #take(message: Message, delivery: Delivery): void {
    const { dispatch, performers, refuse } = this.#parts;
    if (this.#isStopping) return delivery.giveBack();
    const dispatched = dispatch(message);
    const performer = dispatched && performers.get(dispatched.name);
    if (dispatched === undefined || performer === undefined) {
      void refuse(message, delivery).catch((error: unknown) => this.#untold({ message, delivery }, error));
      return;
    }
    const deadline = this.#callDeadline(message, performer);
    const run = new Run({ message, delivery, performer, texts: dispatched.texts, deadline }, this.#onLate);
    if (this.#hasRoom(performer)) this.#start(run);
    else this.#waiting.push(run);
  }

  /** An attempt at a command or event has all its time from its start on. */
  #callDeadline(message: Message, { operation }: Performer): number {
    if (this.#parts.kind !== 'rpc') return Number.POSITIVE_INFINITY;
    const defaultMs = operation.timeoutMs ?? DEFAULT_CALL_TIMEOUT_MS;
    return deadlineOf(message, { now: this.#app.clock.now(), defaultMs });
  }

  #hasRoom(performer: Performer): boolean {
    const { concurrency = Number.POSITIVE_INFINITY } = performer.operation;
    return this.#running.size < this.#concurrency && (this.#runningOf.get(performer) ?? 0) < concurrency;
  }

  #start(run: Run): void {
    const { clock, deadlines } = this.#app;
    const { performer } = run;
    if (run.deadline <= clock.now()) return run.delivery.ack(); // nobody waits for it any more
    if (this.#parts.kind !== 'rpc') {
      run.deadline = clock.now() + (performer.operation.timeoutMs ?? DEFAULT_ATTEMPT_TIMEOUT_MS);
    }
    run.place = this.#running.add(run);
    deadlines.wake();
    this.#runningOf.set(performer, (this.#runningOf.get(performer) ?? 0) + 1);
    const { carryOut, after } = this.#parts;
    const end = (value: unknown): void => this.#end(run, { value });
    this.#follow(
      run,
      () => carryOut(run),
      (result) => this.#follow(run, () => after(run, result), end),
    );
  }

  /** Goes on at once with what is there at once: a promise for every step would cost more than the step. */
  #follow(run: Run, act: () => unknown, next: (value: unknown) => void): void {
    let result: unknown;
    try {
      result = act();
    } catch (error) {
      return this.#end(run, { error });
    }
    if (!isPromise(result)) return next(result);
    result.then(next, (error: unknown) => this.#end(run, { error }));
  }

  #late(run: Run): Error {
    const late = this.#parts.late(run);
    run.cancellation.abort(late);
    return late;
  }

  #end(run: Run, outcome: Outcome): void {
    if (!run.conclude()) return;
    const forget = (): void => this.#forget(run);
    this.#parts.conclude(run, outcome).then(forget, (error: unknown) => {
      this.#untold(run, error);
      forget();
    });
  }

  #forget(run: Run): void {
    const { performer } = run;
    this.#running.remove(run.place);
    this.#runningOf.set(performer, (this.#runningOf.get(performer) ?? 1) - 1);
    while (this.#running.size < this.#concurrency) {
      const next = this.#waiting.findIndex((run) => this.#hasRoom(run.performer));
      const [first] = next < 0 ? [] : this.#waiting.splice(next, 1);
      if (first === undefined) break;
      this.#start(first);
    }
    if (this.#running.size === 0) this.#whenIdle?.();
  }

  async #isIdleWithin(ms: number): Promise<boolean> {
    if (this.#running.size === 0) return true;
    const stopWaiting = new AbortController();
    const idle = new Promise<true>((resolve) => {
      this.#whenIdle = () => resolve(true);
    });
    const late = this.#app.clock.sleep(ms, stopWaiting.signal).then(() => this.#running.size === 0);
    const isIdle = await Promise.race([idle, late]);
    stopWaiting.abort();
    return isIdle;
  }

  /** The broker is away, or the answer could not be given: the message comes again, and does not hold its place until then. */
  #untold({ message, delivery }: Pick<Run, 'message' | 'delivery'>, error: unknown): void {
    this.#app.log.error(
      { queue: this.#parts.queue, messageId: message.id, err: error },
      `the end of a message could not be told: ${messageOf(error)}`,
    );
    delivery.reject({ reason: messageOf(error), requeue: true, afterMs: UNTOLD_AGAIN_MS });
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
