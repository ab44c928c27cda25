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
import type { ColumnSet } from './column-set.ts';
import type { Connection, SqlRow } from './connection.ts';
import type { Batch, Shape, ShapeKind } from './packing.ts';
import type { Table } from './table.ts';
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

/** The rows to take, and how each is changed. */
export type ClaimOrder = {
  readonly table: number;
  readonly select: { readonly sql: string; readonly parameters: readonly Value[] };
  readonly set: readonly { readonly place: number; readonly value: Value }[];
  readonly add: readonly { readonly place: number; readonly value: number }[];
};

type Step = {
  readonly kind: ShapeKind;
  readonly writer: TableWriter;
  readonly isLog: boolean;
  readonly keyWidth: number;
  /** All values of the step, the key included. */
  readonly width: number;
  readonly place: number;
  readonly columns: ColumnSet;
};

export class Owner {
  readonly #connection: Connection;
  readonly #tables: readonly Table[];
  readonly #writers: readonly TableWriter[];
  readonly #steps: Step[] = [];

  constructor(connection: Connection, tables: readonly Table[]) {
    this.#connection = connection;
    this.#tables = tables;
    this.#writers = tables.map((table) => new TableWriter(connection, table));
  }

  /** Commits the batch. Throws when nothing of it is stored. */
  commit(batch: Batch): BatchResult {
    for (const shape of batch.shapes) this.#steps.push(this.#stepOf(shape));
    try {
      return this.#connection.transaction(() => this.#takeTogether(batch));
    } catch (error) {
      this.#forget();
      if (batch.units === 1) throw error;
      return this.#connection.transaction(() => this.#takeSingly(batch));
    }
  }

  /** Takes the first rows that match, changes them, and answers them as they are afterwards, in the order of the query. */
  claim({ table: number, select, set, add }: ClaimOrder): SqlRow[] {
    const { table, writer } = this.#tableAt(number);
    const columns = writer.columnSets.of([...set, ...add].map(({ place }) => place).sort((a, b) => a - b));
    const take = (): SqlRow[] => {
      const rows = this.#connection.rows(select.sql, select.parameters);
      for (const row of rows) {
        for (const { place, value } of set) row[place] = value;
        for (const { place, value } of add) row[place] = Number(row[place]) + value;
        const at = (place: number): Value => row[place] as Value;
        writer.set(table.keyPlaces.map(at), columns, columns.places.map(at));
      }
      writer.flush();
      return rows;
    };
    try {
      return this.#connection.transaction(take);
    } catch (error) {
      writer.forget();
      throw error;
    }
  }

  #takeTogether(batch: Batch): BatchResult {
    const verdicts = new Uint8Array(batch.units);
    const reader = new BatchReader(batch, this.#steps);
    for (let unit = 0; unit < batch.units; unit++) verdicts[unit] = reader.takeUnit() ? TAKEN : CONFLICT;
    for (const writer of this.#writers) writer.flush();
    return { verdicts, reasons: [] };
  }

  #takeSingly(batch: Batch): BatchResult {
    const verdicts = new Uint8Array(batch.units);
    const reasons: string[] = [];
    const reader = new BatchReader(batch, this.#steps);
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
    const keyWidth = kind === 'put' ? 0 : table.keyPlaces.length;
    return {
      kind,
      writer,
      isLog: table.family.isLog,
      keyWidth,
      width: keyWidth + places.length,
      place: places[0] ?? -1,
      columns: writer.columnSets.of(places),
    };
  }
}

/** Goes through a batch unit by unit. */
class BatchReader {
  readonly #steps: readonly Step[];
  readonly #numbers: Int32Array;
  readonly #values: readonly Value[];
  #step = 0;
  #value = 0;
  /** Where the last unit began. */
  #unit = { step: 0, value: 0 };

  constructor({ steps, values }: Batch, known: readonly Step[]) {
    this.#steps = known;
    this.#numbers = steps;
    this.#values = values;
  }

  /** Answers whether the guards of the next unit hold; if so its writes are with the writers. */
  takeUnit(): boolean {
    this.#unit = { step: this.#step, value: this.#value };
    const guards = this.#number();
    const writes = this.#number();
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
    ({ step: this.#step, value: this.#value } = this.#unit);
    const end = this.#number() + this.#number() + this.#step;
    while (this.#step < end) this.#value += this.#next().width;
  }

  #checkGuard(): boolean {
    const { kind, writer, keyWidth, width, place } = this.#next();
    const key = this.#slice(0, keyWidth);
    const holds =
      kind === 'absent'
        ? writer.isAbsent(key)
        : writer.isEqual(key, place, this.#values[this.#value + keyWidth] as Value);
    this.#value += width;
    return holds;
  }

  #gatherWrite(): void {
    const { kind, writer, isLog, keyWidth, width, columns } = this.#next();
    const key = this.#slice(0, keyWidth);
    const values = this.#slice(keyWidth, width);
    this.#value += width;
    if (kind === 'put') {
      if (isLog) writer.append(values);
      else writer.put(values);
    } else if (kind === 'set') writer.set(key, columns, values);
    else if (kind === 'add') writer.add(key, columns, values);
    else writer.delete(key);
  }

  #number(): number {
    return this.#numbers[this.#step++] as number;
  }

  #next(): Step {
    return this.#steps[this.#number()] as Step;
  }

  #slice(from: number, to: number): Value[] {
    return this.#values.slice(this.#value + from, this.#value + to);
  }
}
