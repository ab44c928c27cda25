/** The inbox over HTTP. */
import { describe, expect, it } from 'vitest';
import { type EdgeRole, type EdgeServer, fingerprint, openEdgeServer } from '../../../testing/edge-server.ts';

const CHECK = {
  key: 'check',
  nodes: [
    {
      id: 'look',
      name: 'Have a look',
      type: 'userTask',
      role: 'operator',
      commentOn: ['broken'],
      next: { broken: 'tune', fine: 'over' },
    },
    { id: 'tune', type: 'userTask', role: 'engineer', apply: 'criteria.change', outcomes: ['done'] },
    { id: 'over', type: 'end' },
  ],
};
const FIRING = {
  id: 'f-1',
  criterion: 'A',
  criterionId: 'press-1.A',
  device: 'press-1',
  at: Date.UTC(2026, 0, 5, 7),
  value: 7.5,
  limit: 4,
  version: 2,
  signal: { field: 'temperature', detector: 'z-score' },
  anomalies: [],
  from: '2026-01-05T06:00:00.000Z',
  to: '2026-01-05T07:00:00.000Z',
};

async function openWithTask(): Promise<{ server: EdgeServer; task: string }> {
  const server = await openEdgeServer();
  await server.call({ method: 'POST', url: '/api/v1/definitions', as: 'engineer', body: CHECK });
  const body = {
    definition: 'check',
    businessKey: 'press-1',
    variables: { evidence: [FIRING, { nonsense: true }, { ...FIRING, id: 'f-2', at: 1e300 }] },
  };
  await server.call({ method: 'POST', url: '/api/v1/instances', as: 'operator', body });
  return { server, task: await firstTask(server, 'operator') };
}
async function firstTask(server: EdgeServer, as: EdgeRole): Promise<string> {
  const { body } = await server.call({ method: 'GET', url: '/api/v1/tasks', as });
  return (body.items as { id: string }[])[0]?.id ?? '';
}
const act = (server: EdgeServer, as: EdgeRole, { task, verb, body }: { task: string; verb: string; body?: object }) =>
  server.call({ method: 'POST', url: `/api/v1/tasks/${task}/${verb}`, as, ...(body && { body }) });

