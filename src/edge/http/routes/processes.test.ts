/** Definitions, instances, incidents and messages over HTTP. */
import { describe, expect, it } from 'vitest';
import { discard, done } from '../../../kernel/settlement.ts';
import { type EdgeServer, fingerprint, openEdgeServer } from '../../../testing/edge-server.ts';

/** A person decides, then a message ends it. */
const REPAIR = {
  key: 'repair',
  name: { en: 'Repair', de: 'Reparatur' },
  nodes: [
    { id: 'look', type: 'userTask', role: 'operator', next: { broken: 'parts', fine: 'over' } },
    { id: 'parts', type: 'messageCatch', message: 'parts.arrived', next: 'over' },
    { id: 'over', type: 'end' },
  ],
};
const JOB = { key: 'with-job', nodes: [{ id: 'work', type: 'job', kind: 'nobody.works' }] };

async function deploy(server: EdgeServer, definition: unknown = REPAIR) {
  const { status, body } = await server.call({
    method: 'POST',
    url: '/api/v1/definitions',
    as: 'engineer',
    body: definition,
  });
  expect(status).toBe(201);
  return body;
}
async function start(
  server: EdgeServer,
  body: object = { definition: 'repair', businessKey: 'press-1' },
): Promise<string> {
  const answer = await server.call({ method: 'POST', url: '/api/v1/instances', as: 'operator', body });
  expect(answer.status).toBe(201);
  return answer.body.id as string;
}

describe('definitions', () => {
  it('are deployed once for each source, listed and shown with their graph', async () => {
    await using server = await openEdgeServer();
    expect(await deploy(server)).toEqual({ key: 'repair', version: 1, definitions: [{ key: 'repair', version: 1 }] });
    expect(await deploy(server)).toMatchObject({ version: 1 });
    expect(await deploy(server, { ...REPAIR, name: 'Repair' })).toMatchObject({ version: 2 });
    await start(server);
    const list = await server.call({ method: 'GET', url: '/api/v1/definitions', as: 'technologist' });
    expect(list.body).toMatchObject({
      items: [
        {
          key: 'repair',
          version: 2,
          name: 'Repair',
          steps: 2,
          active: 1,
          uses: ['form'],
          deployedAt: '2026-01-05T08:00:00.000Z',
          deployedBy: expect.stringContaining('engineer'),
        },
      ],
      next: null,
    });
    const shown = await server.call({ method: 'GET', url: '/api/v1/definitions/repair/1', as: 'operator' });
    expect(shown.body).toMatchObject({
      key: 'repair',
      version: 1,
      name: { en: 'Repair', de: 'Reparatur' },
      versions: [{ version: 2 }, { version: 1 }],
      source: REPAIR,
    });
    expect(shown.body.nodes).toContainEqual({
      id: 'look',
      name: 'look',
      type: 'userTask',
      role: 'operator',
      outcomes: ['broken', 'fine'],
    });
    expect(shown.body.flows).toContainEqual({ from: 'look', to: 'parts', outcome: 'broken', isDefault: false });
    expect((await server.call({ method: 'GET', url: '/api/v1/definitions/repair', as: 'operator' })).body.version).toBe(
      2,
    );
  });

  it('that are wrong are refused with the rule and the element, and nothing is deployed', async () => {
    await using server = await openEdgeServer();
    const before = fingerprint(server.disk);
    const wrong = { ...REPAIR, nodes: [{ id: 'look', type: 'userTask', role: 'operator', next: 'nowhere' }] };
    const { status, body } = await server.call({
      method: 'POST',
      url: '/api/v1/definitions',
      as: 'engineer',
      body: wrong,
    });
    expect([status, body.code]).toEqual([422, 'process.invalid-definition']);
    expect(body.errors).toContainEqual({ rule: 'flow.unknown-target', element: 'look', message: expect.any(String) });
    for (const nonsense of [[], 'x', 7, null, {}]) {
      const refused = await server.call({
        method: 'POST',
        url: '/api/v1/definitions',
        as: 'engineer',
        body: nonsense,
        headers: { 'content-type': 'application/json' },
      });
      expect([
        refused.status,
        ['process.invalid-definition', 'request.malformed'].includes(String(refused.body.code)),
      ]).toEqual([refused.status, true]);
    }
    expect(fingerprint(server.disk)).toBe(before);
  });

  it('that are not there are not found', async () => {
    await using server = await openEdgeServer();
    for (const url of ['/api/v1/definitions/nobody', '/api/v1/definitions/nobody/3']) {
      const { status, body } = await server.call({ method: 'GET', url, as: 'operator' });
      expect([status, body.code]).toEqual([404, 'process.unknown-definition']);
    }
    expect(
      (await server.call({ method: 'GET', url: '/api/v1/definitions/repair/first', as: 'operator' })).body.code,
    ).toBe('request.invalid');
  });

  it('are listed page by page', async () => {
    await using server = await openEdgeServer();
    for (const key of ['a', 'b', 'c']) await deploy(server, { ...REPAIR, key });
    const first = await server.call({ method: 'GET', url: '/api/v1/definitions?limit=2', as: 'operator' });
    expect((first.body.items as { key: string }[]).map(({ key }) => key)).toEqual(['a', 'b']);
    const second = await server.call({
      method: 'GET',
      url: `/api/v1/definitions?limit=2&cursor=${first.body.next}`,
      as: 'operator',
    });
    expect((second.body.items as { key: string }[]).map(({ key }) => key)).toEqual(['c']);
    expect(second.body.next).toBeNull();
    const wrong = await server.call({ method: 'GET', url: '/api/v1/definitions?cursor=WzFd', as: 'operator' });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'request.invalid']);
  });
});

