/**
 * What users of other engines complain of most, as promises of this one, on every store. The figures behind them are in
 * `npm run bench -- people` and `-- process`; here is that nothing lags, blocks, is lost or done twice.
 */
import { describe, expect, it } from 'vitest';
import { walksOf } from '../../src/app/housekeeping.ts';
import type { Spine } from '../../src/app/spine.ts';
import type { InstanceId, JobId } from '../../src/kernel/ids.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { instanceFamily } from '../../src/process/engine/families.ts';
import { historyBytes } from '../../src/process/engine/retention.ts';
import { plantFeed } from '../../src/store/feed.ts';
import type { Store } from '../../src/store/store.ts';
import { stores } from './on-stores.ts';

const DANA = { id: 'dana', roles: ['operator'] };
const LONG = 300_000;

/** Runs so many at a time, until all have run; answers what each yields, in order. */
async function atATime<Item, Result>(
  width: number,
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const runner = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await run(items[at] as Item);
  };
  await Promise.all(Array.from({ length: width }, runner));
  return results;
}
const numbers = (length: number) => Array.from({ length }, (_, at) => at);

const look = { id: 'look', type: 'userTask', role: 'operator' };
const endsAfter = (...nodes: readonly object[]) => [...nodes, { id: 'end', type: 'end' }];

/** The task that an instance waits with. */
async function taskOf({ process }: Spine, id: InstanceId): Promise<JobId> {
  const { state } = await process.queries.instance(id);
  const waits = state.tokens.flatMap(({ wait }) => (wait.for === 'task' ? [wait.job] : []));
  if (waits[0] === undefined) throw new Error('it asks nobody');
  return waits[0] as JobId;
}

