/** Taking jobs in: keys, dedup keys, flows, full queues, and jobs in the caller's own commit. */
import { describe, expect, it } from 'vitest';
import { openQueue, type Queue, START } from '../../test/jobs/queue.ts';
import { discard, done, fail } from '../kernel/settlement.ts';
import { plantFeed } from '../store/feed.ts';
import { append, isAbsent, isEqual } from '../store/unit.ts';
import { Gate } from './gate.ts';
import { jobFamily } from './job.ts';
import { ALL_KEYS, placeFamily } from './place.ts';

const claim = (queue: Queue, limit = 10, kind = 'k') => queue.claim({ kind, limit, worker: 'worker-1' });
const states = async ({ rows }: Queue) => (await rows()).map(({ state }) => state);
/** Lets in whatever may come in. */
async function letIn(queue: Queue): Promise<void> {
  const gate = new Gate(queue);
  while (await gate.round());
}

describe('a dedup key', () => {
  it('answers the live job of the same kind and key, and makes no second one', async () => {
    await using queue = await openQueue();
    const job = { kind: 'k', payload: {}, dedupKey: 'press-7' };
    const [first, other] = await queue.jobs.enqueueMany([job, { ...job, kind: 'other' }]);
    expect(await queue.jobs.enqueueMany([job])).toEqual([{ id: first?.id, isNew: false }]);
    expect(other).toMatchObject({ isNew: true });
    expect(await queue.rows()).toHaveLength(2);
  });

  it('is free again when the job has ended, however it ended', async () => {
    await using queue = await openQueue();
    const job = { kind: 'k', payload: {}, dedupKey: 'press-7' };
    for (const end of [done(), discard('no')]) {
      const id = await queue.jobs.enqueue(job);
      const [held] = await claim(queue);
      expect(held?.id).toBe(id);
      await queue.settle(held as never, end);
    }
    await queue.jobs.cancel(await queue.jobs.enqueue(job));
    expect(await queue.jobs.enqueueMany([job])).toMatchObject([{ isNew: true }]);
  });

  it('is not had by two jobs that come in one unit', async () => {
    await using queue = await openQueue();
    const twin = { kind: 'k', payload: {}, dedupKey: 'x' };
    const nothing = { guards: [], writes: [] };
    expect(await queue.jobs.enqueueWith([twin, twin], nothing)).toMatchObject({ verdict: 'conflict' });
    const flow = { parent: { kind: 'p', payload: {} }, children: [twin, twin] };
    await expect(queue.jobs.enqueueFlow(flow)).rejects.toMatchObject({ code: 'job.bad-flow' });
    expect(await queue.rows()).toEqual([]);
  });

  it('makes one of two that come in one call', async () => {
    await using queue = await openQueue();
    const job = { kind: 'k', payload: {}, dedupKey: 'x' };
    const [one, two] = await queue.jobs.enqueueMany([job, job]);
    expect([one?.isNew, two?.isNew, one?.id === two?.id]).toEqual([true, false, true]);
  });
});

