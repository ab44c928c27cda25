/** Opens the store that the configuration names, and the lock that keeps a second server away from it. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import { MillraceError, messageOf } from '../kernel/errors.ts';
import type { Service } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { Metrics } from '../kernel/metrics.ts';
import type { Store } from '../store/store.ts';
import type { Config } from './config.ts';
import { families } from './families.ts';

type StoreConfig = Pick<Config, 'store' | 'data'>;

/**
 * While the broker lives in one process only, one process uses a store. Makes the data directory first. Throws
 * `config.memory-broker-is-single-process` and `config.unusable-data`.
 */
export async function lockStore({ store, data }: StoreConfig): Promise<Service> {
  makeDirectory(resolve(data));
  if (store === 'sqlite') {
    const { lockDirectory } = await import('../adapters/sqlite/directory-lock.ts');
    return lockDirectory(resolve(data));
  }
  const { lockDatabase } = await import('../adapters/postgres/exclusive-lock.ts');
  return lockDatabase(store);
}

export async function openStore(
  { store, data }: StoreConfig,
  { clock, log, metrics }: { readonly clock: Clock; readonly log: Log; readonly metrics?: Metrics },
): Promise<Store> {
  if (store === 'sqlite') {
    const { openSqliteStore } = await import('../adapters/sqlite/sqlite-store.ts');
    return openSqliteStore({ directory: resolve(data), families, clock, log, metrics });
  }
  const { openPostgresStore } = await import('../adapters/postgres/postgres-store.ts');
  return openPostgresStore({ url: store, families, log, metrics });
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
