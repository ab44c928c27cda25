/** People as participants of processes, on every store. */
import { describe, expect, it } from 'vitest';
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
