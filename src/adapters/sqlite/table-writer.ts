/**
 * What a batch has changed in one table and not yet written. Rows are gathered by key, so that a row which many units
 * change is written once, and then written many a statement. A guard of a later unit sees them here.
 */
import { Recent } from '../../kernel/recent.ts';
import type { Value } from '../../store/family.ts';
import type { ClaimOrder } from './claim-order.ts';
import { type ColumnSet, ColumnSets } from './column-set.ts';
import type { Connection, SqlRow } from './connection.ts';
import { bindable, type Statement } from './driver.ts';
import { SetStatement } from './set-statement.ts';
import { addSql, deleteSql, GroupedStatement, highestSql, lookSql, putSql, takeSql } from './statements.ts';
import { isNumbered, type Table } from './table.ts';

type Pending =
  | { readonly kind: 'put'; readonly values: Value[] }
  | { readonly kind: 'delete'; readonly key: readonly Value[] }
  /** `values` belong to the places of the column set. */
  | { readonly kind: 'set' | 'add'; readonly key: readonly Value[]; readonly columns: ColumnSet; values: Value[] };
type PendingColumns = Extract<Pending, { kind: 'set' | 'add' }>;

/** Rows of a table whose guarded column the owner remembers. */
export const REMEMBERED_ROWS = 100_000;

/** The text between the parts of a key of several columns; no stored text has it. */
const BETWEEN = '\0';

export class TableWriter {
  readonly columnSets = new ColumnSets();
  readonly #table: Table;
  readonly #connection: Connection;
  readonly #put: GroupedStatement;
  readonly #delete: GroupedStatement;
  readonly #sets = new Map<ColumnSet, SetStatement>();
  readonly #takes = new Map<string, GroupedStatement>();
  readonly #adds = new Map<ColumnSet, GroupedStatement>();
  readonly #looks = new Map<number | undefined, Statement>();
  readonly #rows = new Map<Value, Pending>();
  /** The column that guards compare (a stamp, an epoch), and its value in rows read or written lately: nobody else writes the file. */
  #guarded: number | undefined;
  readonly #remembered = new Recent<Value, Value>(REMEMBERED_ROWS);
  /** Where the key is the row's number: a number above all that were ever put is certainly absent. */
  #highest: number | undefined;
  #appended: Value[][] = [];

  constructor(connection: Connection, table: Table) {
    this.#connection = connection;
    this.#table = table;
    this.#put = new GroupedStatement(connection, (rows) => putSql(table, rows));
    this.#delete = new GroupedStatement(connection, (rows) => deleteSql(table, rows));
    if (isNumbered(table)) this.#highest = Number(connection.firstRow(highestSql(table))?.[0] ?? 0);
  }

