/**
 * Publishes messages and answers: what is posted in one turn of the event loop leaves in one call.
 *
 * waiting: the window is full, or the letters below hold up everything behind them so that the order stays.
 * sent: in a call whose reply has not come. If the connection is lost first, it is sent again, under the same id: the
 *   server may have it twice, and consumers know it by its id.
 * come back: the bindings have changed, the connection was lost, or the server takes nothing. They go first when that is
 *   mended.
 * refused: a queue that matches is full. It is sent again after a growing pause.
 * confirmed: every matching queue has it.
 */
import { setMaxListeners } from 'node:events';
import { EVENTS_EXCHANGE } from '../../bus/broker.ts';
import { type Backoff, backoffMs } from '../../kernel/backoff.ts';
import type { Clock } from '../../kernel/clock.ts';
import { isMillraceError, MillraceError, messageOf } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import { Bindings } from './bindings.ts';
import type { RedisKeys } from './keys.ts';
import type { Letter } from './letter.ts';
import { MAX_DEAD_LETTERS, MAX_INBOX_LENGTH } from './limits.ts';
import type { Link } from './link.ts';
import { batchSize, written } from './publish-batch.ts';
import { publishScript } from './publish-script.ts';
import { bindingsScript } from './queue-scripts.ts';

export type PublisherParts = {
  readonly link: Link;
  readonly keys: RedisKeys;
  readonly clock: Clock;
  readonly random: Random;
  /** Letters that may be unconfirmed at a time. */
  readonly window: number;
  /** Letters that may wait beside them before more are refused. */
  readonly maxWaiting: number;
  readonly maxQueueLength: number;
};

const REFUSED_AGAIN: Backoff = { firstMs: 20, longestMs: 2_000 };
/** Sent letters that may lie at the front of the waiting ones before they are taken out. */
const TIDY_FROM = 1_000;

export class Publisher {
  readonly #parts: PublisherParts;
  readonly #limits: readonly string[];
  readonly #stop = new AbortController();
  readonly #refused = new Set<Letter>();
  readonly #sent = new Set<readonly Letter[]>();
  #bindings: Bindings | undefined;
  #waiting: Letter[] = [];
  /** Of `#waiting`, those before this are sent; taking the first of a long array costs too much. */
  #head = 0;
  #sentCount = 0;
  #cameBack: Letter[] = [];
  #mending: Promise<void> | undefined;
  #isScheduled = false;
  #wakeWhenIdle: (() => void) | undefined;

  constructor(parts: PublisherParts) {
    setMaxListeners(0, this.#stop.signal); // everybody who waits for room listens to it
    this.#parts = parts;
    this.#limits = [String(parts.maxQueueLength), String(MAX_INBOX_LENGTH), String(MAX_DEAD_LETTERS)];
  }

  /** Letters on their way to the confirm. */
  get count(): number {
    return this.#sentCount + this.#cameBack.length + this.#refused.size + this.#waitingCount;
  }

  get isCrowded(): boolean {
    const { window, maxWaiting } = this.#parts;
    return this.count >= window + maxWaiting || this.#refused.size >= maxWaiting;
  }

  get #waitingCount(): number {
    return this.#waiting.length - this.#head;
  }

