/** Live events as they happen, as server-sent events. */
import { z } from 'zod';
import { MillraceError } from '../../../kernel/errors.ts';
import type { Services } from '../../services.ts';
import { authenticate } from '../authenticate.ts';
import { parseCursor } from '../live/cursor.ts';
import { streamEvents } from '../live/event-stream.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { type Route, rawRoute } from '../route.ts';
import { SECURITY_HEADERS } from '../security-headers.ts';

export const MAX_LISTENERS = 200;
const MAX_TOPICS = 50;

export type EventsParts = { readonly feed: LiveFeed; readonly signal: AbortSignal; readonly maxListeners?: number };

/** The route, and how many listen now. */
export function eventRoutes({ feed, signal, maxListeners = MAX_LISTENERS }: EventsParts): {
  readonly routes: readonly Route[];
  readonly ended: () => Promise<void>;
} {
  const running = new Set<Promise<void>>();
  const events = rawRoute({
    method: 'GET',
    path: '/api/v1/events',
    audience: 'readers',
    area: 'Live',
    summary:
      'Streams what happens, from now on or, with Last-Event-ID, from where the stream was lost. An event may come twice.',
    errors: ['request.too-many-listeners'],
    query: z.strictObject({
      topics: z
        .string()
        .max(2_000)
        .describe(
          'Prefixes of topics, with commas between; a * at the end is allowed. Jobs are told of only when asked for: millrace.jobs.*',
        )
        .default(''),
    }),
    answer: { status: 200, type: 'text/event-stream' },
    reply: async ({ query: { topics }, services, headers }, { request, reply }) => {
      if (running.size >= maxListeners) throw new MillraceError('request.too-many-listeners', { limit: maxListeners });
      const lastId = headers['last-event-id'];
      // Empty as a client sends it that has seen no id yet.
      const from = typeof lastId === 'string' && lastId !== '' ? (parseCursor(lastId) ?? 'lost') : undefined;
      reply.hijack();
      const out = reply.raw;
      out.writeHead(200, {
        ...SECURITY_HEADERS,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        // So that closing the server need not wait for a client to give the line up.
        connection: 'close',
      });
      const wanted = topics
        .split(',')
        .map((topic) => topic.trim().replace(/[*#]+$/, ''))
        .filter((topic) => topic !== '')
        .slice(0, MAX_TOPICS);
      const isWelcome = async () => (await authenticate(services, request)) !== undefined;
      const stream = follow(services, { feed, signal, out, from, topics: wanted, isWelcome }).finally(() =>
        running.delete(stream),
      );
      running.add(stream);
      await stream;
      return reply;
    },
  });
  return {
    routes: [events],
    ended: async () => {
      await Promise.all(running);
    },
  };
}

async function follow(
  { store, clock, log, jobEvents: jobs }: Services,
  parts: Omit<Parameters<typeof streamEvents>[0], 'store' | 'clock' | 'jobs'>,
): Promise<void> {
  try {
    await streamEvents({ ...parts, store, clock, jobs });
  } catch (error) {
    log.warn({ err: error }, 'a stream of live events broke; the client comes back');
  }
}
