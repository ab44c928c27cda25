/** People as participants of processes, on every store. */
import { describe, expect, it } from 'vitest';
import { jobFamily } from '../../src/jobs/job.ts';
import { taskFamily } from '../../src/jobs/task.ts';
import type { TaskSearch } from '../../src/jobs/task-search.ts';
import { taskVariableFamily } from '../../src/jobs/task-variable.ts';
import type { JobId } from '../../src/kernel/ids.ts';
import { stores } from './on-stores.ts';

const dana = { id: 'dana', roles: ['operator'] };

const ORDERS = {
  key: 'orders',
  data: [
    { name: 'line', searchable: 'string' },
    { name: 'amount', searchable: 'number' },
  ],
  nodes: [
    { id: 'start', type: 'start', next: 'check' },
    { id: 'check', type: 'userTask', role: 'operator', due: '1h', outcomes: ['fine'], next: ['pack', 'weigh'] },
    { id: 'pack', type: 'userTask', role: 'operator', next: 'end' },
    { id: 'weigh', type: 'userTask', role: 'technologist', next: 'end' },
    { id: 'end', type: 'end' },
  ],
};
const offeredTo = (role: string, more: Partial<TaskSearch> = {}): TaskSearch => ({
  scopes: [{ state: 'offered', role }],
  ...more,
});

describe.each(stores)('a list of tasks in $name', ({ open, isMissing }) => {
  it.skipIf(isMissing)(
    'never lags the engine: who completes a task finds the next one, on another server too',
    async () => {
      await using opened = await open();
      const { spine } = opened;
      const other = await opened.another();
      await spine.process.definitions.deploy(ORDERS, 'eli');
      for (let round = 0; round < 20; round++) {
        const line = `press-${round}`;
        await spine.process.engine.start({ definition: 'orders', variables: { line, amount: round } }, 'eli');
        const search = offeredTo('operator', { sort: 'due', variables: [{ name: 'line', is: line }] });
        const [task] = (await other.tasks.search(search, { limit: 5 })).rows;
        expect(task).toMatchObject({ step: 'check', state: 'offered' });
        await spine.tasks.complete(task?.id as JobId, dana, { outcome: 'fine', variables: { amount: round + 0.5 } });
        for (const server of [spine, other]) {
          const { rows } = await server.tasks.search(search, { limit: 5 });
          expect(rows.map(({ step }) => step)).toEqual(['pack']);
          const changed = offeredTo('technologist', { variables: [{ name: 'amount', is: round + 0.5 }] });
          expect((await server.tasks.search(changed, { limit: 5 })).rows.map(({ step }) => step)).toEqual(['weigh']);
        }
      }
    },
  );

  it.skipIf(isMissing)('knows the value that a variable has now, and nothing of a task that is over', async () => {
    await using opened = await open();
    const { spine, store } = opened;
    await spine.process.definitions.deploy(ORDERS, 'eli');
    const id = await spine.process.engine.start({ definition: 'orders', variables: { line: 'a', amount: 1 } }, 'eli');
    const [check] = (await spine.tasks.search(offeredTo('operator'), { limit: 5 })).rows;
    await spine.tasks.complete(check?.id as JobId, dana, { outcome: 'fine' });
    const [pack] = (await spine.tasks.search(offeredTo('operator'), { limit: 5 })).rows;
    await spine.tasks.complete(pack?.id as JobId, dana, { outcome: 'done', variables: { amount: 7, line: null } });
    const at = async (variables: TaskSearch['variables']) =>
      (await spine.tasks.search(offeredTo('technologist', { variables: variables ?? [] }), { limit: 5 })).rows.length;
    expect(await at([{ name: 'amount', is: 7 }])).toBe(1);
    expect(await at([{ name: 'amount', is: 1 }])).toBe(0);
    expect(await at([{ name: 'line', is: 'a' }])).toBe(0);
    expect(await store.select(taskVariableFamily, { limit: 10 })).toHaveLength(2);
    await spine.process.engine.command(id, { type: 'cancel' }, 'eli');
    expect(await store.select(taskVariableFamily, { limit: 10 })).toEqual([]);
  });
});

