/**
 * The way to the desk. Everything a daemon asks goes through here, so that one place knows whether the desk answers: an
 * outage is logged once, at its begin and at its end, however many calls fail in it, and no call waits for ever.
 */
import { type Backoff, backoffMs } from '../../kernel/backoff.ts';
import type { Clock } from '../../kernel/clock.ts';
import { formatDuration } from '../../kernel/duration.ts';
import type { Log } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';

/** The pause before the desk is asked again: it spreads the workers of a plant when their server is back. */
const AWAY: Backoff = { firstMs: 200, longestMs: 10_000 };
/** A call that has not been answered so long is given up: the other end may be half open. */
export const CALL_TIMEOUT_MS = 30_000;

export type DeskCall<Answer> = {
  readonly what: string;
  readonly ask: () => Promise<Answer>;
  readonly timeoutMs?: number;
  /** Gets an answer that came after the call was given up. */
  readonly late?: (answer: Answer) => void;
};

export class DeskLink {
  /** Answers so far. */
  answers = 0;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #random: Random;
  #awaySince: number | undefined;

  constructor({ clock, log, random }: { readonly clock: Clock; readonly log: Log; readonly random: Random }) {
    this.#clock = clock;
    this.#log = log;
    this.#random = random;
  }

  get isAway(): boolean {
    return this.#awaySince !== undefined;
  }

  /** Rejects with what the call failed on. */
  async call<Answer>({ what, ask, timeoutMs = CALL_TIMEOUT_MS, late }: DeskCall<Answer>): Promise<Answer> {
    const timer = new AbortController();
    let isGivenUp = false;
    const asked = (async () => ask())();
    asked.then(
      (answer) => {
        if (isGivenUp) late?.(answer);
      },
      () => {},
    );
    const overdue = this.#clock.sleep(timeoutMs, timer.signal).then((): Answer => {
      if (timer.signal.aborted) return undefined as never;
      isGivenUp = true;
      throw new Error(`no answer to "${what}" within ${formatDuration(timeoutMs)}`);
    });
    try {
      const answer = await Promise.race([asked, overdue]);
      this.#answered();
      return answer;
    } catch (error) {
      this.#failed(what, error);
      throw error;
    } finally {
      timer.abort();
    }
  }

  /** The pause after the n-th failure in a row. */
  pause(failures: number, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(backoffMs(AWAY, failures, this.#random), signal);
  }

  #answered(): void {
    this.answers += 1;
    if (this.#awaySince === undefined) return;
    const awayMs = this.#clock.now() - this.#awaySince;
    this.#awaySince = undefined;
    this.#log.info({ awayMs }, 'the queue answers again');
  }

  #failed(what: string, error: unknown): void {
    if (this.#awaySince !== undefined) return;
    this.#awaySince = this.#clock.now();
    this.#log.warn({ err: error, what }, 'the queue does not answer; what was done is kept and it is tried again');
  }
}