describe('jobs of one key', () => {
  it('are at work one at a time and in their order, also while the first is tried again', async () => {
    await using queue = await openQueue();
    for (const payload of ['a', 'b', 'c']) await queue.jobs.enqueue({ kind: 'k', payload, key: 'press-7' });
    const order: string[] = [];
    for (let tries = 0; tries < 12 && order.length < 3; tries++) {
      await letIn(queue);
      const jobs = await claim(queue);
      expect(jobs.length).toBeLessThanOrEqual(1);
      for (const job of jobs) {
        const isFirstTry = job.attempt === 0 && job.payload === '"a"';
        if (!isFirstTry) order.push(JSON.parse(job.payload) as string);
        await queue.settle(job, isFirstTry ? fail('not yet') : done());
      }
      await queue.promote(600_000);
    }
    expect(order).toEqual(['a', 'b', 'c']);
    expect((await queue.store.select(placeFamily, { limit: 10 })).map(({ used }) => used)).toEqual([0]);
  });

  it('do not hold up those of other keys', async () => {
    await using queue = await openQueue();
    for (const key of ['x', 'x', 'y', 'y']) await queue.jobs.enqueue({ kind: 'k', payload: key, key });
    await letIn(queue);
    expect((await claim(queue)).map(({ key }) => key)).toEqual(['x', 'y']);
  });

  it('are as many at a time as the kind says', async () => {
    await using queue = await openQueue();
    queue.jobs.kinds.declare('k', { keyLimit: 3 });
    for (let n = 0; n < 5; n++) await queue.jobs.enqueue({ kind: 'k', payload: n, key: 'x' });
    await letIn(queue);
    expect(await states(queue)).toEqual(['ready', 'ready', 'ready', 'blocked', 'blocked']);
  });

  it('give their place back when they are cancelled, and only then', async () => {
    await using queue = await openQueue();
    const first = await queue.jobs.enqueue({ kind: 'k', payload: 1, key: 'x' });
    const second = await queue.jobs.enqueue({ kind: 'k', payload: 2, key: 'x' });
    await queue.jobs.cancel(second);
    await letIn(queue);
    expect((await queue.jobs.get(first)).state).toBe('ready');
    await queue.jobs.enqueue({ kind: 'k', payload: 3, key: 'x' });
    await letIn(queue);
    expect(await states(queue)).toEqual(['ready', 'cancelled', 'blocked']);
    await queue.jobs.cancel(first);
    await letIn(queue);
    expect(await states(queue)).toEqual(['cancelled', 'cancelled', 'ready']);
  });
});

describe('keys that take turns', () => {
  it('get one job each in turn, however many one of them has', async () => {
    await using queue = await openQueue();
    queue.jobs.kinds.declare('k', { fairWindow: 2 });
    const enqueue = (key: string, count: number) =>
      queue.jobs.enqueueMany(Array.from({ length: count }, () => ({ kind: 'k', payload: key, key })));
    await enqueue('flood', 20);
    await enqueue('b', 3);
    await enqueue('c', 3);
    const gate = new Gate(queue);
    const served: string[] = [];
    for (let round = 0; round < 60 && served.length < 9; round++) {
      await gate.round();
      for (const job of await claim(queue, 1)) {
        served.push(JSON.parse(job.payload) as string);
        await queue.settle(job, done());
      }
    }
    expect(served.filter((key) => key === 'b')).toHaveLength(3);
    expect(served.filter((key) => key === 'c')).toHaveLength(3);
  });

  it('stay in turn, however often the gate looks while the window is full', async () => {
    await using queue = await openQueue();
    queue.jobs.kinds.declare('k', { fairWindow: 1 });
    const enqueue = (key: string) => ({ kind: 'k', payload: key, key });
    await queue.jobs.enqueueMany(['a', 'a', 'a', 'b', 'b', 'b'].map(enqueue));
    const gate = new Gate(queue);
    const served: string[] = [];
    for (let n = 0; n < 6; n++) {
      await gate.round();
      const [job] = await claim(queue, 1);
      await gate.round();
      served.push(JSON.parse(job?.payload ?? '""') as string);
      await queue.settle(job as NonNullable<typeof job>, done());
    }
    expect(served).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  });

  it('are counted right when the kind began to take turns while they were at work', async () => {
    await using queue = await openQueue();
    queue.jobs.kinds.declare('k', {});
    await queue.jobs.enqueue({ kind: 'k', payload: {}, key: 'a' });
    await new Gate(queue).round();
    queue.jobs.kinds.declare('k', { fairWindow: 1 });
    for (const job of await claim(queue, 1)) await queue.settle(job, done());
    expect(await queue.store.get(placeFamily, ['k', ALL_KEYS])).toBeUndefined();
  });

  it('have no limit each: who asks for both, in code or as an operator, is refused', async () => {
    await using queue = await openQueue();
    const { kinds } = queue.jobs;
    const refused = { code: 'job.bad-kind', details: { name: 'k', problem: expect.stringContaining('not both') } };
    expect(() => kinds.declare('k', { fairWindow: 2, keyLimit: 1 })).toThrow(expect.objectContaining(refused));
    kinds.declare('k', { fairWindow: 2 });
    await expect(kinds.configure('k', { settings: { keyLimit: 3 } }, 'olga')).rejects.toMatchObject(refused);
    expect(kinds.of('k')).toMatchObject({ fairWindow: 2, keyLimit: 1 });
    await kinds.configure('k', { settings: { keyLimit: 3, fairWindow: null } }, 'olga');
    await expect(kinds.configure('k', { settings: { fairWindow: 4 } }, 'olga')).rejects.toMatchObject(refused);
    await kinds.configure('k', { settings: { fairWindow: 4, keyLimit: undefined } as never }, 'olga');
    expect(kinds.of('k')).toMatchObject({ fairWindow: 4 });
  });

  it('need a key each', async () => {
    await using queue = await openQueue();
    queue.jobs.kinds.declare('k', { fairWindow: 2 });
    await expect(queue.jobs.enqueue({ kind: 'k', payload: {} })).rejects.toMatchObject({ code: 'job.bad-key' });
  });
});

