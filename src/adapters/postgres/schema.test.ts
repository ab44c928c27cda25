/** The tables: what other releases and other servers leave behind, and what makes them fast. */
import { describe, expect, it } from 'vitest';
import { type FreshSchema, freshSchema, postgresAnswers, runSql } from '../../../test/fresh-postgres.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import { defineFamily } from '../../store/family.ts';
import { LOG_START } from '../../store/store.ts';
import { append, put, set } from '../../store/unit.ts';
import { instant, sql, table, type View } from '../../store/view.ts';
import { aMachine, followAll, journal, machine, unit } from '../../testing/store-conformance/parts.ts';
import { HOT_VACUUM_ROWS } from './schema.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place);

async function optionsOf({ schema }: FreshSchema, table: string): Promise<string[]> {
  const [row] = await runSql(`SELECT reloptions AS options FROM pg_class WHERE oid = '"${schema}".${table}'::regclass`);
  return row?.options as string[];
}

describe.skipIf(!postgresAnswers)('the tables of a PostgreSQL store', () => {
  const before = defineFamily({ name: 'grown', columns: { id: 'integer', name: 'text' }, key: ['id'] });
  const after = defineFamily({
    name: 'grown',
    columns: { id: 'integer', name: 'text', dueAt: 'integer?', tries: 'integer', weight: 'real', note: 'text' },
    key: ['id'],
    indexes: [{ columns: ['dueAt', 'id'] }, { columns: ['id'], where: { column: 'name', is: "O'Neil" } }],
  });

  it('gain what a later release adds, while the earlier one goes on', async () => {
    await using db = freshSchema();
    const earlier = await db.open({ families: [before] });
    await earlier.commit([unit(put(before, { id: 1, name: 'old' }))]);
    const later = await db.open({ families: [after, machine] });
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
      `SELECT indexdef FROM pg_indexes WHERE schemaname = '${db.schema}' AND tablename = 'grown'`,
    );
    expect(indexes).toHaveLength(3);
    await db.open({ families: [after] });
    expect(
      await runSql(`SELECT indexdef FROM pg_indexes WHERE schemaname = '${db.schema}' AND tablename = 'grown'`),
    ).toEqual(indexes);
  });

  it('are refused to a release that is older than they are', async () => {
    await using db = freshSchema();
    await db.open();
    await runSql(`UPDATE "${db.schema}".millrace_schema SET version = 99`);
    await expect(db.open()).rejects.toSatisfy((error) => isMillraceError(error, 'store.newer-schema'));
  });

  it('are vacuumed by the number of changes where work is picked by a partial index', async () => {
    await using db = freshSchema();
    await db.open();
    expect(await optionsOf(db, 'conformance_machine')).toContain('autovacuum_vacuum_threshold=5000');
    expect((await optionsOf(db, 'conformance_output')).join()).not.toContain('autovacuum');
  });

  it('are vacuumed by the number of changes where their family says that it is hot, also when it says so later', async () => {
    await using db = freshSchema();
    const cool = defineFamily({ name: 'counter', columns: { name: 'text', count: 'integer' }, key: ['name'] });
    const hot = { ...cool, isHot: true };
    const vacuum = [
      'autovacuum_vacuum_scale_factor=0',
      `autovacuum_vacuum_threshold=${HOT_VACUUM_ROWS}`,
      'autovacuum_vacuum_cost_delay=0',
    ];
    await db.open({ families: [cool] });
    expect(await optionsOf(db, 'counter')).toEqual(['fillfactor=85']);
    await db.open({ families: [hot] });
    expect(await optionsOf(db, 'counter')).toEqual(['fillfactor=85', ...vacuum]);
    await runSql(`ALTER TABLE "${db.schema}".counter SET (autovacuum_vacuum_threshold = 77)`);
    await db.open({ families: [hot] });
    expect(await optionsOf(db, 'counter')).toContain('autovacuum_vacuum_threshold=77');
    await db.open({ families: [{ ...hot, name: 'other' }] });
    expect(await optionsOf(db, 'other')).toEqual(['fillfactor=85', ...vacuum]);
  });

  it('show their logs from the beginning after they were restored into another server', async () => {
    await using db = freshSchema();
    const store = await db.open();
    await store.commit([1, 2, 3].map((at) => unit(append(journal, { subject: 'press', at, body: null }))));
    await runSql(`UPDATE "${db.schema}".conformance_journal SET commit_xid = '999999999999'`);
    expect((await store.tail(journal, LOG_START, 10)).rows).toEqual([]);
    const restored = await db.open();
    expect((await followAll(restored, 3)).map(({ at }) => at)).toEqual([1, 2, 3]);
  });

  it('are read by the index that holds waiting rows only', async () => {
    await using db = freshSchema();
    const store = await db.open();
    const rows = upTo(5_000).map((id) => put(machine, aMachine({ id, state: id % 500 === 0 ? 'ready' : 'done' })));
    await store.commit([unit(...rows)]);
    await runSql(`ANALYZE "${db.schema}".conformance_machine`);
    const claim = () =>
      store.claim(machine, { where: { state: 'ready' }, order: ['version', 'id'], limit: 1, set: { dueAt: 1 } });
    for (let turn = 0; turn < 20; turn++) await claim();
    await store.close(); // a connection tells its statistics when it ends
    const [index] = await runSql(
      `SELECT idx_scan::integer AS used FROM pg_stat_user_indexes WHERE schemaname = '${db.schema}' AND indexrelname = 'conformance_machine_version_id_state_ready_idx'`,
    );
    expect(index).toEqual({ used: 20 });
  });
});

