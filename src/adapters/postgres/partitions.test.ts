/** Rows of a partitioned family lie in tables of a month each, whoever writes them and whatever was there before. */
import { describe, expect, it } from 'vitest';
import { type FreshSchema, freshSchema, postgresAnswers, runSql } from '../../../test/fresh-postgres.ts';
import { defineFamily, type RowOf } from '../../store/family.ts';
import { add, isAbsent, isEqual, put, remove, set } from '../../store/unit.ts';
import { guarded, unit } from '../../testing/store-conformance/parts.ts';
import { MAX_PARTITIONS } from './partition-keeper.ts';
import { monthOf, monthPart, partNamed, startOfMonth } from './partitions.ts';
import { tableOf } from './table.ts';

const declared = {
  name: 'reading',
  columns: { device: 'text', at: 'integer', body: 'json', count: 'integer' },
  key: ['device', 'at'],
} as const;
const reading = defineFamily({ ...declared, partition: { column: 'at', by: 'month' } });
/** As an earlier release had it. */
const before = defineFamily({ ...declared, columns: { ...declared.columns, body: 'text' } });

const DAY_MS = 86_400_000;
const jan = Date.UTC(2026, 0, 31, 23, 59, 59, 999);
const feb = jan + 1;
const mar = Date.UTC(2026, 2, 1);
const at = (instant: number, count = 0): RowOf<typeof reading> => ({
  device: 'press-1',
  at: instant,
  body: `{"t": ${instant}}`,
  count,
});

async function rowsByTable({ schema }: FreshSchema): Promise<Record<string, number>> {
  const rows = await runSql(
    `SELECT tableoid::regclass::text AS name, count(*)::int AS count FROM "${schema}".reading GROUP BY 1 ORDER BY 1`,
  );
  return Object.fromEntries(rows.map(({ name, count }) => [String(name).split('.').at(-1), Number(count)]));
}

describe('a month', () => {
  it('begins and ends where its calendar does, and is found again by the name of its table', () => {
    const table = tableOf(reading, 'plant');
    expect([jan, feb].map(monthOf)).toEqual([2026 * 12, 2026 * 12 + 1]);
    expect(startOfMonth(monthOf(feb))).toBe(feb);
    for (const month of [1970 * 12, monthOf(jan), 9999 * 12 + 11]) {
      const part = monthPart(table, month);
      expect(partNamed(table, part.name)).toEqual(part);
    }
    for (const name of ['reading_default', 'reading_old', 'other_y2026m01', 'reading_y2026m1'])
      expect(partNamed(table, name)).toBeUndefined();
  });

  it('is no way to keep a family apart whose key lacks it', () => {
    const wrong = defineFamily({ ...declared, partition: { column: 'count', by: 'month' } });
    const open = async () => {
      await using db = freshSchema();
      await db.open({ families: [wrong] });
    };
    return expect(open()).rejects.toThrow(/cannot be partitioned by count/);
  });
});

