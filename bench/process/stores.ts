/** Stores that a benchmark has for itself; nothing of them is left afterwards. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { families } from '../../src/app/families.ts';
import { openSpine, type Spine } from '../../src/app/spine.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { Store } from '../../src/store/store.ts';
import { note } from '../figure.ts';

export const postgresUrl = process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test';

export async function onSqlite(use: (store: Store) => Promise<void>): Promise<void> {
  await inFolder(async (directory) => {
    const store = await openOn(directory);
    try {
      await use(store);
      note(`  file: ${(statSync(join(directory, 'millrace.db')).size / 1e6).toFixed(0)} MB`);
    } finally {
      await store.close();
    }
  });
}

export async function openOn(directory: string): Promise<Store> {
  const { openSqliteStore } = await import('../../src/adapters/sqlite/sqlite-store.ts');
  return openSqliteStore({ directory, families, clock: systemClock });
}

export async function onPostgres(use: (store: Store) => Promise<void>): Promise<void> {
  const { openPostgresStore } = await import('../../src/adapters/postgres/postgres-store.ts');
  const schema = `millrace_bench_${process.pid}`;
  try {
    const store = await openPostgresStore({ url: postgresUrl, families, schema });
    try {
      await use(store);
    } finally {
      await store.close();
    }
  } finally {
    await onPostgresServer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  }
}

export async function onPostgresServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export async function inFolder(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  try {
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What everything in process stands on, as a server has it. */
export const openBenchSpine = (store: Store): Promise<Spine> =>
  openSpine({ store, clock: systemClock, random: Math.random, log: silentLog, worker: 'bench' });
