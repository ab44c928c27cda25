/** Batches in trouble: broken connections, deadlocks, values that the database does not take. */
import { describe, expect, it } from 'vitest';
import { freshSchema, postgresAnswers, runSql } from '../../../test/fresh-postgres.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import { add, type CommitVerdict, isAbsent, isEqual, put, set } from '../../store/unit.ts';
import { aMachine, guarded, machine, output, unit } from '../../testing/store-conformance/parts.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place);
const versions = (rows: readonly { readonly version: number }[]): number[] => rows.map(({ version }) => version);
const wins = (verdicts: readonly (readonly CommitVerdict[])[]): number =>
  verdicts.flat().filter((verdict) => verdict === 'ok').length;

describe.skipIf(!postgresAnswers)('a PostgreSQL store in trouble', () => {
  const terminate = (pid: number) => runSql(`SELECT pg_terminate_backend(${pid})`);

  it('writes and reads again after every connection was killed', async () => {
    await using db = freshSchema();
    const store = await db.open();
    await store.commit([unit(put(machine, aMachine({ id: 1 })))]);
    await runSql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'millrace' AND query LIKE '%${db.schema}%' OR query = 'COMMIT' AND application_name = 'millrace'`,
    );
    expect(await store.commit([unit(put(machine, aMachine({ id: 2 })))])).toEqual(['ok']);
    expect(await store.select(machine, { limit: 10 })).toHaveLength(2);
  });

  it('tries again when the connection breaks before the batch was sent', async () => {
    await using db = freshSchema();
    const store = await db.open();
    await store.commit([unit(put(machine, aMachine({ id: 1, version: 1 })))]);
    const other = await db.someoneElse();
    await other.query(`BEGIN; UPDATE "${db.schema}".conformance_machine SET version = version`);
    const commit = store.commit([guarded([isEqual(machine, [1], ['version', 1])], set(machine, [1], { version: 2 }))]);
    await terminate(await db.blockedBackend());
    await other.query('COMMIT');
    expect(await commit).toEqual(['ok']);
    expect((await store.get(machine, [1]))?.version).toBe(2);
  });

  it('gives up a transaction in which this process stood still, so that others need not wait, and tries it again', async () => {
    await using db = freshSchema();
    const store = await db.open();
    await store.commit([unit(put(machine, aMachine({ id: 1, version: 1 })))]);
    const other = await db.someoneElse();
    await other.query(`BEGIN; UPDATE "${db.schema}".conformance_machine SET version = version`);
    const commit = store.commit([guarded([isEqual(machine, [1], ['version', 1])], set(machine, [1], { version: 2 }))]);
    const pid = await db.blockedBackend();
    const committed = other.query('COMMIT'); // now the batch has its lock, and nobody who reads the answer
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_500);
    await committed;
    expect(await runSql(`SELECT 1 FROM pg_stat_activity WHERE pid = ${pid}`)).toEqual([]);
    expect(await commit).toEqual(['ok']);
    expect((await store.get(machine, [1]))?.version).toBe(2);
  });

  it('fails a batch whose fate nobody knows, and writes the next', async () => {
    await using db = freshSchema();
    const store = await db.open();
    await store.commit([unit(put(machine, aMachine({ id: 1, version: 1 })))]);
    const other = await db.someoneElse();
    await other.query(`BEGIN; UPDATE "${db.schema}".conformance_machine SET version = version`);
    const commit = store.commit([unit(set(machine, [1], { version: 2 }))]);
    const failed = expect(commit).rejects.toSatisfy((error) => isMillraceError(error, 'store.write-failed'));
    const pid = await db.blockedBackend();
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
    await using db = freshSchema();
    const store = await db.open();
    await store.commit([unit(...[1, 2].map((id) => put(machine, aMachine({ id, version: 0 }))))]);
    const other = await db.someoneElse();
    const table = `"${db.schema}".conformance_machine`;
    await other.query(`SET deadlock_timeout = '60s'`); // so that the store is the one that is given up
    await other.query(`BEGIN; UPDATE ${table} SET version = version + 10 WHERE id = 2`);
    const commit = store.commit([
      guarded(guards, set(machine, [1], { version: 1 }), set(machine, [2], { version: 1 })),
      guarded([isEqual(output, ['press', 1], ['good', 0])], set(machine, [1], { order: 'never' })),
    ]);
    await db.blockedBackend();
    await other.query(`UPDATE ${table} SET version = version + 10 WHERE id = 1`);
    await other.query('COMMIT');
    expect(await commit).toEqual(['ok', 'conflict']);
    expect(versions(await store.select(machine, { limit: 10 }))).toEqual([1, 1]);
  });

  it('starts a batch again that has read behind one that then failed', async () => {
    await using db = freshSchema();
    const store = await db.open();
    const other = await db.someoneElse();
    await other.query(
      `BEGIN; INSERT INTO "${db.schema}".conformance_machine (id, state, version, weight) VALUES (5, 'theirs', 1, 0)`,
    );
    const first = store.commit([
      guarded([isAbsent(machine, [5])], put(machine, aMachine({ id: 5 }))), // waits for the other insert
      unit(put(machine, aMachine({ id: 1, version: 1 }))),
    ]);
    await db.blockedBackend();
    const second = store.commit([guarded([isEqual(machine, [1], ['version', 1])], set(machine, [1], { version: 2 }))]);
    const third = store.commit([guarded([isEqual(machine, [1], ['version', 2])], set(machine, [1], { version: 3 }))]);
    await store.get(machine, [1]); // by now the second batch is on its way
    await other.query('COMMIT');
    expect(await Promise.all([first, second, third])).toEqual([['conflict', 'ok'], ['ok'], ['ok']]);
    expect((await store.get(machine, [1]))?.version).toBe(3);
    expect((await store.get(machine, [5]))?.state).toBe('theirs');
  });

  it('fails the one unit that the database does not take, and no neighbour', async () => {
    await using db = freshSchema();
    const store = await db.open();
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
});
