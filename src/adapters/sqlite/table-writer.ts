/**
 * What a batch has changed in one table and not yet written. Rows are gathered by key, so that a row which many units
 * change is written once, and then written many a statement. A guard of a later unit sees them here.
 */
import type { Value } from '../../store/family.ts';
import { type ColumnSet, ColumnSets } from './column-set.ts';
import type { Connection, SqlRow } from './connection.ts';
import { bindable, type Statement } from './driver.ts';
import { addSql, deleteSql, GroupedStatement, lookSql, putSql, setSql } from './statements.ts';
import type { Table } from './table.ts';

type Pending =
  | { readonly kind: 'put'; readonly values: Value[] }
  | { readonly kind: 'delete'; readonly key: readonly Value[] }
  /** `values` belong to the places of the column set. */
  | { readonly kind: 'set' | 'add'; readonly key: readonly Value[]; readonly columns: ColumnSet; values: Value[] };
type PendingColumns = Extract<Pending, { kind: 'set' | 'add' }>;

/** The text between the parts of a key of several columns; no stored text has it. */
const BETWEEN = '\0';

export class TableWriter {
  readonly columnSets = new ColumnSets();
  readonly #table: Table;
  readonly #connection: Connection;
  readonly #put: GroupedStatement;
  readonly #delete: GroupedStatement;
  readonly #sets = new Map<ColumnSet, GroupedStatement>();
  readonly #adds = new Map<ColumnSet, GroupedStatement>();
  readonly #looks = new Map<number | undefined, Statement>();
  readonly #rows = new Map<Value, Pending>();
  #appended: Value[] = [];

  constructor(connection: Connection, table: Table) {
    this.#connection = connection;
    this.#table = table;
    this.#put = new GroupedStatement(connection, (rows) => putSql(table, rows));
    this.#delete = new GroupedStatement(connection, (rows) => deleteSql(table, rows));
  }

  isAbsent(key: readonly Value[]): boolean {
    const pending = this.#rows.get(nameOf(key));
    if (pending === undefined || pending.kind === 'set') return this.#look(key, undefined) === undefined;
    return pending.kind === 'delete';
  }

  /** Whether the row is there and has this value in this column. */
  isEqual(key: readonly Value[], place: number, value: Value): boolean {
    const pending = this.#rows.get(nameOf(key));
    if (pending === undefined) return this.#stored(key, place, value);
    if (pending.kind === 'delete') return false;
    if (pending.kind === 'put') return pending.values[place] === value;
    if (pending.kind === 'add') {
      this.flush();
      return this.#stored(key, place, value);
    }
    const index = pending.columns.places.indexOf(place);
    return index < 0 ? this.#stored(key, place, value) : pending.values[index] === value && !this.#isNowhere(key);
  }

  append(values: Value[]): void {
    for (const value of values) this.#appended.push(value);
  }

  put(values: Value[]): void {
    this.#rows.set(nameOf(this.#keyOf(values)), { kind: 'put', values });
  }

  delete(key: readonly Value[]): void {
    this.#rows.set(nameOf(key), { kind: 'delete', key });
  }

  set(key: readonly Value[], columns: ColumnSet, values: Value[]): void {
    if (columns.places.length === 0) return;
    const name = nameOf(key);
    const pending = this.#rows.get(name);
    if (pending?.kind === 'delete') return;
    if (pending?.kind === 'put') {
      columns.places.forEach((place, index) => {
        pending.values[place] = values[index] as Value;
      });
      return;
    }
    if (pending?.kind === 'add') this.flush();
    const change: PendingColumns = { kind: 'set', key, columns, values };
    this.#rows.set(name, pending?.kind === 'set' ? this.#merged(pending, change, (_, after) => after) : change);
  }

  add(key: readonly Value[], columns: ColumnSet, amounts: Value[]): void {
    const name = nameOf(key);
    const pending = this.#rows.get(name);
    if (pending?.kind === 'put') {
      columns.places.forEach((place, index) => {
        pending.values[place] = sum(pending.values[place], amounts[index]);
      });
      return;
    }
    const isOther = pending !== undefined && pending.kind !== 'add';
    if (isOther) this.flush();
    const change: PendingColumns = { kind: 'add', key, columns, values: amounts };
    this.#rows.set(name, pending === undefined || isOther ? change : this.#merged(pending, change, sum));
  }

