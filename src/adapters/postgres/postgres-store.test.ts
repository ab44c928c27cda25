/** What only PostgreSQL can do wrong: several processes, broken connections, locks, schemas of other releases. */
import { Client } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { postgresAnswers, postgresUrl, removeSchema, runSql, someSchema } from '../../../test/fresh-postgres.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import { defineFamily, type Family } from '../../store/family.ts';
import { LOG_START, type Store } from '../../store/store.ts';
import { add, append, type CommitVerdict, isAbsent, isEqual, put, remove, set, type Unit } from '../../store/unit.ts';
import {
  aMachine,
  conformanceFamilies,
  followAll,
  guarded,
  journal,
  machine,
  output,
  unit,
} from '../../testing/store-conformance/parts.ts';
import { loadDriver } from './driver.ts';
import { openPostgresStore, type PostgresStoreOptions } from './postgres-store.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function freshSchema(): string {
  const schema = someSchema();
  cleanUps.push(() => removeSchema(schema));
  return schema;
}

async function openStore(options: Partial<PostgresStoreOptions> & { readonly schema: string }): Promise<Store> {
  const store = await openPostgresStore({ url: postgresUrl, families: conformanceFamilies, poolSize: 3, ...options });
  cleanUps.push(() => store.close());
  return store;
}

/** A transaction of somebody else, held open as long as a test likes. */
async function someoneElse(): Promise<Client> {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  cleanUps.push(() => client.end());
  return client;
}

