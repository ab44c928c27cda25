/** Workers over HTTP: what the desk's suite cannot see, since it is of the wire. */
import { describe, expect, it } from 'vitest';
import { type EdgeServer, openEdgeServer } from '../../../testing/edge-server.ts';

const KIND = 'report.render';
const post = async (server: EdgeServer, path: string, body: unknown) =>
  server.call({ method: 'POST', url: `/api/v1/${path}`, as: 'worker', body });

async function openWith(count: number) {
  const server = await openEdgeServer();
  for (let n = 0; n < count; n++) await server.services.jobs.enqueue({ kind: KIND, payload: n });
  const { body } = await post(server, 'jobs/claim', { worker: 'w', kinds: [KIND], limit: 10, lease: '45s' });
  return { server, jobs: body.jobs as { id: string; epoch: number; lease: string }[] };
}

describe('a claim', () => {
  it('answers jobs with everything that a worker needs, and makes the kind known', async () => {
    const { server, jobs } = await openWith(1);
    await using _ = server;
    expect(jobs).toEqual([
      {
        ...{ id: expect.stringMatching(/^job_/), epoch: 1, kind: KIND, attempt: 1, maxAttempts: 3, payload: 0 },
        ...{ key: null, owner: null, lease: '45s', timeout: null, trace: null },
      },
    ]);
    expect(server.services.jobs.kinds.isKnown(KIND)).toBe(true);
  });

  it.each([
    { body: { worker: 'w', kinds: ['timer'] }, code: 'job.internal-kind' },
    { body: { worker: 'w', kinds: ['!'] }, code: 'job.bad-kind' },
    { body: { worker: 'w@x', kinds: [KIND] }, code: 'request.invalid' },
    { body: { worker: 'w', kinds: [] }, code: 'request.invalid' },
    { body: { worker: 'w', kinds: [KIND], limit: 1_001 }, code: 'request.invalid' },
    { body: { worker: 'w', kinds: [KIND], wait: '61s' }, code: 'request.invalid' },
    { body: { worker: 'w', kinds: [KIND], lease: '1ms' }, code: 'request.invalid' },
  ])('is refused: $body', async ({ body, code }) => {
    await using server = await openEdgeServer();
    expect((await post(server, 'jobs/claim', body)).body.code).toBe(code);
  });

  it('that waits ends when the server closes, and holds nothing up', async () => {
    const server = await openEdgeServer();
    const waiting = post(server, 'jobs/claim', { worker: 'w', kinds: [KIND], wait: '60s' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server[Symbol.asyncDispose]();
    expect((await waiting).body).toEqual({ jobs: [] });
  });
});

describe('a settlement', () => {
  it('that is not understood harms no other', async () => {
    const { server, jobs } = await openWith(3);
    await using _ = server;
    const [first, second, third] = jobs;
    const results = [
      { id: first?.id, epoch: 1, settlement: { kind: 'done', output: { a: 1 } } },
      { id: second?.id, epoch: 1, settlement: { kind: 'finished' } },
      { id: 'job_nonsense', epoch: 1, settlement: { kind: 'done' } },
      { id: third?.id, epoch: 1, settlement: { kind: 'error', code: 'valve.stuck', message: 'V-12' } },
      null,
    ];
    const { status, body } = await post(server, 'jobs/settle', { worker: 'w', results });
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { id: first?.id, verdict: 'ok' },
      { id: second?.id, verdict: 'invalid', code: 'request.invalid' },
      { id: 'job_nonsense', verdict: 'invalid', code: 'id.malformed' },
      { id: third?.id, verdict: 'ok' },
      { id: '', verdict: 'invalid' },
    ]);
    const shown = await server.call({ method: 'GET', url: `/api/v1/jobs/${third?.id}`, as: 'operator' });
    expect(shown.body).toMatchObject({ state: 'dead', error: 'V-12' });
  });

  it('by the same name with another token is stale', async () => {
    const { server, jobs } = await openWith(1);
    await using _ = server;
    const [job] = jobs;
    const body = { worker: 'w', results: [{ id: job?.id, epoch: 1, settlement: { kind: 'done' } }] };
    const stolen = await server.call({ method: 'POST', url: '/api/v1/jobs/settle', as: 'administrator', body });
    expect(stolen.body.results).toEqual([{ id: job?.id, verdict: 'stale' }]);
    expect((await post(server, 'jobs/settle', body)).body.results).toEqual([{ id: job?.id, verdict: 'ok' }]);
  });
});

describe('lines and workers', () => {
  it('are shown to people', async () => {
    const { server, jobs } = await openWith(1);
    await using _ = server;
    const [job] = jobs;
    const lines = [{ level: 'info', text: 'half' }];
    const beat = { id: job?.id, epoch: 1, progress: { share: 0.5, note: 'row 5' }, lines };
    await post(server, 'jobs/heartbeat', { worker: 'w', jobs: [beat] });
    const shown = await server.call({ method: 'GET', url: `/api/v1/jobs/${job?.id}/lines`, as: 'operator' });
    expect(shown.body.items).toEqual([{ at: '2026-01-05T08:00:00.000Z', attempt: 1, level: 'info', text: 'half' }]);
    const report = {
      ...{ kinds: [KIND], concurrency: 4, state: 'running', running: 1, succeeded: 3, failed: 1 },
      ...{ host: 'press-7', pid: 41, version: '1.0.0', every: '10s' },
    };
    expect((await post(server, 'workers/w/report', report)).status).toBe(204);
    await server.clock.advance(31_000);
    const { body } = await server.call({ method: 'GET', url: '/api/v1/workers', as: 'operator' });
    // Beside it the server itself, whose own handlers are a worker too.
    const anywhere = (body.items as { id: string }[]).filter(({ id }) => id.startsWith('w@'));
    expect(anywhere).toMatchObject([
      {
        ...{ id: expect.stringMatching(/^w@token:worker/), state: 'gone', age: '31s', processed: 4, successRate: 0.75 },
        ...{ perMinute: 4 / 60, running: 1, concurrency: 4, kinds: [KIND] },
      },
    ]);
    const [{ id } = { id: '' }] = anywhere;
    const leave = (name: string, as: 'worker' | 'engineer') =>
      server.call({ method: 'DELETE', url: `/api/v1/workers/${encodeURIComponent(name)}`, as });
    const left = async () =>
      (await server.services.jobs.registry.list({ limit: 10 })).filter((worker) => worker.id.startsWith('w@'));
    expect((await leave(id, 'worker')).status).toBe(204);
    expect(await left()).toHaveLength(1);
    expect((await leave(id, 'engineer')).status).toBe(204);
    expect(await left()).toEqual([]);
  });
});