  /** Forgets what was not written. */
  forget(): void {
    this.#rows.clear();
    this.#appended = [];
  }

  /** Writes everything gathered. The rows have different keys, so their order does not matter. */
  flush(): void {
    const { keyPlaces, putPlaces } = this.#table;
    if (this.#appended.length > 0) this.#put.run(this.#appended, putPlaces.length);
    if (this.#rows.size > 0) {
      const puts: Value[] = [];
      const deletes: Value[] = [];
      const sets = new Map<ColumnSet, Value[]>();
      const adds = new Map<ColumnSet, Value[]>();
      for (const pending of this.#rows.values()) {
        if (pending.kind === 'put') pushAll(puts, pending.values);
        else if (pending.kind === 'delete') pushAll(deletes, pending.key);
        else {
          const group = groupOf(pending.kind === 'set' ? sets : adds, pending.columns);
          pushAll(group, pending.key);
          pushAll(group, pending.values);
        }
      }
      const width = keyPlaces.length;
      this.#delete.run(deletes, width);
      this.#put.run(puts, putPlaces.length);
      for (const [columns, values] of sets) this.#setOf(columns).run(values, width + columns.places.length);
      for (const [columns, values] of adds) this.#addOf(columns).run(values, width + columns.places.length);
    }
    this.forget();
  }

  #merged(
    before: PendingColumns,
    after: PendingColumns,
    merge: (one: Value | undefined, other: Value) => Value,
  ): Pending {
    const columns = this.columnSets.union(before.columns, after.columns);
    const values = columns.places.map((place) => {
      const old = before.values[before.columns.places.indexOf(place)];
      const change = after.values[after.columns.places.indexOf(place)];
      return change === undefined ? (old as Value) : merge(old, change);
    });
    return { kind: after.kind, key: after.key, columns, values };
  }

  #isNowhere(key: readonly Value[]): boolean {
    return this.#look(key, undefined) === undefined;
  }

  #stored(key: readonly Value[], place: number, value: Value): boolean {
    const row = this.#look(key, place);
    return row !== undefined && row[0] === value;
  }

  #look(key: readonly Value[], place: number | undefined): SqlRow | undefined {
    let statement = this.#looks.get(place);
    if (statement === undefined) {
      statement = this.#connection.prepare(lookSql(this.#table, place));
      this.#looks.set(place, statement);
    }
    return statement.get(...bindable(key)) as SqlRow | undefined;
  }

  #setOf(columns: ColumnSet): GroupedStatement {
    return made(
      this.#sets,
      columns,
      () => new GroupedStatement(this.#connection, (rows) => setSql(this.#table, columns, rows)),
    );
  }

  #addOf(columns: ColumnSet): GroupedStatement {
    return made(
      this.#adds,
      columns,
      () => new GroupedStatement(this.#connection, (rows) => addSql(this.#table, columns, rows)),
    );
  }

  #keyOf(values: readonly Value[]): readonly Value[] {
    return this.#table.keyPlaces.map((place) => values[place] as Value);
  }
}

const nameOf = (key: readonly Value[]): Value => (key.length === 1 ? (key[0] as Value) : key.join(BETWEEN));

const sum = (one: Value | undefined, other: Value | undefined): Value => Number(one ?? 0) + Number(other ?? 0);

const groupOf = (groups: Map<ColumnSet, Value[]>, columns: ColumnSet): Value[] => made(groups, columns, () => []);

function made<Name, Thing>(things: Map<Name, Thing>, name: Name, make: () => Thing): Thing {
  const known = things.get(name);
  if (known !== undefined) return known;
  const thing = make();
  things.set(name, thing);
  return thing;
}

function pushAll(target: Value[], values: readonly Value[]): void {
  for (const value of values) target.push(value);
}
