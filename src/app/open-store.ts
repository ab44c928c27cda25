/** Opens the store that the configuration names, and the lock that keeps away from it whoever must not use it at the same time. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatabaseLock } from '../adapters/postgres/server-lock.ts';
import type { Clock } from '../kernel/clock.ts';
import { MillraceError, messageOf } from '../kernel/errors.ts';
import type { Service } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { Metrics } from '../kernel/metrics.ts';
import { loadServices } from '../measurements/services/load-services.ts';
import { measurementViews } from '../measurements/views/views.ts';
import type { Store } from '../store/store.ts';
import type { Config } from './config.ts';
import { families } from './families.ts';
import { nameOf, type StandingConfig, sharesItsStore } from './standing.ts';

type StoreConfig = Pick<Config, 'store' | 'data'> & Partial<Pick<Config, 'postgresPool' | 'services'>>;
type LockOptions = { readonly name?: string | undefined; readonly log: Log };
/** The name under which this process works: no other that runs has it. */
export type StoreLock = Service & {
  readonly name: string;
  /** Which of these names no running process has; undefined where this one is alone. */
  readonly missing?: DatabaseLock['missing'] | undefined;
};

/**
 * Where the store or the broker lives in one process only, one process uses a store; otherwise any number of them. Makes the
 * data directory first. Throws `config.memory-broker-is-single-process`, `config.name-in-use` and `config.unusable-data`.
 */
export async function lockStore(
  config: StoreConfig & StandingConfig,
  { name: given, log }: LockOptions,
): Promise<StoreLock> {
  const { store, data } = config;
  const name = nameOf(config, given);
  makeDirectory(resolve(data));
  if (store === 'sqlite') {
    const { lockDirectory } = await import('../adapters/sqlite/directory-lock.ts');
    return Object.assign(await lockDirectory(resolve(data)), { name });
  }
  const { lockDatabase } = await import('../adapters/postgres/server-lock.ts');
  const use = sharesItsStore(config) ? 'shared' : 'alone';
  const lock = await lockDatabase({ url: store, name, use, log });
  return {
    close: lock.close,
    [Symbol.asyncDispose]: lock.close,
    name,
    missing: use === 'shared' ? lock.missing : undefined,
  };
}

/** With the views of the services that the configuration names. Throws as `loadServices` does, and as the adapters. */
export async function openStore(
  { store, data, postgresPool: poolSize, services: files = [] }: StoreConfig,
  { clock, log, metrics }: { readonly clock: Clock; readonly log: Log; readonly metrics?: Metrics },
): Promise<Store> {
  const views = measurementViews(await loadServices(files));
  if (store === 'sqlite') {
    const { openSqliteStore } = await import('../adapters/sqlite/sqlite-store.ts');
    return openSqliteStore({ directory: resolve(data), families, views, clock, log, metrics });
  }
  const { openPostgresStore } = await import('../adapters/postgres/postgres-store.ts');
  return openPostgresStore({ url: store, families, views, log, metrics, ...(poolSize !== undefined && { poolSize }) });
}

/** For nobody but the user of the server: it holds mails and a token. One that is there keeps its rights. */
const PRIVATE_MODE = 0o700;

function makeDirectory(data: string): void {
  try {
    mkdirSync(data, { recursive: true, mode: PRIVATE_MODE });
    accessSync(data, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new MillraceError('config.unusable-data', { data, reason: messageOf(error) }, { cause: error });
  }
}