  isAbsent(key: readonly Value[]): boolean {
    const pending = this.#rows.get(nameOf(key));
    if (pending !== undefined && pending.kind !== 'set') return pending.kind === 'delete';
    const [first] = key;
    if (this.#highest !== undefined && typeof first === 'number' && first > this.#highest) return true;
    return this.#look(key, undefined) === undefined;
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
    this.#appended.push(values);
  }

  put(values: Value[]): void {
    const name = nameOf(this.#keyOf(values));
    this.#rows.set(name, { kind: 'put', values });
    this.#noteRow(name);
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
    this.#noteRow(name);
    const isOther = pending !== undefined && pending.kind !== 'add';
    if (isOther) this.flush();
    const change: PendingColumns = { kind: 'add', key, columns, values: amounts };
    this.#rows.set(name, pending === undefined || isOther ? change : this.#merged(pending, change, sum));
  }

  /** Changes rows that were just selected, all in the same way. They are there, so what is guarded is remembered of each. */
  take({ key, set, add }: Pick<ClaimOrder, 'key' | 'set' | 'add'>, rows: readonly SqlRow[]): void {
    if (rows.length === 0 || set.length + add.length === 0) return;
    const keys = rows.map((row) => key.map((at) => row[at] as Value));
    const name = `${set.map(({ place }) => place).join()}+${add.map(({ place }) => place).join()}`;
    const statement = made(
      this.#takes,
      name,
      () => new GroupedStatement(this.#connection, (count) => takeSql(this.#table, { set, add }, count)),
    );
    statement.run(
      keys,
      [...set, ...add].map(({ value }) => value),
    );
    this.#guarded ??= add[0]?.place;
    const isSet = set.find(({ place }) => place === this.#guarded);
    const isAdded = add.find(({ place }) => place === this.#guarded);
    if (isSet === undefined && isAdded === undefined) return;
    for (let row = 0; row < rows.length; row++) {
      const value = isAdded === undefined ? isSet?.value : Number(rows[row]?.[isAdded.at]) + isAdded.value;
      this.#remembered.set(nameOf(keys[row] as Value[]), value ?? null);
    }
  }

  /** After a transaction that was undone: forgets what it would have written, and what is remembered of it. */
  forget(): void {
    this.#rows.clear();
    this.#appended = [];
    this.#remembered.clear();
  }

  /** Writes everything gathered. The rows have different keys, so their order does not matter. */
  flush(): void {
    this.#put.run(this.#appended);
    if (this.#rows.size > 0) {
      const puts: Value[][] = [];
      const deletes: (readonly Value[])[] = [];
      const sets = new Map<ColumnSet, PendingColumns[]>();
      const adds = new Map<ColumnSet, Value[][]>();
      for (const [name, pending] of this.#rows) {
        this.#remember(name, pending);
        if (pending.kind === 'put') puts.push(pending.values);
        else if (pending.kind === 'delete') deletes.push(pending.key);
        else if (pending.kind === 'set') made(sets, pending.columns, () => []).push(pending as PendingColumns);
        else made(adds, pending.columns, () => []).push([...pending.key, ...pending.values]);
      }
      this.#delete.run(deletes);
      this.#put.run(puts);
      for (const [columns, rows] of sets) this.#setOf(columns).run(rows);
      for (const [columns, rows] of adds) this.#addOf(columns).run(rows);
    }
    this.#rows.clear();
    this.#appended = [];
  }

  #noteRow(name: Value): void {
    if (this.#highest !== undefined && Number(name) > this.#highest) this.#highest = Number(name);
  }

  #remember(name: Value, pending: Pending): void {
    const place = this.#guarded;
    if (place === undefined) return;
    if (pending.kind === 'put') return this.#remembered.set(name, pending.values[place] ?? null);
    if (pending.kind === 'delete') return this.#remembered.delete(name);
    const index = pending.columns.places.indexOf(place);
    if (index < 0) return;
    // A row that is not there is not changed: only a row that is known to be there is remembered anew.
    if (pending.kind === 'set' && this.#remembered.get(name) !== undefined)
      this.#remembered.set(name, pending.values[index] ?? null);
    else this.#remembered.delete(name);
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
    return this.#remembered.get(nameOf(key)) === undefined && this.#look(key, undefined) === undefined;
  }

  #stored(key: readonly Value[], place: number, value: Value): boolean {
    this.#guarded ??= place;
    const name = nameOf(key);
    const remembered = place === this.#guarded ? this.#remembered.get(name) : undefined;
    if (remembered !== undefined) return remembered === value;
    const [stored] = this.#look(key, place) ?? [];
    if (stored === undefined) return false;
    if (place === this.#guarded) this.#remembered.set(name, stored);
    return stored === value;
  }

  #look(key: readonly Value[], place: number | undefined): SqlRow | undefined {
    let statement = this.#looks.get(place);
    if (statement === undefined) {
      statement = this.#connection.prepare(lookSql(this.#table, place));
      this.#looks.set(place, statement);
    }
    return statement.get(...bindable(key)) as SqlRow | undefined;
  }

  #setOf(columns: ColumnSet): SetStatement {
    return made(this.#sets, columns, () => new SetStatement(this.#connection, this.#table, columns));
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

function made<Name, Thing>(things: Map<Name, Thing>, name: Name, make: () => Thing): Thing {
  const known = things.get(name);
  if (known !== undefined) return known;
  const thing = make();
  things.set(name, thing);
  return thing;
}
