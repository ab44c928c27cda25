/**
 * The tables: made of the families when a store is opened, and only ever added to. Two processes that open at once take
 * turns by an advisory lock. What a release has to change otherwise gets a new schema version, which older releases refuse.
 */
import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { MillraceError } from '../../kernel/errors.ts';
import { columnName, type Index } from '../../store/family.ts';
import type { View } from '../../store/view.ts';
import { lockClassOf } from './key-locks.ts';
import { attachSql, defaultName, earlierPart, inSchema, monthOf, partedBy } from './partitions.ts';
import { type Column, columnIn, literal, quoted, type Table } from './table.ts';
import { alignViews } from './views.ts';

/** 2: readings are kept by month, with their values as JSONB. */
export const SCHEMA_VERSION = 2;
/** The lock under which tables change, in the schema's class of advisory locks. */
export const SCHEMA_LOCK = 0;
/** PostgreSQL cuts longer names off. */
const MAX_NAME_BYTES = 63;
/** Rows changed before a hot table is vacuumed; a share of its size would let a large one with few waiting rows rot. */
export const HOT_VACUUM_ROWS = 5_000;
/** Vacuuming a hot table does not pause: it must keep up with whoever changes it. */
const HOT_VACUUM_PAUSE_MS = 0;
/** Room for the next version of a row on its page, so that an update need not touch the indexes. */
const FILL_PERCENT = 85;

/** Whatever can run a statement: the client that holds the transaction. */
type Runner = Pick<ClientBase, 'query'>;
type Catalog = {
  /** The type by `table.column`. */
  readonly columns: ReadonlyMap<string, string>;
  /** Tables whose rows are kept in parts. */
  readonly partitioned: ReadonlySet<string>;
  readonly indexes: ReadonlySet<string>;
  readonly settings: ReadonlySet<string>;
};

export type SchemaNeeds = { readonly tables: readonly Table[]; readonly views?: readonly View[] };

/**
 * Brings the schema up to what the families and views need. Throws `store.newer-schema` when a newer release has been here,
 * and `store.view-in-use` when a view has to change on which somebody has built.
 */
export async function migrate(client: Runner, schema: string, { tables, views = [] }: SchemaNeeds): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('SET LOCAL statement_timeout = 0'); // an index on a large table takes its time
    await client.query(`SELECT pg_advisory_xact_lock(${lockClassOf(schema)}, ${SCHEMA_LOCK})`);
    await requireKnownVersion(client, schema);
    await convert(client, tables, await readCatalog(client, schema));
    const catalog = await readCatalog(client, schema);
    const statements = tables.flatMap((table) => missing(table, catalog));
    if (statements.length > 0) await client.query(statements.join(';\n'));
    for (const table of tables) if (table.family.isLog) await rebaseLog(client, table);
    await alignViews(client, schema, views);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function requireKnownVersion(client: Runner, schema: string): Promise<void> {
  const version = `${quoted(schema)}.millrace_schema`;
  const counter = `${quoted(schema)}.millrace_id`;
  const { rows: there } = await client.query(`SELECT to_regclass(${literal(version)}) IS NOT NULL AS found`);
  if (there[0]?.found !== true) {
    await client.query(`
      CREATE SCHEMA IF NOT EXISTS ${quoted(schema)};
      CREATE TABLE ${version} (version integer NOT NULL);
      INSERT INTO ${version} VALUES (${SCHEMA_VERSION});
      CREATE TABLE ${counter} (next bigint NOT NULL);
      INSERT INTO ${counter} VALUES (1)`);
    return;
  }
  const { rows } = await client.query(`SELECT version FROM ${version}`);
  const found = Number(rows[0]?.version);
  if (found > SCHEMA_VERSION) throw new MillraceError('store.newer-schema', { found, known: SCHEMA_VERSION });
  if (found < SCHEMA_VERSION) await client.query(`UPDATE ${version} SET version = ${SCHEMA_VERSION}`);
}

