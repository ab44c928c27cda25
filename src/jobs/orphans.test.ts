/** Questions about held jobs that their owner has withdrawn, or somebody has dealt with, are taken back; others stay. */
import { expect, it } from 'vitest';
import { OWNER, openQueue, type Queue, START } from '../../test/jobs/queue.ts';
import type { JobId } from '../kernel/ids.ts';
import { put } from '../store/unit.ts';
import { jobFamily, newJobRow } from './job.ts';
import { rescue } from './keeper.ts';
import { heldFamily, Orphans } from './orphans.ts';
import { withdrawn } from './owned.ts';
import { statisticFamily } from './statistics.ts';
import { taskFamily } from './task.ts';

/** A job of an owner that is held because its worker was lost, so that a person is asked. */
async function holdOne(queue: Queue): Promise<JobId> {
  queue.jobs.kinds.declare('print', { onLost: 'hold' });
  const job = queue.nextId() as JobId;
  const row = newJobRow({ id: job, kind: 'print', payload: {}, owner: { kind: OWNER, id: 1, seq: 4 } }, START);
  await queue.store.commit([{ guards: [], writes: [put(jobFamily, row)] }]);
  await queue.claim({ kind: 'print', limit: 1, worker: 'worker-1', leaseMs: 1_000 });
  await queue.clock.advance(1_100);
  expect(await rescue(queue)).toBe(1);
  return job;
}

const withdraw = (queue: Queue, job: JobId) =>
  queue.store.commit([{ guards: [], writes: withdrawn({ job, kind: 'print' }, { now: START, nextId: queue.nextId }) }]);
const questions = async ({ store }: Queue) => (await store.select(taskFamily, { limit: 10 })).map(({ state }) => state);
const noted = ({ store }: Queue) => store.select(heldFamily, { limit: 10 });

it('stays open as long as the job is held', async () => {
  await using queue = await openQueue();
  await holdOne(queue);
  await new Orphans(queue).round();
  expect(await questions(queue)).toEqual(['offered']);
  expect(await noted(queue)).toHaveLength(1);
});

it('is taken back when the owner withdraws its job, which is counted once', async () => {
  await using queue = await openQueue();
  const job = await holdOne(queue);
  queue.keep();
  await withdraw(queue, job);
  await queue.clock.advance(1_000);
  expect(await questions(queue)).toEqual(['cancelled']);
  expect(await queue.rows()).toMatchObject([{ state: 'cancelled', question: null }]);
  expect(await noted(queue)).toEqual([]);
  const [counts] = await queue.store.select(statisticFamily, { limit: 1 });
  expect(counts).toMatchObject({ cancelled: 1, completed: 0, failed: 0 });
});

it('that was answered is as it was answered, and forgotten', async () => {
  await using queue = await openQueue();
  await holdOne(queue);
  const [question] = await queue.store.select(taskFamily, { limit: 1 });
  const actor = { id: 'olga', roles: ['operator'] };
  await queue.tasks.complete(question?.id as JobId, actor, { outcome: 'happened' });
  await new Orphans(queue).round();
  expect(await questions(queue)).toEqual(['done']);
  expect(await queue.rows()).toMatchObject([{ state: 'done' }]);
  expect(await noted(queue)).toEqual([]);
});

it('is looked at in its turn, however many others are open', async () => {
  await using queue = await openQueue();
  const jobs: JobId[] = [];
  for (let n = 0; n < 3; n++) jobs.push(await holdOne(queue));
  await withdraw(queue, jobs[2] as JobId);
  const orphans = new Orphans(queue, 2);
  await orphans.round();
  expect(await questions(queue)).toEqual(['offered', 'offered', 'offered']);
  await orphans.round();
  expect(await questions(queue)).toEqual(['offered', 'offered', 'cancelled']);
  await orphans.round();
  expect(await noted(queue)).toHaveLength(2);
});
