/** User tasks: who may do what with them, and what happens when several people do it at once. */
import { describe, expect, it } from 'vitest';
import { OWNER, openQueue, type Queue, START } from '../../test/jobs/queue.ts';
import { MillraceError } from '../kernel/errors.ts';
import type { JobId } from '../kernel/ids.ts';
import { put, set } from '../store/unit.ts';
import { type TaskRow, taskFamily } from './task.ts';

const dana = { id: 'dana', roles: ['operator'] };
const olga = { id: 'olga', roles: ['operator'] };
const eli = { id: 'eli', roles: ['engineer'] };
const root = { id: 'root', roles: ['administrator'] };

async function offer({ store, nextId }: Queue, more: Partial<TaskRow> = {}): Promise<JobId> {
  const id = nextId() as JobId;
  const row: TaskRow = {
    ...{ id, ownerKind: OWNER, ownerId: 1, ownerSeq: 4, source: 'defect', step: 'operator', name: 'Is it a defect?' },
    ...{ businessKey: 'press-1', role: 'operator', assignee: null, state: 'offered', epoch: 0, rank: 0 },
    ...{ outcomes: '["confirmed","rejected"]', commentOn: '[]', outcome: null, comment: null, dueAt: null },
    ...{ createdAt: START, settledAt: null, settledBy: null, agenda: null, searchable: null },
    ...{ followUpAt: null, alarm: null, alarmed: null, notBy: null, settledFor: null, takenAt: null },
    ...more,
  };
  await store.commit([{ guards: [], writes: [put(taskFamily, row)] }]);
  return id;
}

describe('a task', () => {
  it('is taken, returned and taken by somebody else', async () => {
    await using queue = await openQueue();
    const id = await offer(queue);
    expect(await queue.tasks.take(id, dana)).toMatchObject({ state: 'taken', assignee: 'dana' });
    expect(await queue.tasks.take(id, dana)).toMatchObject({ state: 'taken', assignee: 'dana' });
    await expect(queue.tasks.take(id, olga)).rejects.toMatchObject({ code: 'task.not-yours' });
    await expect(queue.tasks.giveBack(id, olga)).rejects.toMatchObject({ code: 'task.not-yours' });
    expect(await queue.tasks.giveBack(id, dana)).toMatchObject({ state: 'offered', assignee: null });
    expect(await queue.tasks.take(id, olga)).toMatchObject({ assignee: 'olga' });
  });

  it('is delegated by who has it, or by the role while nobody has it, to anybody', async () => {
    await using queue = await openQueue();
    const id = await offer(queue);
    await expect(queue.tasks.delegate(id, eli, 'eli')).rejects.toMatchObject({ code: 'task.not-yours' });
    expect(await queue.tasks.delegate(id, dana, 'eli')).toMatchObject({ state: 'taken', assignee: 'eli' });
    await expect(queue.tasks.delegate(id, dana, 'dana')).rejects.toMatchObject({ code: 'task.not-yours' });
    await queue.tasks.complete(id, eli, { outcome: 'confirmed' });
    expect(await queue.tasks.get(id)).toMatchObject({ state: 'done', settledBy: 'eli', assignee: 'eli' });
  });

  it.each([
    { who: 'somebody without its role', actor: eli, more: {}, holder: null },
    {
      who: 'somebody with its role when another has it',
      actor: olga,
      more: { state: 'taken', assignee: 'dana' },
      holder: 'dana',
    },
  ])('is not completed by $who, and is as it was', async ({ actor, more, holder }) => {
    await using queue = await openQueue();
    const id = await offer(queue, more);
    const before = await queue.tasks.get(id);
    await expect(queue.tasks.complete(id, actor, { outcome: 'confirmed' })).rejects.toMatchObject({
      code: 'task.not-yours',
      message: expect.stringMatching(holder === null ? /is for operator\.$/ : /is for operator, and dana has it\.$/),
      details: { role: 'operator', assignee: holder },
    });
    expect(await queue.tasks.get(id)).toEqual(before);
    expect(queue.told).toEqual([]);
  });

  it('may be completed by an administrator, whoever has it', async () => {
    await using queue = await openQueue();
    const id = await offer(queue, { state: 'taken', assignee: 'dana' });
    await queue.tasks.complete(id, root, { outcome: 'confirmed' });
    expect(await queue.tasks.get(id)).toMatchObject({ state: 'done', settledBy: 'root', assignee: 'dana' });
  });

  it('that is completed tells its owner in the same unit', async () => {
    await using queue = await openQueue();
    const id = await offer(queue);
    await queue.tasks.complete(id, dana, { outcome: 'rejected', comment: 'cleaned', variables: { level: 3 } });
    const result = { kind: 'done', outcome: 'rejected', comment: 'cleaned', variables: { level: 3 } };
    expect(queue.told.map(({ settled }) => settled)).toEqual([
      { job: id, kind: 'task', owner: { kind: OWNER, id: 1, seq: 4 }, actor: 'dana', result },
    ]);
    expect(await queue.tasks.get(id)).toMatchObject({
      state: 'done',
      outcome: 'rejected',
      comment: 'cleaned',
      settledAt: START,
    });
  });

  it('that is done says with what outcome to whoever comes too late, for whatever', async () => {
    await using queue = await openQueue();
    const id = await offer(queue);
    await queue.tasks.complete(id, dana, { outcome: 'rejected' });
    const late = [
      () => queue.tasks.complete(id, dana, { outcome: 'confirmed' }),
      () => queue.tasks.complete(id, eli, { outcome: 'confirmed' }),
      () => queue.tasks.take(id, olga),
      () => queue.tasks.giveBack(id, dana),
      () => queue.tasks.delegate(id, dana, 'olga'),
    ];
    for (const call of late) {
      await expect(call()).rejects.toMatchObject({
        code: 'task.already-done',
        message: expect.stringMatching(/^Task job_\w+ is already done with outcome "rejected"\.$/),
        details: { id: expect.stringMatching(/^job_/), state: 'done', recordedOutcome: 'rejected' },
      });
    }
    expect(queue.told).toHaveLength(1);
  });

  it('is unknown when there is none', async () => {
    await using queue = await openQueue();
    await expect(queue.tasks.take(12 as JobId, dana)).rejects.toMatchObject({ code: 'task.unknown' });
    await expect(queue.tasks.complete(12 as JobId, dana, { outcome: 'x' })).rejects.toMatchObject({
      code: 'task.unknown',
    });
  });

  it('keeps its state when the owner refuses the outcome', async () => {
    await using queue = await openQueue();
    const id = await offer(queue);
    queue.owners.set(OWNER, async () => {
      throw new MillraceError('process.unknown-outcome', { outcome: 'exploded' });
    });
    await expect(queue.tasks.complete(id, dana, { outcome: 'exploded' })).rejects.toMatchObject({
      code: 'process.unknown-outcome',
    });
    expect(await queue.tasks.get(id)).toMatchObject({ state: 'offered', epoch: 0 });
  });
});