/** Tables of an earlier version that cannot be brought here by adding to them. */
async function convert(client: Runner, tables: readonly Table[], { columns, partitioned }: Catalog): Promise<void> {
  for (const table of tables) {
    const typeOf = ({ name }: Column) => columns.get(`${table.bareName}.${columnName(name)}`);
    for (const column of table.columns) {
      if (column.type !== 'jsonb' || typeOf(column) !== 'text') continue;
      await client.query(`ALTER TABLE ${table.sql} ALTER COLUMN ${column.sql} DROP DEFAULT,
        ALTER COLUMN ${column.sql} TYPE jsonb USING ${column.sql}::jsonb`);
    }
    const column = partedBy(table);
    const isThere = table.key.some((one) => typeOf(one) !== undefined);
    if (column !== undefined && isThere && !partitioned.has(table.bareName)) await partition(client, table, column);
  }
}

/** The table as it is becomes the part for all that was before; rows of later months get parts of their own. */
async function partition(client: Runner, table: Table, column: string): Promise<void> {
  const { rows } = await client.query(`SELECT max(${columnIn(table, column).sql})::text AS last FROM ${table.sql}`);
  const last = rows[0]?.last as string | null;
  const earlier = last === null ? undefined : earlierPart(table, monthOf(Number(last)) + 1);
  if (earlier === undefined) await client.query(`DROP TABLE ${table.sql}`);
  else await client.query(`ALTER TABLE ${table.sql} RENAME TO ${quoted(earlier.name)}`);
  await client.query(createTable(table));
  if (earlier !== undefined) await client.query(attachSql(table, earlier));
}

