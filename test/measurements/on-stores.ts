/** A plant that measures, on every store that servers run on. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../src/kernel/clock.ts';
import { openIds } from '../../src/kernel/ids.ts';
import { ServiceStack } from '../../src/kernel/lifecycle.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { measurementFamilies } from '../../src/measurements/families.ts';
import { type Measurements, openMeasurements } from '../../src/measurements/open-measurements.ts';
import { measurementFeed } from '../../src/store/feed.ts';
import { measurementOutbox } from '../../src/store/outbox.ts';
import type { Store } from '../../src/store/store.ts';
import { PLANT_START } from '../../src/testing/measured-plant.ts';
import { freshSchema, withoutPostgres } from '../fresh-postgres.ts';

export type StoredPlant = AsyncDisposable & {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly measurements: Measurements;
};

const families = [...measurementFamilies, measurementFeed, measurementOutbox];

async function plantOn(
  openStore: (clock: VirtualClock) => Promise<Store>,
  stop: ServiceStack,
  timeZone = 'UTC',
): Promise<StoredPlant> {
  const clock = new VirtualClock(PLANT_START);
  const store = stop.use(await openStore(clock));
  const nextId = await openIds((size) => store.reserveIds(size));
  const measurements = stop.use(openMeasurements({ store, clock, nextId, timeZone, log: silentLog }));
  return { clock, store, measurements, [Symbol.asyncDispose]: () => stop.close() };
}

async function openOnSqlite(timeZone?: string): Promise<StoredPlant> {
  const stop = new ServiceStack();
  const directory = await mkdtemp(join(tmpdir(), 'millrace-measured-'));
  stop.defer(() => rm(directory, { recursive: true, force: true }));
  return plantOn((clock) => openSqliteStore({ directory, families, clock }), stop, timeZone);
}

async function openOnPostgres(timeZone?: string): Promise<StoredPlant> {
  const stop = new ServiceStack();
  const schema = freshSchema();
  stop.defer(async () => schema[Symbol.asyncDispose]());
  return plantOn((clock) => schema.open({ families, clock }), stop, timeZone);
}

export const plants: readonly {
  readonly name: string;
  /** Default: UTC. */
  readonly open: (timeZone?: string) => Promise<StoredPlant>;
  readonly isMissing: boolean;
}[] = [
  { name: 'SQLite', open: openOnSqlite, isMissing: false },
  { name: 'PostgreSQL', open: openOnPostgres, isMissing: withoutPostgres },
];
