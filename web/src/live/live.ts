/** Keeps one event stream open for as long as somebody is signed in, and says whether it is. */
import type { QueryClient } from '@tanstack/react-query';
import { keys } from '../api/keys.ts';
import { followEvents } from './event-stream.ts';
import { createInvalidator, pause, topics } from './invalidation.ts';

export type LiveStatus = 'connecting' | 'live' | 'offline';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/** The server sends a comment every 15 s; after two that did not come the connection is taken for dead. */
const SILENCE_MS = 35_000;

/** The server says so when it cannot tell everything that was missed. */
const SKIPPED_TOPIC = 'millrace.events.skipped';

/** Answers a function that ends it. */
export function startLive(client: QueryClient, onStatus: (status: LiveStatus) => void): () => void {
  const ending = new AbortController();
  void followForEver(client, onStatus, ending.signal);
  return () => ending.abort();
}

async function followForEver(
  client: QueryClient,
  onStatus: (status: LiveStatus) => void,
  signal: AbortSignal,
): Promise<void> {
  const invalidate = createInvalidator(client, signal);
  let lastEventId = '';
  let pauseMs = FIRST_PAUSE_MS;
  let wasOpen = false;

  while (!signal.aborted) {
    const watchdog = startWatchdog(signal);
    const status = await followEvents({
      url: `/api/v1/events?topics=${topics.join(',')}`,
      lastEventId,
      signal: watchdog.signal,
      onOpen: () => {
        onStatus('live');
        pauseMs = FIRST_PAUSE_MS;
        if (wasOpen) void client.invalidateQueries();
        wasOpen = true;
      },
      onLife: watchdog.feed,
      onId: (id) => {
        lastEventId = id;
      },
      onEvent: ({ topic }) => {
        if (topic === SKIPPED_TOPIC) void client.invalidateQueries();
        else invalidate(topic);
      },
    }).catch(() => 0);
    watchdog.stop();
    if (signal.aborted) return;
    onStatus('offline');
    if (status === 401) return void client.invalidateQueries({ queryKey: keys.me });
    await pause(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

function startWatchdog(ending: AbortSignal) {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  let timer = setTimeout(abort, SILENCE_MS);
  ending.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    feed: (): void => {
      clearTimeout(timer);
      timer = setTimeout(abort, SILENCE_MS);
    },
    stop: (): void => {
      clearTimeout(timer);
      ending.removeEventListener('abort', abort);
    },
  };
}
