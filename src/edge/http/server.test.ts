/** What holds for every call, whatever its route. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import { type EdgeCall, fingerprint, openEdgeServer } from '../../testing/edge-server.ts';

const json = { 'content-type': 'application/json' };

describe('a refused call', () => {
  it('says what is wrong, with a code and what to do, as problem+json', async () => {
    await using server = await openEdgeServer();
    const { status, body, headers } = await server.call({ method: 'GET', url: '/api/v1/nothing-here', as: 'operator' });
    expect(status).toBe(404);
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(body).toMatchObject({
      type: 'urn:millrace:error:request.not-found',
      title: 'Not Found',
      status: 404,
      code: 'request.not-found',
      detail: 'There is nothing at GET /api/v1/nothing-here.',
    });
    expect(body.action).toBeTypeOf('string');
  });

  it('names the methods of an address that is known', async () => {
    await using server = await openEdgeServer();
    const { status, body, headers } = await server.call({
      method: 'PUT',
      url: '/api/v1/devices/press-1',
      as: 'engineer',
      body: {},
    });
    expect([status, body.code, headers.allow]).toEqual([405, 'request.method-not-allowed', 'GET, PATCH']);
  });

  it('lists every problem of a body with its place', async () => {
    await using server = await openEdgeServer();
    const before = fingerprint(server.disk);
    const body = { definition: 7, version: 0, surprise: true };
    const answer = await server.call({ method: 'POST', url: '/api/v1/instances', as: 'engineer', body });
    expect([answer.status, answer.body.code]).toEqual([422, 'request.invalid']);
    const paths = (answer.body.errors as { path: string }[]).map(({ path }) => path);
    expect(paths).toEqual(['body.definition', 'body.version', 'body']);
    expect(fingerprint(server.disk)).toBe(before);
  });

  it.each<{ what: string; request: Partial<EdgeCall>; status: number; code: string }>([
    {
      what: 'a body that is not JSON',
      request: { body: '{"definition":', headers: json },
      status: 400,
      code: 'request.malformed',
    },
    {
      what: 'a body that would change prototypes',
      request: { body: '{"__proto__":{"x":1}}', headers: json },
      status: 400,
      code: 'request.malformed',
    },
    {
      what: 'a body of another type',
      request: { body: '<definition/>', headers: { 'content-type': 'application/xml' } },
      status: 415,
      code: 'request.unsupported-media-type',
    },
    { what: 'a body without a type', request: { body: 'x' }, status: 415, code: 'request.unsupported-media-type' },
    {
      what: 'lines where one thing is wanted',
      request: { body: '{}', headers: { 'content-type': 'application/x-ndjson' } },
      status: 415,
      code: 'request.unsupported-media-type',
    },
    {
      what: 'a body that is too large',
      request: { body: { definition: 'x'.repeat(1_000_100) } },
      status: 413,
      code: 'request.too-large',
    },
    {
      what: 'a body that is nested too deep',
      request: { body: `${'['.repeat(500)}${']'.repeat(500)}`, headers: json },
      status: 400,
      code: 'request.malformed',
    },
    { what: 'no body', request: {}, status: 422, code: 'request.invalid' },
    {
      what: 'a parameter that is none',
      request: { url: '/api/v1/instances?dryRun=true', body: { definition: 'x' } },
      status: 422,
      code: 'request.invalid',
    },
  ])('for $what has a stable code, and nothing is changed', async ({ request, status, code }) => {
    await using server = await openEdgeServer();
    const before = fingerprint(server.disk);
    const answer = await server.call({ method: 'POST', url: '/api/v1/instances', as: 'engineer', ...request });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(fingerprint(server.disk)).toBe(before);
  });

  it('that nobody foresaw has a trace, no stack on the wire, and its stack once in the log', async () => {
    const lines: string[] = [];
    await using server = await openEdgeServer({
      log: createLog({ level: 'error', write: (line) => lines.push(line) }),
    });
    server.http.addHook('preHandler', async ({ url }) => {
      if (url === '/livez') throw new TypeError('secret inside');
    });
    const { status, body, text } = await server.call({
      method: 'GET',
      url: '/livez',
      headers: { traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` },
    });
    expect([status, body.code, body.trace]).toEqual([500, 'internal.unexpected', 'ab'.repeat(16)]);
    expect(text).not.toContain('secret inside');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ trace: 'ab'.repeat(16), err: { message: 'secret inside' } });
  });
});

describe('an address that is no address', () => {
  it.each(['/%zz', `/api/v1/devices/${'x'.repeat(2_000)}`, '/api/v1/devices/%00', '/api/v1//devices'])(
    '%s is refused by a problem',
    async (url) => {
      await using server = await openEdgeServer();
      const { status, headers } = await server.call({ method: 'GET', url, as: 'operator' });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(headers['content-type']).toContain('application/problem+json');
    },
  );
});

describe('what is no HTTP', () => {
  it('gets a problem and the line is closed', async () => {
    await using server = await openEdgeServer();
    await server.http.listen({ port: 0, host: '127.0.0.1' });
    const address = server.http.server.address() as { port: number };
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(address.port, '127.0.0.1', () => socket.write('HELLO MILLRACE\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('"code":"request.malformed"');
  });
});

describe('every answer', () => {
  it('carries what keeps a browser safe', async () => {
    await using server = await openEdgeServer();
    for (const url of ['/livez', '/api/v1/me', '/nothing']) {
      const { headers } = await server.call({ method: 'GET', url, as: 'operator' });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    }
  });

  it('is counted by route, and addresses tried at random make no series of their own', async () => {
    await using server = await openEdgeServer();
    for (const url of ['/api/v1/devices/a', '/api/v1/devices/b', '/x1', '/x2'])
      await server.call({ method: 'GET', url, as: 'operator' });
    const { text } = await server.call({ method: 'GET', url: '/metrics', as: 'operator' });
    expect(text).toContain('millrace_http_requests_total{method="GET",route="/api/v1/devices/:id",status="404"} 2');
    expect(text).toContain('millrace_http_requests_total{method="GET",route="unmatched",status="404"} 2');
    expect(text).toContain('millrace_http_request_seconds_count{method="GET",route="/api/v1/devices/:id"} 2');
  });
});

describe('the probes', () => {
  it('need no sign-in, and readiness follows the server', async () => {
    await using server = await openEdgeServer();
    expect((await server.call({ method: 'GET', url: '/livez' })).status).toBe(200);
    expect((await server.call({ method: 'GET', url: '/readyz' })).text).toBe('ready\n');
    expect((await server.http.inject({ method: 'HEAD', url: '/livez' })).statusCode).toBe(200);
    await (server.services as typeof server.services & { stop: { close(): Promise<void> } }).stop.close();
    expect((await server.call({ method: 'GET', url: '/readyz' })).status).toBe(503);
  });
});

describe('one caller', () => {
  it('gets so many calls at once and so many a second, and others are not held up by it', async () => {
    await using server = await openEdgeServer({ rateLimit: { burst: 3, perSecond: 2 } });
    const me = () => server.call({ method: 'GET', url: '/api/v1/me', as: 'operator' });
    for (let call = 0; call < 3; call++) expect((await me()).status).toBe(200);
    const refused = await me();
    expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([
      429,
      'request.rate-limited',
      '1',
    ]);
    expect((await server.call({ method: 'GET', url: '/api/v1/me', as: 'engineer' })).status).toBe(200);
    await server.clock.advance(500);
    expect((await me()).status).toBe(200);
    expect((await me()).status).toBe(429);
  });
});

describe('the user interface', () => {
  const folder = () => {
    const root = mkdtempSync(join(tmpdir(), 'millrace-web-'));
    mkdirSync(join(root, 'assets'));
    writeFileSync(join(root, 'index.html'), '<!doctype html><title>Millrace</title>');
    writeFileSync(join(root, 'assets', 'index-abc123.js'), 'export {};');
    return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true }) };
  };

  it('is served at the root, and at every address it knows by itself', async () => {
    using web = folder();
    await using server = await openEdgeServer({ webRoot: web.root });
    for (const url of ['/', '/inbox', '/instances/ins_00000000041']) {
      const { status, text, headers } = await server.call({ method: 'GET', url, headers: { accept: 'text/html' } });
      expect([status, headers['content-type'], headers['cache-control']]).toEqual([
        200,
        'text/html; charset=utf-8',
        'no-cache',
      ]);
      expect(text).toContain('<title>Millrace</title>');
    }
    const asset = await server.call({ method: 'GET', url: '/assets/index-abc123.js' });
    expect([asset.status, asset.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  });

  it('does not stand in for the API, for files that are not there, or for folders above it', async () => {
    using web = folder();
    await using server = await openEdgeServer({ webRoot: web.root });
    for (const url of ['/api/v1/nothing', '/assets/gone.js', '/assets/..%2f..%2fpackage.json']) {
      const { status, headers } = await server.call({ method: 'GET', url, headers: { accept: 'text/html' } });
      expect([url, status, headers['content-type']]).toEqual([url, 404, 'application/problem+json; charset=utf-8']);
    }
    for (const url of ['/favicon.ico', '/../package.json', '/..%2f..%2fpackage.json']) {
      const { status, text } = await server.call({ method: 'GET', url, headers: { accept: '*/*' } });
      expect([url, status]).toEqual([url, 404]);
      expect(text).not.toContain('dependencies');
    }
  });
});
