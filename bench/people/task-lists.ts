/**
 * `process.tasks.p99`: a person's list of tasks while a million are open: those offered to the role, in the order of their due
 * time, where a variable has one value – the first page, and one from further on.
 */
import { newTaskRow, taskFamily } from '../../src/jobs/task.ts';
import { searchTasks, type TaskPlace, type TaskSearch } from '../../src/jobs/task-search.ts';
import { variablesOffered } from '../../src/jobs/task-variable.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import type { Store } from '../../src/store/store.ts';
import { put, type Unit } from '../../src/store/unit.ts';
import { note, print, quantile } from '../figure.ts';
import { onSqlite } from '../process/stores.ts';

const TASKS = 1_000_000;
const ROLES = ['operator', 'engineer', 'technologist', 'shift-leader'];
const LINES = 500;
const LISTS = 2_000;
const PAGE = 50;
const BATCH = 5_000;
const DAY_MS = 86_400_000;
const SEARCHABLE = [{ name: 'line', type: 'string' }] as const;
const random = seededRandom(1);
const upTo = (limit: number): number => Math.floor(random() * limit);

export async function taskLists(count = TASKS): Promise<void> {
  await onSqlite(async (store) => {
    await fill(store, count);
    const byVariable = await measure(store, () => ({ variables: [{ name: 'line', is: `line-${upTo(LINES)}` }] }));
    const plain = await measure(store, () => ({}));
    print({
      name: 'process.tasks.p99',
      value: quantile(byVariable, 0.99),
      unit: 'ms',
      setup:
        `sqlite, ${count} open tasks, ${LISTS} pages of ${PAGE} of one role by due time where a variable has one of ${LINES} values ` +
        `(p50 ${quantile(byVariable, 0.5).toFixed(1)} ms); without the variable p50 ${quantile(plain, 0.5).toFixed(1)}, p99 ${quantile(plain, 0.99).toFixed(1)} ms`,
    });
  });
}

async function fill(store: Store, count: number): Promise<void> {
  const began = performance.now();
  const now = store.now();
  for (let first = 0; first < count; first += BATCH) {
    const units = Array.from({ length: Math.min(BATCH, count - first) }, (_, place): Unit => {
      const id = first + place + 1;
      const task = newTaskRow({
        ...{
          id,
          ownerKind: 'bench',
          ownerId: id,
          ownerSeq: 1,
          source: 'order',
          step: 'check',
          name: 'Check the order',
        },
        ...{
          businessKey: `order-${id}`,
          role: ROLES[upTo(ROLES.length)] as string,
          rank: upTo(5),
          outcomes: '["done"]',
        },
        ...{ createdAt: now, dueAt: now + upTo(30 * DAY_MS), searchable: '["line"]' },
      });
      const variables = variablesOffered(task, SEARCHABLE, { line: `line-${upTo(LINES)}` });
      return { guards: [], writes: [put(taskFamily, task), ...variables] };
    });
    await store.commit(units);
  }
  note(`  ${count} tasks offered in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
}

/** How long pages took, in ascending order: a first one, then one that goes on somewhere in the list. */
async function measure(store: Store, conditions: () => Partial<TaskSearch>): Promise<number[]> {
  const taken: number[] = [];
  for (let list = 0; list < LISTS; list++) {
    const scopes = [{ state: 'offered', role: ROLES[upTo(ROLES.length)] as string }] as const;
    const after: TaskPlace | undefined = list % 2 === 0 ? undefined : [store.now() + upTo(29 * DAY_MS), 0];
    const search = { scopes, sort: 'due', ...conditions() } as const;
    const began = performance.now();
    const { rows } = await searchTasks(store, search, { limit: PAGE, after });
    taken.push(performance.now() - began);
    if (rows.length === 0) throw new Error('a page of tasks was empty');
  }
  return taken.sort((a, b) => a - b);
}
