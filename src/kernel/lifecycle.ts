/**
 * Every long-lived thing starts and stops by one contract: opening it returns something that can be closed; closing
 * twice is fine; closing resolves only when all work it started has ended. `await using` closes from bottom to top.
 */
export interface Service extends AsyncDisposable {
  /** Resolves when everything it started has ended. Safe to call twice. */
  close(): Promise<void>;
}

/** Makes a service of a close function that then runs at most once. */
export function service<Parts extends object>(parts: Parts, closeOnce: () => Promise<void>): Parts & Service {
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeOnce();
    return closing;
  };
  return Object.assign(parts, { close, [Symbol.asyncDispose]: close });
}

/**
 * Runs `round` again and again until closed. A round that throws is reported and the loop goes on after `pauseAfterErrorMs`.
 * Closing aborts the signal and waits for the running round.
 */
export function startLoop({
  round,
  onError,
  sleep,
  pauseAfterErrorMs = 1_000,
}: {
  readonly round: (signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly pauseAfterErrorMs?: number;
}): Service {
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      try {
        await round(stop.signal);
      } catch (error) {
        if (stop.signal.aborted) break;
        onError(error);
        await sleep(pauseAfterErrorMs, stop.signal);
      }
    }
  })();
  return service({}, async () => {
    stop.abort();
    await running;
  });
}

/** Closes what was opened, the last first; Node 20 has no AsyncDisposableStack. */
export class ServiceStack {
  readonly #closers: (() => Promise<void> | void)[] = [];

  use<S extends { close(): Promise<void> }>(opened: S): S {
    this.#closers.push(() => opened.close());
    return opened;
  }

  defer(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  /** Closes everything even when something fails on the way, and then throws the first failure. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
