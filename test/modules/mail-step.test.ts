/** Mail steps through the API of a whole server without a mail server: whom they go to, in which words, and how both are changed. */
import { describe, expect, it } from 'vitest';
import type { Mail } from '../../src/client/wire-process.ts';
import { type EdgeServer, openEdgeServer } from '../../src/testing/edge-server.ts';
import { deploy, isOver, isStuck, start, when } from './running.ts';

const tell = { id: 'tell', type: 'mail', to: 'day-shift', subject: '{device}', text: 'It stands.' };
const definition = (fields: object = {}) => ({ key: 'stop', nodes: [{ ...tell, ...fields }] });
const post = (server: EdgeServer, url: string, body: object) =>
  server.call({ method: 'POST', url: `/api/v1/${url}`, as: 'administrator', body });

async function openPlant() {
  const server = await openEdgeServer();
  const people = [
    { name: 'Anna', email: 'anna@plant.example', language: 'he', roles: ['engineer'] },
    { name: 'Ben', email: 'ben@plant.example', roles: ['engineer', 'operator'] },
  ];
  for (const person of people) expect((await post(server, 'people', person)).status).toBe(201);
  await server.call({
    method: 'POST',
    url: '/api/v1/recipients',
    as: 'engineer',
    body: { name: 'day-shift', members: [{ kind: 'address', value: 'day@plant.example' }] },
  });
  return server;
}
async function mails(server: EdgeServer): Promise<Mail[]> {
  const { body } = await server.call({ method: 'GET', url: '/api/v1/mails', as: 'operator' });
  return body.items as Mail[];
}

describe('a mail step', () => {
  it('goes to lists, roles, people, addresses and whom variables name, each address once', async () => {
    await using server = await openPlant();
    const to = ['day-shift', 'role:engineer', 'person:ben', '=responsible', 'boss@plant.example'];
    expect((await deploy(server, definition({ to, replyTo: '=responsible' }))).status).toBe(201);
    const id = await start(server, {
      definition: 'stop',
      variables: { responsible: 'person:anna', device: 'press-4' },
    });
    await when(server, id, isOver);
    const addresses = ['day', 'anna', 'ben', 'boss'].map((name) => `${name}@plant.example`);
    expect(await mails(server)).toMatchObject([
      {
        list: 'day-shift, role:engineer, person:ben, person:anna, boss@plant.example',
        to: addresses,
        replyTo: ['anna@plant.example'],
        subject: 'press-4',
        letters: [{ language: null, to: addresses, subject: 'press-4', text: 'It stands.', html: null }],
        state: 'kept',
      },
    ]);
  });

  it('is written to each in their language, and to others in that of the plant', async () => {
    await using server = await openPlant();
    const words = { text: { de: 'Sie steht.', he: 'היא עומדת.', en: 'It stands.' }, html: '<b>{device}</b>' };
    await deploy(server, definition({ to: 'role:engineer', ...words }));
    const variables = { device: '<script>alert("x")</script>' };
    await when(server, await start(server, { definition: 'stop', variables }), isOver);
    const [mail] = await mails(server);
    const html = '<b>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;</b>';
    expect(mail?.letters).toEqual([
      { language: 'he', to: ['anna@plant.example'], subject: variables.device, text: 'היא עומדת.', html },
      { language: 'en', to: ['ben@plant.example'], subject: variables.device, text: 'It stands.', html },
    ]);
  });

  it.each([
    ['Day Shift'],
    ['role:'],
    ['role:Engineer'],
    ['person:'],
    ['group:engineer'],
    ['a@b@plant.example'],
    ['Dana <dana@plant.example>'],
    ['dana@plant.example, ben@plant.example'],
  ])('to "%s" is refused at deployment', async (wrong) => {
    await using server = await openPlant();
    for (const fields of [{ to: wrong }, { to: ['day-shift', wrong] }, { replyTo: wrong }]) {
      const { status, body } = await deploy(server, definition(fields));
      expect([status, body.errors]).toMatchObject([422, [{ rule: 'mail.recipient', element: 'tell' }]]);
    }
  });

  it('with an expression that cannot be read, or without any words, is refused at deployment', async () => {
    await using server = await openPlant();
    const wrong = await deploy(server, definition({ to: ['=a +'] }));
    expect(wrong.body.errors).toMatchObject([{ rule: 'condition.syntax', element: 'tell' }]);
    for (const fields of [{ to: [] }, { text: {} }, { html: {} }, { subject: { en: '' } }])
      expect((await deploy(server, definition(fields))).body.errors).toMatchObject([{ rule: 'schema.node' }]);
    // Words are no expressions, whatever their language is called.
    const words = { subject: '=not FEEL', text: { when: '((', script: '=' } };
    expect((await deploy(server, definition(words))).status).toBe(201);
  });

  it('whose expression names nobody is an incident that a retry with the right variable ends', async () => {
    await using server = await openPlant();
    await deploy(server, definition({ to: '=responsible' }));
    const id = await start(server, { definition: 'stop' });
    await when(server, id, isStuck);
    const { body } = await server.call({ method: 'GET', url: '/api/v1/incidents', as: 'operator' });
    const [incident] = body.items as { token: number; message: string }[];
    expect(incident?.message).toContain('A recipient by responsible is null, and must be the name of a recipient list');
    const retry = `instances/${id}/incidents/${incident?.token}/retry`;
    await post(server, retry, { variables: { responsible: 'role:operator' } });
    await when(server, id, isOver);
    expect(await mails(server)).toMatchObject([{ to: ['ben@plant.example'] }]);
  });
});

describe('settings of a mail step', () => {
  const set = (server: EdgeServer, tellSet: object) =>
    server.call({
      method: 'PATCH',
      url: '/api/v1/definitions/stop/settings',
      as: 'engineer',
      body: { steps: { tell: tellSet } },
    });

  it('change whom it goes to and its words for instances that run, without a new version', async () => {
    await using server = await openPlant();
    const wait = { id: 'wait', type: 'userTask', role: 'operator', next: 'tell' };
    await deploy(server, { key: 'stop', nodes: [wait, tell] });
    const id = await start(server, { definition: 'stop' });
    const words = { subject: { en: 'Stop', he: 'עצירה' }, text: 'Look.', html: '<p>Look.</p>' };
    const change = { to: ['person:anna', '="role:operator"'], replyTo: 'boss@plant.example', ...words };
    expect(await set(server, change)).toMatchObject({ status: 200, body: { steps: { tell: change } } });
    const { body } = await server.call({ method: 'GET', url: '/api/v1/tasks', as: 'operator' });
    const [task] = body.items as { id: string }[];
    await post(server, `tasks/${task?.id}/take`, {});
    await post(server, `tasks/${task?.id}/complete`, { outcome: 'done' });
    await when(server, id, isOver);
    expect(await mails(server)).toMatchObject([
      {
        replyTo: ['boss@plant.example'],
        letters: [
          { language: 'he', to: ['anna@plant.example'], subject: 'עצירה', text: 'Look.', html: '<p>Look.</p>' },
          { language: 'en', to: ['ben@plant.example'], subject: 'Stop' },
        ],
      },
    ]);
  });

  it.each([
    [{ to: 'Day Shift' }, 'process.invalid-definition'],
    [{ replyTo: ['day-shift'] }, 'request.invalid'],
    [{ text: {} }, 'request.invalid'],
    [{ onLost: 'hold' }, 'request.invalid'],
  ])('%j are refused: %s', async (change, code) => {
    await using server = await openPlant();
    await deploy(server, definition());
    expect((await set(server, change)).body.code).toBe(code);
  });
});
