/**
 * Follows both feeds for everybody who listens: one reader, however many clients. It reads after every commit of this
 * process, and every POLL_MS for what other processes commit; pages go to the listeners as they are read.
 * Nobody listens: nothing is read.
 */
import { Bell } from '../../../kernel/bell.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { type Service, service, startLoop } from '../../../kernel/lifecycle.ts';
import type { Log } from '../../../kernel/log.ts';
import { measurementFeed, plantFeed } from '../../../store/feed.ts';
import type { Store } from '../../../store/store.ts';
import { endOfFeeds, type FeedCursor, type FeedPage, readFeeds } from './cursor.ts';

export const POLL_MS = 1_000;
/** Between two reads while much happens, so that a burst of commits is read in few pages. */
export const PAUSE_MS = 50;
export const PAGE_ROWS = 500;

/** A page, and the place before it. */
export type LivePage = FeedPage & { readonly before: FeedCursor };
export type Listener = (page: LivePage) => void;

export type LiveFeed = Service & {
  /** Hands everything that happens from now on to the listener. Resolves to how to stop it, once nothing can be missed any more. */
  follow(listener: Listener): Promise<() => void>;
};

export function openLiveFeed({
  store,
  clock,
  log,
}: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}): LiveFeed {
  const listeners = new Set<Listener>();
  const bell = new Bell();
  const unlisten = [plantFeed, measurementFeed].map((family) => store.onCommit(family, () => bell.ring()));
  /** Where reading begins: taken when the first listener comes, before it is told that it is followed. */
  let start: Promise<FeedCursor> | undefined;
  let cursor: FeedCursor | undefined;
  const loop = startLoop({
    round: async (signal) => {
      if (listeners.size === 0) {
        start = undefined;
        cursor = undefined;
        return bell.wait(clock, POLL_MS, signal);
      }
      start ??= endOfFeeds(store);
      cursor ??= await start;
      const before = cursor;
      const page = await readFeeds(store, before, PAGE_ROWS);
      cursor = page.cursor;
      if (page.rows.length > 0) for (const listener of [...listeners]) listener({ ...page, before });
      if (!page.hasMore) await clock.sleep(PAUSE_MS, signal);
      if (!page.hasMore) await bell.wait(clock, POLL_MS, signal);
    },
    onError: (error) => {
      start = undefined;
      log.warn({ err: error }, 'live events could not be read; it is tried again');
    },
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  const follow = async (listener: Listener) => {
    listeners.add(listener);
    bell.ring();
    const stop = () => void listeners.delete(listener);
    try {
      start ??= endOfFeeds(store);
      await start;
    } catch (error) {
      start = undefined;
      stop();
      throw error;
    }
    return stop;
  };
  return service({ follow }, async () => {
    for (const stop of unlisten) stop();
    await loop.close();
  });
}
