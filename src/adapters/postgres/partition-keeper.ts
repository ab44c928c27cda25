/**
 * Sees to it that every month has its table before the first row of it is written, and gives tables up whose rows are old.
 * Nothing depends on it: a row whose month has no table goes to the default. So whatever fails here loses no row.
 *
 * Batches keep their order: while a month's table is made, those behind wait as well. Processes take turns under the lock
 * under which tables change; who comes second finds the table there. The locks that are needed on the way are waited for
 * a little while only, for everybody behind would wait too.
 */
import type { Pool, PoolClient } from 'pg';
import type { Instant } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { UnitResult } from '../../store/group-commit.ts';
import type { Unit } from '../../store/unit.ts';
import { lockClassOf } from './key-locks.ts';
import {
  attachSql,
  covers,
  inSchema,
  listStatement,
  type Month,
  monthOf,
  monthPart,
  type Part,
  partedBy,
  partNamed,
} from './partitions.ts';
import { SCHEMA_LOCK, storageOf } from './schema.ts';
import type { Table, Tables } from './table.ts';

/** Tables of one family: a question that names no time looks at each. Rows of further months go to the default. */
export const MAX_PARTITIONS = 120;
/** How long a change of tables waits for those who use them. */
export const PARTITION_LOCK_MS = 2_000;
/** How long a month whose table could not be made is left to the default before it is tried again. */
const AGAIN_MS = 60_000;

type Kept = {
  readonly table: Table;
  readonly column: string;
  parts: readonly Part[];
  /** Months that are left to the default, and until when. */
  readonly left: Map<Month, number>;
};
export type PartitionKeeperParts = {
  readonly pool: Pool;
  readonly tables: Tables;
  readonly schema: string;
  readonly log: Log;
};

export class PartitionKeeper {
  readonly #parts: PartitionKeeperParts;
  readonly #kept = new Map<string, Kept>();
  #gate: Promise<void> | undefined;

  constructor(parts: PartitionKeeperParts) {
    this.#parts = parts;
    for (const table of parts.tables.values()) {
      const column = partedBy(table);
      if (column !== undefined) this.#kept.set(table.family.name, { table, column, parts: [], left: new Map() });
    }
  }

  /** Writes when the months of the rows have their tables. */
  write(
    units: readonly Unit[],
    writeNow: (units: readonly Unit[]) => Promise<readonly UnitResult[]>,
  ): Promise<readonly UnitResult[]> {
    const missing = this.#kept.size === 0 ? [] : this.#missing(units);
    if (missing.length === 0 && this.#gate === undefined) return writeNow(units);
    const turn = (this.#gate ?? Promise.resolve()).then(() => this.#make(missing));
    this.#gate = turn;
    const written = turn.then(() => writeNow(units));
    void turn.then(() => {
      if (this.#gate === turn) this.#gate = undefined;
    });
    return written;
  }

  /** Gives up the tables all of whose rows lie before the instant; answers how many. */
  async dropBefore(family: string, before: Instant): Promise<number> {
    const kept = this.#kept.get(family);
    if (kept === undefined) return 0;
    return this.#alone(async (client) => {
      const old = (await readParts(client, kept.table)).filter(({ to }) => to <= monthOf(before));
      for (const { name } of old) {
        await client.query(`DROP TABLE ${inSchema(kept.table, name)}`);
        this.#parts.log.info({ table: name }, 'the rows of a month have had their time');
      }
      kept.parts = kept.parts.filter(({ name }) => !old.some((one) => one.name === name));
      return old.length;
    });
  }

  #missing(units: readonly Unit[]): (readonly [Kept, Month])[] {
    const missing = new Map<string, readonly [Kept, Month]>();
    for (const { writes } of units) {
      for (const write of writes) {
        const kept = write.kind === 'put' ? this.#kept.get(write.family.name) : undefined;
        if (kept === undefined || write.kind !== 'put') continue;
        const month = monthOf(Number(write.row[kept.column]));
        if (!isKnown(kept, month)) missing.set(`${write.family.name} ${month}`, [kept, month]);
      }
    }
    return [...missing.values()];
  }

  async #make(missing: readonly (readonly [Kept, Month])[]): Promise<void> {
    for (const [kept, month] of missing) {
      if (isKnown(kept, month)) continue;
      try {
        await this.#alone(async (client) => {
          kept.parts = await readParts(client, kept.table);
          if (isKnown(kept, month)) return;
          if (kept.parts.length >= MAX_PARTITIONS) throw new Error(`there are ${MAX_PARTITIONS} tables already`);
          const part = monthPart(kept.table, month);
          await client.query(madeBeside(kept.table, part));
          kept.parts = [...kept.parts, part];
        });
      } catch (error) {
        kept.left.set(month, Date.now() + AGAIN_MS);
        const fields = {
          table: kept.table.bareName,
          month: monthPart(kept.table, month).name,
          reason: messageOf(error),
        };
        this.#parts.log.info(fields, 'a month has no table of its own; its rows are kept in the default');
      }
    }
  }

  /** In a transaction, while no other process changes tables. */
  async #alone<T>(change: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#parts.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SET LOCAL lock_timeout = ${PARTITION_LOCK_MS}`);
      await client.query(`SELECT pg_advisory_xact_lock(${lockClassOf(this.#parts.schema)}, ${SCHEMA_LOCK})`);
      const answer = await change(client);
      await client.query('COMMIT');
      return answer;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {}); // a broken connection rolls back by itself
      throw error;
    } finally {
      client.release();
    }
  }
}

const isKnown = ({ parts, left }: Kept, month: Month): boolean =>
  parts.some((part) => covers(part, month)) || (left.get(month) ?? 0) > Date.now();

async function readParts(client: Pick<PoolClient, 'query'>, table: Table): Promise<Part[]> {
  const { rows } = await client.query<{ name: string }>(listStatement(table));
  return rows.flatMap(({ name }) => partNamed(table, name) ?? []);
}

/** Made beside the others, then attached. */
const madeBeside = (table: Table, part: Part): string =>
  `CREATE TABLE ${inSchema(table, part.name)} (LIKE ${table.sql} INCLUDING DEFAULTS) WITH (${storageOf(table)});
   ${attachSql(table, part)}`;
