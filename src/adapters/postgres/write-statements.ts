/** A plan as statements: one for all rows of a family and kind, arrays as parameters, rows in the order of their keys. */
import type { Key, Row } from '../../store/family.ts';
import type { Statement } from './driver.ts';
import { type Column, changeableIn, compareKeys, summableIn, type Table, type Tables, tableNamed } from './table.ts';
import { columnArrays, keyArrays, places, sameKey, unnest } from './unnest.ts';
import { type Change, type WritePlan, zeroRow } from './write-plan.ts';

/** In the order in which they must run. Tables in the order of their declaration, additions to busy rows last. */
export function writeStatements(plan: WritePlan, tables: Tables): Statement[] {
  const statements: Statement[] = [];
  for (const { family } of plan.values()) tableNamed(tables, family);
  const plans = [...tables.values()].flatMap((table) => {
    const own = plan.get(table.family.name);
    return own === undefined ? [] : [{ table, own }];
  });
  const deepest = Math.max(0, ...plans.map(({ own }) => own.waves.length));
  for (let wave = 0; wave < deepest; wave++) {
    const late: Statement[] = [];
    for (const { table, own } of plans) {
      const changes = [...(own.waves[wave]?.values() ?? [])].sort((a, b) => compareKeys(a.key, b.key));
      statements.push(...rowStatements(table, changes));
      if (wave === 0 && own.appended.length > 0) statements.push(append(table, own.appended));
      const added = changes.filter((change) => change.kind === 'change' && change.add !== undefined);
      if (added.length > 0) late.push(addAmounts(table, added as Addition[]));
    }
    statements.push(...late);
  }
  return statements;
}

type Addition = { readonly key: Key; readonly add: Row };

function rowStatements(table: Table, changes: readonly Change[]): Statement[] {
  const inserts: Row[] = [];
  const puts: Row[] = [];
  const deletes: Key[] = [];
  const sets = new Map<string, { readonly names: readonly string[]; readonly keys: Key[]; readonly rows: Row[] }>();
  for (const change of changes) {
    if (change.kind === 'insert') inserts.push(change.row);
    else if (change.kind === 'put') puts.push(change.row);
    else if (change.kind === 'delete') deletes.push(change.key);
    else if (change.set !== undefined) {
      const names = Object.keys(change.set).sort();
      const shape = names.join();
      const same = sets.get(shape) ?? { names, keys: [], rows: [] };
      sets.set(shape, same);
      same.keys.push(change.key);
      same.rows.push(change.set);
    }
  }
  return [
    ...(inserts.length > 0 ? [insert(table, inserts)] : []),
    ...(puts.length > 0 ? [upsert(table, puts)] : []),
    ...(deletes.length > 0 ? [remove(table, deletes)] : []),
    ...[...sets.values()].filter(({ names }) => names.length > 0).map((same) => update(table, same)),
  ];
}

const listed = (columns: readonly Column[]): string => columns.map(({ sql }) => sql).join(', ');

function insertText({ sql }: Table, columns: readonly Column[]): string {
  return `INSERT INTO ${sql} AS t (${listed(columns)}) SELECT ${places(columns)} FROM ${unnest(columns)} AS u(${places(columns)})`;
}

function insert(table: Table, rows: readonly Row[]): Statement {
  requireWhole(table.columns, rows);
  return { text: insertText(table, table.columns), values: columnArrays(table.columns, rows) };
}

function upsert(table: Table, rows: readonly Row[]): Statement {
  requireWhole(table.columns, rows);
  const rest = table.columns.filter((column) => !table.key.includes(column));
  const change = rest.map(({ sql }) => `${sql} = EXCLUDED.${sql}`).join(', ');
  const text = `${insertText(table, table.columns)} ON CONFLICT (${listed(table.key)}) DO ${change === '' ? 'NOTHING' : `UPDATE SET ${change}`}`;
  return { text, values: columnArrays(table.columns, rows) };
}

function append(table: Table, rows: readonly Row[]): Statement {
  const columns = table.columns.filter(({ name }) => name !== 'id');
  requireWhole(columns, rows);
  return { text: insertText(table, columns), values: columnArrays(columns, rows) };
}

function remove(table: Table, keys: readonly Key[]): Statement {
  const text = `DELETE FROM ${table.sql} AS t USING ${unnest(table.key)} AS u(${places(table.key)}) WHERE ${sameKey(table)}`;
  return { text, values: keyArrays(table, keys) };
}

function update(
  table: Table,
  {
    names,
    keys,
    rows,
  }: { readonly names: readonly string[]; readonly keys: readonly Key[]; readonly rows: readonly Row[] },
): Statement {
  const columns = names.map((name) => changeableIn(table, name));
  const given = [...table.key, ...columns];
  requireWhole(columns, rows);
  const change = columns.map(({ sql }, place) => `${sql} = u.c${table.key.length + place}`).join(', ');
  const text = `UPDATE ${table.sql} AS t SET ${change} FROM ${unnest(given)} AS u(${places(given)}) WHERE ${sameKey(table)}`;
  return { text, values: [...keyArrays(table, keys), ...columnArrays(columns, rows)] };
}

/** Rows that are not there start at zero; the others keep every column that nothing was added to. */
function addAmounts(table: Table, additions: readonly Addition[]): Statement {
  const added = new Set(additions.flatMap(({ add }) => Object.keys(add)));
  const change = [...added].sort().map((name) => {
    const { sql } = summableIn(table, name);
    return `${sql} = t.${sql} + EXCLUDED.${sql}`;
  });
  const rows = additions.map(({ key, add }) => ({ ...zeroRow(table.family, key), ...add }));
  const text = `${insertText(table, table.columns)} ON CONFLICT (${listed(table.key)}) DO ${change.length === 0 ? 'NOTHING' : `UPDATE SET ${change.join(', ')}`}`;
  return { text, values: columnArrays(table.columns, rows) };
}

/** A column that is left out of a whole row would silently become null. */
function requireWhole(columns: readonly Column[], rows: readonly Row[]): void {
  for (const { name } of columns) {
    if (rows.some((row) => row[name] === undefined)) throw new TypeError(`a row lacks the column ${name}`);
  }
}
