/** Live events: none is left out, a lost connection goes on where it was, and nobody can fill the server. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../../client/client.ts';
import { readEvents, type ServerSentEvent } from '../../../client/server-sent-events.ts';
import type { LiveEvent } from '../../../client/wire.ts';
import { VirtualClock } from '../../../kernel/clock.ts';
import { silentLog } from '../../../kernel/log.ts';
import { seededRandom } from '../../../kernel/random.ts';
import { measurementFeed, plantFeed } from '../../../store/feed.ts';
import type { Store } from '../../../store/store.ts';
import { append } from '../../../store/unit.ts';
import { type EdgeServer, openEdgeServer } from '../../../testing/edge-server.ts';
import { ModelDisk, openModelStore } from '../../../testing/model-store.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import { HEARTBEAT_MS, MAX_BUFFERED_BYTES, MAX_CATCH_UP_ROWS, streamEvents } from './event-stream.ts';
import { openLiveFeed, POLL_MS } from './live-feed.ts';

async function listen(server: EdgeServer): Promise<string> {
  return server.http.listen({ port: 0, host: '127.0.0.1' });
}
/** Time has to pass for the feed to be read again; it does so until the condition holds. */
async function untilSeen(server: EdgeServer, holds: () => boolean): Promise<void> {
  while (!holds()) await server.clock.advance(POLL_MS);
}
const makeList = (server: EdgeServer, name: string) =>
  server.call({ method: 'POST', url: '/api/v1/recipients', as: 'engineer', body: { name, members: [] } });

describe('over HTTP', () => {
  it('a client sees what happens, of the topics it asked for, from both feeds', async () => {
    await using server = await openEdgeServer();
    const client = createClient({ url: await listen(server), token: server.tokens.operator });
    const stop = new AbortController();
    const seen: LiveEvent[] = [];
    const opened = new Promise<void>((resolve) => {
      void (async () => {
        for await (const event of client.events({
          topics: ['millrace.access.recipient-list', 'millrace.measurements'],
          signal: stop.signal,
          onOpen: resolve,
        }))
          seen.push(event);
      })();
    });
    await opened;
    await makeList(server, 'operators');
    await server.call({
      method: 'POST',
      url: '/api/v1/people',
      as: 'administrator',
      body: { name: 'Dana', roles: [] },
    });
    await server.call({
      method: 'POST',
      url: '/api/v1/devices',
      as: 'engineer',
      body: { id: 'press-1', fields: [{ name: 't' }] },
    });
    await untilSeen(server, () => seen.length >= 2);
    stop.abort();
    expect(seen).toEqual([
      {
        topic: 'millrace.access.recipient-list.created',
        subject: 'operators',
        at: '2026-01-05T08:00:00.000Z',
        actor: expect.stringContaining('engineer'),
      },
      {
        topic: 'millrace.measurements.device.created',
        subject: 'press-1',
        at: '2026-01-05T08:00:00.000Z',
        actor: expect.stringContaining('engineer'),
      },
    ]);
  });

  it('jobs are told of to those who ask for them, and move nobody on', async () => {
    await using server = await openEdgeServer();
    const url = `${await listen(server)}/api/v1/events`;
    const { jobs } = server.services;
    const stop = new AbortController();
    const open = async (topics: string) => {
      const headers = { authorization: `Bearer ${server.tokens.operator}` };
      const { body } = await fetch(`${url}?topics=${topics}`, { headers, signal: stop.signal });
      const seen: ServerSentEvent[] = [];
      void (async () => {
        for await (const event of readEvents(body as ReadableStream<Uint8Array>))
          if (event.data !== '') seen.push(event);
      })().catch(() => {}); // ended by the test
      return seen;
    };
    const [seen, others] = await Promise.all([open('millrace.jobs.*'), open('millrace.access')]);
    while (seen.length === 0) {
      await jobs.enqueue({ kind: 'k', payload: { n: 1 } });
      await server.clock.advance(POLL_MS);
    }
    stop.abort();
    const [first] = seen;
    expect([first?.id, others]).toEqual([undefined, []]);
    expect(JSON.parse(first?.data ?? '')).toMatchObject({
      topic: 'millrace.jobs.job.enqueued',
      subject: expect.stringMatching(/^job_/),
      actor: 'system',
      body: { v: 1, kind: 'k', state: 'ready' },
    });
  });

  it('only so many may listen, and a place is free again when one has gone', async () => {
    await using server = await openEdgeServer({ maxListeners: 1 });
    const url = `${await listen(server)}/api/v1/events`;
    const headers = { authorization: `Bearer ${server.tokens.operator}` };
    const first = await fetch(url, { headers });
    expect(first.status).toBe(200);
    const refused = await fetch(url, { headers });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
      503,
      'request.too-many-listeners',
    ]);
    await first.body?.cancel();
    let again = await fetch(url, { headers });
    while (again.status === 503) {
      await again.text();
      again = await fetch(url, { headers });
    }
    expect(again.status).toBe(200);
    await again.body?.cancel();
  });

  it.each([
    { lastId: 'yesterday', what: 'cannot be read', skipped: 1 },
    { lastId: 'not-of-this-store~0', what: 'is of another store', skipped: 1 },
    { lastId: '', what: 'is empty', skipped: 0 },
  ])('a client whose last id $what is told at most once to look at everything again, and goes on', async (at) => {
    await using server = await openEdgeServer();
    const answer = await fetch(`${await listen(server)}/api/v1/events`, {
      headers: { authorization: `Bearer ${server.tokens.operator}`, 'last-event-id': at.lastId },
    });
    expect(answer.status).toBe(200);
    const topics: string[] = [];
    let places = 0;
    const reading = (async () => {
      for await (const { data, id } of readEvents(answer.body ?? expect.unreachable())) {
        if (id !== undefined) places += 1;
        if (data !== '') topics.push((JSON.parse(data) as LiveEvent).topic);
      }
    })();
    await untilSeen(server, () => places > at.skipped);
    await makeList(server, 'operators');
    await untilSeen(server, () => topics.length > at.skipped);
    await server[Symbol.asyncDispose]();
    await reading;
    const skipped = at.skipped === 0 ? [] : ['millrace.events.skipped'];
    expect(topics).toEqual([...skipped, 'millrace.access.recipient-list.created']);
  });

  it('a stream ends when its caller is no longer let in', async () => {
    await using server = await openEdgeServer();
    const token = await server.call({
      method: 'POST',
      url: '/api/v1/tokens',
      as: 'administrator',
      body: { name: 'x', roles: ['operator'] },
    });
    const answer = await fetch(`${await listen(server)}/api/v1/events`, {
      headers: { authorization: `Bearer ${token.body.token}` },
    });
    await server.call({ method: 'DELETE', url: `/api/v1/tokens/${token.body.id}`, as: 'administrator' });
    let isOver = false;
    const ended = answer.text().then(() => {
      isOver = true;
    });
    await untilSeen(server, () => isOver);
    await ended;
  });

  it('closing the server ends the streams', async () => {
    const server = await openEdgeServer();
    const answer = await fetch(`${await listen(server)}/api/v1/events`, {
      headers: { authorization: `Bearer ${server.tokens.operator}` },
    });
    const text = answer.text();
    await server[Symbol.asyncDispose]();
    expect(await text).toContain('retry: ');
  });
});

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};
/** A store whose readers wait a few turns, before they look and before they answer. */
function slowed(store: Store, slow: () => number): Store {
  return {
    ...store,
    tail: async (family, after, limit) => {
      await turns(slow());
      const page = await store.tail(family, after, limit);
      await turns(slow());
      return page;
    },
    end: async (family) => {
      await turns(slow());
      const cursor = await store.end(family);
      await turns(slow());
      return cursor;
    },
  };
}

