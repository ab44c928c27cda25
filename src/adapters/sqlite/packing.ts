/** Puts units into a batch. A unit that cannot be stored as it stands is refused here, and leaves no trace in the batch. */
import type { Family, Key, Row, Value } from '../../store/family.ts';
import type { Guard, Unit, Write } from '../../store/unit.ts';
import { BatchBuilder, type Capacity, FIRST_CAPACITY, type Memory, type Shape } from './batch.ts';
import { type Column, refuseValue, requirePlaceOf, requireText, type Table } from './table.ts';

/** Different texts of a column that are sent as words. A column with more has texts of its own in each row. */
export const MAX_WORDS = 64;
/** Longer texts are not looked for among the words. */
export const MAX_WORD_LENGTH = 100;
/** Memory of written batches that is kept for the next ones: of those under way at once, and of the one that gathers. */
export const MAX_SPARE = 5;
/** A batch that needed more gives its memory back to the system. */
const MAX_SPARE_BYTES = 16_000_000;

export class Packer {
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #shapeNumbers = new Map<string, number>();
  readonly #known = new Map<Family, PackedTable>();
  #words = 0;
  readonly #spare: Memory[] = [];
  #capacity: Capacity = FIRST_CAPACITY;

  constructor(tables: ReadonlyMap<string, Table>) {
    this.#tables = tables;
  }

  /** Batches must be sent in the order in which they were opened. */
  open(): BatchBuilder {
    return new BatchBuilder(this.#capacity, this.#spare.pop());
  }

  /** Takes back the memory of a batch that nobody reads any more. */
  reuse(memory: Memory): void {
    const size = memory.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (this.#spare.length < MAX_SPARE && size <= MAX_SPARE_BYTES) this.#spare.push(memory);
  }

  /** Takes all units in; throws when one cannot be stored, and then takes in none. */
  add(batch: BatchBuilder, units: readonly Unit[]): void {
    const mark = batch.mark();
    try {
      for (const unit of units) this.#addUnit(batch, unit);
    } catch (error) {
      batch.rewind(mark);
      throw error;
    }
  }

  finish(batch: BatchBuilder): ReturnType<BatchBuilder['finish']> {
    this.#capacity = batch.capacity;
    return batch.finish();
  }

  #addUnit(batch: BatchBuilder, { guards, writes }: Unit): void {
    batch.units += 1;
    batch.step(guards.length);
    batch.step(writes.length);
    for (const guard of guards) this.#addGuard(batch, guard);
    for (const write of writes) this.#addWrite(batch, write);
  }

  #addGuard(batch: BatchBuilder, guard: Guard): void {
    const packed = this.#packedOf(guard.family);
    const { table } = packed;
    if (table.family.isLog) throw new TypeError(`${table.family.name} is a log: no guard can look at it`);
    if (guard.expect === 'absent') {
      batch.step(this.#shapeOf(batch, packed, 'absent'));
      this.#addKey(batch, packed, guard.key);
      return;
    }
    const place = requirePlaceOf(table, guard.column);
    batch.step(this.#equalOf(batch, packed, place));
    this.#addKey(batch, packed, guard.key);
    this.#addValue(batch, packed.columns[place] as PackedColumn, guard.value);
  }

  #addWrite(batch: BatchBuilder, write: Write): void {
    const packed = this.#packedOf(write.family);
    const { table } = packed;
    if (write.kind === 'put') {
      batch.step(this.#shapeOf(batch, packed, 'put'));
      this.#addRow(batch, packed, write.row);
      return;
    }
    if (write.kind === 'delete') {
      batch.step(this.#shapeOf(batch, packed, 'delete'));
      this.#addKey(batch, packed, write.key);
      return;
    }
    if (table.family.isLog) throw new TypeError(`${table.family.name} is a log: rows are appended, and never changed`);
    const columns = write.kind === 'set' ? write.columns : write.amounts;
    const { shape, places } = this.#columnsOf(batch, packed, write);
    batch.step(shape);
    this.#addKey(batch, packed, write.key);
    for (const place of places) {
      const column = packed.columns[place] as PackedColumn;
      this.#addValue(batch, column, columns[column.name]);
    }
  }

  #addKey(batch: BatchBuilder, { table, keyColumns }: PackedTable, key: Key): void {
    if (key.length !== keyColumns.length)
      throw new TypeError(`a key of ${table.family.name} has ${keyColumns.length} columns`);
    for (let index = 0; index < keyColumns.length; index++) {
      this.#addValue(batch, keyColumns[index] as PackedColumn, key[index]);
    }
  }

  #addRow(batch: BatchBuilder, { table, putColumns }: PackedTable, row: Row): void {
    for (const column of putColumns) this.#addValue(batch, column, row[column.name]);
    let given = 0;
    for (const _ in row) given += 1;
    if (given !== putColumns.length) for (const name in row) requirePlaceOf(table, name);
  }

  /** Throws unless the value can be stored in the column as it is. */
  #addValue(batch: BatchBuilder, column: PackedColumn, value: Value | undefined): void {
    if (typeof value === 'number') {
      if (column.isInteger ? Number.isSafeInteger(value) : !column.isText && Number.isFinite(value)) {
        return batch.number(value);
      }
    } else if (typeof value === 'string') {
      if (column.isText) return this.#addText(batch, column, value);
    } else if (value === null && column.isNullable) return batch.null();
    refuseValue(column.table, column, value);
  }

