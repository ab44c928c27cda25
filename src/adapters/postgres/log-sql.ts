/**
 * Following a log. Ids are given when a row is written and seen when its transaction commits, so a row with a lower id
 * can appear late. Rows are therefore ordered by (transaction, id), and readers stay below the oldest transaction that is
 * still open: nothing below that line can change any more. A cursor is "transaction.id".
 */
import { MillraceError } from '../../kernel/errors.ts';
import type { Cursor } from '../../store/store.ts';
import { LOG_START } from '../../store/store.ts';
import type { Statement } from './driver.ts';
import type { Table } from './table.ts';

const SETTLED = 't.commit_xid < pg_snapshot_xmin(pg_current_snapshot())';
/** The column under which the transaction of a row comes along. */
export const TRANSACTION_COLUMN = 'millrace_transaction';

export function tailStatement(table: Table, after: Cursor, limit: number): Statement {
  const { transaction, id } = parseCursor(after);
  return {
    text: `SELECT ${table.selected}, t.commit_xid::text AS ${TRANSACTION_COLUMN} FROM ${table.sql} AS t
      WHERE (t.commit_xid, t.id) > ($1::xid8, $2::bigint) AND ${SETTLED} ORDER BY t.commit_xid, t.id LIMIT $3::bigint`,
    values: [transaction, id, limit],
  };
}

export const endStatement = ({ sql }: Table): Statement => ({
  text: `SELECT t.commit_xid::text AS ${TRANSACTION_COLUMN}, t.id AS id FROM ${sql} AS t
    WHERE ${SETTLED} ORDER BY t.commit_xid DESC, t.id DESC LIMIT 1`,
  values: [],
});

/** The cursor behind a row that one of the statements answered; without a row, the one given. */
export function cursorBehind(row: Readonly<Record<string, unknown>> | undefined, before: Cursor): Cursor {
  return row === undefined ? before : `${row[TRANSACTION_COLUMN]}.${row.id}`;
}

function parseCursor(cursor: Cursor): { readonly transaction: string; readonly id: string } {
  if (cursor === LOG_START) return { transaction: '0', id: '0' };
  const [, transaction, id] = /^(\d{1,20})\.(\d{1,16})$/.exec(cursor) ?? [];
  if (transaction === undefined || id === undefined) throw new MillraceError('store.cursor-malformed', { cursor });
  return { transaction, id };
}
