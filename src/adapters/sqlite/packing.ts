/**
 * How units travel to the owner thread: as one flat list of values and a list of steps, because cloning thousands of
 * small objects costs both threads more than SQLite does. A step is the number of a shape; a shape says what to do with
 * the values that follow. Shapes are few and sent once. A unit that cannot be stored as it stands is refused here.
 */
import type { Family, Key, Row, Value } from '../../store/family.ts';
import type { Guard, Unit, Write } from '../../store/unit.ts';
import { requirePlaceOf, requireValue, type Table } from './table.ts';

export type ShapeKind = 'absent' | 'equal' | Write['kind'];

/** Its values are the key (a put has none) and then one for each place. */
export type Shape = { readonly table: number; readonly kind: ShapeKind; readonly places: readonly number[] };

export type Batch = {
  /** Shapes that were not in an earlier batch; numbered on from those. */
  readonly shapes: readonly Shape[];
  readonly units: number;
  /** For each unit: how many guards, how many writes, and then a shape for each of them. */
  readonly steps: Int32Array;
  readonly values: readonly Value[];
};

export type Packed = {
  readonly batch: Batch;
  /** Why units were refused, by their place among the given ones; the batch is without them. */
  readonly refused: ReadonlyMap<number, Error>;
};

export class Packer {
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #numbers = new Map<string, number>();
  readonly #known = new Map<Family, TableShapes>();
  #shapes: Shape[] = [];
  #steps: number[] = [];
  #values: Value[] = [];

  constructor(tables: ReadonlyMap<string, Table>) {
    this.#tables = tables;
  }

  pack(units: readonly Unit[]): Packed {
    const refused = new Map<number, Error>();
    this.#steps = [];
    this.#values = [];
    for (const [place, unit] of units.entries()) {
      const steps = this.#steps.length;
      const values = this.#values.length;
      try {
        this.#packUnit(unit);
      } catch (error) {
        this.#steps.length = steps;
        this.#values.length = values;
        refused.set(place, error as Error);
      }
    }
    const shapes = this.#shapes;
    this.#shapes = [];
    const batch = {
      shapes,
      units: units.length - refused.size,
      steps: new Int32Array(this.#steps),
      values: this.#values,
    };
    return { batch, refused };
  }

  #packUnit({ guards, writes }: Unit): void {
    const head = this.#steps.length;
    this.#steps.push(guards.length, 0);
    for (const guard of guards) this.#packGuard(guard);
    for (const write of writes) this.#packWrite(write);
    this.#steps[head + 1] = this.#steps.length - head - 2 - guards.length;
  }