describe('a flow', () => {
  const child = { kind: 'part', payload: {} };

  it('runs its parent when the last child has ended', async () => {
    await using queue = await openQueue();
    const { id } = await queue.jobs.enqueueFlow({ parent: { kind: 'k', payload: 'sum' }, children: [child, child] });
    const [one, two] = await claim(queue, 10, 'part');
    await queue.settle(one as never, done());
    await letIn(queue);
    expect((await queue.jobs.get(id)).state).toBe('blocked');
    await queue.settle(two as never, discard('no'));
    await letIn(queue);
    expect(await claim(queue)).toMatchObject([{ id }]);
  });

  it('ends with its child when it says so, and tells how many failed', async () => {
    await using queue = await openQueue();
    const flow = { parent: { kind: 'k', payload: {} }, children: [child, child], failsWithChild: true };
    const { id } = await queue.jobs.enqueueFlow(flow);
    for (const job of await claim(queue, 10, 'part')) await queue.settle(job, discard('no'));
    await letIn(queue);
    expect(await queue.jobs.get(id)).toMatchObject({ state: 'dead', error: '2 of its 2 children failed.' });
  });

  it('needs children, and stores nothing without them', async () => {
    await using queue = await openQueue();
    const flow = { parent: { kind: 'k', payload: {} }, children: [] };
    await expect(queue.jobs.enqueueFlow(flow)).rejects.toMatchObject({ code: 'job.bad-flow' });
    expect(await queue.rows()).toEqual([]);
  });
});

describe('a job in the unit of the caller', () => {
  const entry = append(plantFeed, { topic: 't', subject: 's', at: START, actor: 'a', body: '{}' });

  it('is stored with it', async () => {
    await using queue = await openQueue();
    const { verdict, ids } = await queue.jobs.enqueueWith([{ kind: 'k', payload: 1 }], { guards: [], writes: [entry] });
    expect(verdict).toBe('ok');
    expect((await queue.rows()).map(({ id }) => id)).toEqual(ids);
    expect(await queue.store.select(plantFeed, { limit: 10 })).toHaveLength(1);
  });

  it('is not there when the unit is refused', async () => {
    await using queue = await openQueue();
    const id = await queue.jobs.enqueue({ kind: 'k', payload: 1 });
    const unit = { guards: [isAbsent(jobFamily, [id])], writes: [entry] };
    expect((await queue.jobs.enqueueWith([{ kind: 'k', payload: 2 }], unit)).verdict).toBe('conflict');
    const wrong = { guards: [isEqual(jobFamily, [id], ['epoch', 77])], writes: [entry] };
    expect((await queue.jobs.enqueueWith([{ kind: 'k', payload: 2 }], wrong)).verdict).toBe('conflict');
    expect(await queue.rows()).toHaveLength(1);
    expect(await queue.store.select(plantFeed, { limit: 10 })).toEqual([]);
  });
});