describe('instances', () => {
  it('are started, listed the newest first, and shown with what they wait for', async () => {
    await using server = await openEdgeServer();
    await deploy(server);
    const first = await start(server);
    const second = await start(server, { definition: 'repair', version: 1, variables: { part: 'M8' } });
    const list = await server.call({
      method: 'GET',
      url: '/api/v1/instances?definition=repair&status=active',
      as: 'technologist',
    });
    expect((list.body.items as { id: string }[]).map(({ id }) => id)).toEqual([second, first]);
    expect(list.body.items).toContainEqual({
      id: first,
      definition: 'repair',
      version: 1,
      name: REPAIR.name,
      businessKey: 'press-1',
      status: 'active',
      startedAt: '2026-01-05T08:00:00.000Z',
      endedAt: null,
      at: ['look'],
      incidents: 0,
    });
    const { body } = await server.call({ method: 'GET', url: `/api/v1/instances/${second}`, as: 'operator' });
    expect(body).toMatchObject({ id: second, variables: { part: 'M8' }, evidence: [], passed: [] });
    expect(body.tokens).toEqual([
      { id: expect.any(Number), node: 'look', scope: 0, waitsFor: 'task', task: expect.stringMatching(/^job_/) },
    ]);
    const byKey = await server.call({
      method: 'GET',
      url: '/api/v1/instances?businessKey=press-1&limit=1',
      as: 'operator',
    });
    expect(byKey.body).toMatchObject({ items: [{ id: first }], next: null });
  });

  it('started many at once each have their own answer', async () => {
    await using server = await openEdgeServer();
    await deploy(server);
    const items = [{ definition: 'repair' }, { definition: 'nobody' }, { definition: 'repair' }];
    const { status, body } = await server.call({
      method: 'POST',
      url: '/api/v1/instances/batch',
      as: 'worker',
      body: { items },
    });
    expect(status).toBe(201);
    expect(body.items).toMatchObject([
      { id: expect.stringMatching(/^ins_/) },
      { error: { code: 'process.unknown-definition', status: 404 } },
      { id: expect.any(String) },
    ]);
    const tooMany = { items: Array.from({ length: 1_001 }, () => ({ definition: 'repair' })) };
    const refused = await server.call({ method: 'POST', url: '/api/v1/instances/batch', as: 'worker', body: tooMany });
    expect([refused.status, refused.body.code]).toEqual([422, 'request.invalid']);
  });

  it('tell their history, page by page, with public ids only', async () => {
    await using server = await openEdgeServer();
    await deploy(server);
    const id = await start(server);
    const tasks = await server.call({ method: 'GET', url: '/api/v1/tasks', as: 'operator' });
    const [task] = tasks.body.items as { id: string }[];
    await server.call({
      method: 'POST',
      url: `/api/v1/tasks/${task?.id}/complete`,
      as: 'operator',
      body: { outcome: 'fine' },
    });
    const first = await server.call({ method: 'GET', url: `/api/v1/instances/${id}/history?limit=1`, as: 'engineer' });
    expect(first.body.items).toMatchObject([
      { seq: 1, command: { type: 'start' }, actor: expect.stringContaining('operator') },
    ]);
    const second = await server.call({
      method: 'GET',
      url: `/api/v1/instances/${id}/history?cursor=${first.body.next}`,
      as: 'engineer',
    });
    expect(second.body).toMatchObject({
      items: [{ seq: 2, command: { type: 'settle', job: task?.id, outcome: 'fine' } }],
      next: null,
    });
    const ended = await server.call({ method: 'GET', url: `/api/v1/instances/${id}`, as: 'engineer' });
    expect(ended.body).toMatchObject({
      status: 'completed',
      endedAt: '2026-01-05T08:00:00.000Z',
      at: [],
      passed: ['look'],
    });
  });

  it('are cancelled once', async () => {
    await using server = await openEdgeServer();
    await deploy(server);
    const id = await start(server);
    const cancel = () =>
      server.call({ method: 'DELETE', url: `/api/v1/instances/${id}`, as: 'engineer', body: { reason: 'a mistake' } });
    expect(await cancel()).toMatchObject({ status: 204, text: '' });
    const again = await cancel();
    expect([again.status, again.body.code]).toEqual([409, 'process.not-active']);
    expect((await server.call({ method: 'GET', url: '/api/v1/tasks', as: 'operator' })).body.items).toEqual([]);
  });

  it.each([
    { url: '/api/v1/instances/ins_00000000041', status: 404, code: 'process.unknown-instance' },
    { url: '/api/v1/instances/ins_00000000041/history', status: 404, code: 'process.unknown-instance' },
    { url: '/api/v1/instances/41', status: 400, code: 'id.malformed' },
    { url: '/api/v1/instances/job_00000000041', status: 400, code: 'id.malformed' },
    { url: '/api/v1/instances?status=lost', status: 422, code: 'request.invalid' },
    { url: '/api/v1/instances?limit=0', status: 422, code: 'request.invalid' },
    { url: '/api/v1/instances?limit=1001', status: 422, code: 'request.invalid' },
    { url: '/api/v1/instances?cursor=x', status: 422, code: 'request.invalid' },
  ])('that cannot be shown are refused: $url', async ({ url, status, code }) => {
    await using server = await openEdgeServer();
    const answer = await server.call({ method: 'GET', url, as: 'operator' });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('that cannot start change nothing', async () => {
    await using server = await openEdgeServer();
    await deploy(server);
    const before = fingerprint(server.disk);
    const unknown = await server.call({
      method: 'POST',
      url: '/api/v1/instances',
      as: 'operator',
      body: { definition: 'repair', version: 9 },
    });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'process.unknown-definition']);
    const nul = await server.call({
      method: 'POST',
      url: '/api/v1/instances',
      as: 'operator',
      body: { definition: 'repair', businessKey: 'a\u0000b' },
    });
    expect([nul.status, nul.body.code]).toEqual([422, 'request.invalid']);
    expect(fingerprint(server.disk)).toBe(before);
  });
});

