/**
 * The owner is the only writer of a file. It takes a batch of units in one transaction: each unit's guards are looked
 * at first, against what is stored and what earlier units of the batch changed; then the survivors' rows are written
 * table by table, many a statement. So no unit ever has to be taken back, and a batch costs one sync.
 *
 * When SQLite refuses a row, the batch is rolled back and taken again unit by unit, so that only the unit that holds
 * the row fails. When the disk refuses, the whole batch fails and nothing of it is stored.
 */
import { messageOf } from '../../kernel/errors.ts';
import type { Value } from '../../store/family.ts';
import { type Batch, BatchReader, type Shape, type ShapeKind } from './batch.ts';
import type { ClaimOrder } from './claim-order.ts';
import type { ColumnSet } from './column-set.ts';
import type { Connection, SqlRow } from './connection.ts';
import type { Column, Table } from './table.ts';
import { TableWriter } from './table-writer.ts';

/** What became of the units of a batch. */
export type BatchResult = {
  /** A number for each unit: taken, conflict or failed. */
  readonly verdicts: Uint8Array;
  /** Why the failed ones failed, in their order. */
  readonly reasons: readonly string[];
};
export const TAKEN = 0;
export const CONFLICT = 1;
export const FAILED = 2;

type Step = {
  readonly kind: ShapeKind;
  readonly writer: TableWriter;
  readonly isLog: boolean;
  /** The columns of the key, and of the values behind it. */
  readonly key: readonly Column[];
  readonly values: readonly Column[];
  readonly place: number;
  readonly columns: ColumnSet;
};

export class Owner {
  readonly #connection: Connection;
  readonly #tables: readonly Table[];
  readonly #writers: readonly TableWriter[];
  readonly #steps: Step[] = [];
  readonly #words: string[] = [];

  constructor(connection: Connection, tables: readonly Table[]) {
    this.#connection = connection;
    this.#tables = tables;
    this.#writers = tables.map((table) => new TableWriter(connection, table));
  }

  /** Commits the batch. Throws when nothing of it is stored. */
  commit(batch: Batch): BatchResult {
    for (const shape of batch.shapes) this.#steps.push(this.#stepOf(shape));
    for (const word of batch.words) this.#words.push(word);
    try {
      return this.#connection.transaction(() => this.#takeTogether(batch));
    } catch (error) {
      this.#forget();
      if (batch.units === 1) throw error;
    }
    try {
      return this.#connection.transaction(() => this.#takeSingly(batch));
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  /** Takes the first rows that match and changes them; answers what was selected, in the order of the query. */
  claim(order: ClaimOrder): SqlRow[] {
    const { writer } = this.#tableAt(order.table);
    try {
      return this.#connection.transaction(() => {
        const rows = this.#connection.rows(order.select.sql, order.select.parameters);
        writer.take(order, rows);
        return rows;
      });
    } catch (error) {
      writer.forget();
      throw error;
    }
  }

  #takeTogether(batch: Batch): BatchResult {
    const verdicts = new Uint8Array(batch.units);
    const reader = this.#read(batch);
    for (let unit = 0; unit < batch.units; unit++) verdicts[unit] = reader.takeUnit() ? TAKEN : CONFLICT;
    for (const writer of this.#writers) writer.flush();
    return { verdicts, reasons: [] };
  }

  #takeSingly(batch: Batch): BatchResult {
    const verdicts = new Uint8Array(batch.units);
    const reasons: string[] = [];
    const reader = this.#read(batch);
    for (let unit = 0; unit < batch.units; unit++) {
      this.#connection.execute('SAVEPOINT unit');
      try {
        verdicts[unit] = reader.takeUnit() ? TAKEN : CONFLICT;
        for (const writer of this.#writers) writer.flush();
      } catch (error) {
        this.#forget();
        if (!this.#connection.isInTransaction) throw error;
        this.#connection.execute('ROLLBACK TO unit');
        reader.skipUnit();
        verdicts[unit] = FAILED;
        reasons.push(messageOf(error));
      }
      this.#connection.execute('RELEASE unit');
    }
    return { verdicts, reasons };
  }

  #read(batch: Batch): UnitReader {
    return new UnitReader(new BatchReader(batch, this.#words), this.#steps);
  }

  #tableAt(number: number): { table: Table; writer: TableWriter } {
    const table = this.#tables[number];
    const writer = this.#writers[number];
    if (table === undefined || writer === undefined) throw new RangeError(`there is no table ${number}`);
    return { table, writer };
  }

  #forget(): void {
    for (const writer of this.#writers) writer.forget();
  }

  #stepOf({ table: number, kind, places }: Shape): Step {
    const { table, writer } = this.#tableAt(number);
    const columnsAt = (at: readonly number[]) => at.map((place) => table.columns[place] as Column);
    return {
      kind,
      writer,
      isLog: table.family.isLog,
      key: columnsAt(kind === 'put' ? [] : table.keyPlaces),
      values: columnsAt(places),
      place: places[0] ?? -1,
      columns: writer.columnSets.of(places),
    };
  }
}

/** Goes through a batch unit by unit. */
class UnitReader {
  readonly #steps: readonly Step[];
  readonly #batch: BatchReader;
  /** Where the last unit began. */
  #unit: BatchReader['place'];

  constructor(batch: BatchReader, steps: readonly Step[]) {
    this.#steps = steps;
    this.#batch = batch;
    this.#unit = batch.place;
  }

  /** Answers whether the guards of the next unit hold; if so its writes are with the writers. */
  takeUnit(): boolean {
    this.#unit = this.#batch.place;
    const guards = this.#batch.step();
    const writes = this.#batch.step();
    for (let guard = 0; guard < guards; guard++) {
      if (!this.#checkGuard()) {
        this.skipUnit();
        return false;
      }
    }
    for (let write = 0; write < writes; write++) this.#gatherWrite();
    return true;
  }

  /** Goes on behind the last unit, wherever in it the reader is. */
  skipUnit(): void {
    this.#batch.goTo(this.#unit);
    for (let left = this.#batch.step() + this.#batch.step(); left > 0; left--) {
      const { key, values } = this.#next();
      for (const column of key) this.#batch.skip(column);
      for (const column of values) this.#batch.skip(column);
    }
  }

  #checkGuard(): boolean {
    const { kind, writer, key, values, place } = this.#next();
    const found = this.#values(key);
    const [expected = null] = this.#values(values);
    return kind === 'absent' ? writer.isAbsent(found) : writer.isEqual(found, place, expected);
  }

  #gatherWrite(): void {
    const step = this.#next();
    const { kind, writer, columns } = step;
    if (kind === 'put') {
      const values = this.#values(step.values);
      if (step.isLog) writer.append(values);
      else writer.put(values);
      return;
    }
    const key = this.#values(step.key);
    if (kind === 'delete') return writer.delete(key);
    const values = this.#values(step.values);
    if (kind === 'set') writer.set(key, columns, values);
    else writer.add(key, columns, values);
  }

  #next(): Step {
    return this.#steps[this.#batch.step()] as Step;
  }

  #values(columns: readonly Column[]): Value[] {
    const values: Value[] = [];
    for (const column of columns) values.push(this.#batch.value(column));
    return values;
  }
}
