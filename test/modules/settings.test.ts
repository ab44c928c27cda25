/** Settings of definitions: what they change, for whom, and what they refuse. */
import { describe, expect, it } from 'vitest';
import { type EdgeServer, openEdgeServer } from '../../src/testing/edge-server.ts';
import { servers } from './on-stores.ts';
import { deploy, start } from './running.ts';

const REPAIR = {
  key: 'repair',
  nodes: [
    { id: 'look', type: 'userTask', role: 'operator', due: '1h', next: 'fix' },
    { id: 'fix', type: 'userTask', role: 'technologist', due: '8h', next: 'tell' },
    { id: 'tell', type: 'mail', to: 'day-shift', subject: 'Repaired', text: 'It runs.' },
  ],
};
const url = '/api/v1/definitions/repair/settings';
const set = (server: EdgeServer, steps: object) =>
  server.call({ method: 'PATCH', url, as: 'engineer', body: { steps } });
type Task = { id: string; role: string; step: string; dueAt: string | null; instance: string };

async function tasks(server: EdgeServer): Promise<Task[]> {
  const { body } = await server.call({ method: 'GET', url: '/api/v1/tasks?state=offered', as: 'administrator' });
  return body.items as Task[];
}
async function complete(server: EdgeServer, step: string): Promise<void> {
  const task = (await tasks(server)).find((one) => one.step === step);
  for (const verb of ['take', 'complete']) {
    const answer = await server.call({
      method: 'POST',
      url: `/api/v1/tasks/${task?.id}/${verb}`,
      as: 'administrator',
      ...(verb === 'complete' && { body: { outcome: 'done' } }),
    });
    expect([verb, answer.status]).toEqual([verb, 200]);
  }
}

for (const { name, open, isMissing } of servers)
  describe.skipIf(isMissing)(`a setting on ${name}`, () => {
    it('counts for an instance that runs, from its next step on', async () => {
      await using server = await open();
      await deploy(server, REPAIR);
      const id = await start(server, { definition: 'repair' });
      const change = { look: { role: 'engineer' }, fix: { role: 'engineer', due: '2h' } };
      expect(await set(server, change)).toMatchObject({ status: 200, body: { key: 'repair', steps: change } });
      // Offered before: it stays as it was.
      expect(await tasks(server)).toMatchObject([{ step: 'look', role: 'operator' }]);
      await complete(server, 'look');
      expect(await tasks(server)).toMatchObject([
        { instance: id, step: 'fix', role: 'engineer', dueAt: '2026-01-05T10:00:00.000Z' },
      ]);
    });

    it('stays when a new version comes, and goes with null', async () => {
      await using server = await open();
      await deploy(server, REPAIR);
      await set(server, { look: { role: 'engineer', due: '5m' } });
      await deploy(server, { ...REPAIR, name: 'Repair' });
      await start(server, { definition: 'repair' });
      await start(server, { definition: 'repair', version: 1 });
      expect((await tasks(server)).map(({ role }) => role)).toEqual(['engineer', 'engineer']);
      expect((await set(server, { look: { role: null } })).body.steps).toEqual({ look: { due: '5m' } });
      expect((await set(server, { look: null })).body.steps).toEqual({});
      await start(server, { definition: 'repair' });
      expect((await tasks(server)).map(({ role }) => role).sort()).toEqual(['engineer', 'engineer', 'operator']);
    });

    it('leaves the definition as it was deployed', async () => {
      await using server = await open();
      await deploy(server, REPAIR);
      await set(server, { tell: { to: 'night-shift' } });
      const { body } = await server.call({ method: 'GET', url: '/api/v1/definitions/repair', as: 'operator' });
      expect(body).toMatchObject({ version: 1, source: REPAIR });
      expect(await deploy(server, REPAIR)).toMatchObject({ body: { version: 1 } });
    });

    it('is kept with who set it, before and after', async () => {
      await using server = await open();
      await deploy(server, REPAIR);
      await set(server, { fix: { due: '2h' } });
      await set(server, { fix: { due: '3h' } });
      await set(server, { fix: { due: '3h' } });
      const { body } = await server.call({ method: 'GET', url: `${url}/history`, as: 'operator' });
      expect(body.items).toMatchObject([
        { by: expect.stringContaining('engineer'), before: { fix: { due: '2h' } }, after: { fix: { due: '3h' } } },
        { before: {}, after: { fix: { due: '2h' } } },
      ]);
    });
  });

describe('what cannot be set', () => {
  it.each([
    [{ nowhere: { role: 'engineer' } }, 'process.unknown-step'],
    [{ look: { to: 'day-shift' } }, 'process.unknown-setting'],
    [{ tell: { within: '1h' } }, 'process.unknown-setting'],
    [{ look: { due: 'soon' } }, 'process.invalid-definition'],
    [{ look: { colour: 'red' } }, 'request.invalid'],
  ])('%j is refused: %s', async (steps, code) => {
    await using server = await openEdgeServer();
    await deploy(server, REPAIR);
    const { status, body } = await set(server, steps);
    expect([code, status >= 400 && status < 500, body.code]).toEqual([code, true, code]);
    const after = await server.call({ method: 'GET', url, as: 'operator' });
    expect(after.body).toMatchObject({ key: 'repair', steps: {}, updatedAt: null, updatedBy: null });
    expect(after.body.settable).toMatchObject({ look: ['role', 'due', 'notify'] });
  });

  it('is what a module does not take', async () => {
    await using server = await openEdgeServer();
    const ask = { id: 'ask', type: 'module', module: 'http', config: { url: 'https://example.com' } };
    await deploy(server, { key: 'repair', nodes: [ask] });
    expect((await set(server, { ask: { config: { redirects: 99 } } })).body).toMatchObject({
      code: 'process.invalid-definition',
      errors: [{ rule: 'module.config', element: 'ask' }],
    });
    expect((await set(server, { ask: { config: { timeout: '5s' } } })).status).toBe(200);
  });

  it('a new version does not fit to is no reason to lose it: the version is refused', async () => {
    await using server = await openEdgeServer();
    const wait = (next: unknown) => ({ id: 'wait', type: 'criterion', criterion: 'A', next });
    const end = { id: 'end', type: 'end' };
    await deploy(server, { key: 'repair', nodes: [wait('end'), end] });
    expect((await set(server, { wait: { within: '1h' } })).status).toBe(200);
    const { status, body } = await deploy(server, { key: 'repair', nodes: [wait({ fired: 'end' }), end] });
    expect([status, body.errors]).toMatchObject([422, [{ rule: 'outcome.uncovered', element: 'wait' }]]);
  });
});
