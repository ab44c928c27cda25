/** The disk of the model store: the rows that survive a crash, and how one unit changes them. */
import { MillraceError } from '../kernel/errors.ts';
import type { Family, Key, Row, Value } from '../store/family.ts';
import { type Claim, MAX_ROWS, type Query } from '../store/query.ts';
import { type Cursor, LOG_START } from '../store/store.ts';
import type { CommitVerdict, Guard, Unit, Write } from '../store/unit.ts';
import { requireRow } from './model-checks.ts';
import { pick } from './model-query.ts';

/** What a unit has changed so far; undefined is a deleted row. */
type Changes = Map<string, Map<string, Row | undefined>>;

export class ModelDisk {
  readonly #rows = new Map<string, Map<string, Row>>();
  /** By number, from 1; undefined: forgotten. */
  readonly #logs = new Map<string, (Row | undefined)[]>();
  #nextId = 1;

  get({ name, isLog }: Family, key: Key): Row | undefined {
    const row = isLog ? this.#log(name)[Number(key[0]) - 1] : this.#table(name).get(textOf(key));
    return row && { ...row };
  }

  select(family: Family, query: Query): Row[] {
    return this.#pick(family, query).map((row) => ({ ...row }));
  }

  tail({ name }: Family, after: Cursor, limit: number): { rows: Row[]; cursor: Cursor } {
    const from = Number(after);
    if (!Number.isSafeInteger(from)) throw new MillraceError('store.cursor-malformed', { cursor: after });
    const log = this.#log(name);
    const rows: Row[] = [];
    for (let place = from; place < log.length && rows.length < Math.min(limit, MAX_ROWS); place++) {
      const row = log[place];
      if (row !== undefined) rows.push(row);
    }
    return { rows: rows.map((row) => ({ ...row })), cursor: String(rows.at(-1)?.id ?? after) };
  }

  end({ name }: Family): Cursor {
    const { length } = this.#log(name);
    return length === 0 ? LOG_START : String(length);
  }

  reserveIds(size: number): number {
    const first = this.#nextId;
    this.#nextId += size;
    return first;
  }

  claim(family: Family, { set, add = {}, columns, ...query }: Claim): Row[] {
    return this.#pick(family, query).map((row) => {
      const after = { ...row, ...(set as Row), ...sums(row, add as Readonly<Record<string, number>>) };
      requireRow(family, after);
      this.#table(family.name).set(keyTextOf(family, after), after);
      return columns === undefined ? { ...after } : onlyOf(after, columns);
    });
  }

  /** All of the unit or nothing of it. */
  commit({ guards, writes }: Unit): CommitVerdict {
    if (!guards.every((guard) => this.#holds(guard))) return 'conflict';
    const changes: Changes = new Map();
    const forgotten: { readonly family: Family; readonly key: Key }[] = [];
    const appended: { readonly family: Family; readonly row: Row }[] = [];
    for (const write of writes) {
      if (write.family.isLog && write.kind === 'put') appended.push(write);
      else if (write.family.isLog && write.kind === 'delete') forgotten.push(write);
      else this.#stage(changes, write);
    }
    for (const { family, key } of forgotten) {
      const place = Number(key[0]) - 1;
      if (place in this.#log(family.name)) this.#log(family.name)[place] = undefined;
    }
    for (const [name, rows] of changes) {
      const table = this.#table(name);
      for (const [key, row] of rows) {
        if (row === undefined) table.delete(key);
        else table.set(key, row);
      }
    }
    for (const { family, row } of appended) {
      const log = this.#log(family.name);
      log.push({ ...row, id: log.length + 1 });
    }
    return 'ok';
  }

  #holds(guard: Guard): boolean {
    const row = this.get(guard.family, guard.key);
    if (guard.expect === 'absent') return row === undefined;
    return row !== undefined && row[guard.column] === guard.value;
  }

  #stage(changes: Changes, write: Write): void {
    const { family } = write;
    const staged = changes.get(family.name) ?? new Map<string, Row | undefined>();
    changes.set(family.name, staged);
    const key = write.kind === 'put' ? keyTextOf(family, write.row) : textOf(write.key);
    const before = staged.has(key) ? staged.get(key) : this.#table(family.name).get(key);
    const after = changed(before, write);
    if (after !== undefined) requireRow(family, after);
    staged.set(key, after);
  }

  #pick(family: Family, query: Query): Row[] {
    return pick(family, family.isLog ? this.#rowsOf(family.name) : this.#table(family.name).values(), query);
  }

  #table(name: string): Map<string, Row> {
    return grown(this.#rows, name, () => new Map());
  }

  #log(name: string): (Row | undefined)[] {
    return grown(this.#logs, name, () => []);
  }

  #rowsOf(log: string): Row[] {
    return this.#log(log).filter((row) => row !== undefined);
  }
}

function changed(before: Row | undefined, write: Write): Row | undefined {
  switch (write.kind) {
    case 'put':
      return { ...write.row };
    case 'set':
      return before && { ...before, ...write.columns };
    case 'delete':
      return undefined;
    case 'add': {
      const start = before ?? zeroRow(write.family, write.key);
      return { ...start, ...sums(start, write.amounts) };
    }
    default:
      return write satisfies never;
  }
}

/** What an addition starts from where there is no row: its key, zero in number columns, null where that is allowed. */
function zeroRow({ columns, key: names }: Family, key: Key): Row {
  const empty = Object.entries(columns).map(([column, type]) => [column, type.endsWith('?') ? null : 0]);
  const keyed = names.map((column, place) => [column, key[place]]);
  return Object.fromEntries([...empty, ...keyed]) as Row;
}

function sums(row: Row, amounts: Readonly<Record<string, number>>): Row {
  return Object.fromEntries(Object.entries(amounts).map(([column, amount]) => [column, Number(row[column]) + amount]));
}

const onlyOf = (row: Row, columns: readonly string[]): Row =>
  Object.fromEntries(columns.map((column) => [column, row[column] as Value]));

const textOf = (key: readonly (Value | undefined)[]): string => JSON.stringify(key);
const keyTextOf = ({ key }: Family, row: Row): string => textOf(key.map((column) => row[column]));

function grown<T>(map: Map<string, T>, name: string, make: () => T): T {
  const found = map.get(name) ?? make();
  map.set(name, found);
  return found;
}
