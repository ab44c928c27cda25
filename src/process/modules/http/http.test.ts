/** The module against real servers on loopback, which the network of the test allows. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { JobId } from '../../../kernel/ids.ts';
import type { ModuleServices } from '../module.ts';
import { runModule } from '../module-job.ts';
import { httpModule } from './http.ts';
import { openNetwork } from './network.ts';

const NOW = Date.UTC(2026, 0, 5, 8);
const secrets = new Map([['MILLRACE_SECRET_ERP_KEY', 'a shared secret']]);

type Seen = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  body: string;
};

/** A server that keeps what it was asked. */
async function open(answer: RequestListener = (_, response) => void response.end()) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const asked: Seen = { method, url, headers, body: '' };
    for await (const part of request) asked.body += String(part);
    seen.push(asked);
    await answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    seen,
    port,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const answering =
  (status: number, body = '', headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);

function run(config: object, { allow = ['127.0.0.1'], attempt = 1, signal = new AbortController().signal } = {}) {
  const services = { network: openNetwork(allow), secrets, now: () => NOW } as unknown as ModuleServices;
  const payload = { config, variables: {}, node: 'ask', at: NOW };
  return runModule(httpModule, { id: 41 as JobId, payload, attempt, signal }, services);
}

describe('a request', () => {
  it('goes out as configured, with the same key at every try', async () => {
    await using server = await open();
    const config = {
      method: 'POST',
      url: `${server.url}/orders?a=1`,
      query: { part: 'seal & ring', count: 2 },
      headers: { 'X-Plant': 'north' },
      body: { amount: 3 },
    };
    expect(await run(config)).toMatchObject({ kind: 'done', outcome: 'done', output: {} });
    await run(config, { attempt: 2 });
    const [first, second] = server.seen;
    expect(first).toMatchObject({
      method: 'POST',
      url: '/orders?a=1&part=seal+%26+ring&count=2',
      body: '{"amount":3}',
    });
    expect(first?.headers).toMatchObject({ 'x-plant': 'north', 'content-type': 'application/json' });
    expect(first?.headers['idempotency-key']).toMatch(/^job_\w{11}\.\w+$/);
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
  });

  it('is signed with a secret of the environment, over time and body', async () => {
    await using server = await open();
    await run({ method: 'PUT', url: server.url, body: 'as it is', secret: 'erp-key' });
    const seconds = NOW / 1_000;
    const expected = createHmac('sha256', 'a shared secret').update(`${seconds}.as it is`).digest('hex');
    expect(server.seen[0]?.headers['millrace-signature']).toBe(`t=${seconds},v1=${expected}`);
    expect(JSON.stringify(server.seen)).not.toContain('a shared secret');
  });

  it('is not sent unsigned when the secret is not there', async () => {
    await using server = await open();
    expect(await run({ url: server.url, secret: 'other' })).toMatchObject({
      kind: 'discard',
      reason: expect.stringContaining('set MILLRACE_SECRET_OTHER'),
    });
    expect(server.seen).toEqual([]);
  });

  it('with what no header can carry is given up at once', async () => {
    await using server = await open();
    const settlement = await run({ url: server.url, headers: { 'x-name': 'a\r\nx-evil: 1' } });
    expect(settlement).toMatchObject({ kind: 'discard' });
    expect(server.seen).toEqual([]);
  });
});

describe('an answer', () => {
  it('gives its body and status to variables; JSON as what it says', async () => {
    await using server = await open(answering(201, '{"order":7}', { 'content-type': 'application/json' }));
    const config = { url: server.url, result: 'answer', status: 'code' };
    expect(await run(config)).toMatchObject({ kind: 'done', output: { answer: { order: 7 }, code: 201 } });
  });

  it('that only calls itself JSON is a text', async () => {
    await using server = await open(answering(200, '<html>', { 'content-type': 'application/json' }));
    expect(await run({ url: server.url, result: 'answer' })).toMatchObject({ output: { answer: '<html>' } });
  });

  it.each([
    [404, 'done', 'missing'],
    [409, 'done', 'refused'],
    [422, 'error', 'BAD_ORDER'],
    [503, 'done', 'busy'],
  ])('%i is what the step says: %s %s', async (status, kind, word) => {
    await using server = await open(answering(status));
    const config = {
      url: server.url,
      outcomes: { '404': 'missing', '4xx': 'refused', '503': 'busy' },
      errors: { '422': 'BAD_ORDER' },
    };
    // An outcome is looked for first, so of 422 nothing may be said there.
    const given = status === 422 ? { ...config, outcomes: {} } : config;
    expect(await run(given)).toMatchObject(kind === 'done' ? { kind, outcome: word } : { kind, code: word });
  });

  it.each([
    [500, 'fail'],
    [503, 'fail'],
    [429, 'fail'],
    [404, 'discard'],
    [400, 'discard'],
    [304, 'discard'],
  ])('%i that nothing is said of is: %s', async (status, kind) => {
    await using server = await open(answering(status));
    expect(await run({ url: server.url })).toMatchObject({ kind });
  });

  it('with more bytes than may come is given up', async () => {
    await using server = await open(answering(200, 'x'.repeat(2_000)));
    expect(await run({ url: server.url, maxBytes: 1_000 })).toMatchObject({
      kind: 'discard',
      reason: expect.stringContaining('more than 1000 bytes'),
    });
    expect(await run({ url: server.url, maxBytes: 2_000 })).toMatchObject({ kind: 'done' });
  });

  it('that breaks off, or never comes, is tried again', async () => {
    await using breaking = await open((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('some', () => request.socket.destroy());
    });
    expect(await run({ url: breaking.url })).toMatchObject({ kind: 'fail' });
    await using silent = await open(() => {});
    expect(await run({ url: silent.url, timeout: '50ms' })).toMatchObject({
      kind: 'fail',
      error: expect.stringContaining('longer than 0.05 s'),
    });
    const { url } = silent;
    await silent[Symbol.asyncDispose]();
    expect(await run({ url })).toMatchObject({ kind: 'fail' });
  });

  it('is not waited for when the job is lost', async () => {
    const lost = new AbortController();
    await using silent = await open(() => lost.abort());
    expect(await run({ url: silent.url }, { signal: lost.signal })).toMatchObject({ kind: 'fail' });
  });
});