describe('at the same moment', () => {
  it('one of two people takes a task', async () => {
    await using queue = await openQueue();
    const id = await offer(queue);
    const answers = await Promise.allSettled([queue.tasks.take(id, dana), queue.tasks.take(id, olga)]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'task.not-yours' } });
  });

  it('one of two people completes it, and the other hears with what outcome', async () => {
    await using queue = await openQueue();
    const id = await offer(queue);
    const answers = await Promise.allSettled([
      queue.tasks.complete(id, dana, { outcome: 'confirmed' }),
      queue.tasks.complete(id, olga, { outcome: 'rejected' }),
    ]);
    const { outcome } = await queue.tasks.get(id);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'task.already-done', details: { recordedOutcome: outcome } },
    });
  });
});

describe('what this process remembers of a task', () => {
  /** As another process would change it. */
  const changeElsewhere = async (queue: Queue, id: JobId, columns: Partial<TaskRow>) => {
    await queue.store.commit([{ guards: [], writes: [set(taskFamily, [id], { ...columns, epoch: queue.nextId() })] }]);
  };

  it('does not keep somebody from completing what another process has given to them', async () => {
    await using queue = await openQueue();
    const id = await offer(queue);
    await queue.tasks.take(id, dana);
    await changeElsewhere(queue, id, { assignee: 'olga' });
    await queue.tasks.complete(id, olga, { outcome: 'confirmed' });
    expect(await queue.tasks.get(id)).toMatchObject({ state: 'done', settledBy: 'olga' });
  });

  it('does not let somebody complete what another process has given to others', async () => {
    await using queue = await openQueue();
    const id = await offer(queue);
    await queue.tasks.take(id, dana);
    await changeElsewhere(queue, id, { assignee: 'olga' });
    await expect(queue.tasks.complete(id, dana, { outcome: 'confirmed' })).rejects.toMatchObject({
      code: 'task.not-yours',
    });
    expect(await queue.tasks.get(id)).toMatchObject({ state: 'taken', assignee: 'olga' });
  });

  it('does not hide that another process has completed it', async () => {
    await using queue = await openQueue();
    const id = await offer(queue);
    await queue.tasks.take(id, dana);
    await changeElsewhere(queue, id, { state: 'done', outcome: 'rejected' });
    await expect(queue.tasks.complete(id, dana, { outcome: 'confirmed' })).rejects.toMatchObject({
      code: 'task.already-done',
      details: { recordedOutcome: 'rejected' },
    });
  });
});

describe('the inbox', () => {
  it('lists by role, state and assignee, a page at a time', async () => {
    await using queue = await openQueue();
    const first = await offer(queue);
    const second = await offer(queue);
    const engineers = await offer(queue, { role: 'engineer' });
    await queue.tasks.take(second, dana);
    const ids = async (filter: Partial<Parameters<typeof queue.tasks.list>[0]>) =>
      (await queue.tasks.list({ limit: 10, ...filter })).map(({ id }) => id);
    expect(await ids({})).toEqual([first, engineers]);
    expect(await ids({ role: 'operator' })).toEqual([first]);
    expect(await ids({ state: 'taken', assignee: 'dana' })).toEqual([second]);
    expect(await ids({ limit: 1 })).toEqual([first]);
    expect(await ids({ after: first })).toEqual([engineers]);
  });
});
