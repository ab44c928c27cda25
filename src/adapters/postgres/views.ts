/**
 * The views of a schema: made when a store is opened, and made anew when they say something else than before. What a view
 * says is known by a mark in its comment, since the database keeps it in words of its own. A view that only gained columns
 * is replaced where it stands; any other is dropped and made, and who could read it still can.
 */
import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { MillraceError } from '../../kernel/errors.ts';
import { type View, viewSql } from '../../store/view.ts';
import { literal, quoted } from './table.ts';

type Runner = Pick<ClientBase, 'query'>;

/** invalid_table_definition: columns are gone, or have other names or types. */
const OTHER_COLUMNS = '42P16';
const DEPENDED_UPON = '2BP01';

/** In the transaction of the migration. A view that none declares any more stays: somebody may read it. */
export async function alignViews(client: Runner, schema: string, views: readonly View[]): Promise<void> {
  const marks = await marksIn(client, schema);
  for (const view of views) {
    const name = `${quoted(schema)}.${quoted(view.name)}`;
    const text = viewSql(view, {
      table: (one) => `${quoted(schema)}.${quoted(one)}`,
      instant: (milliseconds) => `to_timestamp(${milliseconds} / 1000.0)`,
    });
    const mark = `Millrace ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
    if (marks.get(view.name) === mark) continue;
    await replaceView(client, name, text);
    await client.query(`COMMENT ON VIEW ${name} IS ${literal(mark)}`);
  }
}

async function marksIn(client: Runner, schema: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query(
    `SELECT relname AS name, obj_description(oid, 'pg_class') AS mark FROM pg_class
      WHERE relkind = 'v' AND relnamespace = ${literal(quoted(schema))}::regnamespace`,
  );
  return new Map((rows as { name: string; mark: string }[]).map(({ name, mark }) => [name, mark]));
}

async function replaceView(client: Runner, name: string, text: string): Promise<void> {
  await client.query('SAVEPOINT millrace_view');
  try {
    await client.query(`CREATE OR REPLACE VIEW ${name} AS ${text}`);
  } catch (error) {
    if ((error as { code?: string }).code !== OTHER_COLUMNS) throw error;
    await client.query('ROLLBACK TO SAVEPOINT millrace_view');
    const readers = await readersOf(client, name);
    await dropView(client, name);
    await client.query(`CREATE VIEW ${name} AS ${text}`);
    if (readers.length > 0) await client.query(`GRANT SELECT ON ${name} TO ${readers.join(', ')}`);
  }
  await client.query('RELEASE SAVEPOINT millrace_view');
}

/** Roles as SQL names them. */
async function readersOf(client: Runner, name: string): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS reader
      FROM pg_class, aclexplode(relacl) WHERE oid = ${literal(name)}::regclass AND privilege_type = 'SELECT' AND grantee <> relowner`,
  );
  return (rows as { reader: string }[]).map(({ reader }) => reader);
}

/** What somebody else has built on a view is theirs: it is not dropped along. */
async function dropView(client: Runner, name: string): Promise<void> {
  try {
    await client.query(`DROP VIEW ${name}`);
  } catch (error) {
    const { code, detail } = error as { code?: string; detail?: string };
    if (code !== DEPENDED_UPON) throw error;
    throw new MillraceError('store.view-in-use', { view: name, users: detail ?? '' }, { cause: error });
  }
}
