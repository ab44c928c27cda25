/**
 * Live events of a server, as an endless sequence that survives a lost connection: it comes back and goes on behind the
 * last event it saw. An event may come twice; who shows something looks again, and that may happen twice.
 */
import { isClientError } from './client-error.ts';
import type { Http } from './http.ts';
import { readEvents } from './server-sent-events.ts';
import type { LiveEvent } from './wire.ts';

/** The topic that says that events were left out; everything shown should be read again. */
export const SKIPPED_TOPIC = 'millrace.events.skipped';

export type EventsRequest = {
  /** Prefixes of topics, such as "millrace.process". Without any: everything. */
  readonly topics?: readonly string[];
  readonly signal?: AbortSignal;
  /** Called whenever the stream is open, the first time and each time it has come back. */
  readonly onOpen?: () => void;
};

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/** Ends when the signal aborts; throws what cannot pass, such as a wrong token. */
export async function* liveEvents(
  http: Http,
  { topics = [], signal, onOpen }: EventsRequest = {},
): AsyncGenerator<LiveEvent, void, undefined> {
  let lastId: string | undefined;
  for (let failures = 0; !signal?.aborted; ) {
    try {
      const answer = await http.open({
        method: 'GET',
        path: '/api/v1/events',
        query: { topics: topics.length === 0 ? undefined : topics.join(',') },
        headers: { accept: 'text/event-stream', ...(lastId !== undefined && { 'last-event-id': lastId }) },
        signal,
      });
      onOpen?.();
      failures = 0;
      for await (const { id, data } of readEvents(answer.body)) {
        if (id !== undefined) lastId = id;
        if (data !== '') yield JSON.parse(data) as LiveEvent;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (isClientError(error) && error.status >= 400 && error.status < 500 && error.status !== 429) throw error;
      failures += 1;
    }
    if (!signal?.aborted) await http.wait(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures), signal);
  }
}