describe.each(stores)('in $name', ({ name, open, isMissing }) => {
  it.skipIf(isMissing)(
    'the task list never lags the engine: what was committed is found, sorted by its variable, while others write',
    async () => {
      await using opened = await open();
      const { spine } = opened;
      const other = await opened.another();
      const data = [{ name: 'weight', searchable: 'number' }];
      await spine.process.definitions.deploy({ key: 'weigh', data, nodes: endsAfter({ ...look, next: 'end' }) }, 'eli');
      const random = seededRandom(7);
      const search = (weight: number) => ({
        scopes: [{ state: 'offered', role: 'operator' } as const],
        variables: [{ name: 'weight', is: weight }],
      });
      await atATime(20, numbers(300), async (weight) => {
        const server = random() < 0.5 ? spine : other;
        await server.process.engine.start({ definition: 'weigh', variables: { weight } }, 'eli');
        const found = (await other.tasks.search(search(weight), { limit: 5 })).rows;
        expect(found).toHaveLength(1);
        await server.tasks.complete(found[0]?.id as JobId, DANA, { outcome: 'done' });
        expect((await other.tasks.search(search(weight), { limit: 5 })).rows).toEqual([]);
      });
    },
  );

  it.skipIf(isMissing)(
    'a multi-instance of 10,000 items comes to its end, in order, and holds up nobody meanwhile',
    async () => {
      await using opened = await open();
      const { process } = opened.spine;
      const square = {
        ...{ id: 'square', type: 'scriptTask', script: 'item * item', result: 'square', next: 'look' },
        multiInstance: { collection: 'numbers', output: { collection: 'squares', element: 'square' } },
      };
      await process.definitions.deploy({ key: 'many', nodes: [square, look] }, 'eli');
      await process.definitions.deploy({ key: 'one', nodes: [look] }, 'eli');
      const large = await process.engine.start({ definition: 'many', variables: { numbers: numbers(10_000) } }, 'eli');
      const small = await process.engine.start({ definition: 'one' }, 'eli');
      await opened.spine.tasks.complete(await taskOf(opened.spine, small), DANA, { outcome: 'done' });
      // The small one is done; the large one goes on in chunks of its own.
      await expect.poll(() => taskOf(opened.spine, large).catch(() => 0), { timeout: 60_000 }).toBeGreaterThan(0);
      const { state } = await process.queries.instance(large);
      expect(state.scopes[0]?.variables.squares).toEqual(numbers(10_000).map((number) => number * number));
      expect((await process.queries.instance(small)).state.status).toBe('completed');
    },
    LONG,
  );

  // The signal is the same on both; 100,000 starts take a minute more where each is a round trip.
  const instances = name === 'SQLite' ? 100_000 : 10_000;
  it.skipIf(isMissing)(
    `a signal to ${instances.toLocaleString('en')} instances reaches each of them, and each once`,
    async () => {
      await using opened = await open();
      const { spine } = opened;
      const { process } = spine;
      const wait = { id: 'wait', type: 'catch', signal: 'shift', next: 'look' };
      await process.definitions.deploy({ key: 'waits', nodes: [wait, look] }, 'eli');
      const ids = await atATime(2_000, numbers(instances), () => process.engine.start({ definition: 'waits' }, 'eli'));
      const job = await process.deliveries.send({ to: 'signal', name: 'shift', variables: { crew: 3 } });
      await expect.poll(async () => (await spine.jobs.get(job)).state, { timeout: LONG }).toBe('done');
      const reached = await atATime(500, ids, async (id) => {
        const { state } = await process.queries.instance(id);
        const [token] = state.tokens;
        return token?.node === 'look' && state.scopes[0]?.variables.crew === 3 && state.seq === 2;
      });
      expect(reached.filter(Boolean)).toHaveLength(instances);
    },
    LONG,
  );

  it.skipIf(isMissing)(
    'history is cleaned up under load: work goes on between any two bites, and only what is over is forgotten',
    async () => {
      await using opened = await open();
      const { store, spine } = opened;
      const { process, tasks } = spine;
      await process.definitions.deploy({ key: 'short', nodes: [look] }, 'eli');
      const settle = async () => {
        const id = await process.engine.start({ definition: 'short' }, 'eli');
        await tasks.complete(await taskOf(spine, id), DANA, { outcome: 'done' });
      };
      await atATime(100, numbers(2_000), settle);
      const alive = await process.engine.start({ definition: 'short' }, 'eli');
      let [isOver, settled] = [false, 0];
      const load = atATime(20, numbers(20), async () => {
        for (; !isOver; settled++) await settle();
      });
      let idleBites = 0;
      for (const walk of walksOf(store, { keepMs: 3_600_000, keepBytes: 1 })) {
        for (let isMore = true; isMore; ) {
          const before = settled;
          isMore = await walk.round();
          // As the housekeeper does, it pauses; what waits for the store comes first.
          await settle();
          if (settled === before) idleBites += 1;
        }
      }
      isOver = true;
      await load;
      expect(settled).toBeGreaterThan(20);
      expect(idleBites).toBeLessThan(3);
      for (const walk of walksOf(store, { keepMs: 3_600_000, keepBytes: 1 })) while (await walk.round());
      const rows = await store.select(instanceFamily, { limit: 10_000 });
      expect(rows.map(({ id }) => id)).toContain(alive);
      expect(rows.length).toBeLessThan(10);
      expect(await historyEntries(store)).toBe(await bytesKept(store));
      await tasks.complete(await taskOf(spine, alive), DANA, { outcome: 'done' });
      expect((await process.queries.instance(alive)).state.status).toBe('completed');
    },
    LONG,
  );
});

/** Bytes of what stands in the history of instances. */
async function historyEntries(store: Store): Promise<number> {
  const entries = await store.select(plantFeed, {
    where: { topic: { gte: 'millrace.process.instance' } },
    limit: 10_000,
  });
  return entries.reduce((sum, { body }) => sum + body.length, 0);
}

const bytesKept = async (store: Store): Promise<number> => (await historyBytes(store)).get('short') ?? 0;
