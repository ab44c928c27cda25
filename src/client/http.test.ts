/** When a call is repeated and when not, held against a server that behaves badly. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createClient } from './client.ts';
import { isClientError } from './client-error.ts';

type Turn = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers the calls with the turns in order, the last one for ever. */
async function openBadServer(...turns: Turn[]) {
  const seen: { method: string; url: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    request.resume();
    (turns[Math.min(seen.length, turns.length) - 1] as Turn)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url, seen, [Symbol.asyncDispose]: close };
}
const problem =
  (status: number, code: string): Turn =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(
      JSON.stringify({
        type: 'x',
        title: 'x',
        status,
        code,
        detail: `It is ${code}.`,
        action: 'Wait.',
        recordedOutcome: 'done',
      }),
    );
  };
const answer =
  (body: unknown): Turn =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
const hangUp: Turn = (request) => void request.socket.destroy();
const wait = async () => {};

describe('a call', () => {
  it('is repeated while no answer comes or the server is busy, when it is safe', async () => {
    await using server = await openBadServer(
      hangUp,
      problem(503, 'store.overloaded'),
      problem(429, 'request.rate-limited'),
      answer({ items: [], next: null }),
    );
    const client = createClient({ url: server.url, token: 'mlr_x', wait });
    expect(await client.tasks.list()).toEqual({ items: [], next: null });
    expect(server.seen).toHaveLength(4);
    expect(server.seen[0]?.headers).toMatchObject({ authorization: 'Bearer mlr_x', 'x-millrace': '1' });
  });

  it('that starts something is repeated only with a key, and with the same one', async () => {
    await using server = await openBadServer(hangUp, problem(409, 'request.in-progress'), answer({ id: 'ins_1' }));
    const client = createClient({ url: server.url, wait });
    expect(await client.instances.start({ definition: 'x' }, { idempotencyKey: 'k-1' })).toEqual({ id: 'ins_1' });
    expect(server.seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['k-1', 'k-1', 'k-1']);
    await using other = await openBadServer(hangUp);
    await expect(createClient({ url: other.url, wait }).instances.start({ definition: 'x' })).rejects.toMatchObject({
      code: 'client.unreachable',
      status: 0,
    });
    expect(other.seen).toHaveLength(1);
  });

  it('that was refused is not repeated, and the refusal keeps its facts', async () => {
    await using server = await openBadServer(problem(409, 'task.already-done'));
    const client = createClient({ url: server.url, wait });
    const error = await client.tasks.get('job_1').catch((thrown: unknown) => thrown);
    expect(isClientError(error, 'task.already-done')).toBe(true);
    expect(error).toMatchObject({
      status: 409,
      detail: 'It is task.already-done.',
      action: 'Wait.',
      problem: { recordedOutcome: 'done' },
    });
    expect(server.seen).toHaveLength(1);
  });

  it('is given up after its attempts', async () => {
    await using server = await openBadServer(problem(503, 'store.closed'));
    await expect(createClient({ url: server.url, wait, attempts: 3 }).tasks.list()).rejects.toMatchObject({
      code: 'store.closed',
    });
    expect(server.seen).toHaveLength(3);
  });

  it('answered by something else than Millrace says so', async () => {
    await using server = await openBadServer((_, response) => response.writeHead(502).end('<h1>Bad Gateway</h1>'));
    await expect(createClient({ url: server.url, wait }).tasks.list()).rejects.toMatchObject({
      code: 'client.foreign-answer',
      status: 502,
    });
  });

  it('carries its parameters', async () => {
    await using server = await openBadServer(answer({ items: [], next: null }));
    const client = createClient({ url: `${server.url}/`, wait });
    await client.instances.list({ businessKey: 'a & b', limit: 5 });
    await client.criteria.list({ device: 'press/1' });
    await client.devices.get('press/1').catch(() => undefined);
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/api/v1/instances?businessKey=a+%26+b&limit=5',
      '/api/v1/criteria?device=press%2F1',
      '/api/v1/devices/press%2F1',
    ]);
  });
});

describe('live events', () => {
  const events =
    (text: string): Turn =>
    (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(text);
    };
  const event = (subject: string, id: string) =>
    `id: ${id}\nevent: t\ndata: {"topic":"t","subject":"${subject}","at":"x","actor":"y"}\n\n`;

  it('go on behind the last one that was seen, when the line breaks', async () => {
    await using server = await openBadServer(
      events(`retry: 1\nid: 1~\n\n${event('a', '2~')}: beat\nid: 3~\n\n`),
      hangUp,
      problem(503, 'x'),
      events(event('b', '4~')),
      hangUp,
    );
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const { subject } of createClient({ url: server.url, wait }).events({
      topics: ['t', 'u'],
      signal: stop.signal,
    })) {
      seen.push(subject);
      if (seen.length === 2) stop.abort();
    }
    expect(seen).toEqual(['a', 'b']);
    expect(server.seen.map(({ url, headers }) => [url, headers['last-event-id']])).toEqual([
      ['/api/v1/events?topics=t%2Cu', undefined],
      ['/api/v1/events?topics=t%2Cu', '3~'],
      ['/api/v1/events?topics=t%2Cu', '3~'],
      ['/api/v1/events?topics=t%2Cu', '3~'],
    ]);
  });

  it('end with an error that waiting cannot mend', async () => {
    await using server = await openBadServer(problem(401, 'access.unauthenticated'));
    const reading = (async () => {
      for await (const _ of createClient({ url: server.url, wait }).events()) expect.unreachable();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'access.unauthenticated' });
  });
});
