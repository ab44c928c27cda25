/** A plant that measures, on every store that servers run on. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { loadDriver } from '../../src/adapters/sqlite/driver.ts';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../src/kernel/clock.ts';
import { openIds } from '../../src/kernel/ids.ts';
import { ServiceStack } from '../../src/kernel/lifecycle.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { measurementFamilies } from '../../src/measurements/families.ts';
import { type Measurements, openMeasurements } from '../../src/measurements/open-measurements.ts';
import type { MeasurementService } from '../../src/measurements/services/measurement-service.ts';
import { measurementViews } from '../../src/measurements/views/views.ts';
import { measurementFeed } from '../../src/store/feed.ts';
import { measurementOutbox } from '../../src/store/outbox.ts';
import type { Store } from '../../src/store/store.ts';
import { PLANT_START } from '../../src/testing/measured-plant.ts';
import { freshSchema, postgresUrl, withoutPostgres } from '../fresh-postgres.ts';

export type StoredPlant = AsyncDisposable & {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly measurements: Measurements;
  /** Asks the tables as another program would, by SQL. */
  readonly ask: Ask;
};
type Ask = (sql: string) => Promise<Record<string, unknown>[]>;

const families = [...measurementFamilies, measurementFeed, measurementOutbox];

type Opening = { readonly ask: Ask; readonly stop: ServiceStack; readonly timeZone: string | undefined };

async function plantOn(
  openStore: (clock: VirtualClock) => Promise<Store>,
  { ask, stop, timeZone = 'UTC' }: Opening,
): Promise<StoredPlant> {
  const clock = new VirtualClock(PLANT_START);
  const store = stop.use(await openStore(clock));
  const nextId = await openIds((size) => store.reserveIds(size));
  const measurements = stop.use(openMeasurements({ store, clock, nextId, timeZone, log: silentLog }));
  return { clock, store, measurements, ask, [Symbol.asyncDispose]: () => stop.close() };
}

async function openOnSqlite(timeZone?: string, services: readonly MeasurementService[] = []): Promise<StoredPlant> {
  const stop = new ServiceStack();
  const directory = await mkdtemp(join(tmpdir(), 'millrace-measured-'));
  stop.defer(() => rm(directory, { recursive: true, force: true }));
  const { DatabaseSync } = await loadDriver();
  const ask: Ask = async (sql) => {
    const database = new DatabaseSync(join(directory, 'measurements.db'), { readOnly: true });
    const rows = database.prepare(sql).all() as Record<string, unknown>[];
    database.close();
    return rows.map((row) => ({ ...row }));
  };
  const views = measurementViews(services);
  return plantOn((clock) => openSqliteStore({ directory, families, views, clock }), { ask, stop, timeZone });
}

async function openOnPostgres(timeZone?: string, services: readonly MeasurementService[] = []): Promise<StoredPlant> {
  const stop = new ServiceStack();
  const schema = freshSchema();
  stop.defer(async () => schema[Symbol.asyncDispose]());
  const ask: Ask = async (sql) => {
    const client = new Client({ connectionString: postgresUrl, types: { getTypeParser: plainValue } });
    await client.connect();
    try {
      await client.query(`SET search_path = "${schema.schema}"`);
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const views = measurementViews(services);
  return plantOn((clock) => schema.open({ families, views, clock }), { ask, stop, timeZone });
}

const [BIGINT, DOUBLE, TIMESTAMPTZ] = [20, 701, 1_184];
/** Values as SQLite has them: numbers, and instants as texts. */
function plainValue(type: number): (text: string) => unknown {
  if (type === BIGINT || type === DOUBLE) return Number;
  return type === TIMESTAMPTZ ? (text) => new Date(text).toISOString() : String;
}

export const plants: readonly {
  readonly name: string;
  /** Default: UTC. `services` have views beside the shipped ones. */
  readonly open: (timeZone?: string, services?: readonly MeasurementService[]) => Promise<StoredPlant>;
  readonly isMissing: boolean;
}[] = [
  { name: 'SQLite', open: openOnSqlite, isMissing: false },
  { name: 'PostgreSQL', open: openOnPostgres, isMissing: withoutPostgres },
];