describe('tasks', () => {
  it('are offered by role, and an administrator sees them all', async () => {
    const { server, task } = await openWithTask();
    await using _ = server;
    for (const [role, count] of [
      ['operator', 1],
      ['administrator', 1],
      ['technologist', 0],
      ['worker', 0],
    ] as const) {
      const { body } = await server.call({ method: 'GET', url: '/api/v1/tasks', as: role });
      expect([role, (body.items as unknown[]).length]).toEqual([role, count]);
    }
    const byRole = await server.call({
      method: 'GET',
      url: '/api/v1/tasks?role=operator&state=offered',
      as: 'technologist',
    });
    expect(byRole.body.items).toMatchObject([
      {
        id: task,
        name: 'Have a look',
        definition: 'check',
        step: 'look',
        businessKey: 'press-1',
        role: 'operator',
        state: 'offered',
        outcomes: ['broken', 'fine'],
        commentOn: ['broken'],
        assignee: null,
        dueAt: null,
      },
    ]);
  });

  it('show the evidence to decide by, and leave out what is none', async () => {
    const { server, task } = await openWithTask();
    await using _ = server;
    const { body } = await server.call({ method: 'GET', url: `/api/v1/tasks/${task}`, as: 'operator' });
    expect(body.form).toBeNull();
    expect(body.evidence).toEqual([{ ...FIRING, at: '2026-01-05T07:00:00.000Z' }]);
  });

  it('are taken, returned, delegated and completed', async () => {
    const { server, task } = await openWithTask();
    await using _ = server;
    expect((await act(server, 'operator', { task, verb: 'take' })).body).toMatchObject({
      state: 'taken',
      assignee: expect.stringContaining('operator'),
    });
    expect((await act(server, 'operator', { task, verb: 'return' })).body).toMatchObject({
      state: 'offered',
      assignee: null,
    });
    expect(
      (await act(server, 'operator', { task, verb: 'delegate', body: { to: 'administrator' } })).body,
    ).toMatchObject({ state: 'taken', assignee: 'administrator' });
    const refused = await act(server, 'operator', { task, verb: 'complete', body: { outcome: 'fine' } });
    expect([refused.status, refused.body.code]).toEqual([403, 'task.not-yours']);
    expect(
      (
        await act(server, 'administrator', {
          task,
          verb: 'complete',
          body: { outcome: 'broken', comment: 'it smells' },
        })
      ).body,
    ).toEqual({ id: task, outcome: 'broken' });
    const next = await firstTask(server, 'engineer');
    expect((await server.call({ method: 'GET', url: `/api/v1/tasks/${next}`, as: 'engineer' })).body).toMatchObject({
      step: 'tune',
      form: 'criteria',
    });
    const done = await server.call({ method: 'GET', url: '/api/v1/tasks?state=done', as: 'operator' });
    expect(done.body.items).toMatchObject([
      { id: task, outcome: 'broken', comment: 'it smells', settledAt: '2026-01-05T08:00:00.000Z' },
    ]);
  });

  it('refuse limits that cannot be set, while somebody can still correct them', async () => {
    await using server = await openEdgeServer();
    const send = (url: string, body: object, as: EdgeRole = 'engineer') =>
      server.call({ method: 'POST', url: `/api/v1/${url}`, as, body });
    await send('devices', { id: 'press-1', fields: [{ name: 'temperature' }] });
    const settings = { signal: { field: 'temperature' }, direction: 'above', limit: 90 };
    await send('criteria', { device: 'press-1', name: 'A', settings });
    await send('definitions', { ...CHECK, key: 'tune', nodes: CHECK.nodes.slice(1) });
    await send('instances', { definition: 'tune', variables: { device: 'press-1', evidence: [FIRING] } });
    const task = await firstTask(server, 'engineer');
    const completion = (criteria: unknown) => ({ outcome: 'done', variables: { criteria } });
    const before = fingerprint(server.disk);
    for (const [criteria, status, code] of [
      [[{ name: 'B', limit: 95 }], 404, 'criterion.unknown'],
      [[{ id: 'press-2.A', limit: 95 }], 404, 'criterion.unknown'],
      [[{ name: 'A', limit: 'high' }], 422, 'criterion.invalid'],
      ['A', 422, 'criterion.invalid'],
    ] as const) {
      const refused = await act(server, 'engineer', { task, verb: 'complete', body: completion(criteria) });
      expect([refused.status, refused.body.code]).toEqual([status, code]);
    }
    const stranger = await act(server, 'operator', { task, verb: 'complete', body: completion('A') });
    expect([stranger.status, stranger.body.code]).toEqual([403, 'task.not-yours']);
    expect(fingerprint(server.disk)).toEqual(before);
    const done = await act(server, 'engineer', {
      task,
      verb: 'complete',
      body: completion([{ name: 'A', limit: 95 }]),
    });
    expect(done.status).toBe(200);
  });

  it('that are done say so with the recorded outcome', async () => {
    const { server, task } = await openWithTask();
    await using _ = server;
    await act(server, 'operator', { task, verb: 'complete', body: { outcome: 'fine' } });
    const before = fingerprint(server.disk);
    for (const verb of ['complete', 'take', 'return']) {
      const late = await act(server, 'operator', { task, verb, body: { outcome: 'broken', comment: 'no' } });
      expect([verb, late.status, late.body.code, late.body.recordedOutcome]).toEqual([
        verb,
        409,
        'task.already-done',
        'fine',
      ]);
    }
    expect(fingerprint(server.disk)).toBe(before);
  });

  it('completed by many at the same moment are completed once', async () => {
    const { server, task } = await openWithTask();
    await using _ = server;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (__, place) =>
        act(server, 'operator', {
          task,
          verb: 'complete',
          body: { outcome: place % 2 === 0 ? 'fine' : 'broken', comment: 'x' },
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, body } of answers)
      if (status !== 200) expect([status, body.code]).toEqual([409, 'task.already-done']);
  });

  it.each([
    {
      what: 'an outcome it does not have',
      verb: 'complete',
      body: { outcome: 'maybe' },
      status: 422,
      code: 'process.unknown-outcome',
    },
    {
      what: 'no comment where one is needed',
      verb: 'complete',
      body: { outcome: 'broken' },
      status: 422,
      code: 'task.comment-required',
    },
    {
      what: 'variables that are none',
      verb: 'complete',
      body: { outcome: 'fine', variables: [] },
      status: 422,
      code: 'request.invalid',
    },
    {
      what: 'a person nobody knows',
      verb: 'delegate',
      body: { to: 'nobody' },
      status: 404,
      code: 'access.unknown-person',
    },
    { what: 'nothing to give back', verb: 'return', body: undefined, status: 403, code: 'task.not-yours' },
  ])('refuse $what, and nothing is changed', async ({ verb, body, status, code }) => {
    const { server, task } = await openWithTask();
    await using _ = server;
    const before = fingerprint(server.disk);
    const answer = await act(server, 'operator', { task, verb, ...(body && { body }) });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(fingerprint(server.disk)).toBe(before);
  });

  it('are for their role', async () => {
    const { server, task } = await openWithTask();
    await using _ = server;
    const before = fingerprint(server.disk);
    for (const verb of ['take', 'complete']) {
      const answer = await act(server, 'technologist', { task, verb, body: { outcome: 'fine' } });
      expect([answer.status, answer.body.code]).toEqual([403, 'task.not-yours']);
    }
    const unknown = await act(server, 'operator', { task: 'job_0000000zzzz', verb: 'take' });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'task.unknown']);
    expect(fingerprint(server.disk)).toBe(before);
  });

  it('are listed page by page, the newest last', async () => {
    const { server, task } = await openWithTask();
    await using _ = server;
    await server.call({ method: 'POST', url: '/api/v1/instances', as: 'operator', body: { definition: 'check' } });
    await act(server, 'operator', { task, verb: 'take' });
    const first = await server.call({ method: 'GET', url: '/api/v1/tasks?limit=1', as: 'operator' });
    expect(first.body.items).toMatchObject([{ id: task, state: 'taken' }]);
    const second = await server.call({
      method: 'GET',
      url: `/api/v1/tasks?limit=1&cursor=${first.body.next}`,
      as: 'operator',
    });
    expect(second.body).toMatchObject({ items: [{ state: 'offered' }], next: null });
    const mine = await server.call({ method: 'GET', url: '/api/v1/tasks?state=taken&assignee=me', as: 'operator' });
    expect(mine.body.items).toMatchObject([{ id: task }]);
  });
});