/** One stream on a feed, without HTTP in between. */
function follow({
  disk = new ModelDisk(),
  from = undefined as string | undefined,
  out = new PassThrough(),
  topics = [] as readonly string[],
  slow = (): number => 0,
} = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = slowed(openModelStore({ disk, families: [plantFeed, measurementFeed], clock }), slow);
  const feed = openLiveFeed({ store, clock, log: silentLog });
  const stop = new AbortController();
  const cursor = from === undefined ? undefined : parseCursor(from);
  const ended = streamEvents({
    store,
    clock,
    feed,
    out,
    topics,
    from: cursor,
    signal: stop.signal,
    isWelcome: async () => true,
  });
  const happen = (subject: string, topic = 'millrace.process.instance.started') =>
    store.commit([
      { guards: [], writes: [append(plantFeed, { topic, subject, at: clock.now(), actor: 'dana', body: '{"v":1}' })] },
    ]);
  const close = async () => {
    stop.abort();
    await ended;
    await feed.close();
  };
  return { clock, store, out, happen, ended, close };
}
async function* eventsOf(out: PassThrough): AsyncGenerator<ServerSentEvent> {
  yield* readEvents(ReadableStreamOf(out));
}
function ReadableStreamOf(out: PassThrough): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      out.on('data', (chunk: Buffer) => controller.enqueue(chunk));
      out.on('end', () => controller.close());
    },
  });
}
/** Everything that was sent so far, as events with data. */
async function sent(
  { clock, out }: { clock: VirtualClock; out: PassThrough },
  count: number,
): Promise<(LiveEvent & { id: string | undefined })[]> {
  const seen: (LiveEvent & { id: string | undefined })[] = [];
  const reading = (async () => {
    for await (const { data, id } of eventsOf(out))
      if (data !== '') seen.push({ ...(JSON.parse(data) as LiveEvent), id });
  })();
  while (seen.length < count) await clock.advance(POLL_MS);
  void reading;
  return seen;
}

