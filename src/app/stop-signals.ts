/** What SIGTERM and SIGINT mean to a worker: the first drains it, the second gives everything back at once, the third ends it. */
import type { StopSignals } from './worker.ts';

export function stopSignals(): StopSignals {
  const stop = new AbortController();
  const stopNow = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopNow.signal.aborted) process.kill(process.pid, 'SIGKILL');
      if (stop.signal.aborted) stopNow.abort();
      stop.abort();
    });
  }
  return { stop: stop.signal, stopNow: stopNow.signal };
}
