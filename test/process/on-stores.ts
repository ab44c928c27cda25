/** The same test on every store that servers run on: SQLite in a folder of its own, PostgreSQL in a schema of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { families } from '../../src/app/families.ts';
import { openSpine, type Spine } from '../../src/app/spine.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { ServiceStack } from '../../src/kernel/lifecycle.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import type { Store } from '../../src/store/store.ts';
import { freshSchema, withoutPostgres } from '../fresh-postgres.ts';

export type Opened = AsyncDisposable & {
  readonly store: Store;
  readonly spine: Spine;
  /** As one more server on the same rows; where a store is not shared, the same one. */
  another(): Promise<Spine>;
};
type Open = (clock?: Clock) => Promise<Opened>;

const spineOn = (store: Store, clock: Clock, worker: string): Promise<Spine> =>
  openSpine({ store, clock, random: seededRandom(1), log: silentLog, worker });

const openSqlite: Open = async (clock = systemClock) => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-people-'));
  const stop = new ServiceStack();
  const store = stop.use(await openSqliteStore({ directory, families, clock }));
  const spine = stop.use(await spineOn(store, clock, 'first'));
  return {
    store,
    spine,
    another: async () => spine,
    [Symbol.asyncDispose]: async () => {
      await stop.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

const openPostgres: Open = async (clock = systemClock) => {
  const db = freshSchema();
  const stop = new ServiceStack();
  const store = await db.open({ families, clock });
  const spine = stop.use(await spineOn(store, clock, 'first'));
  return {
    store,
    spine,
    another: async () => stop.use(await spineOn(await db.open({ families, clock }), clock, 'second')),
    [Symbol.asyncDispose]: async () => {
      await stop.close();
      await db[Symbol.asyncDispose]();
    },
  };
};

export const stores: readonly { readonly name: string; readonly open: Open; readonly isMissing: boolean }[] = [
  { name: 'SQLite', open: openSqlite, isMissing: false },
  { name: 'PostgreSQL', open: openPostgres, isMissing: withoutPostgres },
];
