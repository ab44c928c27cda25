/** Jobs over HTTP, for people: what they bring, see and do. */
import { describe, expect, it } from 'vitest';
import { type JobId, parseJobId } from '../../../kernel/ids.ts';
import { type EdgeAnswer, type EdgeServer, openEdgeServer } from '../../../testing/edge-server.ts';

const KIND = 'report.render';
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

async function openPlant(): Promise<EdgeServer> {
  const server = await openEdgeServer();
  await server.services.jobs.kinds.welcome([KIND, 'other'], 'test');
  return server;
}
const post = (server: EdgeServer, path: string, body?: unknown): Promise<EdgeAnswer> =>
  server.call({ method: 'POST', url: `/api/v1/${path}`, as: 'engineer', ...(body !== undefined && { body }) });
const get = async (server: EdgeServer, path: string) =>
  (await server.call({ method: 'GET', url: `/api/v1/${path}`, as: 'operator' })).body;
const items = async (server: EdgeServer, path: string) => (await get(server, path)).items as Record<string, unknown>[];
/** Claims all jobs of the kind and fails them for good. */
async function kill({ services: { jobs } }: EdgeServer, kind = KIND): Promise<void> {
  const held = await jobs.claim({ kinds: [kind], limit: 100, worker: 'w' });
  const settlement = { kind: 'discard', reason: 'broken' } as const;
  await jobs.settle(
    'w',
    held.map(({ id, epoch }) => ({ id, epoch, settlement })),
  );
}

describe('a new job', () => {
  it('goes on with the trace of the call, waits for its time, and is not stored twice under one dedup key', async () => {
    await using server = await openPlant();
    const body = { kind: KIND, delay: '5m', key: 'line-1', dedupKey: 'early', maxAttempts: 9 };
    const stored = await server.call({
      ...{ method: 'POST', url: '/api/v1/jobs', as: 'worker', body, headers: { traceparent: TRACE } },
    });
    expect([stored.status, stored.body.isNew]).toEqual([201, true]);
    expect(await get(server, `jobs/${stored.body.id}`)).toMatchObject({
      ...{ state: 'scheduled', dueAt: '2026-01-05T08:05:00.000Z', key: 'line-1', dedupKey: 'early' },
      ...{ maxAttempts: 9, trace: TRACE, history: [], children: null, owner: null },
    });
    expect((await post(server, 'jobs', body)).body).toEqual({ id: stored.body.id, isNew: false });
  });

  it.each([
    { body: { kind: 'reprot.render' }, code: 'job.unknown-kind' },
    { body: { kind: 'mail' }, code: 'job.internal-kind' },
    { body: { kind: 'timer' }, code: 'job.internal-kind' },
    { body: { kind: KIND, delay: 'soon' }, code: 'duration.malformed' },
    { body: { kind: KIND, delay: '1s', runAt: '2026-01-05T08:00:00Z' }, code: 'request.invalid' },
    { body: { kind: KIND, payload: 'x'.repeat(1_000_001) }, code: 'job.payload-too-large' },
  ])('is refused with $code', async ({ body, code }) => {
    await using server = await openPlant();
    expect((await post(server, 'jobs', body)).body.code).toBe(code);
    expect(await items(server, 'jobs')).toEqual([]);
  });

  it('of many is stored although others are refused, from JSON and from NDJSON', async () => {
    await using server = await openPlant();
    await server.services.jobs.kinds.configure(KIND, { settings: { schema: { type: 'object' } } }, 'test');
    const batch = [
      { kind: KIND, payload: {} },
      { kind: 'mail' },
      { kind: KIND, payload: 1 },
      'nonsense',
      { kind: 'other' },
    ];
    const { body } = await post(server, 'jobs/batch', batch);
    expect(body).toMatchObject({ stored: 2, refused: 3 });
    expect((body.items as { code?: string }[]).map(({ code }) => code)).toEqual([
      ...[undefined, 'job.internal-kind', 'job.bad-payload', 'request.invalid', undefined],
    ]);
    const ndjson = await server.call({
      ...{ method: 'POST', url: '/api/v1/jobs/batch', as: 'engineer' },
      ...{ body: '{"kind":"other"}\n{"kind":', headers: { 'content-type': 'application/x-ndjson' } },
    });
    expect(ndjson.body).toMatchObject({ stored: 1, refused: 1 });
    expect(await items(server, 'jobs')).toHaveLength(3);
  });

  it('waits for its children', async () => {
    await using server = await openPlant();
    const flow = {
      parent: { kind: KIND },
      children: [
        { kind: 'other', payload: 1 },
        { kind: 'other', payload: 2 },
      ],
    };
    const { status, body } = await post(server, 'jobs/flow', flow);
    expect(status).toBe(201);
    expect(await get(server, `jobs/${body.id}`)).toMatchObject({
      ...{ state: 'blocked', children: { total: 2, pending: 2, failed: 0 } },
    });
    expect((await items(server, `jobs?parent=${body.id}`)).map(({ id }) => id)).toEqual(body.children);
    expect((await post(server, 'jobs/flow', { ...flow, children: [{ kind: 'mail' }] })).body.code).toBe(
      'job.internal-kind',
    );
  });
});

