/** The server that tests of the edge call, on every store that servers run on. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { families } from '../../src/app/families.ts';
import { ServiceStack } from '../../src/kernel/lifecycle.ts';
import { type EdgeServer, type EdgeServerOptions, openEdgeServer } from '../../src/testing/edge-server.ts';
import { freshSchema, withoutPostgres } from '../fresh-postgres.ts';

type Open = (options?: EdgeServerOptions) => Promise<EdgeServer>;

const openOnSqlite: Open = async (options) => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-edge-'));
  return withEnd(
    await openEdgeServer({ ...options, openStore: (clock) => openSqliteStore({ directory, families, clock }) }),
    () => rm(directory, { recursive: true, force: true }),
  );
};

const openOnPostgres: Open = async (options) => {
  const schema = freshSchema();
  return withEnd(
    await openEdgeServer({ ...options, openStore: (clock) => schema.open({ families, clock }) }),
    async () => schema[Symbol.asyncDispose](),
  );
};

function withEnd(server: EdgeServer, end: () => Promise<void>): EdgeServer {
  const stop = new ServiceStack();
  stop.defer(end);
  stop.defer(async () => server[Symbol.asyncDispose]());
  return { ...server, [Symbol.asyncDispose]: () => stop.close() };
}

export const servers: readonly { readonly name: string; readonly open: Open; readonly isMissing: boolean }[] = [
  { name: 'SQLite', open: openOnSqlite, isMissing: false },
  { name: 'PostgreSQL', open: openOnPostgres, isMissing: withoutPostgres },
];
