/** Schedules over HTTP. */
import { describe, expect, it } from 'vitest';
import { type EdgeAnswer, type EdgeCall, type EdgeServer, openEdgeServer } from '../../../testing/edge-server.ts';

const KIND = 'report.render';

async function openPlant(): Promise<EdgeServer> {
  const server = await openEdgeServer();
  await server.services.jobs.kinds.welcome([KIND], 'test');
  return server;
}
const call = (server: EdgeServer, request: string, body?: unknown): Promise<EdgeAnswer> => {
  const [method, path = ''] = request.split(' ') as [EdgeCall['method'], string?];
  return server.call({ method, url: `/api/v1/schedules${path}`, as: 'engineer', ...(body !== undefined && { body }) });
};

describe('a schedule', () => {
  it('is made, looked at, replaced and removed', async () => {
    await using server = await openPlant();
    const cron = {
      kind: KIND,
      cron: '0 6 * * 1-5',
      timeZone: 'Europe/Berlin',
      payload: { shift: 'early' },
      priority: 3,
    };
    const made = await call(server, 'PUT /early', cron);
    expect([made.status, made.body]).toEqual([
      200,
      {
        ...{ ...cron, name: 'early', every: null, backfill: 'last', isSingle: false, key: null, isPaused: false },
        ...{ nextAt: '2026-01-06T05:00:00.000Z', lastAt: null, skipped: 0 },
        ...{ updatedAt: '2026-01-05T08:00:00.000Z', updatedBy: expect.any(String) },
      },
    ]);
    expect((await call(server, 'GET /early')).body).toEqual(made.body);
    const every = { kind: KIND, every: '1m30s', isSingle: true, backfill: 'all', key: 'line-1' };
    expect((await call(server, 'PUT /early', every)).body).toMatchObject({
      ...{ ...every, cron: null, payload: null, nextAt: '2026-01-05T08:01:30.000Z' },
    });
    expect((await call(server, 'DELETE /early')).status).toBe(204);
    expect((await call(server, 'GET /early')).body.code).toBe('job.unknown-schedule');
    expect((await call(server, 'DELETE /early')).body.code).toBe('job.unknown-schedule');
  });

  it('is listed by name, page by page', async () => {
    await using server = await openPlant();
    for (const name of ['c', 'a', 'b']) await call(server, `PUT /${name}`, { kind: KIND, every: '1h' });
    const first = (await call(server, 'GET ?limit=2')).body;
    const second = (await call(server, `GET ?limit=2&cursor=${String(first.next)}`)).body;
    const names = [first, second].map(({ items }) => (items as { name: string }[]).map(({ name }) => name));
    expect([names, second.next]).toEqual([[['a', 'b'], ['c']], null]);
  });

  it('makes no jobs while it is paused, also when it is replaced then, and goes on from its next time', async () => {
    await using server = await openPlant();
    const { schedules } = server.services.jobs;
    await call(server, 'PUT /early', { kind: KIND, every: '1m' });
    expect((await call(server, 'POST /early/pause')).body).toMatchObject({ isPaused: true, nextAt: null });
    expect((await call(server, 'PUT /early', { kind: KIND, every: '2m' })).body.isPaused).toBe(true);
    await server.clock.advance(600_000);
    expect(await schedules.serve()).toBe(0);
    const next = '2026-01-05T08:12:00.000Z';
    expect((await call(server, 'POST /early/resume')).body).toMatchObject({ isPaused: false, nextAt: next });
    expect((await call(server, 'POST /late/pause')).body.code).toBe('job.unknown-schedule');
  });

  it.each([
    { body: { kind: 'reprot.render', every: '1m' }, code: 'job.unknown-kind' },
    { body: { kind: 'mail', every: '1m' }, code: 'job.internal-kind' },
    { body: { kind: KIND }, code: 'job.bad-schedule' },
    { body: { kind: KIND, every: '1m', cron: '* * * * *' }, code: 'job.bad-schedule' },
    { body: { kind: KIND, every: '10ms' }, code: 'job.bad-schedule' },
    { body: { kind: KIND, every: 'often' }, code: 'duration.malformed' },
    { body: { kind: KIND, cron: 'at dawn' }, code: 'job.bad-schedule' },
    { body: { kind: KIND, cron: '0 6 * * *', timeZone: 'Moon/Sea' }, code: 'job.bad-schedule' },
    { body: { kind: KIND, every: '1m', colour: 'red' }, code: 'request.invalid' },
  ])('is refused with $code: $body', async ({ body, code }) => {
    await using server = await openPlant();
    expect((await call(server, 'PUT /early', body)).body.code).toBe(code);
    expect((await call(server, 'GET')).body.items).toEqual([]);
  });
});
