/** Looking for jobs in real stores: every page in its order, nothing twice and nothing left out. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { jobFamilies } from '../../src/jobs/families.ts';
import { childFamily } from '../../src/jobs/flow.ts';
import { JOB_STATES, type JobRow, jobFamily, newJobRow } from '../../src/jobs/job.ts';
import { type JobFilter, type Place, searchJobs } from '../../src/jobs/search.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { JobId } from '../../src/kernel/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { put } from '../../src/store/unit.ts';
import { freshSchema, postgresAnswers } from '../fresh-postgres.ts';

const COUNT = 900;
const KINDS = ['a', 'b', 'c'];
const START = Date.UTC(2026, 0, 5);

/** Jobs of all kinds and states, by their ids; the first is the parent of every tenth. */
const rows: readonly JobRow[] = Array.from({ length: COUNT }, (_, n): JobRow => {
  const state = JOB_STATES[n % JOB_STATES.length] as JobRow['state'];
  const hasEnded = ['done', 'dead', 'quarantined', 'cancelled'].includes(state);
  const key = n % 4 === 0 ? `line-${n % 3}` : undefined;
  const job = { id: (n + 1) as JobId, kind: KINDS[n % 3] as string, payload: n, priority: n % 5, ...(key && { key }) };
  return {
    ...newJobRow(job, START),
    state,
    dueAt: START + ((n * 7) % 50),
    parent: n % 10 === 9 ? 1 : null,
    ...(hasEnded && { settledAt: START + ((n * 13) % 40) }),
    ...(state === 'leased' && { leaseUntil: START + ((n * 11) % 30), worker: `w-${n % 2}` }),
  };
});

const FILTERS: readonly JobFilter[] = [
  {},
  ...JOB_STATES.map((state) => ({ state })),
  ...JOB_STATES.map((state) => ({ state, kind: 'b' })),
  ...[{ kind: 'a' }, { key: 'line-1' }, { worker: 'w-1' }, { parent: 1 }, { parent: 1, kind: 'a' }],
  ...[{ state: 'blocked', key: 'line-0' } as const, { state: 'blocked', kind: 'c', key: 'line-1' } as const],
  ...[{ state: 'dead', before: START + 20 } as const, { before: START }],
];

const fits = (row: JobRow, { before, ...filter }: JobFilter): boolean =>
  Object.entries(filter).every(([name, value]) => row[name as keyof JobRow] === value) &&
  (before === undefined || (row.settledAt ?? row.createdAt) < before);

async function openSqlite(): Promise<AsyncDisposable & { readonly store: Store }> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-search-'));
  const store = await openSqliteStore({ directory, families: jobFamilies, clock: systemClock });
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function openPostgres(): Promise<AsyncDisposable & { readonly store: Store }> {
  const db = freshSchema();
  const store = await db.open({ families: jobFamilies, clock: systemClock });
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await db[Symbol.asyncDispose]();
    },
  };
}

const stores = [
  { name: 'SQLite', open: openSqlite, isMissing: false },
  { name: 'PostgreSQL', open: openPostgres, isMissing: !postgresAnswers },
];

describe.each(stores)('jobs in $name', ({ open, isMissing }) => {
  it.skipIf(isMissing)('are all found, each once, whatever is asked for', async () => {
    await using opened = await open();
    const { store } = opened;
    const children = rows.filter(({ parent }) => parent !== null);
    await store.commit([
      ...rows.map((row) => ({ guards: [], writes: [put(jobFamily, row)] })),
      { guards: [], writes: children.map(({ id }) => put(childFamily, { parent: 1, child: id })) },
    ]);
    for (const filter of FILTERS) {
      const found: number[] = [];
      let after: Place | undefined;
      do {
        const page = await searchJobs(store, filter, { limit: 17, after });
        found.push(...page.rows.map(({ id }) => id));
        after = page.next ?? undefined;
      } while (after !== undefined);
      const wanted = rows.filter((row) => fits(row, filter)).map(({ id }) => id);
      expect([filter, found.toSorted((a, b) => a - b)]).toEqual([filter, wanted]);
    }
  });
});