  post(letter: Letter): void {
    if (this.#stop.signal.aborted) return letter.onFailed(new MillraceError('bus.closed'));
    this.#waiting.push(letter);
    this.#schedule();
  }

  /** Takes back a letter that still waits. */
  withdraw(letter: Letter): void {
    const place = this.#waiting.indexOf(letter, this.#head);
    if (place >= 0) this.#waiting.splice(place, 1);
    this.#cameBack = this.#cameBack.filter((other) => other !== letter);
    this.#refused.delete(letter);
    this.#wakeIfIdle();
  }

  /** Waits until nothing is on its way any more, but not longer than `ms`; then what is left has failed. */
  async close(ms: number): Promise<void> {
    if (this.count > 0) {
      const wake = new AbortController();
      this.#wakeWhenIdle = () => wake.abort();
      await this.#parts.clock.sleep(ms, wake.signal);
    }
    this.#stop.abort();
    const left = [...[...this.#sent].flat(), ...this.#cameBack, ...this.#refused, ...this.#waiting.slice(this.#head)];
    this.#sent.clear();
    this.#cameBack = [];
    this.#refused.clear();
    this.#waiting = [];
    this.#head = 0;
    for (const { onFailed } of left) onFailed(new MillraceError('bus.closed'));
  }

  /** After everything else of this turn, so that it leaves together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    const { window } = this.#parts;
    if (this.#bindings === undefined && this.#waitingCount > 0) this.#mend(() => this.#refresh());
    while (this.#mending === undefined && this.#bindings !== undefined && this.#waitingCount > 0) {
      const size = batchSize(this.#waiting, this.#head, window - this.#sentCount);
      if (size <= 0) break;
      const letters = this.#waiting.slice(this.#head, this.#head + size);
      this.#head += size;
      void this.#send(letters, this.#bindings);
    }
    if (this.#head > TIDY_FROM || this.#head === this.#waiting.length) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
  }

  async #send(letters: readonly Letter[], bindings: Bindings): Promise<void> {
    const { link, keys } = this.#parts;
    const { args, works } = written(letters, bindings);
    this.#sent.add(letters);
    this.#sentCount += letters.length;
    let failure: unknown;
    let results: readonly (number | string)[] | null = null;
    try {
      const call = { keys: [keys.version], args: [keys.base, bindings.version, ...this.#limits, ...args] };
      results = await link.run<readonly (number | string)[] | null>(publishScript, call);
    } catch (error) {
      failure = error;
    }
    this.#sentCount -= letters.length;
    if (!this.#sent.delete(letters)) return; // closed meanwhile
    if (results !== null) this.#settle(letters, { results, works });
    else {
      this.#cameBack.push(...letters);
      this.#mend(() => (failure === undefined ? this.#refresh() : this.#overcome(failure)));
    }
    if (this.#waitingCount > 0) this.#schedule();
    this.#wakeIfIdle();
  }

  #settle(
    letters: readonly Letter[],
    { results, works }: { readonly results: readonly (number | string)[]; readonly works: readonly number[] },
  ): void {
    this.#parts.link.isTaking();
    letters.forEach((letter, place) => {
      const result = results[place];
      if (typeof result === 'number') letter.onConfirmed(result, works[place] ?? 0);
      else void this.#sendAgain(letter);
    });
  }

  async #sendAgain(letter: Letter): Promise<void> {
    const { clock, random } = this.#parts;
    letter.refusals = (letter.refusals ?? 0) + 1;
    this.#refused.add(letter);
    await clock.sleep(backoffMs(REFUSED_AGAIN, letter.refusals, random), this.#stop.signal);
    if (this.#refused.delete(letter)) this.post(letter);
  }

  /** One thing at a time: everything that was under way comes back before it is done, in the order in which it left. */
  #mend(act: () => Promise<void>): void {
    this.#mending ??= act()
      .catch((error: unknown) => this.#fail(error))
      .then(() => {
        this.#mending = undefined;
        for (const letter of this.#cameBack) letter.onSentAgain?.();
        this.#waiting = [...this.#cameBack, ...this.#waiting.slice(this.#head)];
        this.#head = 0;
        this.#cameBack = [];
        if (!this.#stop.signal.aborted) this.#schedule();
      });
  }

  async #refresh(): Promise<void> {
    const { link, keys } = this.#parts;
    const call = { keys: [keys.version, keys.queues], args: [] };
    const [version, said] = await link.runSurely<[string, readonly string[]]>(bindingsScript, call);
    this.#bindings = new Bindings(version, said);
  }

  async #overcome(failure: unknown): Promise<void> {
    const refusals = Math.max(0, ...this.#cameBack.map((letter) => letter.refusals ?? 0)) + 1;
    for (const letter of this.#cameBack) letter.refusals = refusals;
    await this.#parts.link.mend(failure, refusals);
  }

  #fail(error: unknown): void {
    const failed = this.#cameBack;
    this.#cameBack = [];
    for (const letter of failed) letter.onFailed(refusal(letter, error));
    if (this.#bindings !== undefined) return;
    const waiting = this.#waiting.slice(this.#head);
    this.#waiting = [];
    this.#head = 0;
    for (const letter of waiting) letter.onFailed(refusal(letter, error));
  }

  #wakeIfIdle(): void {
    if (this.count === 0) this.#wakeWhenIdle?.();
  }
}

function refusal({ to }: Letter, error: unknown): unknown {
  if (isMillraceError(error)) return error;
  const exchange = 'inbox' in to ? '' : (to.exchange ?? EVENTS_EXCHANGE);
  return new MillraceError('bus.refused', { exchange, reason: messageOf(error) }, { cause: error });
}
