/**
 * Deadlines of what is under way. Most are over before they fall due, so watching one must cost nothing: whoever has things
 * under way keeps them in a list of its own, and the lists are looked through every few milliseconds while there are any.
 */
import type { Clock, Instant } from '../../kernel/clock.ts';
import type { Slots } from '../../kernel/slots.ts';

export interface Due {
  readonly deadline: Instant;
  onLate(): void;
}

/** How late a deadline is noticed at most. */
export const SWEEP_MS = 20;

export class Deadlines {
  readonly #clock: Clock;
  readonly #lists = new Set<Slots<Due>>();
  readonly #stop = new AbortController();
  #isSweeping = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Looks after what the list holds, from then on. Answers how to stop. */
  watch(list: Slots<Due>): () => void {
    this.#lists.add(list);
    return () => this.#lists.delete(list);
  }

  /** To be called when something was added to a list. */
  wake(): void {
    if (this.#isSweeping || this.#stop.signal.aborted) return;
    this.#isSweeping = true;
    void this.#sweep();
  }

  close(): void {
    this.#stop.abort();
  }

  async #sweep(): Promise<void> {
    while (!this.#stop.signal.aborted && [...this.#lists].some(({ size }) => size > 0)) {
      await this.#clock.sleep(SWEEP_MS, this.#stop.signal);
      const now = this.#clock.now();
      for (const list of this.#lists) {
        for (const due of list.all()) if (due.deadline <= now) due.onLate();
      }
    }
    this.#isSweeping = false;
  }
}
