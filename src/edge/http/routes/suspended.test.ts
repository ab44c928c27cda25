/** Suspended instances over HTTP. */
import { describe, expect, it } from 'vitest';
import { openEdgeServer } from '../../../testing/edge-server.ts';

describe('suspended instances', () => {
  it('are found by that, and say who suspended them, and when', async () => {
    await using server = await openEdgeServer();
    const definition = { key: 'repair', nodes: [{ id: 'look', type: 'userTask', role: 'operator' }] };
    await server.call({ method: 'POST', url: '/api/v1/definitions', as: 'engineer', body: definition });
    const start = async () => {
      const begun = { definition: 'repair' };
      const answer = await server.call({ method: 'POST', url: '/api/v1/instances', as: 'operator', body: begun });
      return answer.body.id as string;
    };
    const [held, other] = [await start(), await start()];
    const body = { reason: 'the line stands still' };
    await server.call({ method: 'POST', url: `/api/v1/instances/${held}/suspend`, as: 'engineer', body });
    const found = async (query: string) => {
      const answer = await server.call({ method: 'GET', url: `/api/v1/instances?${query}`, as: 'operator' });
      return (answer.body.items as { id: string }[]).map(({ id }) => id);
    };
    expect(await found('suspended=true')).toEqual([held]);
    expect(await found('suspended=false')).toEqual([other]);
    expect(await found('suspended=true&status=cancelled')).toEqual([]);
    expect(await found('version=2')).toEqual([]);
    const one = async (id: string) =>
      (await server.call({ method: 'GET', url: `/api/v1/instances/${id}`, as: 'operator' })).body;
    expect(await one(held)).toMatchObject({
      suspended: { ...body, kept: 0 },
      suspendedBy: { person: expect.stringContaining('engineer'), at: '2026-01-05T08:00:00.000Z' },
    });
    await server.call({ method: 'POST', url: `/api/v1/instances/${held}/resume`, as: 'engineer' });
    expect(await one(held)).not.toHaveProperty('suspendedBy');
  });
});
