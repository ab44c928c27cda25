/**
 * One client's stream of live events. What it missed is read for it alone, then it follows with everybody else. A client
 * that does not read is cut off when MAX_BUFFERED_BYTES wait for it; it comes back with `Last-Event-ID` and misses nothing.
 * An event may be sent twice, never left out – but for a client that was away for more than MAX_CATCH_UP_ROWS, or whose
 * place is none of this store: it is told by `millrace.events.skipped`, and reads again what it shows.
 */
import type { Writable } from 'node:stream';
import type { LiveEvent } from '../../../client/wire.ts';
import type { EventFeed, ToldEvent } from '../../../jobs/event-feed.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { isMillraceError } from '../../../kernel/errors.ts';
import type { FeedRow } from '../../../store/feed.ts';
import type { Store } from '../../../store/store.ts';
import { isoTime } from '../wire-schema.ts';
import { endOfFeeds, type FeedCursor, type FeedPage, formatCursor, readFeeds } from './cursor.ts';
import { type LiveFeed, type LivePage, PAGE_ROWS } from './live-feed.ts';

export const HEARTBEAT_MS = 15_000;
export const MAX_BUFFERED_BYTES = 1_000_000;
export const MAX_CATCH_UP_ROWS = 20_000;
/** Events of jobs are left out while so much waits for the client: they are no reason to cut it off. */
export const MAX_BUFFERED_JOB_BYTES = 250_000;
const RECONNECT_MS = 1_000;
export const SKIPPED_TOPIC = 'millrace.events.skipped';

export type StreamParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: LiveFeed;
  /** Events of jobs have no place: they are sent as they come, to those who ask for them by name. */
  readonly jobs?: EventFeed | undefined;
  /** Where the text goes; its end ends the stream. */
  readonly out: Writable;
  readonly topics: readonly string[];
  /** Where the client stopped; undefined: it is here for the first time; lost: it says where, and nobody can read it. */
  readonly from: FeedCursor | 'lost' | undefined;
  readonly signal: AbortSignal;
  /** Asked with each heartbeat; a client that has signed out since is let go. */
  readonly isWelcome: () => Promise<boolean>;
};

/** Resolves when the client has gone or the signal aborts. */
export async function streamEvents(parts: StreamParts): Promise<void> {
  const { clock, out, signal, isWelcome } = parts;
  const gone = new AbortController();
  const leave = () => gone.abort();
  out.once('close', leave);
  out.once('error', leave);
  const ended = AbortSignal.any([signal, gone.signal]);
  const stream = new EventStream(parts, leave);
  try {
    stream.followJobs();
    await stream.begin(ended);
    while (!ended.aborted) {
      await clock.sleep(HEARTBEAT_MS, ended);
      if (ended.aborted) break;
      if (!(await isWelcome())) break;
      stream.beat();
    }
  } finally {
    stream.stop();
    out.end();
  }
}

/** A client that wants to hear of jobs says so: they are many. */
const JOBS_AREA = 'millrace.jobs';

class EventStream {
  readonly #parts: StreamParts;
  readonly #leave: () => void;
  #unfollow: () => void = () => {};
  #unfollowJobs: () => void = () => {};
  #isStopped = false;
  #cursor: FeedCursor | undefined;
  #isCatchingUp = true;
  /** Pages went by while this client was still reading what it had missed. */
  #hasMissed = false;

  constructor(parts: StreamParts, leave: () => void) {
    this.#parts = parts;
    this.#leave = leave;
  }

