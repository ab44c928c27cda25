import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineFamily } from '../../store/family.ts';
import type { Query } from '../../store/query.ts';
import { planClaim } from './claim-order.ts';
import { Connection } from './connection.ts';
import { loadDriver } from './driver.ts';
import { selectSql } from './query-sql.ts';
import { migrate } from './schema.ts';
import { deleteSql, lookSql, setSql, takeSql } from './statements.ts';
import { tableOf } from './table.ts';

const job = defineFamily({
  name: 'job',
  columns: { id: 'integer', kind: 'text', state: 'text', priority: 'integer', dueAt: 'integer?', payload: 'text' },
  key: ['id'],
  indexes: [
    { columns: ['kind', 'priority', 'id'], where: { column: 'state', is: 'ready' } },
    { columns: ['dueAt', 'id'], where: { column: 'state', is: 'scheduled' } },
    { columns: ['kind', 'id'] },
  ],
});
const count = defineFamily({
  name: 'count',
  columns: { kind: 'text', hour: 'integer', done: 'integer' },
  key: ['kind', 'hour'],
});
const jobs = tableOf(job, 0);
const counts = tableOf(count, 1);

describe('queries as SQL', () => {
  let connection: Connection;
  beforeAll(async () => {
    connection = new Connection(await loadDriver(), { path: ':memory:', mode: 'write', cacheKib: 1_024 });
    migrate(connection, [jobs, counts]);
  });
  afterAll(() => connection.close());

  /** What SQLite would do, without running it. */
  const planOf = (sql: string): string =>
    connection
      .rows(`EXPLAIN QUERY PLAN ${sql}`)
      .map(([, , , step]) => step)
      .join('; ');
  const planOfQuery = (query: Query<typeof job>): string => planOf(selectSql(jobs, query as Query).sql);

  it('uses a partial index for the state it names, in its order and without sorting', () => {
    const plan = planOfQuery({ where: { state: 'ready', kind: 'mail' }, order: ['priority', 'id'], limit: 10 });
    expect(plan).toContain('USING INDEX job by kind, priority, id where state is ready (kind=?)');
    expect(plan).not.toContain('TEMP B-TREE');
  });

  it('uses a partial index for a list of one state and for a range', () => {
    const plan = planOfQuery({
      where: { state: { in: ['scheduled'] }, dueAt: { lte: 5 } },
      order: ['dueAt', 'id'],
      limit: 10,
    });
    expect(plan).toContain('USING INDEX job by dueAt, id where state is scheduled (due_at<?)');
    expect(plan).not.toContain('TEMP B-TREE');
  });

  it('names in the SQL only values that an index names, so that statements stay few', () => {
    expect(selectSql(jobs, { where: { state: "rea'dy" }, limit: 1 } as Query).sql).toContain('"state"=?');
    expect(selectSql(jobs, { where: { state: 'ready' }, limit: 1 } as Query)).toEqual({
      sql: 'SELECT "id","kind","state","priority","due_at","payload" FROM "job" WHERE "state"=\'ready\' ORDER BY "id" LIMIT ?',
      parameters: [1],
    });
  });

  it('goes on in an index after the last row seen', () => {
    const up = planOfQuery({ where: { kind: 'mail' }, order: ['id'], after: [5], limit: 10 });
    expect(up).toContain('job by kind, id (kind=? AND id>?)');
    const down = planOfQuery({ where: { kind: 'mail' }, order: ['-id'], after: [5], limit: 10 });
    expect(down).toContain('job by kind, id (kind=? AND id<?)');
    const two = planOfQuery({
      where: { state: 'ready', kind: 'a' },
      order: ['priority', 'id'],
      after: [1, 2],
      limit: 10,
    });
    expect(two).toContain('where state is ready (kind=? AND priority>?)');
    const pages = planOfQuery({ order: ['id'], after: [5], limit: 10 });
    expect(pages).toContain('USING INTEGER PRIMARY KEY (rowid>?)');
  });

  it('begins a page of a range where the one before ended, and not at the beginning of the range', () => {
    const ask = (query: object) => selectSql(jobs, { where: { kind: 'a' }, limit: 10, ...query } as Query);
    const range = { kind: 'a', priority: { gte: 0, lt: 9 } };
    const up = ask({ where: range, order: ['priority', 'id'], after: [5, 1] });
    expect(up.sql).toContain('WHERE "kind"=? AND "priority"<? AND "priority">=? AND ("priority">? OR ');
    expect(up.parameters).toEqual(['a', 9, 5, 5, 5, 1, 10]);
    const down = ask({ where: range, order: ['-priority', 'id'], after: [5, 1] });
    expect(down.sql).toContain('WHERE "kind"=? AND "priority">=? AND "priority"<=? AND (');
    // Before the range, or where null stands before everything, both bounds are needed.
    expect(ask({ where: range, order: ['priority', 'id'], after: [-1, 1] }).sql).toContain(
      '"priority"<? AND "priority">=? AND',
    );
    const nullable = ask({ where: { dueAt: { lt: 9 } }, order: ['-dueAt'], after: [5] });
    expect(nullable.sql).toContain('WHERE "due_at"<? AND (("due_at"<? OR "due_at" IS NULL))');
    expect(ask({ where: range, order: ['id'], after: [5] }).sql).toContain('"priority"<? AND "priority">=? AND');
  });

  it('fills lists up to a power of two', () => {
    const { sql, parameters } = selectSql(jobs, { where: { id: { in: [1, 2, 3] } }, limit: 9 } as Query);
    expect(sql).toContain('"id" IN (?,?,?,?)');
    expect(parameters).toEqual([1, 2, 3, 3, 9]);
  });

  it('finds the rows of every write by their key', () => {
    const places = [...counts.columns.keys()].slice(2);
    const set = planOf(setSql(counts, { shared: [], own: places }, 32));
    expect(set).toContain('SEARCH count USING PRIMARY KEY (kind=? AND hour=?)');
    const shared = planOf(setSql(counts, { shared: places, own: [] }, 32));
    expect(shared).toContain('SEARCH count USING PRIMARY KEY (kind=? AND hour=?)');
    expect(planOf(deleteSql(counts, 32))).toContain('SEARCH count USING PRIMARY KEY (kind=? AND hour=?)');
    expect(planOf(setSql(jobs, { shared: [1], own: [2] }, 8))).toContain('SEARCH job USING INTEGER PRIMARY KEY');
    const taken = takeSql(jobs, { set: [{ place: 1 }], add: [] }, 32);
    expect(planOf(taken)).toContain('SEARCH job USING INTEGER PRIMARY KEY');
    expect(planOf(deleteSql(jobs, 8))).toContain('SEARCH job USING INTEGER PRIMARY KEY');
    expect(planOf(lookSql(counts, 2))).toContain('SEARCH count USING PRIMARY KEY (kind=? AND hour=?)');
  });

  it('refuses what no database could answer', () => {
    const ask = (query: object) => () => selectSql(jobs, query as Query);
    expect(ask({ where: { colour: 1 }, limit: 1 })).toThrow('job has no column colour');
    expect(ask({ order: ['-colour'], limit: 1 })).toThrow('job has no column colour');
    expect(ask({ order: ['kind', 'id'], after: [1], limit: 1 })).toThrow('`after` has a value for each column');
    expect(ask({ where: { dueAt: { gt: null } }, limit: 1 })).toThrow('null is no bound');
    expect(ask({ where: { dueAt: { in: [1, null] } }, limit: 1 })).toThrow('null is no bound');
    expect(ask({ limit: -1 })).toThrow('a limit is a whole number');
    expect(() => planClaim(jobs, { limit: 1, set: { id: 5 } })).toThrow('job.id is part of the key');
    expect(() => planClaim(jobs, { limit: 1, set: {}, add: { dueAt: 5 } })).toThrow('may be null');
    expect(() => planClaim(jobs, { limit: 1, set: { kind: 'a' }, add: { kind: 5 } })).toThrow('both set and added to');
  });
});
