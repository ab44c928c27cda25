/** Where the processes of a run play: a store, the line to it that can be cut, and how it is restarted. */
import type { ChildProcess } from 'node:child_process';
import { createHttp } from '../../../src/client/http.ts';
import { kindsOf } from '../../../src/client/jobs.ts';
import { formatDuration } from '../../../src/kernel/duration.ts';
import { proxyTo, type TcpProxy } from '../../bus/tcp-proxy.ts';
import { runSql } from '../../fresh-postgres.ts';
import { type ChildOptions, type KindsOf, type Place, startChild } from '../../jobs/faults/crashed.ts';
import { freshPlace, type StorePlace } from '../../jobs/faults/survivor.ts';
import { cannotRunPostgres, freePort, ownPostgres } from '../../own-postgres.ts';
import { ServerProcess } from '../../server-process.ts';

type Fault = { readonly name: string; readonly make: () => Promise<void> };

export type Stage = AsyncDisposable & {
  /** Where whoever comes last opens it, when `end` is over. */
  readonly store: StorePlace;
  readonly log: string;
  readonly line: TcpProxy;
  /** Whether processes write to the store themselves, so that one that stands still can keep the others waiting. */
  readonly waitsForOthers: boolean;
  /** What is done to the store itself. */
  readonly faults: readonly Fault[];
  start(options: Omit<ChildOptions, 'store' | 'log'>): ChildProcess;
  /** Ends what is no process of the run; answers what went wrong. */
  end(): Promise<readonly string[]>;
};

export type StageOptions = {
  readonly kinds: KindsOf;
  readonly leaseMs: number;
  /** Whether the store gets a server of its own, where there is one, that is crashed and started again. */
  readonly isLong: boolean;
  readonly sleep: (ms: number) => Promise<void>;
};

/** Processes that share a PostgreSQL database. */
export async function postgresStage({ isLong }: StageOptions): Promise<Stage> {
  const own = isLong && !cannotRunPostgres ? await ownPostgres() : undefined;
  const place = await freshPlace(own === undefined ? 'postgres' : 'sqlite'); // of which only the log is used
  const store: StorePlace = own === undefined ? place.store : { url: own.url, schema: 'millrace' };
  if (!('url' in store)) throw new Error('it has no address');
  const line = await proxyTo(store.url);
  const through: Place = { ...store, url: line.url };
  const database = new URL(store.url).pathname.slice(1);
  const restart: Fault =
    own === undefined
      ? {
          name: 'connections terminated',
          // What PostgreSQL does to its clients when it is restarted.
          make: async () => {
            const sql = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`;
            await runSql(sql);
          },
        }
      : { name: 'store restarted', make: () => own.restart() };
  return {
    ...{ store, log: place.log, line, waitsForOthers: true, faults: [restart] },
    start: (options) => startChild({ ...options, store: through, log: place.log }),
    end: async () => [],
    [Symbol.asyncDispose]: async () => {
      await line[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
      await own?.[Symbol.asyncDispose]();
    },
  };
}

/** A whole server that owns an SQLite file, and processes that get their jobs from it. */
export async function sqliteStage({ kinds, leaseMs, sleep }: StageOptions): Promise<Stage> {
  const place = await freshPlace('sqlite');
  if (!('directory' in place.store)) throw new Error('it has no directory');
  const environment = { MILLRACE_AUTH: 'off', PORT: String(await freePort()) };
  const server = new ServerProcess({ data: place.store.directory, environment });
  await server.start();
  await declare(server.url, kinds, leaseMs);
  const line = await proxyTo(server.url);
  const restarted: Fault = {
    name: 'store restarted',
    make: async () => {
      await server.kill();
      await server.start();
    },
  };
  const frozen: Fault = {
    name: 'store stopped past the leases',
    make: async () => {
      process.kill(server.pid, 'SIGSTOP');
      await sleep(leaseMs * 1.5);
      process.kill(server.pid, 'SIGCONT');
    },
  };
  return {
    ...{ store: place.store, log: place.log, line, waitsForOthers: false, faults: [restarted, frozen] },
    start: (options) => startChild({ ...options, store: { server: line.url }, log: place.log }),
    end: async () => {
      const code = await server.stop();
      return code === 0 ? [] : [`the server ended with ${code} on SIGTERM:\n${server.output}`];
    },
    [Symbol.asyncDispose]: async () => {
      await line[Symbol.asyncDispose]();
      await server.kill();
      await place[Symbol.asyncDispose]();
    },
  };
}

async function declare(url: string, kinds: KindsOf, leaseMs: number): Promise<void> {
  const http = kindsOf(createHttp({ url }));
  for (const [kind, { backoff, keyLimit, maxWaiting }] of Object.entries(kinds))
    await http.set(kind, {
      lease: formatDuration(leaseMs),
      ...(backoff !== undefined && {
        backoff: { first: formatDuration(backoff.firstMs), longest: formatDuration(backoff.longestMs) },
      }),
      ...(keyLimit !== undefined && { keyLimit }),
      ...(maxWaiting !== undefined && { maxWaiting }),
    });
}