async function readCatalog(client: Runner, schema: string): Promise<Catalog> {
  const { rows: columns } = await client.query(
    `SELECT table_name || '.' || column_name AS name, data_type AS type FROM information_schema.columns WHERE table_schema = ${literal(schema)}`,
  );
  const { rows: indexes } = await client.query(
    `SELECT indexname AS name FROM pg_indexes WHERE schemaname = ${literal(schema)}`,
  );
  const { rows: settings } = await client.query(
    `SELECT c.relname || '.' || split_part(setting, '=', 1) AS name FROM pg_class AS c, unnest(c.reloptions) AS setting
      WHERE c.relnamespace = ${literal(quoted(schema))}::regnamespace`,
  );
  const { rows: partitioned } = await client.query(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'p' AND relnamespace = ${literal(quoted(schema))}::regnamespace`,
  );
  const namesIn = (rows: readonly { name: string }[]) => new Set(rows.map(({ name }) => name));
  return {
    columns: new Map((columns as { name: string; type: string }[]).map(({ name, type }) => [name, type])),
    partitioned: namesIn(partitioned),
    indexes: namesIn(indexes),
    settings: namesIn(settings),
  };
}

/** The statements that add what a table lacks. */
function missing(table: Table, { columns, indexes, settings }: Catalog): string[] {
  const { bareName, family } = table;
  const has = (name: string) => columns.has(`${bareName}.${columnName(name)}`);
  const isNew = !family.key.some(has);
  const wanted = [...(family.isLog ? [tailIndex(table)] : []), ...family.indexes.map((index) => indexOf(table, index))];
  return [
    ...(isNew
      ? [createTable(table)]
      : [
          ...table.columns.filter(({ name }) => !has(name)).map((column) => addColumn(table, column)),
          ...missingSettings(table, settings),
        ]),
    ...wanted
      .filter(({ name }) => !indexes.has(name))
      .map(({ name, on }) => `CREATE INDEX ${quoted(name)} ON ${table.sql} ${on}`),
  ];
}

function createTable(table: Table): string {
  const { sql, columns, key, family } = table;
  const lines = columns.map((column) =>
    family.isLog && column.name === 'id' ? `${column.sql} bigint GENERATED ALWAYS AS IDENTITY` : columnLine(column),
  );
  if (family.isLog) lines.push('commit_xid xid8 NOT NULL DEFAULT pg_current_xact_id()');
  lines.push(`PRIMARY KEY (${key.map((column) => column.sql).join(', ')})`);
  const column = partedBy(table);
  if (column === undefined) return `CREATE TABLE ${sql} (${lines.join(', ')}) WITH (${storageOf(table)})`;
  const rest = inSchema(table, defaultName(table));
  return `CREATE TABLE ${sql} (${lines.join(', ')}) PARTITION BY RANGE (${columnIn(table, column).sql});
    CREATE TABLE ${rest} PARTITION OF ${sql} DEFAULT WITH (${storageOf(table)})`;
}

export function storageOf({ family }: Table): string {
  if (family.isLog) return 'fillfactor = 100';
  return [`fillfactor = ${FILL_PERCENT}`, ...Object.entries(vacuumOf(family)).map(settingSql)].join(', ');
}

/** How PostgreSQL shall clear old row versions away; nothing where its own rules will do. */
function vacuumOf({ isHot, isLog, indexes }: Table['family']): Readonly<Record<string, number>> {
  if (isLog || !(isHot === true || indexes.some(({ where }) => where !== undefined))) return {};
  return {
    autovacuum_vacuum_scale_factor: 0,
    autovacuum_vacuum_threshold: HOT_VACUUM_ROWS,
    autovacuum_vacuum_cost_delay: HOT_VACUUM_PAUSE_MS,
  };
}

const settingSql = ([name, value]: [string, number]): string => `${name} = ${value}`;

/** What a table that is there does not say yet. A setting that somebody has changed by hand is theirs, and stays. */
function missingSettings(table: Table, known: ReadonlySet<string>): string[] {
  const lacking = Object.entries(vacuumOf(table.family)).filter(([name]) => !known.has(`${table.bareName}.${name}`));
  return lacking.length === 0 ? [] : [`ALTER TABLE ${table.sql} SET (${lacking.map(settingSql).join(', ')})`];
}

/** Text sorts by code points everywhere; a language's order would differ from the other stores' and from machine to machine. */
function columnLine({ sql, type, isNullable }: Column): string {
  return `${sql} ${type}${type === 'text' ? ' COLLATE "C"' : ''}${isNullable ? '' : ' NOT NULL'}`;
}

const STARTS = { bigint: '0', 'double precision': '0', text: "''", jsonb: "'null'" } as const;

/** A column of a later release has a default, so that the earlier one can still insert. */
function addColumn({ sql }: Table, column: Column): string {
  const start = column.isNullable ? '' : ` DEFAULT ${STARTS[column.type]}`;
  return `ALTER TABLE ${sql} ADD COLUMN ${columnLine(column)}${start}`;
}

type NamedIndex = { readonly name: string; readonly on: string };

function indexOf(table: Table, { columns, where }: Index): NamedIndex {
  const on = columns.map((name) => {
    const column = columnIn(table, name);
    return `${column.sql}${column.isNullable ? ' NULLS FIRST' : ''}`;
  });
  const only = where === undefined ? '' : ` WHERE ${columnIn(table, where.column).sql} = ${literal(where.is)}`;
  const condition = where === undefined ? [] : [columnName(where.column), where.is];
  const name = indexName([table.bareName, ...columns.map(columnName), ...condition]);
  return { name, on: `(${on.join(', ')})${only}` };
}

const tailIndex = ({ bareName }: Table): NamedIndex => ({
  name: indexName([bareName, 'tail']),
  on: '(commit_xid, id)',
});

function indexName(parts: readonly string[]): string {
  const name = `${parts.join('_')}_idx`;
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${parts[0]}_${digest}_idx`;
}

/**
 * A log that was restored into another server carries that other server's transaction numbers. Rows from the future would
 * stay invisible to readers until this server has counted that far, so they are moved to the beginning, in their order.
 */
async function rebaseLog(client: Runner, { sql }: Table): Promise<void> {
  const future = 'SELECT 1 FROM %t WHERE commit_xid >= pg_snapshot_xmax(pg_current_snapshot())'.replace('%t', sql);
  const { rows } = await client.query(`${future} LIMIT 1`);
  if (rows.length > 0) await client.query(`UPDATE ${sql} SET commit_xid = '3'`);
}