describe.skipIf(!postgresAnswers)('a partitioned family', () => {
  it('has a table for each month, made before its first row', async () => {
    await using db = freshSchema();
    const store = await db.open({ families: [reading] });
    await store.commit([unit(put(reading, at(jan)), put(reading, at(feb)), put(reading, at(mar)))]);
    await store.commit([unit(put(reading, at(jan - DAY_MS)), put(reading, at(feb + DAY_MS)))]);
    expect(await rowsByTable(db)).toEqual({ reading_y2026m01: 2, reading_y2026m02: 2, reading_y2026m03: 1 });
    const found = await store.select(reading, { where: { device: 'press-1', at: { gt: jan } }, limit: 10 });
    expect(found.map((row) => row.at)).toEqual([feb, feb + DAY_MS, mar]);
  });

  it('is guarded, changed and emptied like any other', async () => {
    await using db = freshSchema();
    const store = await db.open({ families: [reading] });
    const keys = [jan, feb, mar].map((instant) => ['press-1', instant] as const);
    await store.commit(keys.map((key) => guarded([isAbsent(reading, key)], put(reading, at(key[1])))));
    const verdicts = await store.commit([
      guarded([isAbsent(reading, ['press-1', jan])], put(reading, at(jan, 9))),
      guarded([isEqual(reading, ['press-1', feb], ['count', 0])], set(reading, ['press-1', feb], { count: 5 })),
      unit(put(reading, at(mar, 7)), add(reading, ['press-1', jan], { count: 2 })),
    ]);
    expect(verdicts).toEqual(['conflict', 'ok', 'ok']);
    expect((await store.getMany(reading, keys)).map((row) => row?.count)).toEqual([2, 5, 7]);
    await store.commit(keys.map((key) => unit(remove(reading, key))));
    expect(await store.select(reading, { limit: 10 })).toEqual([]);
  });

  it('takes rows of new months from several servers at once, and loses none', async () => {
    await using db = freshSchema();
    const stores = [await db.open({ families: [reading] }), await db.open({ families: [reading] })];
    const months = Array.from({ length: 24 }, (_, place) => Date.UTC(2020, place, 15));
    await Promise.all(
      stores.flatMap((store, which) =>
        months.map((instant) => store.commit([unit(put(reading, { ...at(instant), device: `press-${which}` }))])),
      ),
    );
    const tables = await rowsByTable(db);
    expect(Object.keys(tables)).toHaveLength(24);
    expect(new Set(Object.values(tables))).toEqual(new Set([2]));
  });

  it('keeps the order of commits while a table is made', async () => {
    await using db = freshSchema();
    const store = await db.open({ families: [reading] });
    await store.commit([unit(put(reading, at(jan, 0)))]);
    const commits: Promise<unknown>[] = [];
    for (const count of [1, 2]) {
      // The first has a row of a new month too, and is under way when the second comes.
      const more = count === 1 ? [put(reading, at(mar))] : [];
      commits.push(store.commit([unit(put(reading, at(jan, count)), ...more)]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(commits);
    expect((await store.get(reading, ['press-1', jan]))?.count).toBe(2);
  });

  it('keeps the rows of a month in the default while its table cannot be made', async () => {
    await using db = freshSchema();
    const store = await db.open({ families: [reading] });
    const other = await db.someoneElse();
    await other.query(`BEGIN; LOCK TABLE "${db.schema}".reading_default IN ACCESS SHARE MODE`);
    await store.commit([unit(put(reading, at(jan)))]);
    await store.commit([unit(put(reading, at(jan + 1)))]);
    await other.query('COMMIT');
    expect(await rowsByTable(db)).toEqual({ reading_default: 2 });
    const later = await db.open({ families: [reading] });
    await later.commit([unit(put(reading, at(mar)), put(reading, at(jan + 2)))]);
    expect(await rowsByTable(db)).toEqual({ reading_default: 3, reading_y2026m03: 1 });
  });

  it('has no more tables than the limit; other months share the default', async () => {
    await using db = freshSchema();
    const store = await db.open({ families: [reading] });
    const months = Array.from({ length: MAX_PARTITIONS + 2 }, (_, place) => Date.UTC(1990, place, 1));
    await store.commit(months.map((instant) => unit(put(reading, at(instant)))));
    const tables = await rowsByTable(db);
    expect(Object.keys(tables)).toHaveLength(MAX_PARTITIONS + 1);
    expect(tables.reading_default).toBe(2);
    expect(await store.select(reading, { limit: 1_000 })).toHaveLength(months.length);
  }, 60_000);

  it('gives up the months that ended before an instant, and no other', async () => {
    await using db = freshSchema();
    const store = await db.open({ families: [reading] });
    await store.commit([unit(put(reading, at(jan)), put(reading, at(feb)), put(reading, at(mar)))]);
    expect(await store.dropBefore?.(reading, feb - 1)).toBe(0);
    expect(await store.dropBefore?.(reading, mar - 1)).toBe(1);
    expect(await rowsByTable(db)).toEqual({ reading_y2026m02: 1, reading_y2026m03: 1 });
    await store.commit([unit(put(reading, at(jan)))]);
    expect(await rowsByTable(db)).toEqual({ reading_y2026m01: 1, reading_y2026m02: 1, reading_y2026m03: 1 });
  });

  it('takes over the rows of a table that was not partitioned, and later ones go to months of their own', async () => {
    await using db = freshSchema();
    const earlier = await db.open({ families: [before] });
    await runSql(`UPDATE "${db.schema}".millrace_schema SET version = 1`);
    const old = [jan - 400 * DAY_MS, jan, feb];
    await earlier.commit(old.map((instant) => unit(put(before, at(instant, 1)))));
    await earlier.close();
    const store = await db.open({ families: [reading] });
    expect((await store.select(reading, { limit: 10 })).map((row) => [row.at, JSON.parse(row.body)])).toEqual(
      old.map((instant) => [instant, { t: instant }]),
    );
    await store.commit([unit(put(reading, at(jan - DAY_MS)), put(reading, at(jan, 2)), put(reading, at(mar)))]);
    expect(await rowsByTable(db)).toEqual({ reading_before_y2026m03: 4, reading_y2026m03: 1 });
    expect((await store.get(reading, ['press-1', jan]))?.count).toBe(2);
    const types = await runSql(
      `SELECT DISTINCT data_type AS type FROM information_schema.columns WHERE table_schema = '${db.schema}' AND column_name = 'body'`,
    );
    expect(types).toEqual([{ type: 'jsonb' }]);
    expect(await store.dropBefore?.(reading, mar)).toBe(1);
    expect(await rowsByTable(db)).toEqual({ reading_y2026m03: 1 });
  });

  it('takes over a table without rows', async () => {
    await using db = freshSchema();
    await (await db.open({ families: [before] })).close();
    const store = await db.open({ families: [reading] });
    await store.commit([unit(put(reading, at(jan)))]);
    expect(await rowsByTable(db)).toEqual({ reading_y2026m01: 1 });
  });

  it('is read by the index of the months that are asked for', async () => {
    await using db = freshSchema();
    const store = await db.open({ families: [reading] });
    const months = Array.from({ length: 12 }, (_, place) => Date.UTC(2025, place, 3));
    await store.commit(months.map((instant) => unit(put(reading, at(instant)))));
    const plan = await runSql(
      `EXPLAIN SELECT * FROM "${db.schema}".reading WHERE device = 'press-1' AND at >= ${months[3]} AND at < ${months[4]} ORDER BY at LIMIT 5`,
    );
    const text = plan.map((line) => String(line['QUERY PLAN'])).join('\n');
    expect(text).toMatch(/y2025m04/);
    expect(text).not.toMatch(/y2025m0[1-36-9]|y2025m1/);
  });
});
