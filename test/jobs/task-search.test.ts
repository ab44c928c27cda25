/** Looking for tasks in real stores: every page in its order, nothing twice and nothing left out. */
import { describe, expect, it } from 'vitest';
import { newTaskRow, type TaskRow, taskFamily } from '../../src/jobs/task.ts';
import {
  MAX_SORTED_TASKS,
  searchTasks,
  TASK_SORTS,
  type TaskConditions,
  type TaskPlace,
  type TaskScope,
  type TaskSearch,
  type TaskSort,
} from '../../src/jobs/task-search.ts';
import { variablesMoved, variablesOffered } from '../../src/jobs/task-variable.ts';
import { put, type Write } from '../../src/store/unit.ts';
import { stores } from '../process/on-stores.ts';

const START = Date.UTC(2026, 0, 5);
const COUNT = 700;
const ROLES = ['engineer', 'operator', 'technologist'];
const PEOPLE = ['dana', 'eli'];
const LINES = ['press-1', 'press-2'];
const SEARCHABLE = [
  { name: 'line', type: 'string' },
  { name: 'amount', type: 'number' },
] as const;

type Made = {
  readonly row: TaskRow;
  readonly line: string | undefined;
  readonly amount: number;
  readonly writes: Write[];
};

const tasks: readonly Made[] = Array.from({ length: COUNT }, (_, n): Made => {
  const hasVariables = n % 3 !== 0;
  const task = newTaskRow({
    ...{ id: n + 1, ownerKind: 'process', ownerId: n, ownerSeq: 1, source: n % 2 === 0 ? 'defect' : 'order' },
    ...{ step: `step-${n % 5}`, name: `Task ${(n * 7) % 11}`, businessKey: n % 4 === 0 ? null : `order-${n % 13}` },
    ...{ role: ROLES[n % 3] as string, rank: (n % 7) - 3, outcomes: '["done"]', createdAt: START + n },
    dueAt: n % 5 === 0 ? null : START + ((n * 11) % 50) * 1_000,
    searchable: hasVariables ? '["line","amount"]' : null,
  });
  const state = (['offered', 'offered', 'taken', 'done'] as const)[(n >> 1) % 4] as string;
  const assignee = state === 'offered' ? null : (PEOPLE[n % 2] as string);
  const row = { ...task, state, assignee, agenda: state === 'offered' ? task.agenda : null };
  const [line, amount] = [hasVariables ? LINES[n % 2] : undefined, n % 20];
  const writes = hasVariables && state !== 'done' ? variablesOffered(row, SEARCHABLE, { line, amount }) : [];
  return { row, line, amount, writes: [put(taskFamily, row), ...writes] };
});

const SCOPES: readonly (readonly TaskScope[])[] = [
  [{ state: 'offered', role: 'operator' }],
  [{ state: 'offered' }, { state: 'taken', assignee: 'dana' }],
  [
    { state: 'offered', role: 'operator' },
    { state: 'offered', role: 'engineer' },
    { state: 'taken', assignee: 'eli' },
  ],
  [{ state: 'taken', assignee: 'dana', role: 'engineer' }],
  [{ state: 'taken' }],
];
const CONDITIONS: readonly (TaskConditions & { readonly fits?: (made: Made) => boolean })[] = [
  {},
  { definition: 'defect', step: 'step-2' },
  { businessKey: 'order-3' },
  { dueBefore: START + 20_000, dueAfter: START + 5_000 },
  { text: 'ORDER-1' },
  { variables: [{ name: 'line', is: 'press-1' }], fits: ({ line }) => line === 'press-1' },
  {
    variables: [
      { name: 'amount', gte: 5, lt: 12 },
      { name: 'line', is: 'press-2' },
    ],
    fits: ({ line, amount }) => line === 'press-2' && amount >= 5 && amount < 12,
  },
  { variables: [{ name: 'amount', gt: 17 }], fits: ({ line, amount }) => line !== undefined && amount > 17 },
];