describe('a stream', () => {
  it('goes on behind the last event that was seen, whatever was committed meanwhile', async () => {
    const disk = new ModelDisk();
    const first = follow({ disk });
    await first.clock.advance(POLL_MS);
    await first.happen('before');
    const [seen] = await sent(first, 1);
    await first.close();
    for (const subject of ['missed-1', 'missed-2']) await first.happen(subject);
    const second = follow({ disk, from: seen?.id ?? '' });
    await second.happen('live');
    const rest = await sent(second, 3);
    await second.close();
    expect(rest.map(({ subject }) => subject)).toEqual(['missed-1', 'missed-2', 'live']);
  });

  it('repeats a page that was cut off in the middle rather than losing its end', async () => {
    const disk = new ModelDisk();
    const first = follow({ disk });
    const { store } = first;
    const rows = ['a', 'b', 'c'].map((subject) =>
      append(plantFeed, { topic: 't', subject, at: 1, actor: 'dana', body: '{}' }),
    );
    await first.clock.advance(POLL_MS);
    await store.commit([{ guards: [], writes: rows }]);
    const [, second] = await sent(first, 3);
    await first.close();
    const again = follow({ disk, from: second?.id ?? '' });
    const rest = await sent(again, 3);
    await again.close();
    expect(rest.map(({ subject }) => subject)).toEqual(['a', 'b', 'c']);
  });

  it('loses nothing while it is being opened and much happens, however slow the store is', async () => {
    for (let seed = 0; seed < 150; seed++) {
      const random = seededRandom(seed);
      const stream = follow({ from: '~', slow: () => Math.floor(random() * 4) });
      const writing = (async () => {
        for (let place = 0; place < 30; place++) {
          await stream.happen(`event-${place}`);
          await turns(Math.floor(random() * 5));
        }
      })();
      const seen: string[] = [];
      void (async () => {
        for await (const { data } of eventsOf(stream.out))
          if (data !== '') seen.push((JSON.parse(data) as LiveEvent).subject);
      })();
      await writing;
      // Whatever is still on its way has arrived long before this is over.
      for (let second = 0; second < 5; second++) {
        await stream.clock.advance(POLL_MS);
        await turns(20);
      }
      await stream.close();
      expect([seed, new Set(seen).size]).toEqual([seed, 30]);
    }
  });

  it('that was away for too long, or comes from another store, is told to look at everything again', async () => {
    const disk = new ModelDisk();
    const before = follow({ disk });
    await before.close();
    const rows = Array.from({ length: 1_000 }, (_, place) =>
      append(plantFeed, { topic: 'other', subject: `${place}`, at: 1, actor: 'dana', body: '{}' }),
    );
    for (let page = 0; page <= MAX_CATCH_UP_ROWS / 1_000; page++)
      await before.store.commit([{ guards: [], writes: rows }]);
    for (const from of ['~', 'not-of-this-store~0']) {
      const stream = follow({ disk, from, topics: ['millrace'] });
      const [seen] = await sent(stream, 1);
      await stream.close();
      expect(seen).toMatchObject({ topic: 'millrace.events.skipped' });
    }
  });

  it('cuts off a client that reads no more', async () => {
    const stream = follow();
    const subject = 'x'.repeat(10_000);
    let isOver = false;
    void stream.ended.then(() => {
      isOver = true;
    });
    let events = 0;
    for (; !isOver; events++) {
      await stream.happen(subject);
      await stream.clock.advance(100);
    }
    expect(events).toBeGreaterThanOrEqual(Math.floor(MAX_BUFFERED_BYTES / 11_000));
    expect(events).toBeLessThan(300);
    await stream.close();
  });

  it('lets a client go that never reads what it had missed', async () => {
    const stream = follow({ out: new PassThrough({ highWaterMark: 1 }) });
    await stream.clock.advance(HEARTBEAT_MS);
    await stream.ended;
    await stream.close();
  });

  it('beats while nothing happens, and moves the client on past what was not for it', async () => {
    const stream = follow({ topics: ['millrace.process'] });
    const blocks: string[] = [];
    stream.out.on('data', (chunk: Buffer) => blocks.push(chunk.toString()));
    await stream.clock.advance(POLL_MS);
    await stream.happen('x', 'millrace.access.person.created');
    await stream.clock.advance(HEARTBEAT_MS + POLL_MS);
    await stream.close();
    expect(blocks.join('')).not.toContain('data:');
    expect(blocks.at(-1)).toBe(`: still here\nid: ${formatCursor({ plant: '1', measurements: '' })}\n\n`);
  });
});
