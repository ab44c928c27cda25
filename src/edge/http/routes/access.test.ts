/** Signing in, people, tokens, recipient lists, mails and jobs over HTTP. */
import { describe, expect, it } from 'vitest';
import { type EdgeServer, fingerprint, openEdgeServer } from '../../../testing/edge-server.ts';

async function signIn(server: EdgeServer, person = 'administrator'): Promise<string> {
  const { body } = await server.call({
    method: 'POST',
    url: `/api/v1/people/${person}/sign-in-link`,
    as: 'administrator',
  });
  const { pathname, search } = new URL(body.url as string);
  const answer = await server.http.inject({ method: 'GET', url: `${pathname}${search}` });
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/']);
  const [cookie] = answer.cookies;
  expect(cookie).toMatchObject({ name: 'millrace_session', httpOnly: true, sameSite: 'Strict', path: '/' });
  return `millrace_session=${cookie?.value}`;
}

describe('a sign-in link', () => {
  it('signs a browser in, once', async () => {
    await using server = await openEdgeServer();
    const link = await server.call({
      method: 'POST',
      url: '/api/v1/people/administrator/sign-in-link',
      as: 'administrator',
    });
    expect(link.body).toMatchObject({ expiresAt: '2026-01-05T08:10:00.000Z' });
    const { pathname, search } = new URL(link.body.url as string);
    expect((await server.call({ method: 'GET', url: `${pathname}${search}` })).status).toBe(303);
    const again = await server.call({ method: 'GET', url: `${pathname}${search}` });
    expect(again.status).toBe(410);
    expect(again.headers['content-type']).toContain('text/html');
    expect(again.text).toContain('This link does not sign in any more');
    expect((await server.call({ method: 'GET', url: '/sign-in?code=<script>' })).status).toBe(410);
  });

  it('lets the session read at once, and change with the header of its own pages only', async () => {
    await using server = await openEdgeServer();
    const cookie = await signIn(server);
    const me = await server.call({ method: 'GET', url: '/api/v1/me', headers: { cookie } });
    expect(me.body).toEqual({
      id: 'administrator',
      name: 'Administrator',
      kind: 'person',
      roles: expect.arrayContaining(['administrator']),
      auth: 'on',
      plant: 'none',
      simulated: false,
      version: '0.0.0-test',
    });
    const before = fingerprint(server.disk);
    const create = (headers: Record<string, string>) =>
      server.call({
        method: 'POST',
        url: '/api/v1/recipients',
        body: { name: 'operators', members: [] },
        headers: { cookie, ...headers },
      });
    const wrong: Record<string, string>[] = [
      {},
      { 'x-millrace': '0' },
      { 'x-millrace': '1', origin: 'https://evil.example' },
      { 'x-millrace': '1', origin: 'null' },
    ];
    for (const headers of wrong) {
      const { status, body } = await create(headers);
      expect([status, body.code]).toEqual([403, 'request.cross-site']);
    }
    expect(fingerprint(server.disk)).toBe(before);
    expect((await create({ 'x-millrace': '1', origin: 'http://localhost:80', host: 'localhost:80' })).status).toBe(403);
    expect((await create({ 'x-millrace': '1', origin: 'http://localhost:8080', host: 'localhost:8080' })).status).toBe(
      201,
    );
  });

  it('ends with sign-out', async () => {
    await using server = await openEdgeServer();
    const cookie = await signIn(server);
    const out = await server.http.inject({
      method: 'POST',
      url: '/api/v1/sign-out',
      headers: { cookie, 'x-millrace': '1' },
    });
    expect([out.statusCode, out.cookies[0]?.value]).toEqual([204, '']);
    expect((await server.call({ method: 'GET', url: '/api/v1/me', headers: { cookie } })).status).toBe(401);
  });
});

describe('without sign-in', () => {
  it('everybody at the loopback name is administrator, and nobody at another name or from another site', async () => {
    await using server = await openEdgeServer({ auth: 'off' });
    const me = (headers: Record<string, string>) => server.call({ method: 'GET', url: '/api/v1/me', headers });
    for (const host of ['localhost:8080', '127.0.0.1', '[::1]:8080'])
      expect((await me({ host })).body).toMatchObject({ id: 'local', auth: 'off' });
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example'])
      expect([host, (await me({ host })).body.code]).toEqual([host, 'request.foreign-host']);
    const take = await server.call({
      method: 'POST',
      url: '/api/v1/tasks/job_00000000041/take',
      headers: { host: 'localhost:8080', origin: 'https://evil.example' },
    });
    expect([take.status, take.body.code]).toEqual([403, 'request.cross-site']);
    expect((await me({ host: 'localhost', authorization: `Bearer ${server.tokens.operator}` })).body).toMatchObject({
      kind: 'service',
      roles: ['operator'],
    });
  });
});

