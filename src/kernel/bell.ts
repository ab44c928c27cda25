/** A bell that a loop waits at: it rings once for any number of knocks, and a knock while nobody waits is remembered. */
import type { Clock } from './clock.ts';

export class Bell {
  #rung = false;
  #waiting: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#waiting?.();
  }

  /** Resolves when the bell rings, after `ms`, or when the signal aborts. */
  async wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const wake = new AbortController();
      const stop = () => wake.abort();
      this.#waiting = stop;
      signal.addEventListener('abort', stop, { once: true });
      await clock.sleep(ms, wake.signal);
      signal.removeEventListener('abort', stop);
      this.#waiting = undefined;
    }
    this.#rung = false;
  }
}