describe('incidents', () => {
  it('are listed, and tried again by their token', async () => {
    await using server = await openEdgeServer();
    await deploy(server, JOB);
    const id = await start(server, { definition: 'with-job' });
    const [job] = await server.services.jobs.claim({ kinds: ['nobody.works'], limit: 1, worker: 'test' });
    await server.services.jobs.settle('test', [
      { id: job?.id as never, epoch: job?.epoch ?? 0, settlement: { kind: 'discard', reason: 'no such machine' } },
    ]);
    const { body } = await server.call({ method: 'GET', url: '/api/v1/incidents', as: 'operator' });
    expect(body.items).toMatchObject([
      { instance: id, node: 'work', definition: 'with-job', code: 'process.job-failed', message: 'no such machine' },
    ]);
    const [incident] = body.items as { token: number }[];
    for (const [definition, count] of [
      ['with-job', 1],
      ['repair', 0],
    ] as const) {
      const url = `/api/v1/incidents?definition=${definition}`;
      const answer = await server.call({ method: 'GET', url, as: 'operator' });
      expect(answer.body.items).toHaveLength(count);
    }
    expect((await server.call({ method: 'GET', url: '/api/v1/instances', as: 'operator' })).body.items).toMatchObject([
      { incidents: 1 },
    ]);
    const url = `/api/v1/instances/${id}/incidents/${incident?.token}/retry`;
    expect((await server.call({ method: 'POST', url, as: 'technologist' })).status).toBe(204);
    expect((await server.call({ method: 'GET', url: '/api/v1/incidents', as: 'operator' })).body.items).toEqual([]);
    const again = await server.call({ method: 'POST', url, as: 'technologist' });
    expect([again.status, again.body.code]).toEqual([409, 'process.no-incident']);
  });
});