describe('people', () => {
  it('are made, changed and listed', async () => {
    await using server = await openEdgeServer();
    const made = await server.call({
      method: 'POST',
      url: '/api/v1/people',
      as: 'administrator',
      body: { name: 'Dana Levi', email: 'dana@plant.example', roles: ['operator'] },
    });
    expect([made.status, made.body]).toEqual([
      201,
      { id: 'dana-levi', name: 'Dana Levi', email: 'dana@plant.example', language: null, roles: ['operator'] },
    ]);
    const changed = await server.call({
      method: 'PATCH',
      url: '/api/v1/people/dana-levi',
      as: 'administrator',
      body: { email: null, roles: ['engineer'] },
    });
    expect(changed.body).toMatchObject({ email: null, roles: ['engineer'] });
    const list = await server.call({ method: 'GET', url: '/api/v1/people?limit=1', as: 'operator' });
    expect(list.body.items).toMatchObject([{ id: 'administrator' }]);
    expect(
      (await server.call({ method: 'GET', url: `/api/v1/people?limit=1&cursor=${list.body.next}`, as: 'operator' }))
        .body,
    ).toMatchObject({ items: [{ id: 'dana-levi' }], next: null });
    const before = fingerprint(server.disk);
    for (const [body, status, code] of [
      [{ name: 'Dana Levi', roles: [] }, 409, 'access.person-exists'],
      [{ name: '   ', roles: [] }, 422, 'access.invalid-name'],
      [{ name: 'X', roles: ['Boss'] }, 422, 'access.invalid-role'],
      [{ name: 'X', email: 'a@b\nBcc: c@d', roles: [] }, 422, 'access.invalid-address'],
      [{ name: 'X', language: 'Hebrew!', roles: [] }, 422, 'access.invalid-language'],
      [{ name: 'X' }, 422, 'request.invalid'],
    ] as const) {
      const refused = await server.call({ method: 'POST', url: '/api/v1/people', as: 'administrator', body });
      expect([refused.status, refused.body.code]).toEqual([status, code]);
    }
    for (const [method, url] of [
      ['PATCH', '/api/v1/people/nobody'],
      ['POST', '/api/v1/people/nobody/sign-in-link'],
    ] as const) {
      const refused = await server.call({ method, url, as: 'administrator', body: {} });
      expect([refused.status, refused.body.code]).toEqual([404, 'access.unknown-person']);
    }
    expect(fingerprint(server.disk)).toBe(before);
  });
});

describe('tokens', () => {
  it('are shown once, work at once, and are never kept with a key of a repeated call', async () => {
    await using server = await openEdgeServer();
    const create = () =>
      server.call({
        method: 'POST',
        url: '/api/v1/tokens',
        as: 'administrator',
        body: { name: 'press gateway', roles: ['device'], expiresIn: '1d' },
        headers: { 'idempotency-key': 'k' },
      });
    const made = await create();
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        name: 'press gateway',
        roles: ['device'],
        expiresAt: '2026-01-06T08:00:00.000Z',
        token: expect.stringMatching(/^mlr_/),
      },
    ]);
    expect((await create()).body.token).not.toBe(made.body.token);
    const me = () =>
      server.call({ method: 'GET', url: '/api/v1/me', headers: { authorization: `Bearer ${made.body.token}` } });
    expect((await me()).body).toMatchObject({ kind: 'service', name: 'press gateway', roles: ['device'] });
    const list = await server.call({ method: 'GET', url: '/api/v1/tokens', as: 'administrator' });
    expect(list.text).not.toContain('mlr_');
    expect(
      (await server.call({ method: 'DELETE', url: `/api/v1/tokens/${made.body.id}`, as: 'administrator' })).status,
    ).toBe(204);
    expect((await me()).status).toBe(401);
    const again = await server.call({ method: 'DELETE', url: `/api/v1/tokens/${made.body.id}`, as: 'administrator' });
    expect([again.status, again.body.code]).toEqual([404, 'access.unknown-token']);
    const wrong = await server.call({
      method: 'POST',
      url: '/api/v1/tokens',
      as: 'administrator',
      body: { name: 'x', roles: [] },
    });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'request.invalid']);
  });
});