const eli = { id: 'eli', roles: ['operator', 'engineer'] };
const root = { id: 'root', roles: ['administrator'] };

const PAYMENT = {
  key: 'payment',
  nodes: [
    { id: 'start', type: 'start', next: 'enter' },
    { id: 'enter', type: 'userTask', role: 'operator', next: 'approve' },
    {
      id: 'approve',
      type: 'userTask',
      role: 'operator',
      notBy: ['enter'],
      form: {
        type: 'object',
        properties: { amount: { type: 'number', minimum: 0, title: { en: 'Amount', de: 'Betrag' } } },
        required: ['amount'],
      },
      next: { again: 'enter', approved: 'end' },
    },
    { id: 'end', type: 'end' },
  ],
};

describe.each(stores)('four eyes in $name', ({ open, isMissing }) => {
  const openTask = async ({ spine }: Awaited<ReturnType<typeof open>>) => {
    const [task] = (await spine.tasks.search({ scopes: [{ state: 'offered' }] }, { limit: 5 })).rows;
    return task?.id as JobId;
  };
  const code = 'task.four-eyes';
  const approved = { outcome: 'approved', variables: { amount: 1 } };

  it.skipIf(isMissing)(
    'refuse who did the other step, an administrator too, until somebody else has done it',
    async () => {
      await using opened = await open();
      const { tasks, process } = opened.spine;
      const other = await opened.another();
      await process.definitions.deploy(PAYMENT, 'eli');
      const id = await process.engine.start({ definition: 'payment' }, 'eli');
      await tasks.complete(await openTask(opened), root, { outcome: 'done' });
      const first = await openTask(opened);
      for (const server of [opened.spine, other]) {
        await expect(server.tasks.take(first, root)).rejects.toMatchObject({ code });
        await expect(server.tasks.complete(first, root, approved)).rejects.toMatchObject({ code });
        await expect(server.tasks.delegate(first, eli, 'root')).rejects.toMatchObject({ code });
      }
      await other.tasks.complete(first, eli, { ...approved, outcome: 'again' });
      await tasks.complete(await openTask(opened), eli, { outcome: 'done' });
      const second = await openTask(opened);
      await expect(tasks.complete(second, eli, approved)).rejects.toMatchObject({ code });
      await other.tasks.complete(second, root, approved);
      const { state } = await process.queries.instance(id);
      expect(state).toMatchObject({ status: 'completed', doers: { enter: ['eli'] } });
    },
  );

  it.skipIf(isMissing)('count both, whoever stands in and for whom', async () => {
    await using opened = await open();
    const { tasks, process } = opened.spine;
    await process.definitions.deploy(PAYMENT, 'eli');
    await process.engine.start({ definition: 'payment' }, 'eli');
    const enter = await openTask(opened);
    await tasks.take(enter, dana);
    await expect(tasks.complete(enter, eli, { outcome: 'done' })).rejects.toMatchObject({ code: 'task.not-yours' });
    await tasks.complete(enter, { ...eli, represents: ['dana'] }, { outcome: 'done' });
    expect(await tasks.get(enter)).toMatchObject({ assignee: 'dana', settledBy: 'eli', settledFor: 'dana' });
    const approve = await openTask(opened);
    for (const person of [dana, eli])
      await expect(tasks.complete(approve, person, approved)).rejects.toMatchObject({ code });
    await tasks.complete(approve, root, approved);
  });

  it.skipIf(isMissing)('see who did one of several, while they are done and after', async () => {
    await using opened = await open();
    const { tasks, process } = opened.spine;
    const nodes = [
      { id: 'count', type: 'userTask', role: 'operator', multiInstance: { cardinality: '2' }, next: 'sum' },
      { id: 'sum', type: 'userTask', role: 'operator', notBy: ['count'], next: 'end' },
      { id: 'end', type: 'end' },
    ];
    await process.definitions.deploy({ key: 'stock', nodes }, 'eli');
    await process.engine.start({ definition: 'stock' }, 'eli');
    for (const person of [dana, eli]) await tasks.complete(await openTask(opened), person, { outcome: 'done' });
    const sum = await openTask(opened);
    for (const person of [dana, eli])
      await expect(tasks.complete(sum, person, { outcome: 'done' })).rejects.toMatchObject({ code });
    await tasks.complete(sum, root, { outcome: 'done' });
  });

  it.skipIf(isMissing)('do not replace the form, which is refused with every place', async () => {
    await using opened = await open();
    const { tasks, process } = opened.spine;
    await process.definitions.deploy(PAYMENT, 'eli');
    await process.engine.start({ definition: 'payment' }, 'eli');
    await tasks.complete(await openTask(opened), dana, { outcome: 'done' });
    const approve = await openTask(opened);
    for (const variables of [undefined, { amount: -1 }, { amount: 'much' }]) {
      const answer = { outcome: 'approved', ...(variables && { variables }) };
      await expect(tasks.complete(approve, eli, answer)).rejects.toMatchObject({
        code: 'task.form-invalid',
        details: { errors: [{ path: 'variables.amount' }] },
      });
    }
    expect(await tasks.get(approve)).toMatchObject({ state: 'offered' });
    await tasks.complete(approve, eli, approved);
  });
});

