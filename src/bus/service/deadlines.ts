/** Many deadlines, one timer: most are over before they fall due, so making and ending one must cost next to nothing. */
import type { Clock, Instant } from '../../kernel/clock.ts';

export type Deadline = { readonly cancel: () => void };

/** Deadlines are rounded up to this, so that those of one moment share a slot. */
const SLOT_MS = 10;

export class Deadlines {
  readonly #clock: Clock;
  readonly #slots = new Map<Instant, Set<() => void>>();
  #earliest = Number.POSITIVE_INFINITY;
  #sleep: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `fire` at that time or a little later, unless it is cancelled before. */
  add(at: Instant, fire: () => void): Deadline {
    const due = Math.ceil(at / SLOT_MS) * SLOT_MS;
    const slot = this.#slots.get(due) ?? new Set();
    if (slot.size === 0) this.#slots.set(due, slot);
    const own = (): void => fire(); // the same function may be due twice
    slot.add(own);
    if (due < this.#earliest) this.#wait(due);
    const cancel = (): void => {
      if (slot.delete(own) && slot.size === 0) this.#slots.delete(due);
    };
    return { cancel };
  }

  /** Forgets them all. */
  close(): void {
    this.#slots.clear();
    this.#sleep?.abort();
  }

  #wait(due: Instant): void {
    this.#sleep?.abort();
    const sleep = new AbortController();
    this.#sleep = sleep;
    this.#earliest = due;
    void this.#clock.sleep(Math.max(0, due - this.#clock.now()), sleep.signal).then(() => {
      if (!sleep.signal.aborted) this.#fire();
    });
  }

  #fire(): void {
    this.#sleep = undefined;
    this.#earliest = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    for (const [due, slot] of [...this.#slots].sort(([a], [b]) => a - b)) {
      if (due > now) {
        if (this.#sleep === undefined) this.#wait(due);
        break;
      }
      this.#slots.delete(due);
      for (const fire of slot) fire();
    }
  }
}