describe('incidents beside an activity', () => {
  it('are tried again too, also after the instance has ended', async () => {
    await using server = await openEdgeServer();
    await deploy(server, {
      key: 'beside',
      nodes: [{ id: 'look', type: 'userTask', role: 'operator', outcomes: ['done'], apply: 'beside' }],
    });
    const id = await start(server, { definition: 'beside' });
    const claim = async () => (await server.services.jobs.claim({ kinds: ['beside'], limit: 1, worker: 'test' }))[0];
    const [task] = (await server.call({ method: 'GET', url: '/api/v1/tasks', as: 'operator' })).body.items as {
      id: string;
    }[];
    const complete = { method: 'POST', url: `/api/v1/tasks/${task?.id}/complete`, as: 'operator' } as const;
    expect((await server.call({ ...complete, body: { outcome: 'done' } })).status).toBe(200);
    const first = await claim();
    await server.services.jobs.settle('test', [
      { id: first?.id as never, epoch: first?.epoch ?? 0, settlement: discard('no such anomaly') },
    ]);
    const incidents = async () =>
      (await server.call({ method: 'GET', url: '/api/v1/incidents', as: 'operator' })).body.items;
    const [incident] = (await incidents()) as { token: number }[];
    expect(incident).toMatchObject({ instance: id, node: 'beside', message: 'no such anomaly' });
    const url = `/api/v1/instances/${id}/incidents/${incident?.token}/retry`;
    expect((await server.call({ method: 'POST', url, as: 'technologist' })).status).toBe(204);
    expect(await incidents()).toEqual([]);
    const second = await claim();
    expect(second).toMatchObject({ id: first?.id, attempt: 1 });
    expect(
      await server.services.jobs.settle('test', [
        { id: second?.id as never, epoch: second?.epoch ?? 0, settlement: done() },
      ]),
    ).toEqual(['ok']);
    expect(
      await server.services.jobs.settle('test', [
        { id: first?.id as never, epoch: first?.epoch ?? 0, settlement: done() },
      ]),
    ).toEqual(['stale']);
    expect((await server.call({ method: 'POST', url, as: 'technologist' })).status).toBe(409);
  });
});

describe('an ad-hoc sub-process', () => {
  it('begins an activity as often as it is asked to', async () => {
    await using server = await openEdgeServer();
    const look = { id: 'look', type: 'userTask', role: 'operator' };
    const care = { id: 'care', type: 'adHocSubProcess', nodes: [look, { ...look, id: 'oil' }], activate: '["look"]' };
    await deploy(server, { key: 'care', nodes: [care] });
    const id = await start(server, { definition: 'care' });
    const url = `/api/v1/instances/${id}/activate`;
    const ask = (activities: string[]) =>
      server.call({ method: 'POST', url, as: 'operator', body: { node: 'care', activities } });
    expect((await ask(['oil', 'look'])).status).toBe(204);
    const tasks = await server.call({ method: 'GET', url: '/api/v1/tasks', as: 'operator' });
    expect((tasks.body.items as { step: string }[]).map(({ step }) => step).sort()).toEqual(['look', 'look', 'oil']);
    expect((await ask(['polish'])).body.code).toBe('process.not-waiting');
  });
});

describe('messages', () => {
  it('reach who waits, are kept for who comes later, and count once by their id', async () => {
    await using server = await openEdgeServer();
    await deploy(server);
    const send = (body: object) => server.call({ method: 'POST', url: '/api/v1/messages', as: 'worker', body });
    const message = { name: 'parts.arrived', correlationKey: 'press-1' };
    expect((await send(message)).body).toEqual({ delivered: 0, buffered: false, started: [] });
    expect((await send({ ...message, ttl: '1h', id: 'm-1' })).body).toEqual({
      delivered: 0,
      buffered: true,
      started: [],
    });
    const id = await start(server);
    const tasks = await server.call({ method: 'GET', url: '/api/v1/tasks', as: 'operator' });
    const [task] = tasks.body.items as { id: string }[];
    await server.call({
      method: 'POST',
      url: `/api/v1/tasks/${task?.id}/complete`,
      as: 'operator',
      body: { outcome: 'broken' },
    });
    expect((await server.call({ method: 'GET', url: `/api/v1/instances/${id}`, as: 'operator' })).body.status).toBe(
      'completed',
    );
    const wrong = await send({ ...message, ttl: 'soon' });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'duration.malformed']);
  });
});
