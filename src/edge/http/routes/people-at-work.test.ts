/** People at work over HTTP: substitutes, many answers at once, reminders, plans and forms. */
import { describe, expect, it } from 'vitest';
import { type EdgeServer, openEdgeServer } from '../../../testing/edge-server.ts';

const CHECK = {
  key: 'check',
  nodes: [
    {
      id: 'look',
      name: 'Have a look',
      type: 'userTask',
      role: 'operator',
      due: '120s',
      followUp: '60s',
      reminders: ['-30s', '60s'],
      escalation: { after: '120s', role: 'technologist', notify: 'chiefs' },
      outcomes: ['fine', 'broken'],
      form: {
        type: 'object',
        properties: { note: { type: 'string', maxLength: 10 }, count: { type: 'integer', minimum: 0 } },
        required: ['count'],
      },
    },
  ],
};
const SECOND = 1_000;

async function openWithTasks(count = 1): Promise<{ server: EdgeServer; tasks: string[] }> {
  const server = await openEdgeServer();
  await server.call({ method: 'POST', url: '/api/v1/definitions', as: 'engineer', body: CHECK });
  for (let n = 0; n < count; n++)
    await server.call({ method: 'POST', url: '/api/v1/instances', as: 'operator', body: { definition: 'check' } });
  const { body } = await server.call({ method: 'GET', url: '/api/v1/tasks', as: 'operator' });
  return { server, tasks: (body.items as { id: string }[]).map(({ id }) => id) };
}
const operator = async (server: EdgeServer, name: string, email?: string) => {
  const body = { name, roles: ['operator'], ...(email && { email }) };
  await server.call({ method: 'POST', url: '/api/v1/people', as: 'administrator', body });
};
const mails = async (server: EdgeServer) => {
  const { body } = await server.call({ method: 'GET', url: '/api/v1/mails', as: 'administrator' });
  return (body.items as { list: string; text: string }[]).map(({ list, text }) => `${list}: ${text.split('\n')[0]}`);
};
const passing = async (server: EdgeServer, seconds: number) => {
  await server.clock.advance(seconds * SECOND);
  for (let turn = 0; turn < 20; turn++) {
    await server.clock.advance(10);
    await new Promise((resolve) => setImmediate(resolve));
  }
};

describe('a task that lies', () => {
  it('reminds whoever could do it before and after it is due, and goes to another role in the end', async () => {
    const { server, tasks } = await openWithTasks();
    await using _ = server;
    await operator(server, 'Dana', 'dana@plant.example');
    const list = { name: 'chiefs', members: [{ kind: 'address', value: 'chief@plant.example' }] };
    await server.call({ method: 'POST', url: '/api/v1/recipients', as: 'engineer', body: list });
    const task = async () =>
      (await server.call({ method: 'GET', url: `/api/v1/tasks/${tasks[0]}`, as: 'operator' })).body;
    await passing(server, 89);
    expect(await mails(server)).toEqual([]);
    await passing(server, 2);
    expect(await mails(server)).toEqual(['role:operator: A task still waits: Have a look']);
    await passing(server, 90);
    expect(await mails(server)).toHaveLength(2);
    expect(await task()).toMatchObject({ role: 'operator', state: 'offered' });
    await passing(server, 60);
    expect(await task()).toMatchObject({ role: 'technologist', state: 'offered' });
    expect(await mails(server)).toContain('chiefs: A task is overdue and waits for you now: Have a look');
    await passing(server, 100);
    expect(await mails(server)).toHaveLength(3);
  });

  it('is planned anew by an engineer, and reminds by the new time', async () => {
    const { server, tasks } = await openWithTasks();
    await using _ = server;
    const url = `/api/v1/tasks/${tasks[0]}`;
    const dueAt = new Date(server.clock.now() + 300 * SECOND).toISOString();
    const plan = (as: 'operator' | 'engineer', body: object) => server.call({ method: 'PATCH', url, as, body });
    expect(await plan('operator', { priority: 5 })).toMatchObject({ status: 403, body: { code: 'task.not-yours' } });
    expect(await plan('engineer', { priority: 500 })).toMatchObject({ status: 422 });
    const changed = await plan('engineer', { dueAt, followUpAt: null, priority: 5 });
    expect(changed).toMatchObject({ status: 200, body: { dueAt, followUpAt: null, priority: 5 } });
    await passing(server, 250);
    expect(await mails(server)).toEqual([]);
    await passing(server, 21);
    expect(await mails(server)).toHaveLength(1);
    expect(await plan('engineer', { dueAt: null })).toMatchObject({ body: { dueAt: null } });
    await passing(server, 200);
    expect(await mails(server)).toHaveLength(1);
  });
});

