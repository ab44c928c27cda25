/** What only a store that several processes share can do wrong, and how it says that the server is in trouble. */
import { describe, expect, it } from 'vitest';
import { type FreshSchema, freshSchema, postgresAnswers, runSql } from '../../../test/fresh-postgres.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import { defineFamily } from '../../store/family.ts';
import { LOG_START, type Store } from '../../store/store.ts';
import { add, append, type CommitVerdict, isAbsent, isEqual, put, remove, set, type Unit } from '../../store/unit.ts';
import { aMachine, followAll, guarded, journal, machine, output, unit } from '../../testing/store-conformance/parts.ts';
import { loadDriver } from './driver.ts';
import { openPostgresStore } from './postgres-store.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place);
const versions = (rows: readonly { readonly version: number }[]): number[] => rows.map(({ version }) => version);
const wins = (verdicts: readonly (readonly CommitVerdict[])[]): number =>
  verdicts.flat().filter((verdict) => verdict === 'ok').length;

/** Two processes, which both find no tables. */
const openTwo = (db: FreshSchema): Promise<readonly [Store, Store]> => Promise.all([db.open(), db.open()]);

describe.skipIf(!postgresAnswers)('several processes on one PostgreSQL store', () => {
  it('lets one process win per key when all want to be the first', async () => {
    await using db = freshSchema();
    const stores = await openTwo(db);
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
    await using db = freshSchema();
    const [own, other] = await openTwo(db);
    const chain = (id: number): Unit[] =>
      upTo(40).map((version) =>
        version === 0
          ? guarded([isAbsent(machine, [id])], put(machine, aMachine({ id, version })))
          : guarded([isEqual(machine, [id], ['version', version - 1])], set(machine, [id], { version })),
      );
    const contested = (id: number) => guarded([isAbsent(machine, [id])], put(machine, aMachine({ id })));
    const calls: Promise<readonly CommitVerdict[]>[] = [];
    const races: Promise<readonly CommitVerdict[]>[] = [];
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
    await using db = freshSchema();
    const [first, second] = await openTwo(db);
    for (let id = 0; id < 40; id++) {
      const waiting = guarded([isAbsent(output, ['message', id])], put(machine, aMachine({ id })));
      const message = guarded([isAbsent(machine, [id])], add(output, ['message', id], { good: 1 }));
      const verdicts = await Promise.all([first.commit([waiting]), second.commit([message])]);
      expect(wins(verdicts)).toBe(1);
    }
  });

  it('moves a row from one version to the next once', async () => {
    await using db = freshSchema();
    const stores = await openTwo(db);
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
    await using db = freshSchema();
    const stores = await openTwo(db);
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
    await using db = freshSchema();
    const stores = await openTwo(db);
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
    await using db = freshSchema();
    const store = await db.open();
    const other = await db.someoneElse();
    await other.query(`BEGIN; INSERT INTO "${db.schema}".conformance_journal (subject, at) VALUES ('slow', 1)`);
    await store.commit([unit(append(journal, { subject: 'quick', at: 2, body: null }))]);
    expect(await store.tail(journal, LOG_START, 10)).toEqual({ rows: [], cursor: LOG_START });
    expect(await store.end(journal)).toBe(LOG_START);
    await other.query('COMMIT');
    const rows = await followAll(store, 2);
    expect(rows.map(({ at }) => at)).toEqual([1, 2]);
  });
});

describe.skipIf(!postgresAnswers)('a PostgreSQL store', () => {
  it('gives up a read that takes too long', async () => {
    await using db = freshSchema();
    const store = await db.open({ readTimeoutMs: 100 });
    const other = await db.someoneElse();
    await other.query(`BEGIN; LOCK TABLE "${db.schema}".conformance_machine IN ACCESS EXCLUSIVE MODE`);
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
});

describe.skipIf(!postgresAnswers)('the clock of a PostgreSQL store', () => {
  it('is the database’s, and never goes back', async () => {
    await using db = freshSchema();
    const store = await db.open();
    const [row] = await runSql('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms');
    const now = store.now();
    expect(Math.abs(now - Number(row?.ms))).toBeLessThan(2_000);
    expect(Number.isSafeInteger(now)).toBe(true);
    expect(upTo(1_000).every(() => store.now() >= now)).toBe(true);
  });
});

describe.skipIf(!postgresAnswers)('the families of a PostgreSQL store', () => {
  it('may hold key columns only', async () => {
    const seen = defineFamily({
      name: 'seen',
      columns: { consumer: 'text', message: 'text' },
      key: ['consumer', 'message'],
    });
    await using db = freshSchema();
    const store = await db.open({ families: [seen] });
    const one = { consumer: 'mail', message: '1' };
    expect(
      await store.commit([unit(put(seen, one)), unit(put(seen, one)), unit(add(seen, ['mail', '1'], {}))]),
    ).toEqual(['ok', 'ok', 'ok']);
    expect(await store.select(seen, { limit: 10 })).toEqual([one]);
    await store.commit([unit(remove(seen, ['mail', '1']))]);
    expect(await store.select(seen, { limit: 10 })).toEqual([]);
  });
});
