/**
 * Reads server-sent events from a fetch. The browser's EventSource hears named events only if it knows each name
 * beforehand, and it hides the status of a refused connection; both matter here.
 */

export type StreamEvent = { readonly topic: string; readonly data: string };

export type EventListeners = {
  readonly onEvent: (event: StreamEvent) => void;
  /** The place to come back to; it also moves on without events. */
  readonly onId: (id: string) => void;
};

/** Text in, whole events out; a chunk may end anywhere. */
export function createEventParser({ onEvent, onId }: EventListeners): (chunk: string) => void {
  let rest = '';
  let id = '';
  let topic = '';
  let data: string[] = [];

  const readLine = (line: string): void => {
    if (line === '') {
      if (id !== '') onId(id);
      if (data.length > 0) onEvent({ topic, data: data.join('\n') });
      topic = '';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return; // a comment: the heartbeat
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'id') id = value;
    else if (name === 'event') topic = value;
    else if (name === 'data') data.push(value);
  };

  return (chunk) => {
    const lines = (rest + chunk).split(/\r\n|\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) readLine(line);
  };
}

export type EventStream = EventListeners & {
  readonly url: string;
  readonly lastEventId: string;
  readonly signal: AbortSignal;
  readonly onOpen: () => void;
  /** Called for every chunk, heartbeats included. */
  readonly onLife: () => void;
};

/** Resolves with the HTTP status when the stream has ended; rejects when it broke. */
export async function followEvents(stream: EventStream): Promise<number> {
  const response = await fetch(stream.url, {
    credentials: 'same-origin',
    cache: 'no-store',
    signal: stream.signal,
    headers: { Accept: 'text/event-stream', ...(stream.lastEventId && { 'Last-Event-ID': stream.lastEventId }) },
  });
  if (!response.ok || response.body === null) return response.status;
  stream.onOpen();
  const feed = createEventParser(stream);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return response.status;
    stream.onLife();
    feed(value);
  }
}
