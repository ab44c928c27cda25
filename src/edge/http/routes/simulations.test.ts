/** Changes tried on the past over HTTP. */
import { describe, expect, it } from 'vitest';
import { EDGE_START, type EdgeServer, openEdgeServer } from '../../../testing/edge-server.ts';

const checking = (limit: number, more: readonly object[] = [], next = 'way') => ({
  key: 'checking',
  nodes: [
    { id: 'look', type: 'userTask', role: 'operator', outcomes: ['good', 'bad'], next },
    ...more,
    {
      ...{ id: 'way', type: 'exclusiveGateway' },
      next: [
        { to: 'scrap', when: `cracks > ${limit}` },
        { to: 'kept', default: true },
      ],
    },
    { id: 'scrap', type: 'end' },
    { id: 'kept', type: 'end' },
  ],
});

async function post(server: EdgeServer, url: string, body: unknown) {
  return server.call({ method: 'POST', url: `/api/v1${url}`, as: 'engineer', body });
}

/** Three pieces with one to three cracks. */
async function openLived() {
  const server = await openEdgeServer();
  await post(server, '/definitions', checking(2));
  const ids: unknown[] = [];
  for (const cracks of [1, 2, 3]) {
    const { body } = await post(server, '/instances', { definition: 'checking', businessKey: `piece-${cracks}` });
    ids.push(body.id);
    await server.clock.advance(cracks * 60_000);
    const tasks = await server.call({ method: 'GET', url: '/api/v1/tasks', as: 'operator' });
    const [task] = tasks.body.items as { id: string }[];
    const done = { outcome: cracks > 1 ? 'bad' : 'good', variables: { cracks } };
    await server.call({ method: 'POST', url: `/api/v1/tasks/${task?.id}/complete`, as: 'operator', body: done });
  }
  return { server, ids };
}

describe('a definition that is tried on past instances', () => {
  it('tells which end otherwise, beside what really became of them', async () => {
    const { server, ids } = await openLived();
    await using _ = server;
    const same = await post(server, '/definitions/simulate', { key: 'checking' });
    expect(same.body).toMatchObject({
      version: 1,
      instances: 3,
      completed: 3,
      differ: 0,
      median: { past: '2m', proposed: '2m' },
    });
    const { status, body } = await post(server, '/definitions/simulate', { source: checking(1) });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ key: 'checking', version: null, against: 'checking', differ: 1, endOtherwise: 1 },
      ends: { past: { kept: 2, scrap: 1 }, proposed: { kept: 1, scrap: 2 } },
      examples: [
        {
          instance: ids[1],
          past: { ends: ['kept'], path: [{ node: 'look', outcome: 'bad' }, { node: 'kept' }], took: '2m' },
          proposed: { status: 'completed', ends: ['scrap'] },
        },
      ],
    });
    const { body: list } = await server.call({ method: 'GET', url: '/api/v1/definitions/checking', as: 'engineer' });
    expect(list).toMatchObject({ version: 1 });
    const { body: newest } = await post(server, '/definitions/simulate', { key: 'checking', against: { limit: 1 } });
    expect(newest).toMatchObject({ instances: 1, ends: { past: { scrap: 1 } } });
  });

  it('guesses a new step by the shares that are given, and lists it', async () => {
    const { server } = await openLived();
    await using _ = server;
    const step = { id: 'weigh', type: 'userTask', role: 'operator', outcomes: ['light', 'heavy'], next: 'way' };
    const source = checking(2, [step], 'weigh');
    const { body } = await post(server, '/definitions/simulate', { source, answers: { weigh: { heavy: 1 } } });
    expect(body).toMatchObject({ guessed: { weigh: 3 }, differ: 3, endOtherwise: 0 });
    expect(body.steps).toContainEqual(
      expect.objectContaining({ node: 'weigh', proposed: { count: 3, outcomes: { heavy: 3 } } }),
    );
  });

  it('is refused when it is wrong, unknown, or not named', async () => {
    const { server } = await openLived();
    await using _ = server;
    const refused = async (body: object) => (await post(server, '/definitions/simulate', body)).body.code;
    expect(await refused({})).toBe('process.invalid-simulation');
    expect(await refused({ key: 'checking', source: checking(1) })).toBe('process.invalid-simulation');
    expect(await refused({ key: 'checking', answers: { weigh: { heavy: 1 } } })).toBe('process.invalid-simulation');
    expect(await refused({ key: 'checking', answers: { look: { fine: 1 } } })).toBe('process.invalid-simulation');
    expect(await refused({ source: { key: 'x', nodes: [] } })).toBe('process.invalid-definition');
    expect(await refused({ key: 'nothing' })).toBe('process.unknown-definition');
    expect(await refused({ key: 'checking', against: { definition: 'nothing' } })).toBe('process.unknown-definition');
    expect(await refused({ source: '<no/>' })).toMatch(/^bpmn\./);
  });
});

describe('a criterion that is tried on stored readings', () => {
  it('tells when it would fire by other settings', async () => {
    await using server = await openEdgeServer();
    await post(server, '/devices', { id: 'press-1', fields: [{ name: 'temperature' }] });
    const settings = { signal: { field: 'temperature' }, direction: 'above', limit: 90, duration: '1m' };
    await post(server, '/criteria', { device: 'press-1', name: 'hot', settings });
    const rows = [60, 85, 86, 87, 60].map((temperature, minute) => ({
      ...{
        device: 'press-1',
        ts: new Date(EDGE_START - (10 - minute) * 60_000).toISOString(),
        values: { temperature },
      },
    }));
    await server.call({ method: 'POST', url: '/api/v1/measurements', as: 'device', body: rows });
    const { status, body } = await post(server, '/criteria/press-1.hot/simulate', { settings: { limit: 80 } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ criterion: 'press-1.hot', readings: 5, current: { count: 0, labelled: null }, onlyCurrent: [] },
      proposed: {
        settings: { limit: 80, duration: '1m' },
        count: 1,
        firings: [{ at: rows[2]?.ts, since: rows[1]?.ts, until: rows[4]?.ts, value: 86 }],
      },
    });
    const wrong = await post(server, '/criteria/press-1.hot/simulate', { settings: { limit: 'high' } });
    expect(wrong.body.code).toBe('criterion.invalid');
  });
});