describe('the form of a task', () => {
  it('is shown, and what does not meet it is refused with its place', async () => {
    const { server, tasks } = await openWithTasks();
    await using _ = server;
    const url = `/api/v1/tasks/${tasks[0]}`;
    const { body } = await server.call({ method: 'GET', url, as: 'operator' });
    expect(body).toMatchObject({ schema: CHECK.nodes[0]?.form, form: null });
    const complete = (variables: object) =>
      server.call({ method: 'POST', url: `${url}/complete`, as: 'operator', body: { outcome: 'fine', variables } });
    expect(await complete({ note: 'far too long for it', count: 1.5 })).toMatchObject({
      status: 422,
      body: { code: 'task.form-invalid', errors: [{ path: 'variables.note' }, { path: 'variables.count' }] },
    });
    expect(await complete({ count: 2 })).toMatchObject({ status: 200 });
  });

  it.each([{ type: 'array' }, { type: 'object' }, { type: 'object', properties: { a: { type: 'colour' } } }])(
    'is refused at deployment when it is none: %j',
    async (form) => {
      await using server = await openEdgeServer();
      const body = { ...CHECK, nodes: [{ ...CHECK.nodes[0], form }] };
      const answer = await server.call({ method: 'POST', url: '/api/v1/definitions', as: 'engineer', body });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ rule: 'activity.form', element: 'look' }] } });
    },
  );
});

describe('many answers at once', () => {
  it('are each taken or refused for themselves', async () => {
    const { server, tasks } = await openWithTasks(4);
    await using _ = server;
    const variables = { count: 1 };
    const body = {
      tasks: [
        { id: tasks[0], outcome: 'fine', variables },
        { id: tasks[1], outcome: 'exploded', variables },
        { id: tasks[2], outcome: 'broken', variables, comment: 'cracked' },
        { id: 'nonsense', outcome: 'fine' },
        { id: tasks[0], outcome: 'fine', variables },
        { id: tasks[3], outcome: 'fine' },
      ],
    };
    const answer = await server.call({ method: 'POST', url: '/api/v1/tasks/complete', as: 'operator', body });
    expect(answer).toMatchObject({ status: 200, body: { completed: 2, refused: 4 } });
    expect((answer.body.items as { code?: string }[]).map(({ code }) => code)).toEqual([
      ...[undefined, 'process.unknown-outcome', undefined, 'id.malformed', 'task.already-done', 'task.form-invalid'],
    ]);
    const tooMany = { tasks: Array.from({ length: 1_001 }, () => ({ id: tasks[1], outcome: 'fine' })) };
    expect(
      await server.call({ method: 'POST', url: '/api/v1/tasks/complete', as: 'operator', body: tooMany }),
    ).toMatchObject({
      status: 422,
    });
  });
});

describe('a substitute', () => {
  it('sees and completes what the other has taken, until the time is over', async () => {
    const { server, tasks } = await openWithTasks(2);
    await using _ = server;
    for (const name of ['Dana', 'Olga', 'Mia']) await operator(server, name);
    const signedIn = await sessions(server, ['dana', 'olga', 'mia']);
    const [dana, olga, mia] = signedIn as [Caller, Caller, Caller];
    for (const task of tasks) await dana('POST', `/api/v1/tasks/${task}/take`);
    const until = new Date(server.clock.now() + 60 * SECOND).toISOString();
    const name = { substitute: 'olga', until };
    expect(await mia('POST', '/api/v1/people/dana/substitutes', name)).toMatchObject({ status: 403 });
    expect(await dana('POST', '/api/v1/people/dana/substitutes', { substitute: 'dana', until })).toMatchObject({
      body: { code: 'access.invalid-substitute' },
    });
    expect(await dana('POST', '/api/v1/people/dana/substitutes', { substitute: 'nobody', until })).toMatchObject({
      body: { code: 'access.unknown-person' },
    });
    expect(await dana('POST', '/api/v1/people/dana/substitutes', name)).toMatchObject({ status: 201, body: name });
    const seen = async (caller: Caller) => ((await caller('GET', '/api/v1/tasks')).body.items as unknown[]).length;
    expect([await seen(olga), await seen(mia)]).toEqual([2, 0]);
    const done = { outcome: 'fine', variables: { count: 1 } };
    const [first, second] = tasks as [string, string];
    expect(await mia('POST', `/api/v1/tasks/${first}/complete`, done)).toMatchObject({ status: 403 });
    expect(await olga('POST', `/api/v1/tasks/${first}/complete`, done)).toMatchObject({ status: 200 });
    const { body } = await olga('GET', `/api/v1/tasks/${first}`);
    expect(body).toMatchObject({ assignee: 'dana', settledBy: 'olga', settledFor: 'dana' });
    await server.clock.advance(61 * SECOND);
    expect(await olga('POST', `/api/v1/tasks/${second}/complete`, done)).toMatchObject({ status: 403 });
    expect(await dana('GET', '/api/v1/people/dana/substitutes')).toMatchObject({ body: { items: [] } });
    expect(await seen(olga)).toBe(0);
  });

  it('is taken away before the time', async () => {
    await using server = await openEdgeServer();
    for (const name of ['Dana', 'Olga']) await operator(server, name);
    const until = new Date(server.clock.now() + 60 * SECOND).toISOString();
    const url = '/api/v1/people/dana/substitutes';
    const call = (method: 'POST' | 'DELETE' | 'GET', path: string, body?: object) =>
      server.call({ method, url: path, as: 'administrator', ...(body && { body }) });
    expect(await call('POST', url, { substitute: 'olga', until })).toMatchObject({ status: 201 });
    expect(await call('DELETE', `${url}/olga`)).toMatchObject({ status: 204 });
    expect(await call('DELETE', `${url}/olga`)).toMatchObject({ body: { code: 'access.unknown-substitute' } });
    expect(await call('GET', url)).toMatchObject({ body: { items: [] } });
  });
});