  #addText(batch: BatchBuilder, column: PackedColumn, text: string): void {
    if (text.length > MAX_WORD_LENGTH || column.words === undefined)
      return batch.text(requireText(column.table, column, text));
    const known = column.words.get(text);
    if (known !== undefined) return batch.word(known);
    requireText(column.table, column, text);
    if (column.words.size === MAX_WORDS) {
      column.words = undefined;
      return batch.text(text);
    }
    this.#words += 1;
    column.words.set(text, this.#words);
    batch.words.push(text);
    batch.word(this.#words);
  }

  #packedOf(family: Family): PackedTable {
    const known = this.#known.get(family);
    if (known !== undefined) return known;
    const table = this.#tables.get(family.name);
    if (table === undefined)
      throw new TypeError(`a unit names known families of one area, not ${family.name} beside others`);
    const packed = packedTable(table);
    this.#known.set(family, packed);
    return packed;
  }

  #shapeOf(batch: BatchBuilder, { table, shapes }: PackedTable, kind: 'absent' | 'put' | 'delete'): number {
    shapes[kind] ??= this.#numberOf(batch, {
      table: table.number,
      kind,
      places: kind === 'put' ? table.putPlaces : [],
    });
    return shapes[kind];
  }

  #equalOf(batch: BatchBuilder, { table, equals }: PackedTable, place: number): number {
    const known = equals[place];
    if (known !== undefined) return known;
    const shape = this.#numberOf(batch, { table: table.number, kind: 'equal', places: [place] });
    equals[place] = shape;
    return shape;
  }

  /** In the order of the table, so that the same columns are the same shape however they are written. */
  #columnsOf(batch: BatchBuilder, packed: PackedTable, write: Change): Columns {
    const { kind } = write;
    const row = kind === 'set' ? write.columns : write.amounts;
    const { last } = packed;
    const before = last[kind];
    if (before !== undefined && hasNames(row, before.names)) return before.columns;
    const columns = this.#columnsNamed(batch, packed, { kind, names: Object.keys(row) });
    last[kind] = { names: Object.keys(row), columns };
    return columns;
  }

  #columnsNamed(
    batch: BatchBuilder,
    { table, columnSets, cannot }: PackedTable,
    { kind, names }: { readonly kind: Change['kind']; readonly names: readonly string[] },
  ): Columns {
    let given = 0;
    for (const name of names) {
      const place = requirePlaceOf(table, name);
      if (cannot[kind].has(place)) throw new TypeError(`${table.family.name}.${name} cannot be changed by ${kind}`);
      given += 2 ** place;
    }
    const known = columnSets[kind].get(given);
    if (known !== undefined) return known;
    const places = table.columns.map((_, place) => place).filter((place) => Math.floor(given / 2 ** place) % 2 === 1);
    const made = { shape: this.#numberOf(batch, { table: table.number, kind, places }), places };
    columnSets[kind].set(given, made);
    return made;
  }

  #numberOf(batch: BatchBuilder, shape: Shape): number {
    const name = `${shape.table} ${shape.kind} ${shape.places.join()}`;
    const known = this.#shapeNumbers.get(name);
    if (known !== undefined) return known;
    const number = this.#shapeNumbers.size;
    this.#shapeNumbers.set(name, number);
    batch.shapes.push(shape);
    return number;
  }
}

type Change = Extract<Write, { kind: 'set' | 'add' }>;
type Columns = { readonly shape: number; readonly places: readonly number[] };
type NamedColumns = { readonly names: readonly string[]; readonly columns: Columns };

/** A column, and its words by their numbers; once there were too many it has none. */
type PackedColumn = Column & { readonly table: Table; words: Map<string, number> | undefined };

/** What the packer knows of one table: the shapes and words that were sent, found without making any text. */
type PackedTable = {
  readonly table: Table;
  readonly columns: readonly PackedColumn[];
  readonly keyColumns: readonly PackedColumn[];
  readonly putColumns: readonly PackedColumn[];
  readonly shapes: { absent?: number; put?: number; delete?: number };
  /** By the place that is compared. */
  readonly equals: (number | undefined)[];
  /** By a number that has a bit for every place; 52 of them fit. */
  readonly columnSets: Readonly<Record<'set' | 'add', Map<number, Columns>>>;
  /** What the last write named: most that follow name the same, and comparing names is cheaper than looking each up. */
  readonly last: { set?: NamedColumns; add?: NamedColumns };
  /** Places that such a write leaves alone: of the key, and for sums those of text and those that may be null. */
  readonly cannot: Readonly<Record<'set' | 'add', ReadonlySet<number>>>;
};

function packedTable(table: Table): PackedTable {
  const unsummed = table.columns.flatMap(({ isText, isNullable }, place) => (isText || isNullable ? [place] : []));
  const columns = table.columns.map((column) => ({ ...column, table, words: new Map<string, number>() }));
  const at = (places: readonly number[]) => places.map((place) => columns[place] as PackedColumn);
  return {
    table,
    columns,
    keyColumns: at(table.keyPlaces),
    putColumns: at(table.putPlaces),
    shapes: {},
    equals: [],
    columnSets: { set: new Map(), add: new Map() },
    last: {},
    cannot: { set: new Set(table.keyPlaces), add: new Set([...table.keyPlaces, ...unsummed]) },
  };
}

/** Whether these are the row's columns, in this order. */
function hasNames(row: Row, names: readonly string[]): boolean {
  let place = 0;
  for (const name in row) {
    if (name !== names[place]) return false;
    place += 1;
  }
  return place === names.length;
}