describe('a list of jobs', () => {
  it('goes page by page in the order of its state, and filters', async () => {
    await using server = await openPlant();
    for (let n = 0; n < 5; n++) await post(server, 'jobs', { kind: KIND, priority: n, payload: n });
    await post(server, 'jobs', { kind: 'other', delay: '1h' });
    await kill(server);
    for (let n = 0; n < 5; n++) await post(server, 'jobs', { kind: KIND, priority: n });
    await post(server, 'jobs', { kind: 'other' });
    expect((await items(server, `jobs?kind=${KIND}&state=ready`)).map(({ priority }) => priority)).toEqual([
      4, 3, 2, 1, 0,
    ]);
    for (const query of [
      '',
      'state=ready',
      'state=dead',
      'state=scheduled',
      'state=blocked',
      'kind=other',
      'state=done',
    ]) {
      const whole = await items(server, `jobs?limit=100&${query}`);
      const paged: unknown[] = [];
      for (let cursor = ''; ; ) {
        const page = await get(server, `jobs?limit=2&${query}${cursor}`);
        paged.push(...(page.items as unknown[]));
        if (page.next === null) break;
        cursor = `&cursor=${page.next}`;
      }
      expect([query, paged]).toEqual([query, whole]);
    }
    expect(await items(server, 'jobs?state=dead')).toHaveLength(5);
    expect(await items(server, 'jobs?worker=w')).toHaveLength(5);
    expect((await get(server, 'jobs?state=ready&cursor=WzFd')).code).toBe('request.invalid');
  });

  it('looks at so many rows at most, and goes on behind them', async () => {
    await using server = await openPlant();
    const old = await server.services.jobs.enqueue({ kind: 'other', payload: 0 });
    await server.services.jobs.enqueueMany(Array.from({ length: 2_100 }, () => ({ kind: KIND, payload: 0 })));
    const first = await get(server, 'jobs?kind=other');
    expect([first.items, typeof first.next]).toEqual([[], 'string']);
    const second = (await items(server, `jobs?kind=other&cursor=${first.next}`)) as { id: string }[];
    expect(second.map(({ id }) => parseJobId(id))).toEqual([old]);
  });
});

