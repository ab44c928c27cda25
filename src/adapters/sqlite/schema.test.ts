import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isMillraceError } from '../../kernel/errors.ts';
import { defineFamily, defineLog, type Family } from '../../store/family.ts';
import { instant, sql, table } from '../../store/view.ts';
import { Connection } from './connection.ts';
import { loadDriver } from './driver.ts';
import { migrate, reserveIds, SCHEMA_VERSION } from './schema.ts';
import { tableOf } from './table.ts';
import { sqliteView } from './views.ts';

const columns = { id: 'integer', name: 'text', dueAt: 'integer?' } as const;

describe('schema', () => {
  let directory: string;
  let connection: Connection;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'millrace-schema-'));
    connection = await open();
  });
  afterEach(() => {
    connection.close();
    rmSync(directory, { recursive: true });
  });
  const open = async () =>
    new Connection(await loadDriver(), { path: join(directory, 'plant.db'), mode: 'write', cacheKib: 1_024 });
  const migrateTo = (...families: Family[]) => migrate(connection, families.map(tableOf));
  const tableSql = (name: string) => connection.rows('SELECT sql FROM sqlite_schema WHERE name = ?', [name])[0]?.[0];
  const indexes = () =>
    connection
      .rows("SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
      .map(([sql]) => sql);

  it('makes the fastest table for each kind of key', () => {
    migrateTo(
      defineFamily({ name: 'numbered', columns, key: ['id'] }),
      defineLog({ name: 'journal', columns: { body: 'text' } }),
      defineFamily({ name: 'small', columns: { kind: 'text', hour: 'integer', done: 'real' }, key: ['kind', 'hour'] }),
      defineFamily({ name: 'large', columns: { key: 'text', body: 'text' }, key: ['key'] }),
    );
    expect(tableSql('numbered')).toBe(
      'CREATE TABLE "numbered" ("id" INTEGER PRIMARY KEY, "name" TEXT NOT NULL, "due_at" INTEGER) STRICT',
    );
    expect(tableSql('journal')).toBe(
      'CREATE TABLE "journal" ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "body" TEXT NOT NULL) STRICT',
    );
    expect(tableSql('small')).toBe(
      'CREATE TABLE "small" ("kind" TEXT NOT NULL, "hour" INTEGER NOT NULL, "done" REAL NOT NULL, PRIMARY KEY ("kind","hour")) STRICT, WITHOUT ROWID',
    );
    expect(tableSql('large')).toBe(
      'CREATE TABLE "large" ("key" TEXT NOT NULL, "body" TEXT NOT NULL, PRIMARY KEY ("key")) STRICT',
    );
  });

  it('adds new columns, with a start for the rows that are there, and keeps columns it does not know', () => {
    migrateTo(defineFamily({ name: 'device', columns: { id: 'integer', old: 'text?' }, key: ['id'] }));
    connection.execute("INSERT INTO device VALUES (1, 'kept')");
    migrateTo(
      defineFamily({
        name: 'device',
        columns: { id: 'integer', line: 'text', cycleMs: 'real', note: 'text?' },
        key: ['id'],
      }),
    );
    expect(connection.rows('SELECT id, old, line, cycle_ms, note FROM device')).toEqual([[1, 'kept', '', 0, null]]);
  });

  it('makes and drops indexes as the families say', () => {
    const device = (...indexes: Family['indexes']) => defineFamily({ name: 'device', columns, key: ['id'], indexes });
    migrateTo(device({ columns: ['dueAt', 'id'] }, { columns: ['id'], where: { column: 'name', is: "it's" } }));
    expect(indexes()).toEqual([
      `CREATE INDEX "device by dueAt, id" ON "device" ("due_at","id")`,
      `CREATE INDEX "device by id where name is it's" ON "device" ("id") WHERE "name" = 'it''s'`,
    ]);
    migrateTo(device({ columns: ['dueAt', 'id'] }, { columns: ['name'] }));
    expect(indexes()).toEqual([
      `CREATE INDEX "device by dueAt, id" ON "device" ("due_at","id")`,
      `CREATE INDEX "device by name" ON "device" ("name")`,
    ]);
  });

  it('changes nothing when nothing is new', () => {
    const device = defineFamily({ name: 'device', columns, key: ['id'], indexes: [{ columns: ['name'] }] });
    migrateTo(device);
    const before = connection.rows('PRAGMA schema_version');
    migrateTo(device);
    expect(connection.rows('PRAGMA schema_version')).toEqual(before);
  });

  it('makes views, changes nothing where they say the same, and makes those anew that say something else', () => {
    const device = defineFamily({ name: 'device', columns, key: ['id'] });
    const dueOf = (columns: string) =>
      sqliteView({
        name: 'due_stats',
        area: 'plant',
        sql: sql`SELECT ${columns}, ${instant('due_at')} AS due FROM ${table(device)}`,
      });
    const openWith = (...views: ReturnType<typeof dueOf>[]) => migrate(connection, [tableOf(device, 0)], views);
    openWith(dueOf('id'));
    connection.execute("INSERT INTO device VALUES (1, 'press', 1772427600005), (2, 'saw', NULL)");
    expect(connection.rows('SELECT * FROM due_stats')).toEqual([
      [1, '2026-03-02T05:00:00.005Z'],
      [2, null],
    ]);
    const before = connection.rows('PRAGMA schema_version');
    openWith(dueOf('id'));
    expect(connection.rows('PRAGMA schema_version')).toEqual(before);
    openWith(dueOf('name'));
    expect(connection.rows('SELECT * FROM due_stats')).toEqual([
      ['press', '2026-03-02T05:00:00.005Z'],
      ['saw', null],
    ]);
    const grown = defineFamily({ name: 'device', columns: { ...columns, note: 'text' }, key: ['id'] });
    migrate(connection, [tableOf(grown, 0)]);
    expect(connection.rows('SELECT name FROM due_stats')).toEqual([['press'], ['saw']]);
  });

  it('refuses a file that a newer release has made its own, and leaves it as it is', () => {
    migrateTo(defineFamily({ name: 'device', columns, key: ['id'] }));
    connection.execute(`UPDATE millrace_meta SET value = ${SCHEMA_VERSION + 1} WHERE name = 'schema'`);
    const later = defineFamily({ name: 'later', columns, key: ['id'] });
    expect(() => migrateTo(later)).toThrow(expect.toSatisfy((error) => isMillraceError(error, 'store.newer-schema')));
    expect(tableSql('later')).toBeUndefined();
  });

  it('never gives the number of a log row again, even after the last rows are gone', () => {
    migrateTo(defineLog({ name: 'journal', columns: { body: 'text' } }));
    connection.execute("INSERT INTO journal (body) VALUES ('a'), ('b'); DELETE FROM journal");
    connection.execute("INSERT INTO journal (body) VALUES ('c')");
    expect(connection.rows('SELECT id FROM journal')).toEqual([[3]]);
  });

  it('reserves blocks of numbers one after the other, beginning at one', async () => {
    migrateTo();
    expect(reserveIds(connection, 100)).toBe(1);
    expect(reserveIds(connection, 5)).toBe(101);
    connection.close();
    connection = await open();
    expect(reserveIds(connection, 1)).toBe(106);
  });
});
