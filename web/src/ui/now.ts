/** One clock for every "5 minutes ago" on the page. */
import { useSyncExternalStore } from 'react';

const TICK_MS = 10_000;

let nowMs = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const notify of listeners) notify();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Epoch ms, at most ten seconds old. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    // Nobody was listening for a while: the first reader must not see an old time.
    if (listeners.size === 0) nowMs = Math.max(nowMs, Math.floor(Date.now() / TICK_MS) * TICK_MS);
    return nowMs;
  });
}