describe('what is done to jobs', () => {
  it('is done to one, and stands in its history', async () => {
    await using server = await openPlant();
    const { body } = await post(server, 'jobs', { kind: KIND });
    await kill(server);
    expect((await post(server, `jobs/${body.id}/replay`)).body).toEqual({ id: body.id, state: 'ready' });
    expect((await post(server, `jobs/${body.id}/replay`)).body.code).toBe('job.cannot-replay');
    expect((await post(server, `jobs/${body.id}/discard`)).body.code).toBe('job.not-dead');
    expect((await post(server, `jobs/${body.id}/cancel`)).body).toEqual({ id: body.id, state: 'cancelled' });
    const { history } = (await get(server, `jobs/${body.id}`)) as { history: { verb: string; worker: unknown }[] };
    expect(history.map(({ verb }) => verb)).toEqual(['discard', 'replay', 'cancel']);
  });

  it('is done to many in bites, by kind, state and age', async () => {
    await using server = await openPlant();
    const { jobs } = server.services;
    await jobs.enqueueMany(Array.from({ length: 1_200 }, () => ({ kind: KIND, payload: 0 })));
    await server.clock.jumpTo(server.clock.now() + 3_600_000);
    const young = await jobs.enqueue({ kind: KIND, payload: 0 });
    const other = await jobs.enqueue({ kind: 'other', payload: 0 });
    const choice = { kind: KIND, state: 'ready', olderThan: '30m' };
    const first = await post(server, 'jobs/cancel', choice);
    expect(first.body).toMatchObject({ count: 1_000, refused: 0, next: expect.any(String) });
    const second = await post(server, 'jobs/cancel', { ...choice, cursor: first.body.next });
    expect(second.body).toEqual({ count: 200, refused: 0, next: null });
    const states = await Promise.all([young, other].map(async (id: JobId) => (await jobs.get(id)).state));
    expect(states).toEqual(['ready', 'ready']);
    expect((await post(server, 'jobs/cancel', { state: 'done' })).body.code).toBe('request.invalid');
    await kill(server);
    expect((await post(server, 'jobs/discard', { state: 'dead' })).body).toMatchObject({ count: 1, next: null });
  });
});

describe('kinds', () => {
  it('are set as a whole, paused, and show how their queue moves', async () => {
    await using server = await openPlant();
    const put = (body: unknown) => server.call({ method: 'PUT', url: `/api/v1/kinds/${KIND}`, as: 'engineer', body });
    const set = {
      lease: '2m',
      timeout: '10m',
      rate: { limit: 10, per: '1s' },
      backoff: { first: '2s', longest: '1m' },
    };
    expect((await put(set)).body).toMatchObject({ kind: KIND, set, settings: { ...set, maxAttempts: 3 } });
    expect((await put({ maxAttempts: 5 })).body).toMatchObject({
      ...{ set: { maxAttempts: 5 }, settings: { lease: '30s', timeout: null, rate: null } },
    });
    expect((await put({ schema: { type: 'nonsense' } })).body.code).toBe('job.bad-kind');
    expect((await put({ lease: '1ms' })).body.code).toBe('request.invalid');
    expect((await post(server, `kinds/${KIND}/pause`)).body.isPaused).toBe(true);
    expect((await post(server, `kinds/${KIND}/resume`)).body.isPaused).toBe(false);
    for (let n = 0; n < 3; n++) await post(server, 'jobs', { kind: KIND });
    const { jobs } = server.services;
    const [first] = await jobs.claim({ kinds: [KIND], limit: 2, worker: 'w' });
    if (first === undefined) throw new Error('a job is ready');
    await server.clock.advance(6_000);
    await jobs.settle('w', [{ id: first.id, epoch: first.epoch, settlement: { kind: 'done', outcome: 'done' } }]);
    await jobs.lengths.refresh();
    await server.clock.advance(2_000);
    expect((await get(server, `kinds/${KIND}`)).queue).toMatchObject({
      ...{
        length: 2,
        running: 1,
        oldest: '8s',
        enqueuedPerMinute: 0.05,
        failedPerMinute: 0,
        meanRun: '6s',
        meanWait: '0s',
      },
    });
    const listed = await items(server, 'kinds');
    const own = listed.filter(({ isInternal }) => isInternal).map(({ kind }) => kind);
    expect(own).toEqual(
      expect.arrayContaining(['accounts.generate', 'mail', 'module.http', 'process.deliver', 'timer']),
    );
    expect(listed.filter(({ isInternal }) => !isInternal).map(({ kind }) => kind)).toEqual(['other', KIND]);
    expect(listed.map(({ kind }) => kind)).toEqual(listed.map(({ kind }) => kind).toSorted());
  });
});
