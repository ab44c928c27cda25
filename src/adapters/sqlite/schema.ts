/**
 * The tables and indexes of a file. Opening a file adds what the families have and the file has not; nothing is taken
 * away but indexes, which come back when an older release opens the file, so that a release can be undone.
 */
import { MillraceError } from '../../kernel/errors.ts';
import { type ColumnType, type Index, startOf } from '../../store/family.ts';
import type { Connection } from './connection.ts';
import { isNumbered, literal, quoted, requirePlaceOf, type Table } from './table.ts';
import { alignViews, type SqliteView } from './views.ts';

/** Goes up when a file can no longer be used by the release before. */
export const SCHEMA_VERSION = 1;

/** Facts of the file itself. Its name is no family's. */
const META = 'millrace_meta';

/** Brings the file up to these tables and views, in one transaction. */
export function migrate(connection: Connection, tables: readonly Table[], views: readonly SqliteView[] = []): void {
  connection.transaction(() => {
    connection.execute(
      `CREATE TABLE IF NOT EXISTS ${META} (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
    );
    requireKnownVersion(connection);
    for (const table of tables) {
      if (columnsOf(connection, table).length === 0) connection.execute(createTableSql(table));
      else addColumns(connection, table);
      alignIndexes(connection, table);
    }
    alignViews(connection, views);
  });
}

/** Reserves `size` numbers, on the disk when this returns; answers the first. */
export function reserveIds(connection: Connection, size: number): number {
  return connection.transaction(() => {
    const [next] = connection.firstRow(`SELECT value FROM ${META} WHERE name = 'next-id'`) ?? [1];
    connection.rows(`INSERT OR REPLACE INTO ${META} VALUES ('next-id', ?)`, [Number(next) + size]);
    return Number(next);
  });
}

function requireKnownVersion(connection: Connection): void {
  connection.execute(`INSERT OR IGNORE INTO ${META} VALUES ('schema', ${SCHEMA_VERSION})`);
  const [found] = connection.firstRow(`SELECT value FROM ${META} WHERE name = 'schema'`) ?? [];
  if (Number(found) > SCHEMA_VERSION) throw new MillraceError('store.newer-schema', { found, known: SCHEMA_VERSION });
}

export function createTableSql(table: Table): string {
  const { columns, family, keyPlaces } = table;
  const lines = columns.map(({ sql, type }) => `${sql} ${typeSql(type)}`);
  if (isNumbered(table)) {
    const [place = 0] = keyPlaces;
    // AUTOINCREMENT: a number is never given twice, even when the last rows of a log were deleted, so cursors stay good.
    lines[place] = `${columns[place]?.sql} INTEGER PRIMARY KEY${family.isLog ? ' AUTOINCREMENT' : ''}`;
    return `CREATE TABLE ${table.sql} (${lines.join(', ')}) STRICT`;
  }
  const key = keyPlaces.map((place) => columns[place]?.sql).join();
  const isSmall = columns.every(({ type }, place) => keyPlaces.includes(place) || !/^(text|json)/.test(type));
  // Small rows live in their key's own tree; large ones would make that tree deep and its pages few rows wide.
  return `CREATE TABLE ${table.sql} (${lines.join(', ')}, PRIMARY KEY (${key})) STRICT${isSmall ? ', WITHOUT ROWID' : ''}`;
}

function addColumns(connection: Connection, table: Table): void {
  const known = new Set(columnsOf(connection, table));
  for (const { sql, type } of table.columns) {
    if (known.has(sql)) continue;
    const value = startOf(type);
    const start = value === null ? '' : ` DEFAULT ${typeof value === 'string' ? literal(value) : value}`;
    connection.execute(`ALTER TABLE ${table.sql} ADD COLUMN ${sql} ${typeSql(type)}${start}`);
  }
}

const columnsOf = (connection: Connection, { sql }: Table): string[] =>
  connection
    .rows(`SELECT name FROM pragma_table_info(${literal(sql.slice(1, -1))})`)
    .map(([name]) => quoted(String(name)));

function alignIndexes(connection: Connection, table: Table): void {
  const wanted = new Map(table.family.indexes.map((index) => [indexName(table, index), index]));
  const found = connection
    .rows("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?", [
      table.family.name,
    ])
    .map(([name]) => String(name));
  for (const name of found) if (!wanted.has(name)) connection.execute(`DROP INDEX ${quoted(name)}`);
  for (const [name, index] of wanted) if (!found.includes(name)) connection.execute(createIndexSql(table, name, index));
}

function createIndexSql(table: Table, name: string, { columns, where }: Index): string {
  const nameOfColumn = (column: string) => table.columns[requirePlaceOf(table, column)]?.sql;
  const filter = where === undefined ? '' : ` WHERE ${nameOfColumn(where.column)} = ${literal(where.is)}`;
  return `CREATE INDEX ${quoted(name)} ON ${table.sql} (${columns.map(nameOfColumn).join()})${filter}`;
}

/** The name says what is indexed, so that a changed declaration is another index. */
function indexName({ family }: Table, { columns, where }: Index): string {
  const filter = where === undefined ? '' : ` where ${where.column} is ${where.is}`;
  return `${family.name} by ${columns.join(', ')}${filter}`.replaceAll('"', '');
}

/** JSON is text here: the functions of SQLite read it as it is. */
const typeSql = (type: ColumnType): string => {
  const name = type.replace('?', '').replace('json', 'text');
  return type.endsWith('?') ? name.toUpperCase() : `${name.toUpperCase()} NOT NULL`;
};