describe.skipIf(!postgresAnswers)('the views of a PostgreSQL store', () => {
  const device = defineFamily({
    name: 'device',
    columns: { id: 'integer', name: 'text', dueAt: 'integer?' },
    key: ['id'],
  });
  const due = (columns: string): View => ({
    name: 'due_stats',
    area: 'plant',
    sql: sql`SELECT ${columns}, ${instant('due_at')} AS due FROM ${table(device)}`,
  });
  const idOf = async ({ schema }: FreshSchema) =>
    (await runSql(`SELECT oid, xmin::text FROM pg_class WHERE oid = '"${schema}".due_stats'::regclass`))[0];

  it('are made once, and stay as long as they say the same', async () => {
    await using db = freshSchema();
    const store = await db.open({ families: [device], views: [due('id')] });
    await store.commit([unit(put(device, { id: 1, name: 'press', dueAt: 1_772_427_600_005 }))]);
    const rows = await runSql(`SELECT * FROM "${db.schema}".due_stats`);
    expect(rows).toEqual([{ id: '1', due: new Date('2026-03-02T05:00:00.005Z') }]);
    const before = await idOf(db);
    await db.open({ families: [device], views: [due('id')] });
    expect(await idOf(db)).toEqual(before);
  });

  it('are made anew when they say something else, for those who could read them before, and outlive new columns of their tables', async () => {
    await using db = freshSchema();
    await db.open({ families: [device], views: [due('id')] });
    await runSql(`GRANT SELECT ON "${db.schema}".due_stats TO PUBLIC`);
    const grown = defineFamily({ name: 'device', columns: { ...device.columns, note: 'text' }, key: ['id'] });
    await db.open({ families: [grown], views: [due('name')] });
    expect(await runSql(`SELECT name FROM "${db.schema}".due_stats`)).toEqual([]);
    const [access] = await runSql(
      `SELECT relacl::text AS acl FROM pg_class WHERE oid = '"${db.schema}".due_stats'::regclass`,
    );
    expect(access?.acl).toContain('=r/');
  });

  it('are not torn from under what somebody has built on them: the store says whose it is, and stays closed', async () => {
    await using db = freshSchema();
    await db.open({ families: [device], views: [due('id')] });
    await runSql(`CREATE VIEW "${db.schema}".theirs AS SELECT id FROM "${db.schema}".due_stats`);
    const opened = db.open({ families: [device], views: [due('name')] });
    await expect(opened).rejects.toSatisfy((error) => isMillraceError(error, 'store.view-in-use'));
    await expect(opened).rejects.toThrow('theirs');
    expect(await runSql(`SELECT id FROM "${db.schema}".due_stats`)).toEqual([]);
  });
});