  async begin(ended: AbortSignal): Promise<void> {
    const { store, feed, from } = this.#parts;
    this.#unfollow = await feed.follow((page) => this.#take(page));
    this.#cursor = from === undefined || from === 'lost' ? await endOfFeeds(store) : from;
    this.#write(`retry: ${RECONNECT_MS}\nid: ${formatCursor(this.#cursor)}\n\n`);
    if (from === 'lost') await this.#skip();
    let rows = 0;
    do {
      this.#hasMissed = false;
      for (let hasMore = true; hasMore && !ended.aborted; ) {
        const page = await this.#read(this.#cursor);
        if (page !== undefined) this.#send({ ...page, before: this.#cursor });
        rows += page?.rows.length ?? 0;
        hasMore = page === undefined || rows > MAX_CATCH_UP_ROWS ? await this.#skip() : page.hasMore;
        await this.#drained(ended);
      }
    } while (this.#hasMissed && !ended.aborted);
    this.#isCatchingUp = false;
  }

  /** A comment keeps the connection open; the id moves the client on past events that are not for it. */
  beat(): void {
    this.#write(`: still here\nid: ${formatCursor(this.#cursor ?? { plant: '', measurements: '' })}\n\n`);
  }

  followJobs(): void {
    const { jobs, topics } = this.#parts;
    if (jobs === undefined || !topics.some((prefix) => prefix.startsWith(JOBS_AREA))) return;
    void jobs
      .follow((event) => this.#tell(event))
      .then((unfollow) => {
        this.#unfollowJobs = unfollow;
        if (this.#isStopped) unfollow();
      });
  }

  #tell({ topic, body }: ToldEvent): void {
    const { out, topics } = this.#parts;
    const isAsked = topics.some((prefix) => prefix.startsWith(JOBS_AREA) && topic.startsWith(prefix));
    if (!isAsked || out.writableLength > MAX_BUFFERED_JOB_BYTES) return;
    const { job, at, worker } = body;
    const event: LiveEvent = { topic, subject: String(job), at: String(at), actor: String(worker ?? 'system'), body };
    this.#write(`event: ${topic}\ndata: ${JSON.stringify(event)}\n\n`);
  }

  stop(): void {
    this.#isStopped = true;
    this.#unfollow();
    this.#unfollowJobs();
  }

  #take(page: LivePage): void {
    if (this.#isCatchingUp) this.#hasMissed = true;
    else this.#send(page);
  }

  /** Undefined: the client's place is not one of this store, as after its data were restored. */
  async #read(after: FeedCursor): Promise<FeedPage | undefined> {
    try {
      return await readFeeds(this.#parts.store, after, PAGE_ROWS);
    } catch (error) {
      if (isMillraceError(error, 'store.cursor-malformed')) return undefined;
      throw error;
    }
  }

  /** Waits until the client has read what was sent; one that does not read for a heartbeat is let go. */
  async #drained(ended: AbortSignal): Promise<void> {
    const { out, clock } = this.#parts;
    if (!out.writableNeedDrain) return;
    const drained = new AbortController();
    const wake = () => drained.abort();
    out.once('drain', wake);
    await clock.sleep(HEARTBEAT_MS, AbortSignal.any([ended, drained.signal]));
    out.off('drain', wake);
    if (!drained.signal.aborted) this.#cutOff();
  }

  #cutOff(): void {
    this.#parts.out.destroy();
    this.#leave();
  }

  async #skip(): Promise<false> {
    const { store } = this.#parts;
    this.#cursor = await endOfFeeds(store);
    const event: LiveEvent = { topic: SKIPPED_TOPIC, subject: '', at: isoTime(store.now()), actor: 'system' };
    this.#write(frame(event, formatCursor(this.#cursor)));
    return false;
  }

  /** All events of a page but the last carry the place before it: coming back in between repeats them. */
  #send({ rows, before, cursor }: LivePage): void {
    this.#cursor = cursor;
    const wanted = rows.filter(({ topic }) => isWanted(topic, this.#parts.topics));
    const frames = wanted.map((row, place) =>
      frame(eventOf(row), formatCursor(place === wanted.length - 1 ? cursor : before)),
    );
    if (frames.length > 0) this.#write(frames.join(''));
  }

  #write(text: string): void {
    const { out } = this.#parts;
    if (out.destroyed || out.writableEnded) return;
    out.write(text);
    if (out.writableLength > MAX_BUFFERED_BYTES) this.#cutOff();
  }
}

const isWanted = (topic: string, prefixes: readonly string[]): boolean =>
  prefixes.length === 0 || prefixes.some((prefix) => topic.startsWith(prefix));

const eventOf = ({ topic, subject, at, actor }: FeedRow): LiveEvent => ({ topic, subject, at: isoTime(at), actor });

const frame = (event: LiveEvent, id: string): string =>
  `id: ${id}\nevent: ${event.topic}\ndata: ${JSON.stringify(event)}\n\n`;