function wanted({ scopes, sort = 'created', ...search }: TaskSearch, fits: (made: Made) => boolean): number[] {
  const { definition, step, businessKey, dueBefore, dueAfter, text } = search;
  return tasks
    .filter(fits)
    .map(({ row }) => row)
    .filter((row) =>
      scopes.some(
        (scope) =>
          row.state === scope.state &&
          (scope.role === undefined || scope.role === row.role) &&
          (!('assignee' in scope) || scope.assignee === undefined || scope.assignee === row.assignee),
      ),
    )
    .filter(
      (row) =>
        (definition === undefined || row.source === definition) &&
        (step === undefined || row.step === step) &&
        (businessKey === undefined || row.businessKey === businessKey) &&
        (dueBefore === undefined || (row.dueAt ?? Number.POSITIVE_INFINITY) < dueBefore) &&
        (dueAfter === undefined || (row.dueAt ?? Number.NEGATIVE_INFINITY) > dueAfter) &&
        (text === undefined || `${row.name} ${row.step} ${row.businessKey}`.toLowerCase().includes(text.toLowerCase())),
    )
    .sort((a, b) => {
      const [first, second] = [keyOf(a, sort), keyOf(b, sort)];
      return first < second ? -1 : first > second ? 1 : a.id - b.id;
    })
    .map(({ id }) => id);
}

function keyOf(row: TaskRow, sort: TaskSort): number | string {
  if (sort === 'due') return row.dueAt ?? Number.POSITIVE_INFINITY;
  if (sort === 'priority') return row.rank;
  if (sort === 'name') return row.name;
  return sort === 'created' ? row.id : -row.id;
}

describe.each(stores)('tasks in $name', ({ open, isMissing }) => {
  it.skipIf(isMissing)('are all found, each once and in order, whatever is asked for', async () => {
    await using opened = await open();
    const { store } = opened;
    await store.commit(tasks.map(({ writes }) => ({ guards: [], writes })));
    for (const scopes of SCOPES) {
      for (const { fits = () => true, ...conditions } of CONDITIONS) {
        for (const sort of TASK_SORTS) {
          const search = { scopes, sort, ...conditions };
          const found: number[] = [];
          let after: TaskPlace | undefined;
          do {
            const page = await searchTasks(store, search, { limit: 23, after });
            found.push(...page.rows.map(({ id }) => id));
            after = page.next ?? undefined;
          } while (after !== undefined);
          expect([search, found]).toEqual([search, wanted(search, fits)]);
        }
      }
    }
  });

  it.skipIf(isMissing)('are found where they are now when they have changed hands or their due time', async () => {
    await using opened = await open();
    const { store } = opened;
    const { row, writes } = tasks[1] as Made;
    await store.commit([{ guards: [], writes }]);
    const moved = { ...row, state: 'taken', assignee: 'dana', dueAt: START, agenda: null };
    await store.commit([{ guards: [], writes: [put(taskFamily, moved), ...variablesMoved(moved)] }]);
    const search = { sort: 'due', variables: [{ name: 'line', is: LINES[1] as string }] } as const;
    const found = async (scope: TaskScope) =>
      (await searchTasks(store, { ...search, scopes: [scope] }, { limit: 5 })).rows.map(({ id }) => id);
    expect(await found({ state: 'offered', role: row.role })).toEqual([]);
    expect(await found({ state: 'taken', assignee: 'dana' })).toEqual([row.id]);
  });

  it.skipIf(isMissing)('are not sorted without an index when they are too many', async () => {
    await using opened = await open();
    const { store } = opened;
    const { row } = tasks[1] as Made;
    const many = Array.from({ length: MAX_SORTED_TASKS + 1 }, (_, n) => put(taskFamily, { ...row, id: n + 1 }));
    await store.commit([{ guards: [], writes: many }]);
    const scopes = [{ state: 'offered', role: row.role }] as const;
    const list = (sort: TaskSort) => searchTasks(store, { scopes, sort }, { limit: 5 });
    for (const sort of ['name', 'priority'] as const)
      await expect(list(sort)).rejects.toMatchObject({ code: 'task.too-many-to-sort' });
    expect((await list('due')).rows).toHaveLength(5);
  });
});