describe('who asks for a task', () => {
  it('is told for whom it could be completed, and that other eyes must do it', async () => {
    await using server = await openEdgeServer();
    const task = (id: string, more: object) => ({
      id,
      type: 'userTask',
      role: 'operator',
      outcomes: ['done'],
      ...more,
    });
    const nodes = [task('do', { next: 'check' }), task('check', { notBy: ['do'] })];
    await server.call({ method: 'POST', url: '/api/v1/definitions', as: 'engineer', body: { key: 'twice', nodes } });
    const body = { definition: 'twice' };
    await server.call({ method: 'POST', url: '/api/v1/instances', as: 'operator', body });
    for (const name of ['Dana', 'Olga', 'Mia']) await operator(server, name);
    const signedIn = await sessions(server, ['dana', 'olga', 'mia']);
    const [dana, olga, mia] = signedIn as [Caller, Caller, Caller];
    const first = async (caller: Caller) => ((await caller('GET', '/api/v1/tasks')).body.items as { id: string }[])[0];
    const one = (await first(dana))?.id;
    await dana('POST', `/api/v1/tasks/${one}/complete`, { outcome: 'done' });

    const barred = { step: 'do', person: 'dana' };
    const next = (await first(dana))?.id;
    expect([await first(dana), (await dana('GET', `/api/v1/tasks/${next}`)).body]).toMatchObject([
      { barred },
      { barred },
    ]);
    expect(await first(olga)).not.toHaveProperty('barred');
    expect((await dana('GET', `/api/v1/tasks/${one}`)).body).not.toHaveProperty('barred');

    await olga('POST', `/api/v1/tasks/${next}/take`);
    const until = new Date(server.clock.now() + 60 * SECOND).toISOString();
    for (const substitute of ['mia', 'dana'])
      await olga('POST', '/api/v1/people/olga/substitutes', { substitute, until });
    expect(await first(mia)).toMatchObject({ id: next, onBehalfOf: 'olga' });
    expect(await first(mia)).not.toHaveProperty('barred');
    expect(await first(dana)).toMatchObject({ id: next, onBehalfOf: 'olga', barred });
    expect(await first(olga)).not.toHaveProperty('onBehalfOf');
  });
});

type Answer = { readonly status: number; readonly body: Record<string, unknown> };
type Caller = (method: 'GET' | 'POST', url: string, body?: object) => Promise<Answer>;

/** As the browsers of these people, signed in by their links. */
async function sessions(server: EdgeServer, ids: readonly string[]): Promise<Caller[]> {
  return Promise.all(
    ids.map(async (id): Promise<Caller> => {
      const { code } = await server.services.access.credentials.createCode(id, 'test');
      const url = `/sign-in?code=${encodeURIComponent(code)}`;
      const [session] = (await server.http.inject({ method: 'GET', url })).cookies;
      const cookie = `millrace_session=${session?.value}`;
      return async (method, path, body) => {
        const headers = { cookie, 'x-millrace': '1' };
        const given = await server.http.inject({ method, url: path, headers, ...(body && { payload: body }) });
        return { status: given.statusCode, body: given.body === '' ? {} : (given.json() as Record<string, unknown>) };
      };
    }),
  );
}