describe('what is not public', () => {
  it.each([
    '127.0.0.1',
    '0x7f.1',
    '2130706433',
    '127.1',
    '0177.0.0.1',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    'localhost',
    '[::1]',
    '0',
  ])('is not reached as http://%s', async (host) => {
    await using server = await open();
    const settlement = await run({ url: `http://${host}:${server.port}/` }, { allow: [] });
    expect(settlement).toMatchObject({ kind: 'discard', reason: expect.stringContaining('MILLRACE_HTTP_ALLOW') });
    expect(server.seen).toEqual([]);
  });

  it('is not reached by a redirect either', async () => {
    await using inner = await open();
    await using outer = await open((_, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${inner.port}/` }).end();
    });
    const settlement = await run({ url: `http://localhost:${outer.port}/` }, { allow: ['localhost'] });
    expect(settlement).toMatchObject({ kind: 'discard', reason: expect.stringContaining('no public address') });
    expect(outer.seen).toHaveLength(1);
    expect(inner.seen).toEqual([]);
  });

  it('is not reached by a name that changes its address between the look and the connection', async () => {
    await using server = await open();
    const addresses = ['93.184.216.34', '127.0.0.1'];
    let asked = 0;
    const network = openNetwork([], async () => [{ address: addresses[asked++] ?? '127.0.0.1', family: 4 }]);
    expect(await network.resolve('shifty.example')).toHaveLength(1);
    const services = { network, secrets, now: () => NOW } as unknown as ModuleServices;
    const config = { url: `http://shifty.example:${server.port}/`, timeout: '2s' };
    const payload = { config, variables: {}, node: 'ask', at: NOW };
    const job = { id: 41 as JobId, payload, attempt: 1, signal: new AbortController().signal };
    expect(await runModule(httpModule, job, services)).toMatchObject({
      kind: 'discard',
      reason: expect.stringContaining('no public address'),
    });
    expect(asked).toBe(2);
    expect(server.seen).toEqual([]);
  });
});

describe('a redirect', () => {
  it('is followed, as far as the limit goes', async () => {
    await using server = await open((request, response) => {
      const step = Number(request.url?.slice(1));
      if (step === 0) response.end('there');
      else response.writeHead(307, { location: `/${step - 1}` }).end();
    });
    expect(await run({ url: `${server.url}/3`, result: 'text' })).toMatchObject({ output: { text: 'there' } });
    expect(await run({ url: `${server.url}/4` })).toMatchObject({ kind: 'discard' });
    expect(await run({ url: `${server.url}/1`, redirects: 0, outcomes: { '307': 'moved' } })).toMatchObject({
      outcome: 'moved',
    });
  });

  it('takes what is for the first receiver nowhere else', async () => {
    await using other = await open();
    await using first = await open((_, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${other.port}/` }).end();
    });
    const headers = { authorization: 'Bearer t', 'x-plain': 'yes' };
    await run({ method: 'POST', url: first.url, headers, body: 'b', secret: 'erp-key' });
    expect(other.seen[0]).toMatchObject({ method: 'POST', body: 'b', headers: { 'x-plain': 'yes' } });
    for (const header of ['authorization', 'millrace-signature', 'idempotency-key']) {
      expect(first.seen[0]?.headers).toHaveProperty([header]);
      expect(other.seen[0]?.headers).not.toHaveProperty([header]);
    }
  });

  it('to anything but http is not followed', async () => {
    await using server = await open(answering(302, '', { location: 'file:///etc/passwd' }));
    expect(await run({ url: server.url })).toMatchObject({ kind: 'discard' });
  });
});
