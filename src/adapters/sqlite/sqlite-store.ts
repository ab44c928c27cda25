/**
 * The embedded store: two SQLite files in a directory, each with one thread that writes and one that reads it, so that
 * neither a sync nor a long query ever stops the main thread. Every answer to a commit comes after the disk has it.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { service } from '../../kernel/lifecycle.ts';
import { type Log, silentLog } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Area, Family, Key, RowOf } from '../../store/family.ts';
import { storeMetrics } from '../../store/metrics.ts';
import type { Claim, Query } from '../../store/query.ts';
import type { Cursor, Store } from '../../store/store.ts';
import type { CommitVerdict, Unit } from '../../store/unit.ts';
import type { View } from '../../store/view.ts';
import { startCheckpoints } from './checkpoints.ts';
import { READ_LIMIT_MS } from './reads.ts';
import { SqliteFile } from './sqlite-file.ts';

export type SqliteStoreOptions = {
  /** Made if it is not there, for nobody but this user. */
  readonly directory: string;
  readonly families: readonly Family[];
  /** Questions kept in the files, for those who read them by SQL. */
  readonly views?: readonly View[];
  readonly clock: Clock;
  /** Batches on their way to the disk at once. One is being synced, one written, and the next wait for the writing thread. */
  readonly batchesInFlight?: number;
  readonly readLimitMs?: number;
  readonly log?: Log;
  readonly metrics?: Metrics | undefined;
};

const AREAS: readonly Area[] = ['plant', 'measurements'];
const FILES: Readonly<Record<Area, string>> = { plant: 'millrace.db', measurements: 'measurements.db' };

export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { directory, clock, log = silentLog } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const paths = AREAS.map((area) => join(directory, FILES[area]));
  const [plant, measurements] = await openFiles(paths, options);
  const files = [plant, measurements];
  const fileOf = (family: Family): SqliteFile => (family.area === 'plant' ? plant : measurements);
  const checkpoints = startCheckpoints({ files, paths, log });
  const store: Omit<Store, keyof AsyncDisposable | 'close'> = {
    capabilities: { name: 'sqlite', sharedByProcesses: false },
    now: () => clock.now(),
    commit: (units) => commitByArea(units, (area) => (area === 'plant' ? plant : measurements)),
    claim: (family, claim) => fileOf(family).claim(family, claim as Claim) as Promise<never>,
    get: async <F extends Family>(family: F, key: Key) => {
      const [row] = await fileOf(family).getMany(family, [key]);
      return row as RowOf<F> | undefined;
    },
    getMany: (family, keys) => fileOf(family).getMany(family, keys) as Promise<never>,
    select: <F extends Family>(family: F, query: Query<F>) =>
      fileOf(family).select(family, query as Query) as Promise<never>,
    tail: (family: Family, after: Cursor, limit: number) => fileOf(family).tail(family, after, limit) as Promise<never>,
    end: (family) => fileOf(family).end(family),
    reserveIds: (size) => plant.reserveIds(size),
    onCommit: (family, listener) => fileOf(family).group.onCommit(family, listener),
  };
  return service(store, async () => {
    const drained = files.map((file) => file.drain());
    await checkpoints.close();
    await Promise.all(drained);
    await Promise.all(files.map((file) => file.close()));
  });
}

async function openFiles(
  paths: readonly string[],
  { families, views = [], batchesInFlight = 4, readLimitMs = READ_LIMIT_MS, metrics }: SqliteStoreOptions,
): Promise<readonly [SqliteFile, SqliteFile]> {
  const watched = metrics && storeMetrics(metrics);
  const opened = await Promise.allSettled(
    AREAS.map((area, place) => {
      const ofArea = <Declared extends { readonly area: Area }>(all: readonly Declared[]) =>
        all.filter((one) => one.area === area);
      const path = paths[place] ?? '';
      const declared = { families: ofArea(families), views: ofArea(views) };
      return SqliteFile.open({ path, ...declared, batchesInFlight, readLimitMs, metrics: watched });
    }),
  );
  const files = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const [plant, measurements] = files;
  if (plant !== undefined && measurements !== undefined) return [plant, measurements];
  await Promise.all(files.map((file) => file.close()));
  throw opened.find((result) => result.status === 'rejected')?.reason;
}

/** Units of one call go to the file of their area, in their order; nearly always all go to one. */
function commitByArea(units: readonly Unit[], fileOf: (area: Area) => SqliteFile): Promise<readonly CommitVerdict[]> {
  const [first] = units;
  if (first === undefined) return Promise.resolve([]);
  const area = areaOf(first);
  if (units.every((unit) => areaOf(unit) === area)) return fileOf(area).group.commit(units);
  return commitToBoth(units, fileOf);
}

async function commitToBoth(
  units: readonly Unit[],
  fileOf: (area: Area) => SqliteFile,
): Promise<readonly CommitVerdict[]> {
  const parts = AREAS.map((one) => fileOf(one).group.commit(units.filter((unit) => areaOf(unit) === one)));
  const verdicts = await Promise.all(parts);
  const answers = new Map(AREAS.map((one, place) => [one, verdicts[place]?.values()]));
  return units.map((unit) => answers.get(areaOf(unit))?.next().value as CommitVerdict);
}

const areaOf = ({ guards, writes }: Unit): Area => (guards[0] ?? writes[0])?.family.area ?? 'plant';
