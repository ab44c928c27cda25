/** Accounts that jobs make, over HTTP. */
import { describe, expect, it } from 'vitest';
import { families } from '../../../app/families.ts';
import { jobFamily } from '../../../jobs/job.ts';
import { formatJobId, parseJobId } from '../../../kernel/ids.ts';
import { createLog } from '../../../kernel/log.ts';
import { set } from '../../../store/unit.ts';
import { type EdgeRole, type EdgeServer, fingerprint, openEdgeServer } from '../../../testing/edge-server.ts';

const get = (server: EdgeServer, url: string, as: EdgeRole = 'administrator') =>
  server.call({ method: 'GET', url, as });
const order = (server: EdgeServer, body: unknown, headers: Record<string, string> = {}) =>
  server.call({ method: 'POST', url: '/api/accounts/generate', as: 'administrator', body, headers });

/** Asks for accounts and waits until the job is settled. */
async function generate(server: EdgeServer, body: object): Promise<{ job: string; ids: string[] }> {
  const { body: ordered } = await order(server, body);
  const job = ordered.job_id as string;
  for (let status = 'pending'; status === 'pending' || status === 'running'; ) {
    await new Promise((resolve) => setImmediate(resolve));
    status = (await get(server, `/api/jobs/${job}`)).body.status as string;
  }
  const { items } = (await get(server, `/api/accounts?job_id=${job}`)).body as { items: { id: string }[] };
  return { job, ids: items.map(({ id }) => id) };
}

describe('POST /api/accounts/generate', () => {
  it('stores one job, which makes the accounts', async () => {
    await using server = await openEdgeServer();
    const ordered = await order(server, { count: 2, priority: 'high', expires_in: '1d' });
    expect([ordered.status, ordered.body]).toEqual([
      202,
      {
        job_id: expect.stringMatching(/^job_\w{11}$/),
        status: 'pending',
        count: 2,
        priority: 'high',
        role: 'operator',
        kind: 'person',
        expires_in: '1d',
      },
    ]);
    const { job, ids } = await generate(server, { count: 2 });
    expect((await get(server, `/api/jobs/${job}`, 'operator')).body).toEqual({
      job_id: job,
      kind: 'accounts.generate',
      status: 'completed',
      created_at: '2026-01-05T08:00:00.000Z',
      started_at: expect.any(String),
      finished_at: '2026-01-05T08:00:00.000Z',
      attempts: 1,
      max_attempts: 3,
      result: { created: 2, failed: 0, accounts: ids.map((id) => ({ id, state: 'created' })) },
      error: null,
    });
    expect((await get(server, `/api/v1/jobs/${ordered.body.job_id}`)).body).toMatchObject({ priority: 10 });
  });

  it('works without a token where there is no sign-in, as curl sends it', async () => {
    await using server = await openEdgeServer({ auth: 'off' });
    const { status, body } = await server.call({
      method: 'POST',
      url: '/api/accounts/generate',
      headers: { 'content-type': 'application/json', host: 'localhost:8080' },
      body: '{"count": 1, "priority": "high"}',
    });
    expect([status, body.status, body.count]).toEqual([202, 'pending', 1]);
  });

  it('stores one job however often it is repeated with the same key', async () => {
    await using server = await openEdgeServer();
    const key = { 'idempotency-key': 'shift-1' };
    const [first, again] = [await order(server, { count: 1 }, key), await order(server, { count: 1 }, key)];
    expect(again.body).toEqual(first.body);
    expect((await order(server, { count: 2 }, key)).body.code).toBe('request.idempotency-mismatch');
  });

  it('refuses what it cannot do, and stores nothing then', async () => {
    await using server = await openEdgeServer();
    const before = fingerprint(server.disk);
    for (const [body, code] of [
      [{ count: 0 }, 'request.invalid'],
      [{ count: 101 }, 'request.invalid'],
      [{ count: 1.5 }, 'request.invalid'],
      [{ count: '1' }, 'request.invalid'],
      [{ count: 1, priority: 'urgent' }, 'request.invalid'],
      [{ count: 1, kind: 'robot' }, 'request.invalid'],
      [{ count: 1, password: 'mine' }, 'request.invalid'],
      [{ count: 1, role: 'Robert; DROP' }, 'access.invalid-role'],
      [{ count: 1, role: 'a\0' }, 'request.invalid'],
      [{ count: 1, expires_in: 'soon' }, 'duration.malformed'],
      [{ count: 1, expires_in: '59s' }, 'request.invalid'],
      [{ count: 1, expires_in: '91d' }, 'request.invalid'],
      [[], 'request.invalid'],
      [null, 'request.invalid'],
    ] as const)
      expect([body, (await order(server, body)).body.code]).toEqual([body, code]);
    expect(fingerprint(server.disk)).toBe(before);
  });
});

