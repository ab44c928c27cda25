/** What is forgotten of ended instances, and what never is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../test/fresh-database.ts';
import { withoutPostgres } from '../../../test/fresh-postgres.ts';
import { openPostgresStore } from '../../adapters/postgres/postgres-store.ts';
import { openSqliteStore } from '../../adapters/sqlite/sqlite-store.ts';
import { families } from '../../app/families.ts';
import { walksOf } from '../../app/housekeeping.ts';
import { openSpine } from '../../app/spine.ts';
import { taskFamily } from '../../jobs/task.ts';
import { VirtualClock } from '../../kernel/clock.ts';
import type { InstanceId, JobId } from '../../kernel/ids.ts';
import { ServiceStack } from '../../kernel/lifecycle.ts';
import { silentLog } from '../../kernel/log.ts';
import { seededRandom } from '../../kernel/random.ts';
import { plantFeed } from '../../store/feed.ts';
import { instanceFamily } from './families.ts';
import { historyBytes, RETENTION_BATCH, RETENTION_ENTRIES, Retention } from './retention.ts';

const MINUTE = 60_000;
const ana = { id: 'ana', roles: ['operator'] };
const definition = {
  key: 'check',
  nodes: [
    { id: 'start', type: 'start', next: 'look' },
    {
      id: 'look',
      type: 'userTask',
      role: 'operator',
      outcomes: ['good', 'again'],
      next: { good: 'end', again: 'look' },
    },
    { id: 'end', type: 'end' },
  ],
};

const stores = {
  sqlite: async (clock: VirtualClock, stop: ServiceStack) => {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-retention-'));
    stop.defer(() => rmSync(directory, { recursive: true, force: true }));
    return openSqliteStore({ directory, families, clock });
  },
  postgres: async (clock: VirtualClock, stop: ServiceStack) => {
    const database = await freshDatabase();
    stop.defer(async () => database[Symbol.asyncDispose]());
    return openPostgresStore({ url: database.url, families, clock });
  },
};

async function open(name: keyof typeof stores) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const stop = new ServiceStack();
  const store = stop.use(await stores[name](clock, stop));
  const spine = stop.use(await openSpine({ store, clock, random: seededRandom(1), log: silentLog, worker: 'test' }));
  await spine.process.definitions.deploy(definition, 'eli');
  const { engine, queries } = spine.process;
  const answer = async (id: InstanceId, outcome: string) => {
    const { state } = await queries.instance(id);
    const wait = state.tokens[0]?.wait;
    if (wait?.for !== 'task') throw new Error('it asks nobody');
    await spine.tasks.complete(wait.job as JobId, ana, { outcome });
  };
  const start = () => engine.start({ definition: 'check' }, 'ana');
  return {
    ...{ clock, store, queries, answer, start },
    /** `rounds`: how often it was done again; `notes`: other entries of its history. */
    ended: async ({ rounds = 0, notes = 0 } = {}) => {
      const id = await start();
      for (let round = 0; round < rounds; round++) await answer(id, 'again');
      const note = { type: 'variables', set: { note: 'x' }, remove: [] } as const;
      await Promise.all(Array.from({ length: notes }, () => engine.command(id, note, 'ana')));
      await answer(id, 'good');
      return id;
    },
    /** Every walk from its beginning to its end; answers how many bites that took. */
    forget: async (keep: { readonly keepMs?: number; readonly keepBytes?: number }) => {
      let bites = 0;
      for (const walk of walksOf(store, { keepMs: 365 * 1_440 * MINUTE, keepBytes: 1e9, ...keep }))
        for (let isMore = true; isMore; bites++) isMore = await walk.round();
      return bites;
    },
    ids: async () => (await store.select(instanceFamily, { limit: 10_000 })).map(({ id }) => id),
    historyBytes: async () => {
      const entries = await store.select(plantFeed, {
        where: { topic: { gte: 'millrace.process.instance' } },
        limit: 10_000,
      });
      return entries.reduce((sum, { body }) => sum + body.length, 0);
    },
    count: async () => ({
      entries: (
        await store.select(plantFeed, { where: { topic: { gte: 'millrace.process.instance' } }, limit: 10_000 })
      ).length,
      tasks: (await store.select(taskFamily, { limit: 10_000 })).length,
      bytes: (await historyBytes(store)).get('check'),
    }),
    [Symbol.asyncDispose]: () => stop.close(),
  };
}

for (const name of ['sqlite', 'postgres'] as const)
  describe.skipIf(name === 'postgres' && withoutPostgres)(`retention of instances on ${name}`, () => {
    it('forgets what ended longer ago than it is kept, with its history and tasks, and nothing that lives', async () => {
      await using plant = await open(name);
      const alive = await plant.start();
      await plant.ended({ rounds: 2 });
      await plant.clock.advance(10 * MINUTE);
      const young = await plant.ended();
      await plant.forget({ keepMs: 11 * MINUTE });
      expect(await plant.ids()).toHaveLength(3);
      await plant.forget({ keepMs: 9 * MINUTE });
      expect(await plant.ids()).toEqual([alive, young]);
      expect(await plant.count()).toMatchObject({ entries: 3, tasks: 2 });
      expect(await plant.queries.history(young)).toHaveLength(2);
      await plant.clock.advance(40 * MINUTE);
      await plant.answer(alive, 'again');
      expect(await plant.queries.history(alive)).toHaveLength(2);
    });

    it('forgets the eldest of a definition whose histories take too many bytes, until they take few enough', async () => {
      await using plant = await open(name);
      for (let n = 0; n < 10; n++) await plant.ended();
      const before = await plant.ids();
      const { bytes = 0 } = await plant.count();
      expect(bytes).toBeGreaterThan(1_000);
      await plant.forget({ keepBytes: bytes * 0.45 });
      expect(await plant.ids()).toEqual(before.slice(6));
      expect((await plant.count()).bytes).toBe(await plant.historyBytes());
    });

    it('takes long histories and many instances bite by bite, and leaves none half', async () => {
      await using plant = await open(name);
      const long = await plant.ended({ notes: RETENTION_ENTRIES + 10 });
      await Promise.all(Array.from({ length: RETENTION_BATCH + 50 }, () => plant.ended()));
      await plant.clock.advance(MINUTE);
      expect(await plant.forget({ keepMs: 1 })).toBeGreaterThan(3);
      expect(await plant.ids()).not.toContain(long);
      expect(await plant.ids()).toEqual([]);
      expect(await plant.count()).toEqual({ entries: 0, tasks: 0, bytes: 0 });
    });

    it('keeps an instance that changed in the midst of it', async () => {
      await using plant = await open(name);
      const id = await plant.ended();
      await plant.clock.advance(MINUTE);
      const { store } = plant;
      const slow = Object.create(store, {
        select: {
          value: async (...asked: Parameters<typeof store.select>) => {
            const rows = await store.select(...asked);
            if (asked[0] === plantFeed)
              await store.commit([
                { guards: [], writes: [{ kind: 'set', family: instanceFamily, key: [id], columns: { stamp: 7 } }] },
              ]);
            return rows;
          },
        },
      });
      await new Retention({ store: slow, keepMs: 1, keepBytes: 1e9 }).round();
      expect(await plant.ids()).toEqual([id]);
      expect(await plant.queries.history(id)).toHaveLength(2);
    });
  });
