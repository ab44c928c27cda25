/**
 * Reads by key that are asked for at the same time become one statement: a thousand commands of instances that are not in
 * memory would else be a thousand statements. The first read goes out at once; those that come while two are under way
 * wait for the next. A statement that fails is tried again for each caller alone, so that nobody pays for the keys of others.
 */
import type { Key, Row } from '../../store/family.ts';
import type { Table } from './table.ts';

export type ReadRows = (table: Table, keys: readonly Key[]) => Promise<(Row | undefined)[]>;

/** Statements of one table under way at a time. */
const MOST_UNDER_WAY = 2;
/** Keys of one statement, unless one caller asks for more. */
const MOST_KEYS = 2_000;

type Asked = {
  readonly keys: readonly Key[];
  readonly resolve: (rows: Promise<(Row | undefined)[]> | (Row | undefined)[]) => void;
};

export class KeyReads {
  readonly #table: Table;
  readonly #read: ReadRows;
  #waiting: Asked[] = [];
  readonly #underWay = new Set<Promise<void>>();

  constructor(table: Table, read: ReadRows) {
    this.#table = table;
    this.#read = read;
  }

  /** The rows in the order of their keys; undefined where there is none. */
  rows(keys: readonly Key[]): Promise<(Row | undefined)[]> {
    if (keys.length === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      this.#waiting.push({ keys, resolve });
      // Whoever asks in the same turn comes along.
      if (this.#waiting.length === 1) queueMicrotask(() => this.#next());
    });
  }

  /** Resolves when everything that was asked for has been answered. */
  async end(): Promise<void> {
    while (this.#waiting.length > 0 || this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #next(): void {
    while (this.#underWay.size < MOST_UNDER_WAY && this.#waiting.length > 0) {
      const reading = this.#readTogether(this.#take()).then(() => {
        this.#underWay.delete(reading);
        this.#next();
      });
      this.#underWay.add(reading);
    }
  }

  /** As many of those who wait, the first come first, as fit into one statement. */
  #take(): readonly Asked[] {
    let keys = 0;
    const rest = this.#waiting.findIndex((asked, place) => {
      keys += asked.keys.length;
      return place > 0 && keys > MOST_KEYS;
    });
    return this.#waiting.splice(0, rest === -1 ? this.#waiting.length : rest);
  }

  async #readTogether(callers: readonly Asked[]): Promise<void> {
    const alone = (keys: readonly Key[]) => this.#read(this.#table, keys);
    const [first, ...others] = callers as [Asked, ...Asked[]];
    if (others.length === 0) {
      const reading = alone(first.keys);
      first.resolve(reading);
      await reading.catch(() => {}); // the caller hears of it
      return;
    }
    try {
      const rows = await alone(callers.flatMap(({ keys }) => keys));
      let from = 0;
      for (const { keys, resolve } of callers) {
        resolve(rows.slice(from, from + keys.length));
        from += keys.length;
      }
    } catch {
      for (const { keys, resolve } of callers) resolve(alone(keys));
    }
  }
}
