/** What has to be written so that a table holds the results of a run: only what differs from what is there. */
import type { Family, Row, Value } from '../../store/family.ts';
import { type Condition, MAX_ROWS, type Query } from '../../store/query.ts';
import type { Store } from '../../store/store.ts';
import { put, remove, type Write } from '../../store/unit.ts';

/** `stored` are all rows that the results are to replace. */
export function tableChanges(family: Family, stored: readonly Row[], wanted: readonly Row[]): Write[] {
  const keyOf = (row: Row) => JSON.stringify(family.key.map((column) => row[column]));
  const old = new Map(stored.map((row) => [keyOf(row), row]));
  const writes: Write[] = [];
  for (const row of wanted) {
    const key = keyOf(row);
    const before = old.get(key);
    old.delete(key);
    if (before === undefined || !isSame(family, before, row)) writes.push(put(family, row as never));
  }
  for (const row of old.values())
    writes.push(
      remove(
        family,
        family.key.map((column) => row[column] as Value),
      ),
    );
  return writes;
}

/** Every row that meets the conditions, page by page. */
export async function selectAll(
  store: Store,
  family: Family,
  where: Readonly<Record<string, Condition>>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let after: Value[] | undefined;
  for (;;) {
    const query: Query = { where, order: family.key, limit: MAX_ROWS, ...(after !== undefined && { after }) };
    const page: readonly Row[] = await store.select(family, query);
    for (const row of page) rows.push(row);
    const last = page.at(-1);
    if (last === undefined || page.length < MAX_ROWS) return rows;
    after = family.key.map((column) => last[column] as Value);
  }
}

const isSame = (family: Family, a: Row, b: Row): boolean =>
  Object.keys(family.columns).every((column) => a[column] === b[column]);
