/** Operators mend instances while these run, one or many, on every store: what waits is kept, and nothing is done twice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { families } from '../../src/app/families.ts';
import { openSpine } from '../../src/app/spine.ts';
import { taskVariableFamily } from '../../src/jobs/task-variable.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { InstanceId, JobId } from '../../src/kernel/ids.ts';
import { ServiceStack } from '../../src/kernel/lifecycle.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { done } from '../../src/kernel/settlement.ts';
import { replay } from '../../src/process/core/effect.ts';
import type { Deed, InstanceChoice, OperationRow } from '../../src/process/engine/operation.ts';
import type { Store } from '../../src/store/store.ts';
import { freshSchema, withoutPostgres } from '../fresh-postgres.ts';

const INSTANCES = 1_200;
const operator = { id: 'olga', roles: ['operator'] };
const engineer = { id: 'eli', roles: ['engineer'] };

const repair = (role: string, more: object = {}) => ({
  key: 'repair',
  nodes: [
    { id: 'look', type: 'userTask', role, next: 'work', ...more },
    { id: 'work', type: 'job', kind: 'press', maxAttempts: 1, next: 'over' },
    { id: 'paid', type: 'receiveTask', message: 'paid', next: 'over' },
    { id: 'over', type: 'end' },
  ],
});
const start = { id: 'begin', type: 'start', next: 'look' };
const first = { ...repair('operator'), nodes: [start, ...repair('operator').nodes.filter(({ id }) => id !== 'paid')] };
const second = {
  ...first,
  nodes: [
    start,
    ...repair('engineer', { boundary: [{ id: 'late', timer: '1h', next: 'over' }] }).nodes.filter(
      ({ id }) => id !== 'paid',
    ),
  ],
};

type Place = AsyncDisposable & { open(): Promise<Store> };
const PLACES: Record<string, () => Place> = {
  sqlite: () => {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-operations-'));
    return {
      open: () => openSqliteStore({ directory, families, clock: systemClock }),
      [Symbol.asyncDispose]: async () => rmSync(directory, { recursive: true, force: true }),
    };
  },
  postgres: () => {
    const schema = freshSchema();
    return {
      open: () => schema.open({ families }),
      [Symbol.asyncDispose]: () => schema[Symbol.asyncDispose](),
    };
  },
};

async function open(place: Place) {
  const stop = new ServiceStack();
  const store = stop.use(await place.open());
  const parts = { store, clock: systemClock, random: Math.random, log: silentLog, worker: 'test' };
  const spine = stop.use(await openSpine(parts));
  const { engine, queries, operations } = spine.process;
  return {
    ...spine,
    ...spine.process,
    store,
    start: () => engine.start({ definition: 'repair', businessKey: 'press-1' }, 'dana'),
    where: async (id: InstanceId) => {
      const { state } = await queries.instance(id);
      return state.status === 'active' ? state.tokens.map(({ node, wait }) => `${node} ${wait.for}`) : state.status;
    },
    task: async (id: InstanceId): Promise<JobId> => {
      const { state } = await queries.instance(id);
      const wait = state.tokens.find((token) => token.wait.for === 'task')?.wait;
      return (wait as { job: JobId }).job;
    },
    /** Of one operation, to its end. */
    operate: async (deed: Deed, filter: InstanceChoice, dryRun = false): Promise<OperationRow> => {
      const { id } = await operations.begin({ deed, filter, dryRun }, 'eli');
      return until(
        () => operations.get(id as JobId),
        ({ endedAt }) => endedAt !== null,
      );
    },
    work: (outcome: () => ReturnType<typeof done>) =>
      stop.use(startWorker({ ...parts, jobs: spine.jobs, kind: 'press', handler: outcome })),
    [Symbol.asyncDispose]: () => stop.close(),
  };
}