  #packGuard(guard: Guard): void {
    const shapes = this.#shapesOf(guard.family);
    const { table } = shapes;
    if (table.family.isLog) throw new TypeError(`${table.family.name} is a log: no guard can look at it`);
    if (guard.expect === 'absent') {
      this.#steps.push(shapes.one('absent', []));
      this.#packKey(table, guard.key);
      return;
    }
    const place = requirePlaceOf(table, guard.column);
    this.#steps.push(shapes.one('equal', [place]));
    this.#packKey(table, guard.key);
    this.#values.push(requireValue(table, place, guard.value));
  }

  #packWrite(write: Write): void {
    const shapes = this.#shapesOf(write.family);
    const { table } = shapes;
    if (write.kind === 'put') {
      this.#steps.push(shapes.one('put', table.putPlaces));
      this.#packRow(table, write.row);
      return;
    }
    if (table.family.isLog) throw new TypeError(`${table.family.name} is a log: rows are only appended`);
    if (write.kind === 'delete') {
      this.#steps.push(shapes.one('delete', []));
      this.#packKey(table, write.key);
      return;
    }
    const step = this.#steps.push(0) - 1;
    this.#packKey(table, write.key);
    const columns = write.kind === 'set' ? write.columns : write.amounts;
    this.#steps[step] = this.#packColumns(shapes, write.kind, columns);
  }

  #packKey(table: Table, key: Key): void {
    const { keyPlaces, family } = table;
    if (key.length !== keyPlaces.length) throw new TypeError(`a key of ${family.name} has ${keyPlaces.length} columns`);
    for (let index = 0; index < keyPlaces.length; index++) {
      this.#values.push(requireValue(table, keyPlaces[index] as number, key[index]));
    }
  }

  #packRow(table: Table, row: Row): void {
    const { columns, putPlaces } = table;
    for (const place of putPlaces) {
      const column = columns[place];
      if (column !== undefined) this.#values.push(requireValue(table, place, row[column.name]));
    }
    for (const name in row) if (!table.placeOf.has(name)) requirePlaceOf(table, name);
  }

  /** In the order of the table, so that the same columns are the same shape however they are written. */
  #packColumns(shapes: TableShapes, kind: 'set' | 'add', row: Row): number {
    const { table } = shapes;
    let given = 0;
    for (const name in row) {
      const place = requirePlaceOf(table, name);
      if (shapes.cannot[kind].has(place))
        throw new TypeError(`${table.family.name}.${name} cannot be changed by ${kind}`);
      given += 2 ** place;
    }
    const { shape, places } = shapes.ofColumns(kind, given);
    for (const place of places) {
      const column = table.columns[place];
      if (column !== undefined) this.#values.push(requireValue(table, place, row[column.name]));
    }
    return shape;
  }

  #shapesOf(family: Family): TableShapes {
    const known = this.#known.get(family);
    if (known !== undefined) return known;
    const table = this.#tables.get(family.name);
    if (table === undefined)
      throw new TypeError(`a unit names known families of one area, not ${family.name} beside others`);
    const shapes = new TableShapes(table, (shape) => this.#numberOf(shape));
    this.#known.set(family, shapes);
    return shapes;
  }

  #numberOf(shape: Shape): number {
    const name = `${shape.table} ${shape.kind} ${shape.places.join()}`;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(name, number);
    this.#shapes.push(shape);
    return number;
  }
}

type Columns = { readonly shape: number; readonly places: readonly number[] };

/** The shapes of one table that were used before, found without making any text. */
class TableShapes {
  readonly table: Table;
  /** Places that such a write leaves alone: of the key, and for sums those of text and those that may be null. */
  readonly cannot: Readonly<Record<'set' | 'add', ReadonlySet<number>>>;
  readonly #number: (shape: Shape) => number;
  readonly #ones = new Map<ShapeKind, Map<number | undefined, number>>();
  readonly #columns = { set: new Map<number, Columns>(), add: new Map<number, Columns>() };

  constructor(table: Table, number: (shape: Shape) => number) {
    this.table = table;
    this.#number = number;
    const summed = table.columns.flatMap(({ type }, place) => (type === 'integer' || type === 'real' ? [place] : []));
    const others = table.columns.map((_, place) => place).filter((place) => !summed.includes(place));
    this.cannot = { set: new Set(table.keyPlaces), add: new Set([...table.keyPlaces, ...others]) };
  }

  one(kind: 'absent' | 'equal' | 'put' | 'delete', places: readonly number[]): number {
    let ofKind = this.#ones.get(kind);
    if (ofKind === undefined) {
      ofKind = new Map();
      this.#ones.set(kind, ofKind);
    }
    const known = ofKind.get(places[0]);
    if (known !== undefined) return known;
    const shape = this.#number({ table: this.table.number, kind, places });
    ofKind.set(places[0], shape);
    return shape;
  }

  /** `given` has a bit for every place; a number holds 52 of them. */
  ofColumns(kind: 'set' | 'add', given: number): Columns {
    const known = this.#columns[kind].get(given);
    if (known !== undefined) return known;
    const places = this.table.columns
      .map((_, place) => place)
      .filter((place) => Math.floor(given / 2 ** place) % 2 === 1);
    const columns = { shape: this.#number({ table: this.table.number, kind, places }), places };
    this.#columns[kind].set(given, columns);
    return columns;
  }
}