describe('a kind', () => {
  it('refuses a payload that breaks its schema, and says where', async () => {
    await using queue = await openQueue();
    const schema = { type: 'object', properties: { speed: { type: 'number' } }, required: ['speed'] };
    await queue.jobs.kinds.configure('k', { settings: { schema } }, 'eli');
    const refused = queue.jobs.enqueue({ kind: 'k', payload: { speed: 'fast' } });
    await expect(refused).rejects.toMatchObject({ code: 'job.bad-payload' });
    await expect(refused).rejects.toThrow(/speed/);
    await queue.jobs.enqueue({ kind: 'k', payload: { speed: 3 } });
    expect(await queue.rows()).toHaveLength(1);
  });

  it('that is full takes no more, and loses none of what it has', async () => {
    await using queue = await openQueue();
    queue.jobs.kinds.declare('k', { maxWaiting: 2 });
    const job = { kind: 'k', payload: {} };
    await queue.jobs.enqueueMany([job, job]);
    await expect(queue.jobs.enqueue(job)).rejects.toMatchObject({ code: 'job.queue-full' });
    await queue.jobs.lengths.refresh();
    await expect(queue.jobs.enqueue(job)).rejects.toMatchObject({ code: 'job.queue-full' });
    for (const held of await claim(queue)) await queue.settle(held, done());
    await queue.jobs.lengths.refresh();
    await queue.jobs.enqueue(job);
  });

  it('that is paused gives no jobs until it goes on, on every server that looks', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    await queue.jobs.kinds.configure('k', { isPaused: true }, 'eli');
    expect(await claim(queue)).toEqual([]);
    await queue.jobs.kinds.configure('k', { isPaused: false }, 'eli');
    expect(await claim(queue)).toHaveLength(1);
  });

  it('starts as many as its rate allows also when they do not divide the time evenly', async () => {
    await using queue = await openQueue();
    queue.jobs.kinds.declare('k', { rate: { limit: 6, perMs: 1_000 } });
    await queue.jobs.enqueueMany(Array.from({ length: 12 }, (_, n) => ({ kind: 'k', payload: n })));
    expect(await claim(queue, 100)).toHaveLength(6);
  });

  it('starts no more jobs than its rate allows, and as many as it allows', async () => {
    await using queue = await openQueue();
    queue.jobs.kinds.declare('k', { rate: { limit: 10, perMs: 1_000 } });
    await queue.jobs.enqueueMany(Array.from({ length: 40 }, (_, n) => ({ kind: 'k', payload: n })));
    expect(await claim(queue, 100)).toHaveLength(10);
    expect(await claim(queue, 100)).toHaveLength(0);
    await queue.clock.advance(500);
    expect(await claim(queue, 100)).toHaveLength(5);
    await queue.clock.advance(10_000);
    expect(await claim(queue, 100)).toHaveLength(10);
  });
});

describe('a job whose kind holds what was lost', () => {
  it('asks a person whether it happened, and is done or begins anew as they say', async () => {
    await using queue = await openQueue();
    queue.jobs.kinds.declare('k', { onLost: 'hold', holdRole: 'engineer' });
    const eli = { id: 'eli', roles: ['engineer'] };
    for (const outcome of ['happened', 'did-not-happen']) {
      const id = await queue.jobs.enqueue({ kind: 'k', payload: {} });
      await claim(queue);
      await queue.loseLeases();
      expect((await queue.jobs.get(id)).state).toBe('unknown');
      const [task] = await queue.tasks.list({ role: 'engineer', limit: 10 });
      await queue.tasks.complete(task?.id as never, eli, { outcome });
      const isDone = outcome === 'happened';
      expect(await queue.jobs.get(id)).toMatchObject({ state: isDone ? 'done' : 'ready', attempt: isDone ? 1 : 0 });
      expect(await claim(queue)).toHaveLength(isDone ? 0 : 1);
    }
  });

  it('takes the question back when somebody cancels it', async () => {
    await using queue = await openQueue();
    queue.jobs.kinds.declare('k', { onLost: 'hold' });
    const id = await queue.jobs.enqueue({ kind: 'k', payload: {} });
    await claim(queue);
    await queue.loseLeases();
    await queue.jobs.cancel(id);
    expect(await queue.tasks.list({ limit: 10 })).toEqual([]);
    expect((await queue.jobs.get(id)).state).toBe('cancelled');
  });
});
