/** Beginning anew: a job that is replayed takes back what it gave away when it ended, or is refused. */
import { expect, it } from 'vitest';
import { openQueue, type Queue } from '../../test/jobs/queue.ts';
import { discard, done } from '../kernel/settlement.ts';
import { dedupFamily } from './dedup.ts';
import { Gate } from './gate.ts';

const endAll = async (queue: Queue, kind: string, answer = done()): Promise<void> => {
  for (const job of await queue.claim({ kind, limit: 10, worker: 'worker-1' })) await queue.settle(job, answer);
};
const stateOf = async ({ jobs }: Queue, id: Parameters<Queue['jobs']['get']>[0]) => (await jobs.get(id)).state;

it('takes the dedup key back, so that no second job of it comes to life', async () => {
  await using queue = await openQueue();
  const { jobs } = queue;
  const request = { kind: 'k', payload: {}, dedupKey: 'x' };
  const id = await jobs.enqueue(request);
  await jobs.cancel(id);
  await jobs.replay(id);
  expect(await jobs.enqueue(request)).toBe(id);
});

it('is refused while another job lives that has its dedup key, whose claim to it stays', async () => {
  await using queue = await openQueue();
  const { jobs, store } = queue;
  const request = { kind: 'k', payload: {}, dedupKey: 'x' };
  const first = await jobs.enqueue(request);
  await jobs.cancel(first);
  const second = await jobs.enqueue(request);
  await expect(jobs.replay(first)).rejects.toMatchObject({ code: 'job.dedup-taken' });
  expect(await store.get(dedupFamily, ['k', 'x'])).toMatchObject({ job: second });
});

it('is waited for again by its parent', async () => {
  await using queue = await openQueue();
  const child = { kind: 'part', payload: {} };
  const flow = await queue.jobs.enqueueFlow({ parent: { kind: 'k', payload: {} }, children: [child, child] });
  const gate = new Gate(queue);
  const [first] = flow.children;
  await queue.jobs.cancel(first as never);
  await queue.jobs.replay(first as never);
  const [one] = await queue.claim({ kind: 'part', limit: 1, worker: 'worker-1' });
  await queue.settle(one as never, done());
  await gate.round();
  expect(await stateOf(queue, flow.id)).toBe('blocked');
  await endAll(queue, 'part');
  await gate.round();
  expect(await stateOf(queue, flow.id)).toBe('ready');
});

it('waits for children that still live', async () => {
  await using queue = await openQueue();
  const child = { kind: 'part', payload: {} };
  const { id } = await queue.jobs.enqueueFlow({ parent: { kind: 'k', payload: {} }, children: [child] });
  await queue.jobs.cancel(id);
  await queue.jobs.replay(id);
  expect(await stateOf(queue, id)).toBe('blocked');
  await endAll(queue, 'part', discard('no'));
  await new Gate(queue).round();
  expect(await stateOf(queue, id)).toBe('ready');
});