describe.each(stores)('the due time of a task in $name', ({ open, isMissing }) => {
  const escalating = (due: string) => ({
    key: 'repair',
    nodes: [
      {
        id: 'repair',
        type: 'userTask',
        role: 'technologist',
        due,
        escalation: { after: '1h', role: 'engineer', priority: 50 },
      },
    ],
  });

  it.skipIf(isMissing)('offers it to others when it is long over, and takes its job back when it is done', async () => {
    await using opened = await open();
    const { spine, store } = opened;
    await spine.process.definitions.deploy(escalating('2020-01-31T08:00:00Z'), 'eli');
    await spine.process.engine.start({ definition: 'repair' }, 'eli');
    const [task] = await spine.store.select(taskFamily, { limit: 1 });
    const escalated = async () => (await spine.tasks.get(task?.id as JobId)).role === 'engineer';
    await until(escalated);
    expect(await spine.tasks.get(task?.id as JobId)).toMatchObject({ rank: -50, dueAt: Date.UTC(2020, 0, 31, 8) });
    await spine.tasks.complete(task?.id as JobId, eli, { outcome: 'done' });
    expect(await store.get(jobFamily, [task?.alarm as number])).toMatchObject({ state: 'cancelled' });
  });

  it.skipIf(isMissing)('is changed by who has it and by engineers, and its alarms are counted anew', async () => {
    await using opened = await open();
    const { spine } = opened;
    await spine.process.definitions.deploy(escalating('= duration("P2D")'), 'eli');
    await spine.process.engine.start({ definition: 'repair' }, 'eli');
    const [task] = await spine.store.select(taskFamily, { limit: 1 });
    const id = task?.id as JobId;
    expect((task?.dueAt ?? 0) - (task?.createdAt ?? 0)).toBe(2 * 86_400_000);
    const dueAt = spine.store.now() - 3_600_000 + 400;
    await expect(spine.tasks.plan(id, dana, { dueAt })).rejects.toMatchObject({ code: 'task.not-yours' });
    const changed = await spine.tasks.plan(id, eli, { dueAt, followUpAt: dueAt, priority: 9 });
    expect(changed).toMatchObject({ dueAt, followUpAt: dueAt, rank: -9 });
    const { rows } = await spine.tasks.search(
      { scopes: [{ state: 'offered' }], sort: 'due', dueBefore: dueAt + 1 },
      { limit: 5 },
    );
    expect(rows.map((row) => row.id)).toEqual([id]);
    await until(async () => (await spine.tasks.get(id)).role === 'engineer');
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}