describe('GET /api/jobs/{id}', () => {
  it.each([
    ['scheduled', 'pending'],
    ['ready', 'pending'],
    ['blocked', 'pending'],
    ['leased', 'running'],
    ['done', 'completed'],
    ['dead', 'failed'],
    ['quarantined', 'failed'],
    ['unknown', 'failed'],
    ['cancelled', 'failed'],
  ])('calls a job that is %s %s', async (state, status) => {
    await using server = await openEdgeServer();
    const id = await server.services.jobs.enqueue({ kind: 'x', payload: {}, dueAt: server.clock.now() + 60_000 });
    await server.services.store.commit([{ guards: [], writes: [set(jobFamily, [id], { state, error: 'why' })] }]);
    const { body } = await get(server, `/api/jobs/${formatJobId(id)}`, 'worker');
    expect(body).toMatchObject({ kind: 'x', status, error: 'why', attempts: 0, finished_at: null, result: null });
  });

  it('knows an id it does not know from one that is none', async () => {
    await using server = await openEdgeServer();
    expect((await get(server, '/api/jobs/job_00000000041')).body.code).toBe('job.unknown');
    expect((await get(server, "/api/jobs/1' OR 1=1")).body.code).toBe('id.malformed');
  });
});

describe('GET /api/accounts', () => {
  it('lists page by page and by job, without passwords', async () => {
    await using server = await openEdgeServer();
    const first = await generate(server, { count: 3 });
    const second = await generate(server, { count: 2, kind: 'service', role: 'device' });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await get(server, `/api/accounts?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...(page.body.items as { id: string }[]).map(({ id }) => id));
      cursor = page.body.next as string | null;
    }
    expect(seen).toEqual([...first.ids, ...second.ids]);
    const { items } = (await get(server, `/api/accounts?job_id=${second.job}`)).body as { items: object[] };
    expect(items[0]).toEqual({
      id: second.ids[0],
      name: expect.any(String),
      kind: 'service',
      roles: ['device'],
      state: 'waiting',
      job_id: second.job,
      created_at: '2026-01-05T08:00:00.000Z',
      created_by: expect.stringContaining('token:administrator'),
      expires_at: '2026-01-12T08:00:00.000Z',
      password_read_at: null,
      signed_in_at: null,
    });
    expect((await get(server, '/api/accounts?cursor=bm9uZQ')).body.code).toBe('request.invalid');
    expect((await get(server, '/api/accounts?job_id=1')).body.code).toBe('id.malformed');
  });
});

describe('GET /api/accounts/{id}/password', () => {
  it('answers one of many who ask, and 410 ever after', async () => {
    await using server = await openEdgeServer();
    const [id = ''] = (await generate(server, { count: 1 })).ids;
    const url = `/api/accounts/${id}/password`;
    const answers = await Promise.all(Array.from({ length: 5 }, () => get(server, url)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410, 410]);
    expect(answers.find(({ status }) => status === 200)).toMatchObject({
      body: { id, password: expect.stringMatching(/^\w{5}(-\w{5}){3}$/), expires_at: '2026-01-12T08:00:00.000Z' },
      headers: { 'cache-control': 'no-store' },
    });
    expect((await get(server, url)).body.code).toBe('access.password-taken');
    expect((await get(server, '/api/accounts/nobody/password')).body.code).toBe('access.unknown-account');
  });

  it('is not used up by whoever may not read it, by HEAD, or by a page of another site', async () => {
    await using server = await openEdgeServer({ auth: 'off' });
    const headers = { host: 'localhost:8080' };
    const call = (request: object) =>
      server.call({ method: 'GET', url: `/api/accounts/${id}/password`, headers, ...request });
    const [id = ''] = (await generateAt(server, headers)).ids;
    for (const as of ['operator', 'engineer', 'worker', 'device'] as const)
      expect((await call({ as })).status).toBe(403);
    for (const site of ['cross-site', 'same-site'])
      expect((await call({ headers: { ...headers, 'sec-fetch-site': site } })).body.code).toBe('request.cross-site');
    expect((await call({ headers: { ...headers, origin: 'https://evil.example' } })).status).toBe(403);
    const head = await server.http.inject({ method: 'HEAD', url: `/api/accounts/${id}/password`, headers });
    expect([404, 405]).toContain(head.statusCode);
    expect((await call({ headers: { ...headers, 'sec-fetch-site': 'same-origin' } })).status).toBe(200);
  });
});

/** As generate, where nobody signs in. */
async function generateAt(server: EdgeServer, headers: Record<string, string>): Promise<{ ids: string[] }> {
  const url = '/api/accounts/generate';
  const { body } = await server.call({ method: 'POST', url, headers, body: { count: 1 } });
  const job = parseJobId(body.job_id as string);
  for (let state = ''; state !== 'done'; ) {
    await new Promise((resolve) => setImmediate(resolve));
    state = (await server.services.jobs.get(job)).state;
  }
  return { ids: (await server.services.access.accounts.list({ jobId: job, limit: 10 })).map(({ id }) => id) };
}

describe('POST /api/v1/sign-in', () => {
  const signIn = (server: EdgeServer, [account, password]: readonly [string, string], headers = {}) =>
    server.call({ method: 'POST', url: '/api/v1/sign-in', body: { account, password }, headers });

  it('gives a person a session, once', async () => {
    await using server = await openEdgeServer();
    const [id = ''] = (await generate(server, { count: 1, role: 'engineer' })).ids;
    const { password } = (await get(server, `/api/accounts/${id}/password`)).body as { password: string };
    const foreign = await signIn(server, [id, password], { origin: 'https://evil.example' });
    expect(foreign.body.code).toBe('request.cross-site');
    const answer = await signIn(server, [id, password]);
    expect([answer.status, answer.body]).toEqual([
      200,
      { id, name: expect.any(String), kind: 'person', roles: ['engineer'], token: null },
    ]);
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
    expect(String(answer.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/);
    const me = await server.call({ method: 'GET', url: '/api/v1/me', headers: { cookie } });
    expect(me.body).toMatchObject({ id, roles: ['engineer'], kind: 'person' });
    const again = await signIn(server, [id, password]);
    expect([again.status, again.body.code, again.headers['set-cookie']]).toEqual([
      401,
      'access.password-refused',
      undefined,
    ]);
    const [account] = (await get(server, '/api/accounts')).body.items as object[];
    expect(account).toMatchObject({ state: 'active', expires_at: null, signed_in_at: '2026-01-05T08:00:00.000Z' });
  });

  it('gives a service a token, once, and tells strangers nothing', async () => {
    await using server = await openEdgeServer();
    const [id = ''] = (await generate(server, { count: 1, role: 'device', kind: 'service' })).ids;
    const { password } = (await get(server, `/api/accounts/${id}/password`)).body as { password: string };
    for (const [account, typed] of [
      [id, 'wrong'],
      ['nobody', password],
      ['administrator', password],
      ['__proto__', password],
    ] as const) {
      const { status, body } = await signIn(server, [account, typed]);
      expect([status, body.code]).toEqual([401, 'access.password-refused']);
    }
    const answer = await signIn(server, [id, password]);
    expect([answer.status, answer.headers['set-cookie']]).toEqual([200, undefined]);
    const headers = { authorization: `Bearer ${answer.body.token}` };
    const me = await server.call({ method: 'GET', url: '/api/v1/me', headers });
    expect(me.body).toMatchObject({ kind: 'service', roles: ['device'] });
    expect((await signIn(server, [id, password])).status).toBe(401);
  });

  it('leaves no password in the log, the rows or the answers of anything else', async () => {
    const lines: string[] = [];
    await using server = await openEdgeServer({
      log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
    });
    const { job, ids } = await generate(server, { count: 1 });
    const { password } = (await get(server, `/api/accounts/${ids[0]}/password`)).body as { password: string };
    await signIn(server, [ids[0] ?? '', `${password}0`]);
    const rest = [
      (await get(server, `/api/jobs/${job}`)).text,
      (await get(server, `/api/v1/jobs/${job}`)).text,
      (await get(server, '/api/accounts')).text,
      (await get(server, '/metrics')).text,
      lines.join('\n'),
      JSON.stringify(families.map((family) => server.disk.select(family, { limit: 10_000 }))),
    ];
    for (const text of rest) expect(text.includes(password)).toBe(false);
  });
});
