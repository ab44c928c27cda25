/** The views of a file: made when it is opened, and made anew when they say something else than before. */
import { type View, type ViewDialect, viewSql } from '../../store/view.ts';
import type { Connection } from './connection.ts';
import { quoted } from './table.ts';

/** Instants are texts: 2026-03-02T05:00:00.000Z. */
const DIALECT: ViewDialect = {
  table: quoted,
  instant: (milliseconds) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${milliseconds} / 1000.0, 'unixepoch')`,
};

export type SqliteView = { readonly name: string; readonly sql: string };

export const sqliteView = (view: View): SqliteView => ({
  name: view.name,
  sql: `CREATE VIEW ${quoted(view.name)} AS ${viewSql(view, DIALECT)}`,
});

/** A view of an earlier release that none declares any more stays: somebody may read it. */
export function alignViews(connection: Connection, views: readonly SqliteView[]): void {
  for (const { name, sql } of views) {
    const [found] = connection.firstRow("SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = ?", [name]) ?? [];
    if (found === sql) continue;
    connection.execute(`DROP VIEW IF EXISTS ${quoted(name)}; ${sql}`);
  }
}