/** Waits until a connection of the store waits for a lock on one of the schema's tables; answers its process id. */
async function blockedBackend(schema: string): Promise<number> {
  for (;;) {
    const [row] = await runSql(
      `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'millrace' AND query LIKE '%"${schema}"%'`,
    );
    if (row !== undefined) return Number(row.pid);
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place);
const versions = (rows: readonly { readonly version: number }[]): number[] => rows.map(({ version }) => version);
const wins = (verdicts: readonly (readonly CommitVerdict[])[]): number =>
  verdicts.flat().filter((verdict) => verdict === 'ok').length;

describe.skipIf(!postgresAnswers)('several processes on one PostgreSQL store', () => {
  async function openTwo(): Promise<readonly [Store, Store]> {
    const schema = freshSchema();
    return Promise.all([openStore({ schema }), openStore({ schema })]); // both create the tables
  }

  it('lets one process win per key when all want to be the first', async () => {
    const stores = await openTwo();
    const calls = upTo(400).map((call) =>
      stores[call % 2 === 0 ? 0 : 1].commit([
        guarded([isAbsent(machine, [call >> 1])], put(machine, aMachine({ id: call >> 1, version: call % 2 }))),
      ]),
    );
    const verdicts = await Promise.all(calls);
    expect(wins(verdicts)).toBe(200);
    const rows = await stores[0].select(machine, { limit: 1_000 });
    expect(rows.every(({ id, version }) => verdicts[id * 2 + version]?.[0] === 'ok')).toBe(true);
  });

  it('keeps the order of calls when a batch has to be tried again', async () => {
    const [own, other] = await openTwo();
    const chain = (id: number): Unit[] =>
      upTo(40).map((version) =>
        version === 0
          ? guarded([isAbsent(machine, [id])], put(machine, aMachine({ id, version })))
          : guarded([isEqual(machine, [id], ['version', version - 1])], set(machine, [id], { version })),
      );
    const contested = (id: number) => guarded([isAbsent(machine, [id])], put(machine, aMachine({ id })));
    const calls: Promise<CommitVerdict[]>[] = [];
    const races: Promise<CommitVerdict[]>[] = [];
    for (let round = 0; round < 15; round++) {
      const id = 1_000_000 + round;
      for (const [step, one] of chain(id).entries()) {
        calls.push(own.commit([one]));
        races.push(own.commit([contested(round * 100 + step)]), other.commit([contested(round * 100 + step)]));
        if (step % 8 === 0) await other.reserveIds(1); // lets batches of different sizes go
      }
    }
    expect(wins(await Promise.all(calls))).toBe(15 * 40);
    expect(wins(await Promise.all(races))).toBe(15 * 40);
    const rows = await own.select(machine, { where: { id: { gte: 1_000_000 } }, limit: 100 });
    expect(versions(rows)).toEqual(upTo(15).map(() => 39));
  });

  it('does not let two processes each rely on the absence of what the other one puts', async () => {
    const [first, second] = await openTwo();
    for (let id = 0; id < 40; id++) {
      const waiting = guarded([isAbsent(output, ['message', id])], put(machine, aMachine({ id })));
      const message = guarded([isAbsent(machine, [id])], add(output, ['message', id], { good: 1 }));
      const verdicts = await Promise.all([first.commit([waiting]), second.commit([message])]);
      expect(wins(verdicts)).toBe(1);
    }
  });

  it('moves a row from one version to the next once', async () => {
    const stores = await openTwo();
    await stores[0].commit([unit(put(machine, aMachine({ id: 1, version: 0 })))]);
    let moves = 0;
    const mover = async (store: Store) => {
      for (let turn = 0; turn < 60; turn++) {
        const version = (await store.get(machine, [1]))?.version ?? -1;
        const verdicts = await store.commit([
          guarded([isEqual(machine, [1], ['version', version])], set(machine, [1], { version: version + 1 })),
        ]);
        moves += wins([verdicts]);
      }
    };
    await Promise.all(stores.map(mover));
    expect((await stores[1].get(machine, [1]))?.version).toBe(moves);
    expect(moves).toBeGreaterThan(59);
  });

  it('loses no addition and no row when the processes write the same rows in different orders', async () => {
    const stores = await openTwo();
    const calls = upTo(200).map((call) => {
      const ids = call % 2 === 0 ? [1, 2, 3] : [3, 2, 1];
      const writes = ids.flatMap((id) => [
        add(output, ['press', id], { good: 1 }),
        put(machine, aMachine({ id, version: call })),
      ]);
      return stores[call % 2 === 0 ? 0 : 1].commit([unit(...writes)]);
    });
    expect(wins(await Promise.all(calls))).toBe(200);
    const rows = await stores[0].select(output, { limit: 10 });
    expect(rows.map(({ good }) => good)).toEqual([200, 200, 200]);
  });

  it('reserves ids and gives rows to one process only', async () => {
    const stores = await openTwo();
    const firsts = await Promise.all(upTo(60).map((call) => stores[call % 2 === 0 ? 0 : 1].reserveIds(10)));
    expect(new Set(firsts.map((first) => Math.floor((first - 1) / 10))).size).toBe(60);
    await stores[0].commit([unit(...upTo(200).map((id) => put(machine, aMachine({ id }))))]);
    const claims = await Promise.all(
      upTo(40).map((call) =>
        stores[call % 2 === 0 ? 0 : 1].claim(machine, {
          where: { state: 'ready' },
          order: ['version', 'id'],
          limit: 10,
          set: { state: 'leased' },
        }),
      ),
    );
    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('hides the rows of a log behind those of a transaction that is still open', async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    const other = await someoneElse();
    await other.query(`BEGIN; INSERT INTO "${schema}".conformance_journal (subject, at) VALUES ('slow', 1)`);
    await store.commit([unit(append(journal, { subject: 'quick', at: 2, body: null }))]);
    expect(await store.tail(journal, LOG_START, 10)).toEqual({ rows: [], cursor: LOG_START });
    expect(await store.end(journal)).toBe(LOG_START);
    await other.query('COMMIT');
    const rows = await followAll(store, 2);
    expect(rows.map(({ at }) => at)).toEqual([1, 2]);
  });
});

describe.skipIf(!postgresAnswers)('a PostgreSQL store in trouble', () => {
  const terminate = (pid: number) => runSql(`SELECT pg_terminate_backend(${pid})`);

  it('writes and reads again after every connection was killed', async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    await store.commit([unit(put(machine, aMachine({ id: 1 })))]);
    await runSql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'millrace' AND query LIKE '%${schema}%' OR query = 'COMMIT' AND application_name = 'millrace'`,
    );
    expect(await store.commit([unit(put(machine, aMachine({ id: 2 })))])).toEqual(['ok']);
    expect(await store.select(machine, { limit: 10 })).toHaveLength(2);
  });

  it('tries again when the connection breaks before the batch was sent', async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    await store.commit([unit(put(machine, aMachine({ id: 1, version: 1 })))]);
    const other = await someoneElse();
    await other.query(`BEGIN; UPDATE "${schema}".conformance_machine SET version = version`);
    const commit = store.commit([guarded([isEqual(machine, [1], ['version', 1])], set(machine, [1], { version: 2 }))]);
    await terminate(await blockedBackend(schema));
    await other.query('COMMIT');
    expect(await commit).toEqual(['ok']);
    expect((await store.get(machine, [1]))?.version).toBe(2);
  });

  it('fails a batch whose fate nobody knows, and writes the next', async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    await store.commit([unit(put(machine, aMachine({ id: 1, version: 1 })))]);
    const other = await someoneElse();
    await other.query(`BEGIN; UPDATE "${schema}".conformance_machine SET version = version`);
    const commit = store.commit([unit(set(machine, [1], { version: 2 }))]);
    const failed = expect(commit).rejects.toSatisfy((error) => isMillraceError(error, 'store.write-failed'));
    const pid = await blockedBackend(schema);
    const next = store.commit([unit(add(output, ['press', 1], { good: 1 }))]);
    await terminate(pid);
    await other.query('COMMIT');
    await failed;
    expect(await next).toEqual(['ok']);
    expect((await store.get(machine, [1]))?.version).toBe(1);
    expect((await store.get(output, ['press', 1]))?.good).toBe(1);
  });

  it.each([
    { phase: 'looks at guarded rows', guards: [1, 2].map((id) => isEqual(machine, [id], ['state', 'ready'])) },
    { phase: 'writes', guards: [] },
  ])('tries a batch again that the database gave up because of a deadlock while it $phase', async ({ guards }) => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    await store.commit([unit(...[1, 2].map((id) => put(machine, aMachine({ id, version: 0 }))))]);
    const other = await someoneElse();
    const table = `"${schema}".conformance_machine`;
    await other.query(`SET deadlock_timeout = '60s'`); // so that the store is the one that is given up
    await other.query(`BEGIN; UPDATE ${table} SET version = version + 10 WHERE id = 2`);
    const commit = store.commit([
      guarded(guards, set(machine, [1], { version: 1 }), set(machine, [2], { version: 1 })),
      guarded([isEqual(output, ['press', 1], ['good', 0])], set(machine, [1], { order: 'never' })),
    ]);
    await blockedBackend(schema);
    await other.query(`UPDATE ${table} SET version = version + 10 WHERE id = 1`);
    await other.query('COMMIT');
    expect(await commit).toEqual(['ok', 'conflict']);
    expect(versions(await store.select(machine, { limit: 10 }))).toEqual([1, 1]);
  });

  it('starts a batch again that has read behind one that then failed', async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    const other = await someoneElse();
    await other.query(
      `BEGIN; INSERT INTO "${schema}".conformance_machine (id, state, version, weight) VALUES (5, 'theirs', 1, 0)`,
    );
    const first = store.commit([
      guarded([isAbsent(machine, [5])], put(machine, aMachine({ id: 5 }))), // waits for the other insert
      unit(put(machine, aMachine({ id: 1, version: 1 }))),
    ]);
    await blockedBackend(schema);
    const second = store.commit([guarded([isEqual(machine, [1], ['version', 1])], set(machine, [1], { version: 2 }))]);
    const third = store.commit([guarded([isEqual(machine, [1], ['version', 2])], set(machine, [1], { version: 3 }))]);
    await store.get(machine, [1]); // by now the second batch is on its way
    await other.query('COMMIT');
    expect(await Promise.all([first, second, third])).toEqual([['conflict', 'ok'], ['ok'], ['ok']]);
    expect((await store.get(machine, [1]))?.version).toBe(3);
    expect((await store.get(machine, [5]))?.state).toBe('theirs');
  });

  it('fails the one unit that the database does not take, and no neighbour', async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    const tooLongForAnIndex = upTo(4_000)
      .map((place) => String.fromCodePoint(0x4e00 + ((place * 7_919) % 20_000)))
      .join('');
    const calls = upTo(40).map((shift) => {
      const line = shift === 17 ? tooLongForAnIndex : 'press';
      const before = shift === 0 ? [] : [isEqual(machine, [1], ['version', shift - 1])];
      const moves = put(machine, aMachine({ id: 1, version: shift }));
      return store.commit([
        { guards: shift === 18 ? [] : before, writes: [moves, add(output, [line, shift], { good: 1 })] },
      ]);
    });
    const results = await Promise.allSettled(calls);
    const rejected = results.flatMap((result, place) => (result.status === 'rejected' ? [place] : []));
    expect(rejected).toEqual([17]);
    expect(wins(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])))).toBe(39);
    expect(await store.select(output, { limit: 100 })).toHaveLength(39);
    expect((await store.get(machine, [1]))?.version).toBe(39);
    const failed = results[17];
    expect(failed?.status === 'rejected' && isMillraceError(failed.reason, 'store.write-failed')).toBe(true);
  });

  it('gives up a read that takes too long', async () => {
    const schema = freshSchema();
    const store = await openStore({ schema, readTimeoutMs: 100 });
    const other = await someoneElse();
    await other.query(`BEGIN; LOCK TABLE "${schema}".conformance_machine IN ACCESS EXCLUSIVE MODE`);
    await expect(store.get(machine, [1])).rejects.toSatisfy((error) => isMillraceError(error, 'store.query-too-slow'));
    await other.query('ROLLBACK');
    expect(await store.get(machine, [1])).toBeUndefined();
  });

  it('says so when the server is not there', async () => {
    const nowhere = openPostgresStore({ url: 'postgres://postgres@127.0.0.1:9/test', families: [] });
    await expect(nowhere).rejects.toSatisfy((error) => isMillraceError(error, 'store.unreachable'));
  });

  it('names the package that is missing', async () => {
    const missing = loadDriver(() => Promise.reject(new Error("Cannot find package 'pg'")));
    await expect(missing).rejects.toThrow('The package "pg" is needed for the PostgreSQL store');
  });

  it('refuses a cursor that it never gave', async () => {
    const store = await openStore({ schema: freshSchema() });
    for (const cursor of ['12', 'x.1', '1.2.3', "1.2'; --"]) {
      await expect(store.tail(journal, cursor, 1)).rejects.toSatisfy((error) =>
        isMillraceError(error, 'store.cursor-malformed'),
      );
    }
  });
});

describe.skipIf(!postgresAnswers)('the tables of a PostgreSQL store', () => {
  const before = defineFamily({ name: 'grown', columns: { id: 'integer', name: 'text' }, key: ['id'] });
  const after = defineFamily({
    name: 'grown',
    columns: { id: 'integer', name: 'text', dueAt: 'integer?', tries: 'integer', weight: 'real', note: 'text' },
    key: ['id'],
    indexes: [{ columns: ['dueAt', 'id'] }, { columns: ['id'], where: { column: 'name', is: "O'Neil" } }],
  });

  it('gain what a later release adds, while the earlier one goes on', async () => {
    const schema = freshSchema();
    const earlier = await openStore({ schema, families: [before] });
    await earlier.commit([unit(put(before, { id: 1, name: 'old' }))]);
    const later = await openStore({ schema, families: [after, machine] });
    const start = { dueAt: null, tries: 0, weight: 0, note: '' };
    expect(await later.get(after, [1])).toEqual({ id: 1, name: 'old', ...start });
    await later.commit([unit(put(after, { id: 2, name: "O'Neil", dueAt: 5, tries: 1, weight: 0.5, note: 'x' }))]);
    await earlier.commit([unit(put(before, { id: 3, name: 'older' }), set(before, [2], { name: 'kept' }))]);
    expect(await later.select(after, { limit: 10 })).toEqual([
      { id: 1, name: 'old', ...start },
      { id: 2, name: 'kept', dueAt: 5, tries: 1, weight: 0.5, note: 'x' },
      { id: 3, name: 'older', ...start },
    ]);
    const indexes = await runSql(
      `SELECT indexdef FROM pg_indexes WHERE schemaname = '${schema}' AND tablename = 'grown'`,
    );
    expect(indexes).toHaveLength(3);
    await openStore({ schema, families: [after] });
    expect(
      await runSql(`SELECT indexdef FROM pg_indexes WHERE schemaname = '${schema}' AND tablename = 'grown'`),
    ).toEqual(indexes);
  });

  it('are refused to a release that is older than they are', async () => {
    const schema = freshSchema();
    await openStore({ schema });
    await runSql(`UPDATE "${schema}".millrace_schema SET version = 99`);
    await expect(openStore({ schema })).rejects.toSatisfy((error) => isMillraceError(error, 'store.newer-schema'));
  });

  it('are vacuumed by the number of changes where work is picked by a partial index', async () => {
    const schema = freshSchema();
    await openStore({ schema });
    const options = async (table: string) =>
      (await runSql(`SELECT reloptions::text AS options FROM pg_class WHERE oid = '"${schema}".${table}'::regclass`))[0]
        ?.options;
    expect(await options('conformance_machine')).toContain('autovacuum_vacuum_threshold=5000');
    expect(await options('conformance_output')).not.toContain('autovacuum');
  });

  it('show their logs from the beginning after they were restored into another server', async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    await store.commit([1, 2, 3].map((at) => unit(append(journal, { subject: 'press', at, body: null }))));
    await runSql(`UPDATE "${schema}".conformance_journal SET commit_xid = '999999999999'`);
    expect((await store.tail(journal, LOG_START, 10)).rows).toEqual([]);
    const restored = await openStore({ schema });
    expect((await followAll(restored, 3)).map(({ at }) => at)).toEqual([1, 2, 3]);
  });

  it('are read by the index that holds waiting rows only', async () => {
    const schema = freshSchema();
    const store = await openStore({ schema });
    const rows = upTo(5_000).map((id) => put(machine, aMachine({ id, state: id % 500 === 0 ? 'ready' : 'done' })));
    await store.commit([unit(...rows)]);
    await runSql(`ANALYZE "${schema}".conformance_machine`);
    const claim = () =>
      store.claim(machine, { where: { state: 'ready' }, order: ['version', 'id'], limit: 1, set: { dueAt: 1 } });
    for (let turn = 0; turn < 20; turn++) await claim();
    await store.close(); // a connection tells its statistics when it ends
    const [index] = await runSql(
      `SELECT idx_scan::integer AS used FROM pg_stat_user_indexes WHERE schemaname = '${schema}' AND indexrelname = 'conformance_machine_version_id_state_ready_idx'`,
    );
    expect(index).toEqual({ used: 20 });
  });
});

describe.skipIf(!postgresAnswers)('the clock of a PostgreSQL store', () => {
  it('is the database’s, and never goes back', async () => {
    const store = await openStore({ schema: freshSchema() });
    const [row] = await runSql('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms');
    const now = store.now();
    expect(Math.abs(now - Number(row?.ms))).toBeLessThan(2_000);
    expect(Number.isSafeInteger(now)).toBe(true);
    expect(upTo(1_000).every(() => store.now() >= now)).toBe(true);
  });
});

describe.skipIf(!postgresAnswers)('the families of a PostgreSQL store', () => {
  it('may hold key columns only', async () => {
    const seen: Family<{ consumer: 'text'; message: 'text' }> = defineFamily({
      name: 'seen',
      columns: { consumer: 'text', message: 'text' },
      key: ['consumer', 'message'],
    });
    const store = await openStore({ schema: freshSchema(), families: [seen] });
    const one = { consumer: 'mail', message: '1' };
    expect(
      await store.commit([unit(put(seen, one)), unit(put(seen, one)), unit(add(seen, ['mail', '1'], {}))]),
    ).toEqual(['ok', 'ok', 'ok']);
    expect(await store.select(seen, { limit: 10 })).toEqual([one]);
    await store.commit([unit(remove(seen, ['mail', '1']))]);
    expect(await store.select(seen, { limit: 10 })).toEqual([]);
  });
});