describe('recipient lists and mails', () => {
  it('are made, changed and listed, and mails are kept to be read', async () => {
    await using server = await openEdgeServer();
    const members = [
      { kind: 'role', value: 'operator' },
      { kind: 'address', value: 'shift@plant.example' },
    ];
    const made = await server.call({
      method: 'POST',
      url: '/api/v1/recipients',
      as: 'engineer',
      body: { name: 'operators', members },
    });
    expect([made.status, made.body]).toMatchObject([
      201,
      { name: 'operators', members, updatedAt: '2026-01-05T08:00:00.000Z' },
    ]);
    const changed = await server.call({
      method: 'PATCH',
      url: '/api/v1/recipients/operators',
      as: 'engineer',
      body: { members: members.slice(1) },
    });
    expect(changed.body.members).toEqual(members.slice(1));
    expect((await server.call({ method: 'GET', url: '/api/v1/recipients', as: 'operator' })).body.items).toHaveLength(
      1,
    );
    const before = fingerprint(server.disk);
    for (const [method, url, body, code] of [
      ['POST', '/api/v1/recipients', { name: 'operators', members: [] }, 'access.list-exists'],
      [
        'POST',
        '/api/v1/recipients',
        { name: 'x', members: [{ kind: 'address', value: 'nobody' }] },
        'access.invalid-address',
      ],
      ['POST', '/api/v1/recipients', { name: 'x', members: [{ kind: 'pigeon', value: 'x' }] }, 'request.invalid'],
      ['PATCH', '/api/v1/recipients/nobody', { members: [] }, 'access.unknown-list'],
    ] as const) {
      expect((await server.call({ method, url, as: 'engineer', body })).body.code).toBe(code);
    }
    expect(fingerprint(server.disk)).toBe(before);
  });

  it('show a mail that a process sent', async () => {
    await using server = await openEdgeServer();
    await server.call({
      method: 'POST',
      url: '/api/v1/recipients',
      as: 'engineer',
      body: { name: 'operators', members: [{ kind: 'address', value: 'shift@plant.example' }] },
    });
    const body = {
      key: 'notice',
      nodes: [{ id: 'tell', type: 'mail', to: 'operators', subject: 'Stop of {line}', text: 'Line {line} stands.' }],
    };
    await server.call({ method: 'POST', url: '/api/v1/definitions', as: 'engineer', body });
    const started = await server.call({
      method: 'POST',
      url: '/api/v1/instances',
      as: 'engineer',
      body: { definition: 'notice', variables: { line: 'north' } },
    });
    const look = () => server.call({ method: 'GET', url: '/api/v1/mails', as: 'operator' });
    let mails = await look();
    while ((mails.body.items as unknown[]).length === 0) mails = await look();
    expect(mails.body).toMatchObject({
      items: [
        {
          id: expect.stringMatching(/^job_/),
          list: 'operators',
          to: ['shift@plant.example'],
          subject: 'Stop of north',
          text: 'Line north stands.',
          state: 'kept',
          error: null,
          at: '2026-01-05T08:00:00.000Z',
          instance: started.body.id,
        },
      ],
      next: null,
    });
  });
});

describe('jobs', () => {
  it('are stored, shown and counted', async () => {
    await using server = await openEdgeServer();
    await server.services.jobs.kinds.welcome(['x.y', 'x.z'], 'test');
    const { status, body } = await server.call({
      method: 'POST',
      url: '/api/v1/jobs',
      as: 'worker',
      body: { kind: 'x.y', payload: { a: 1 }, priority: 5, runAt: '2026-01-05T10:00:00+01:00' },
    });
    expect(status).toBe(201);
    const shown = await server.call({ method: 'GET', url: `/api/v1/jobs/${body.id}`, as: 'operator' });
    expect(shown.body).toMatchObject({
      id: body.id,
      kind: 'x.y',
      state: 'scheduled',
      priority: 5,
      dueAt: '2026-01-05T09:00:00.000Z',
      payload: { a: 1 },
      attempts: 0,
      outcome: null,
      settledAt: null,
    });
    const ready = await server.call({ method: 'POST', url: '/api/v1/jobs', as: 'worker', body: { kind: 'x.z' } });
    const [job] = await server.services.jobs.claim({ kinds: ['x.z'], limit: 1, worker: 'test' });
    await server.services.jobs.settle('test', [
      { id: job?.id as never, epoch: job?.epoch ?? 0, settlement: { kind: 'done', outcome: 'done', output: { b: 2 } } },
    ]);
    expect(
      (await server.call({ method: 'GET', url: `/api/v1/jobs/${ready.body.id}`, as: 'operator' })).body,
    ).toMatchObject({ state: 'done', output: { b: 2 }, attempts: 1 });
    const statistics = await server.call({ method: 'GET', url: '/api/v1/statistics?prefix=job/', as: 'operator' });
    expect(statistics.body.items).toContainEqual({ subject: 'job/x.z', started: 1, completed: 1, failed: 0 });
  });

  it.each([
    { body: { kind: '' }, status: 422, code: 'request.invalid' },
    { body: { kind: 'x', priority: 1_000 }, status: 422, code: 'request.invalid' },
    { body: { kind: 'x', runAt: 'tomorrow' }, status: 422, code: 'request.invalid' },
  ])('are refused: $body', async ({ body, status, code }) => {
    await using server = await openEdgeServer();
    const before = fingerprint(server.disk);
    const answer = await server.call({ method: 'POST', url: '/api/v1/jobs', as: 'worker', body });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(fingerprint(server.disk)).toBe(before);
    const unknown = await server.call({ method: 'GET', url: '/api/v1/jobs/job_0000000zzzz', as: 'operator' });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'job.unknown']);
  });
});
