/** Work on the broker that closing waits for, but not for ever: a broker that is away must not keep a process alive. */
import type { Clock } from '../kernel/clock.ts';
import { MillraceError } from '../kernel/errors.ts';
import { type Service, service } from '../kernel/lifecycle.ts';

/** How long closing waits for the confirms of what is under way. */
export const CLOSE_GRACE_MS = 5_000;

export type Underway = Service & {
  /** Rejects with `bus.closed` after closing. The signal that the work gets aborts with `signal`, and after the grace. */
  run<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Throws `bus.closed` after closing. */
  assertOpen(): void;
};

export function openUnderway({ clock, graceMs }: { readonly clock: Clock; readonly graceMs: number }): Underway {
  const running = new Map<Promise<unknown>, AbortController>();
  let isClosed = false;
  const assertOpen = (): void => {
    if (isClosed) throw new MillraceError('bus.closed');
  };
  const run: Underway['run'] = async (work, signal) => {
    assertOpen();
    signal?.throwIfAborted();
    // Not AbortSignal.any: in Node 20 each use stays with a signal that lives as long as the process.
    const stop = new AbortController();
    const abort = (): void => stop.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    const working = work(stop.signal);
    running.set(working, stop);
    try {
      return await working;
    } finally {
      running.delete(working);
      signal?.removeEventListener('abort', abort);
    }
  };
  return service({ run, assertOpen }, async () => {
    isClosed = true;
    const ended = new AbortController();
    const ending = Promise.allSettled(running.keys()).then(() => ended.abort());
    await clock.sleep(graceMs, ended.signal);
    for (const stop of running.values()) stop.abort(new MillraceError('bus.closed'));
    await ending;
  });
}