const ORDER = {
  key: 'order',
  data: [
    { name: 'line', searchable: 'string' },
    { name: 'amount', searchable: 'number' },
  ],
  nodes: [{ id: 'check', name: 'Check the order', type: 'userTask', role: 'operator', due: '1h' }],
};

describe('a list of tasks', () => {
  async function openWithOrders(): Promise<EdgeServer> {
    const server = await openEdgeServer();
    for (const body of [CHECK, ORDER])
      await server.call({ method: 'POST', url: '/api/v1/definitions', as: 'engineer', body });
    for (const n of [1, 2, 3, 4]) {
      const body = {
        definition: 'order',
        businessKey: `o-${n}`,
        variables: { line: `press-${n % 2}`, amount: n * 100 },
      };
      await server.call({ method: 'POST', url: '/api/v1/instances', as: 'operator', body });
      await server.clock.advance(60_000);
    }
    await server.call({ method: 'POST', url: '/api/v1/instances', as: 'operator', body: { definition: 'check' } });
    return server;
  }
  const ask = async (server: EdgeServer, query: Record<string, string>) => {
    const url = `/api/v1/tasks?${new URLSearchParams(query)}`;
    const { status, body } = await server.call({ method: 'GET', url, as: 'operator' });
    const items = (body.items ?? []) as { businessKey: string }[];
    return { status, body, keys: items.map(({ businessKey }) => businessKey) };
  };

  it('holds those that meet all that was asked for, in the order that was asked for', async () => {
    await using server = await openWithOrders();
    for (const [query, keys] of [
      [{ sort: 'due' }, ['o-1', 'o-2', 'o-3', 'o-4', null]],
      [{ sort: '-created', definition: 'order' }, ['o-4', 'o-3', 'o-2', 'o-1']],
      [{ variables: '{"line":"press-1"}', sort: 'due' }, ['o-1', 'o-3']],
      [{ variables: '{"amount":{"gte":200,"lt":400}}' }, ['o-2', 'o-3']],
      [{ variables: '{"amount":{"gt":100},"line":"press-0"}', sort: 'priority' }, ['o-2', 'o-4']],
      [{ text: 'O-3' }, ['o-3']],
      [{ businessKey: 'o-2' }, ['o-2']],
      [{ step: 'look' }, [null]],
      [{ overdue: 'true' }, []],
      [{ state: 'offered', assignee: 'me' }, []],
    ] as const)
      expect([query, (await ask(server, query)).keys]).toEqual([query, keys]);
    await server.clock.advance(3_600_000 - 4 * 60_000 + 1);
    expect((await ask(server, { overdue: 'true' })).keys).toEqual(['o-1']);
  });

  it('goes on where the page before ended, in every order', async () => {
    await using server = await openWithOrders();
    for (const sort of ['created', '-created', 'due', 'priority', 'name']) {
      const found: string[] = [];
      let cursor: Record<string, string> = {};
      do {
        const { keys, body } = await ask(server, { sort, limit: '2', ...cursor });
        found.push(...keys);
        cursor = body.next === null ? {} : { cursor: body.next as string };
      } while (cursor.cursor !== undefined);
      expect([sort, found.length, new Set(found).size]).toEqual([sort, 5, 5]);
    }
  });

  it.each([
    { variables: 'nonsense' },
    { variables: '{"a":{}}' },
    { variables: '{"a":null}' },
    { variables: '{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1}' },
    { sort: 'colour' },
    { sort: 'due', state: 'done' },
    { variables: '{"a":1}', state: 'cancelled' },
    { sort: 'due', cursor: 'WyJhIiwxXQ' },
  ])('refuses %j', async (query) => {
    await using server = await openWithOrders();
    expect(await ask(server, query)).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
  });
});