async function until<Value>(look: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  for (let turn = 0; ; turn++) {
    const value = await look();
    if (isSo(value)) return value;
    if (turn > 5_000) throw new Error(`it did not come to that: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe.each([
  ['sqlite', false],
  ['postgres', withoutPostgres],
] as const)('on %s', (name, isLeftOut) => {
  describe.skipIf(isLeftOut)('an operator', () => {
    it('suspends an instance: its task is refused, what a job brings is kept, and it goes on with it', async () => {
      await using place = (PLACES[name] as () => Place)();
      await using app = await open(place);
      await app.definitions.deploy(first, 'eli');
      const id = await app.start();
      const task = await app.task(id);
      await app.engine.command(id, { type: 'suspend', reason: 'moved' }, 'eli');
      await expect(app.tasks.take(task, operator)).rejects.toMatchObject({ code: 'process.suspended' });
      await expect(app.tasks.complete(task, operator, { outcome: 'done' })).rejects.toThrow(/suspended: moved/);
      await app.engine.command(id, { type: 'resume' }, 'eli');
      await app.tasks.complete(task, operator, { outcome: 'done' });
      await app.engine.command(id, { type: 'suspend' }, 'eli');
      app.work(() => done());
      const kept = await until(
        () => app.queries.instance(id),
        ({ state }) => (state.suspended?.kept.length ?? 0) > 0,
      );
      expect(kept.state.tokens).toMatchObject([{ node: 'work' }]);
      await app.engine.command(id, { type: 'resume' }, 'eli');
      expect(await app.where(id)).toBe('completed');
      const history = await app.queries.history(id);
      expect(replay(history)).toEqual((await app.queries.instance(id)).state);
    });

    it('migrates an instance: the task stays the same and is for others', async () => {
      await using place = (PLACES[name] as () => Place)();
      await using app = await open(place);
      await app.definitions.deploy(first, 'eli');
      const id = await app.start();
      const task = await app.task(id);
      await app.definitions.deploy(second, 'eli');
      const preview = await app.engine.previewMigration(id, {});
      expect(preview).toMatchObject({ from: 1, to: 2, tokens: [{ from: 'look', armed: ['late'] }], problems: [] });
      expect(await app.engine.migrate(id, {}, 'eli')).toBe(true);
      expect(await app.engine.migrate(id, {}, 'eli')).toBe(false);
      expect(await app.queries.instance(id)).toMatchObject({ version: 2 });
      expect(await app.tasks.get(task)).toMatchObject({ role: 'engineer', state: 'offered' });
      await expect(app.tasks.complete(task, operator, { outcome: 'done' })).rejects.toThrow();
      await app.tasks.complete(task, engineer, { outcome: 'done' });
      expect(await app.where(id)).toEqual(['work job']);
    });

    it('migrates an instance whose task is found by a variable: it is found by those of the new version', async () => {
      await using place = (PLACES[name] as () => Place)();
      await using app = await open(place);
      const found = async (role: string, variable: string) => {
        const search = { scopes: [{ state: 'offered', role }], variables: [{ name: variable, is: 'x' }] } as const;
        return (await app.tasks.search(search, { limit: 10 })).rows.map(({ id }) => id);
      };
      await app.definitions.deploy({ ...first, data: [{ name: 'line', searchable: 'string' }] }, 'eli');
      const variables = { line: 'x', lot: 'x' };
      const id = await app.engine.start({ definition: 'repair', variables }, 'dana');
      const task = await app.task(id);
      expect([await found('operator', 'line'), await found('operator', 'lot')]).toEqual([[task], []]);
      await app.definitions.deploy({ ...second, data: [{ name: 'lot', searchable: 'string' }] }, 'eli');
      expect(await app.engine.migrate(id, {}, 'eli')).toBe(true);
      expect([await found('operator', 'line'), await found('engineer', 'line')]).toEqual([[], []]);
      expect([await found('operator', 'lot'), await found('engineer', 'lot')]).toEqual([[], [task]]);
      await app.tasks.complete(task, engineer, { outcome: 'done' });
      expect(await app.store.select(taskVariableFamily, { limit: 10 })).toEqual([]);
    });

    it('moves, changes variables, and settles an incident by hand', async () => {
      await using place = (PLACES[name] as () => Place)();
      await using app = await open(place);
      await app.definitions.deploy(first, 'eli');
      const id = await app.start();
      const task = await app.task(id);
      const [token] = (await app.queries.instance(id)).state.tokens;
      await app.engine.command(id, { type: 'move', token: token?.id ?? 0, to: 'work' }, 'eli');
      expect(await app.tasks.get(task)).toMatchObject({ state: 'cancelled' });
      await app.engine.command(id, { type: 'variables', set: { limit: 8 } }, 'eli');
      app.work(() => ({ kind: 'fail', error: 'no power' }) as never);
      const { state } = await until(
        () => app.queries.instance(id),
        ({ state: { tokens } }) => tokens[0]?.wait.for === 'help',
      );
      await app.engine.command(id, { type: 'resolve', token: state.tokens[0]?.id ?? 0, comment: 'by hand' }, 'eli');
      expect(await app.where(id)).toBe('completed');
      expect((await app.queries.history(id)).at(-1)).toMatchObject({ actor: 'eli', command: { comment: 'by hand' } });
      expect(await app.queries.incidents({ instance: id, limit: 5 })).toEqual([]);
    });

    it('lists those that are suspended, page by page, and those of one version', async () => {
      await using place = (PLACES[name] as () => Place)();
      await using app = await open(place);
      await app.definitions.deploy(first, 'eli');
      const ids = await Promise.all(Array.from({ length: 620 }, () => app.start()));
      const [eldest = 0, ...others] = ids.toSorted((one, other) => one - other);
      const newest = others.at(-1) ?? 0;
      for (const id of [eldest, newest]) await app.engine.command(id as InstanceId, { type: 'suspend' }, 'eli');
      const idsOf = async (filter: Parameters<typeof app.queries.page>[0]) => {
        const { items, next } = await app.queries.page(filter);
        return { ids: items.map(({ id }) => id), next };
      };
      expect(await idsOf({ suspended: true, limit: 1 })).toEqual({ ids: [newest], next: expect.any(Number) });
      const { next } = await idsOf({ suspended: true, limit: 1 });
      expect(await idsOf({ suspended: true, limit: 1, before: next ?? 0 })).toEqual({ ids: [eldest], next: null });
      expect(await idsOf({ suspended: true, limit: 5, status: 'completed' })).toEqual({ ids: [], next: null });
      expect((await idsOf({ suspended: false, limit: 1_000 })).ids).toHaveLength(618);
      expect(await idsOf({ suspended: true, limit: 5, version: 2 })).toEqual({ ids: [], next: null });
      expect((await idsOf({ version: 1, limit: 600 })).next).toEqual(expect.any(Number));
    });

    it('does one thing to many instances, once to each, and is told what was refused', async () => {
      await using place = (PLACES[name] as () => Place)();
      await using app = await open(place);
      await app.definitions.deploy(first, 'eli');
      const ids = await Promise.all(Array.from({ length: INSTANCES }, () => app.start()));
      const [moved = 0 as InstanceId] = ids;
      const token = (await app.queries.instance(moved)).state.tokens[0]?.id ?? 0;
      await app.engine.command(moved, { type: 'move', token, to: 'work' }, 'eli');
      await app.definitions.deploy(
        { ...second, nodes: second.nodes.map((node) => ({ ...node, ...(node.id === 'work' && { kind: 'lathe' }) })) },
        'eli',
      );
      const filter = { definition: 'repair' };
      const migrate = { what: 'migrate', version: 2, nodes: {} } as const;
      const rehearsed = await app.operate(migrate, filter, true);
      expect(rehearsed).toMatchObject({ state: 'done', matched: INSTANCES, done: INSTANCES - 1, failed: 1 });
      const all = await app.operate(migrate, filter);
      expect(all).toMatchObject({ state: 'done', matched: INSTANCES, done: INSTANCES - 1, skipped: 0, failed: 1 });
      expect(JSON.parse(all.problems)).toMatchObject([
        { code: 'process.cannot-migrate', count: 1, instances: [moved] },
      ]);
      expect(await app.operate(migrate, filter)).toMatchObject({ done: 0, skipped: INSTANCES - 1, failed: 1 });
      const rows = await app.queries.instances({ definition: 'repair', limit: 5_000 });
      expect(rows.filter(({ version }) => version === 2)).toHaveLength(INSTANCES - 1);
      const suspend = { what: 'suspend', reason: 'moved' } as const;
      expect(await app.operate(suspend, { ...filter, atNode: 'work' })).toMatchObject({ matched: 1, done: 1 });
      expect(await app.operate(suspend, filter)).toMatchObject({ done: INSTANCES - 1, skipped: 1 });
      expect(await app.operate({ what: 'resume' }, { ...filter, isSuspended: true })).toMatchObject({
        done: INSTANCES,
      });
      expect(await app.operate({ what: 'move', from: 'look', to: 'over' }, { ...filter, version: 2 })).toMatchObject({
        done: INSTANCES - 1,
      });
      expect(await app.operate({ what: 'cancel' }, filter)).toMatchObject({ matched: 1, done: 1 });
      expect(await app.queries.instances({ status: 'active', limit: 5 })).toEqual([]);
    });
  });
});
