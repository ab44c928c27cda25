/** Time is handed in. Instants are whole milliseconds since 1970-01-01T00:00Z; durations carry `Ms` in their name. */

/** An instant: milliseconds since the epoch, UTC. */
export type Instant = number;

export interface Clock {
  now(): Instant;
  /** Resolves after `ms`, or at once when the signal aborts; the caller looks at the signal. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    for (let left = ms; left > LONGEST_TIMEOUT_MS && !signal?.aborted; left -= LONGEST_TIMEOUT_MS) {
      await timeout(LONGEST_TIMEOUT_MS, signal);
    }
    await timeout(ms % LONGEST_TIMEOUT_MS, signal);
  },
};

/** setTimeout fires at once for anything longer (2^31 - 1 ms, about 25 days). */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

function timeout(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

type Sleeper = { readonly due: Instant; readonly order: number; readonly wake: () => void };

/** A clock that stands still until it is told to advance: for simulations, tests and the demo day. */
export class VirtualClock implements Clock {
  #now: Instant;
  #order = 0;
  #sleepers: Sleeper[] = [];

  constructor(start: Instant) {
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const forget = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        resolve();
      };
      const wake = () => {
        signal?.removeEventListener('abort', forget);
        resolve();
      };
      const sleeper: Sleeper = { due: this.#now + ms, order: this.#order++, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', forget, { once: true });
    });
  }

  /** When the next sleeper is due; undefined when nobody sleeps. */
  nextDue(): Instant | undefined {
    return this.#sleepers.reduce<Instant | undefined>(
      (earliest, { due }) => (earliest === undefined || due < earliest ? due : earliest),
      undefined,
    );
  }

  /** Moves to `instant`, waking everyone who is due on the way, in order, and letting their work run in between. */
  async advanceTo(instant: Instant): Promise<void> {
    await settled(); // whoever was about to sleep, sleeps now
    for (;;) {
      const next = this.#sleepers
        .filter(({ due }) => due <= instant)
        .sort((a, b) => a.due - b.due || a.order - b.order)[0];
      if (next === undefined) break;
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.due);
      next.wake();
      await settled();
    }
    this.#now = Math.max(this.#now, instant);
  }

  /** Moves to `instant` at once, as after a suspension: whoever is due on the way wakes there, and wakes only once. */
  async jumpTo(instant: Instant): Promise<void> {
    this.#now = Math.max(this.#now, instant);
    await this.advanceTo(instant);
  }

  async advance(ms: number): Promise<void> {
    await this.advanceTo(this.#now + ms);
  }
}

/** Lets everything that is ready to run, run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
