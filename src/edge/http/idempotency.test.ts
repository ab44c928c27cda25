/** A call with a key is done once. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { fingerprint, openEdgeServer } from '../../testing/edge-server.ts';
import { ModelDisk, openModelStore } from '../../testing/model-store.ts';
import { Idempotency, idempotencyFamily, KEPT_MS, PENDING_MS } from './idempotency.ts';

const REQUEST = { key: 'k-1', actor: 'dana', route: 'POST /api/v1/instances', body: { definition: 'repair' } };

function open(disk = new ModelDisk()) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = openModelStore({ disk, families: [idempotencyFamily], clock });
  let runs = 0;
  const run = async () => ({ id: `ins_${++runs}` });
  return { disk, clock, store, idempotency: new Idempotency(store), run, runs: () => runs };
}
const never = () => new Promise<never>(() => {});

describe('a key', () => {
  it('gives the first answer to every repeat', async () => {
    const { idempotency, run, runs } = open();
    expect(await idempotency.once(REQUEST, run)).toEqual({ value: { id: 'ins_1' }, isRepeat: false });
    expect(await idempotency.once({ ...REQUEST }, run)).toEqual({ value: { id: 'ins_1' }, isRepeat: true });
    expect(runs()).toBe(1);
  });

  it('is refused for another body, and counts for its caller and address alone', async () => {
    const { idempotency, run, runs } = open();
    await idempotency.once(REQUEST, run);
    await expect(idempotency.once({ ...REQUEST, body: { definition: 'other' } }, run)).rejects.toMatchObject({
      code: 'request.idempotency-mismatch',
    });
    await idempotency.once({ ...REQUEST, actor: 'eli' }, run);
    await idempotency.once({ ...REQUEST, route: 'POST /api/v1/jobs' }, run);
    expect(runs()).toBe(3);
  });

  it('lets one of many at the same moment through', async () => {
    const { idempotency, run, runs } = open();
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => idempotency.once(REQUEST, run)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'request.in-progress' });
    expect(runs()).toBe(1);
  });

  it('is free again when its call failed, since that changed nothing', async () => {
    const { idempotency, run, disk } = open();
    const failing = () => Promise.reject(new MillraceError('process.unknown-definition', { key: 'repair' }));
    await expect(idempotency.once(REQUEST, failing)).rejects.toMatchObject({ code: 'process.unknown-definition' });
    expect(disk.select(idempotencyFamily, { limit: 10 })).toEqual([]);
    expect(await idempotency.once(REQUEST, run)).toMatchObject({ isRepeat: false });
  });

  it('whose call died with its process may be used again after a minute, and not before', async () => {
    const { disk, idempotency, clock } = open();
    void idempotency.once(REQUEST, never);
    await clock.advance(PENDING_MS - 1);
    await expect(idempotency.once(REQUEST, async () => 'too early')).rejects.toMatchObject({
      code: 'request.in-progress',
    });
    await clock.advance(1);
    expect(await idempotency.once(REQUEST, async () => 'again')).toEqual({ value: 'again', isRepeat: false });
    expect(disk.select(idempotencyFamily, { limit: 10 })).toMatchObject([{ state: 'done', answer: '"again"' }]);
  });

  it('keeps the answer of who took over, when who was taken for dead comes late', async () => {
    const { idempotency, clock } = open();
    let finish: (value: string) => void = () => {};
    const slow = idempotency.once(
      REQUEST,
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    await clock.advance(PENDING_MS);
    await idempotency.once(REQUEST, async () => 'second');
    finish('first');
    await slow;
    expect(await idempotency.once(REQUEST, never)).toEqual({ value: 'second', isRepeat: true });
  });

  it('is forgotten after a day, by whoever comes next, a bounded number at a time', async () => {
    const { idempotency, clock, disk, run } = open();
    for (let call = 0; call < 300; call++) await idempotency.once({ ...REQUEST, key: `k-${call}` }, run);
    await clock.advance(KEPT_MS);
    expect(await idempotency.once({ ...REQUEST, key: 'k-0' }, run)).toMatchObject({ isRepeat: false });
    await clock.advance(1);
    for (let call = 0; call < 64; call++) await idempotency.once({ ...REQUEST, key: `new-${call}` }, run);
    expect(disk.select(idempotencyFamily, { limit: 1_000 })).toHaveLength(300 + 64 - 256);
  });
});

describe('over HTTP', () => {
  const start = { method: 'POST', url: '/api/v1/instances', as: 'operator', body: { definition: 'repair' } } as const;
  const repair = { key: 'repair', nodes: [{ id: 'look', type: 'userTask', role: 'operator', outcomes: ['done'] }] };

  it('a repeat gets the status and the body of the first, and says that it is one', async () => {
    await using server = await openEdgeServer();
    await server.call({ method: 'POST', url: '/api/v1/definitions', as: 'engineer', body: repair });
    const headers = { 'idempotency-key': 'start-1' };
    const first = await server.call({ ...start, headers });
    const before = fingerprint(server.disk);
    const second = await server.call({ ...start, headers });
    expect([second.status, second.body, second.headers['idempotency-replayed']]).toEqual([201, first.body, 'true']);
    const other = await server.call({ ...start, body: { definition: 'repair', businessKey: 'x' }, headers });
    expect([other.status, other.body.code]).toEqual([422, 'request.idempotency-mismatch']);
    expect(fingerprint(server.disk)).toBe(before);
    expect((await server.call(start)).body.id).not.toBe(first.body.id);
  });

  it('completing a task twice with one key is completing it once', async () => {
    await using server = await openEdgeServer();
    await server.call({ method: 'POST', url: '/api/v1/definitions', as: 'engineer', body: repair });
    await server.call(start);
    const [task] = (await server.call({ method: 'GET', url: '/api/v1/tasks', as: 'operator' })).body.items as {
      id: string;
    }[];
    const complete = (key: string) =>
      server.call({
        method: 'POST',
        url: `/api/v1/tasks/${task?.id}/complete`,
        as: 'operator',
        body: { outcome: 'done' },
        headers: { 'idempotency-key': key },
      });
    expect((await complete('c-1')).status).toBe(200);
    expect((await complete('c-1')).body).toEqual({ id: task?.id, outcome: 'done' });
    const late = await complete('c-2');
    expect([late.status, late.body.code, late.body.recordedOutcome]).toEqual([409, 'task.already-done', 'done']);
  });

  it.each(['', ' ', 'x'.repeat(201), 'ключ'])('the key %j is refused', async (key) => {
    await using server = await openEdgeServer();
    const { status, body } = await server.call({ ...start, headers: { 'idempotency-key': key } });
    expect([status, body.code]).toEqual([422, 'request.invalid']);
  });
});
