/**
 * Batches, each one transaction, one after the other on one connection, without idle time in between: while the server
 * writes a batch the next one is being folded and encoded, and its guards are sent behind the COMMIT, before that is answered.
 *
 * A turn: prepared → (the one before has sent its COMMIT) guards and guarded writes sent → (the one before is known to be
 * stored) decided → the other writes and COMMIT sent → stored. When a turn fails, the one behind it, which may have read
 * already, is rolled back and starts again after it. A turn that collided with another process tries again, with every
 * absence locked. One that holds a value the database does not take is halved until the unit at fault is alone. When the
 * connection breaks before COMMIT was sent, nothing is stored and the turn tries again; after that nobody knows, and it fails.
 */
import { backoffMs } from '../../kernel/backoff.ts';
import { systemClock } from '../../kernel/clock.ts';
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { UnitResult } from '../../store/group-commit.ts';
import type { CommitVerdict, Unit, Write } from '../../store/unit.ts';
import type { Statement } from './driver.ts';
import { failureOf } from './failure.ts';
import { type GuardedSets, guardedSetsOf, missedUnits } from './guarded-sets.ts';
import { decide, type Look, looksOf } from './guards.ts';
import { keyLocks } from './key-locks.ts';
import type { Tables } from './table.ts';
import { planWrites } from './write-plan.ts';
import { writeStatements } from './write-statements.ts';
import type { WriterConnection } from './writer-connection.ts';

/** How often a batch is tried that collides or finds no connection. */
export const MAX_ATTEMPTS = 5;
const RETRY = { firstMs: 50, longestMs: 1_000 };

/** Everything about a batch that can be worked out before the server is asked. */
type Prepared = {
  readonly units: readonly Unit[];
  readonly locks: Statement | undefined;
  readonly looks: readonly Look[];
  readonly guardedSets: readonly GuardedSets[];
  /** Both, in the order of the tables. */
  readonly guards: readonly (Look | GuardedSets)[];
  /** What the guarded sets write. */
  readonly guardedWrites: ReadonlySet<Write>;
  /** What is still to be written if every guard holds, which is the rule. */
  readonly writes: readonly Statement[];
};

/** What the next turn needs to know of this one. */
class Turn {
  /** COMMIT is on its way, or the turn is over. */
  readonly sent = settlable<void>();
  /** Whether the first try was stored. */
  readonly held = settlable<boolean>();
  readonly over = settlable<void>();
  hasFailed = false;

  fail(): void {
    this.hasFailed = true;
    this.held.settle(false);
  }

  end(): void {
    this.held.settle(true);
    this.sent.settle();
    this.over.settle();
  }
}

type BatchWriterParts = {
  readonly connection: WriterConnection;
  readonly tables: Tables;
  readonly schema: string;
  readonly log: Log;
};

export class BatchWriter {
  readonly #parts: BatchWriterParts;
  #last = new Turn();

  constructor(parts: BatchWriterParts) {
    this.#parts = parts;
    this.#last.end();
  }

  /** Calls take effect in their order. */
  async write(units: readonly Unit[]): Promise<UnitResult[]> {
    const before = this.#last;
    const turn = new Turn();
    this.#last = turn;
    try {
      return await this.#inTurn(units, turn, before);
    } finally {
      turn.end();
    }
  }

  async #inTurn(units: readonly Unit[], turn: Turn, before: Turn): Promise<UnitResult[]> {
    let failure: unknown;
    try {
      const batch = this.#prepare(units, { isCareful: false });
      await before.sent.promise;
      if (!before.hasFailed && this.#parts.connection.isUp) return await this.#attempt(batch, { turn, before });
    } catch (error) {
      turn.fail();
      failure = error;
    }
    turn.fail();
    await before.over.promise;
    return this.#insist(units, failure);
  }

  /** Alone on the connection: the turn before is over and the one behind waits. */
  async #insist(units: readonly Unit[], failure: unknown): Promise<UnitResult[]> {
    let last = failure;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const verdicts = last === undefined ? undefined : await this.#judge(units, last, attempt);
      if (verdicts !== undefined) return verdicts;
      try {
        await this.#parts.connection.open();
        return await this.#attempt(this.#prepare(units, { isCareful: attempt > 1 || last !== undefined }));
      } catch (error) {
        last = error;
      }
    }
    throw asWriteFailure(last);
  }

  /** What a failure means: verdicts, or nothing where another try makes sense. Throws when none does. */
  async #judge(units: readonly Unit[], error: unknown, attempt: number): Promise<UnitResult[] | undefined> {
    const { connection, log } = this.#parts;
    if (connection.isUp) await connection.send('ROLLBACK').catch(() => {}); // a broken connection rolls back by itself
    if (error instanceof Overtaken) return undefined;
    const failure = failureOf(error);
    if (error instanceof FateUnknown || failure === 'other') throw asWriteFailure(error);
    if (failure === 'data') {
      if (units.length === 1) return [asWriteFailure(error)];
      const half = Math.ceil(units.length / 2);
      return [
        ...(await this.#insist(units.slice(0, half), undefined)),
        ...(await this.#insist(units.slice(half), undefined)),
      ];
    }
    log.info({ failure, reason: messageOf(error), units: units.length }, 'a batch of writes is tried again');
    if (failure === 'connection') await systemClock.sleep(backoffMs(RETRY, attempt, Math.random));
    return undefined;
  }

  #prepare(units: readonly Unit[], { isCareful }: { readonly isCareful: boolean }): Prepared {
    const { tables, schema } = this.#parts;
    const guardedSets = guardedSetsOf(units, tables);
    const looks = looksOf(units, tables, new Set(guardedSets.map(({ table }) => table.family.name)));
    const guardedWrites = new Set(guardedSets.flatMap(({ sets }) => sets.map(({ write }) => write)));
    const order = [...tables.values()];
    return {
      units,
      locks: keyLocks(units, { schema, isCareful }),
      guards: [...looks, ...guardedSets].sort((a, b) => order.indexOf(a.table) - order.indexOf(b.table)),
      looks,
      guardedSets,
      guardedWrites,
      writes: writeStatements(planWrites(units, guardedWrites), tables),
    };
  }

  /** One transaction. With turns given, the one before may still be under way. */
  async #attempt(batch: Prepared, turns?: { readonly turn: Turn; readonly before: Turn }): Promise<CommitVerdict[]> {
    const { connection, tables } = this.#parts;
    const locks = batch.locks === undefined ? [] : [batch.locks];
    const reading = ['BEGIN', ...locks, ...batch.guards.map(({ statement }) => statement)];
    const answers = await allOf(reading.map((statement) => connection.send(statement)));
    if (turns !== undefined && !(await turns.before.held.promise)) throw new Overtaken();
    const rowsOf = new Map(batch.guards.map((guard, place) => [guard, answers[1 + locks.length + place] ?? []]));
    const answersTo = (guards: readonly (Look | GuardedSets)[]) => guards.map((guard) => rowsOf.get(guard) ?? []);
    const missed = missedUnits(batch.guardedSets, answersTo(batch.guardedSets));
    const verdicts = decide(batch.units, { looks: batch.looks, answers: answersTo(batch.looks), missed });
    const survivors = batch.units.filter((_, place) => verdicts[place] === 'ok');
    const writes =
      survivors.length === batch.units.length
        ? batch.writes
        : writeStatements(planWrites(survivors, batch.guardedWrites), tables);
    if (!connection.isUp) throw new Error('the connection broke before COMMIT was sent');
    const writing = writes.map((statement) => connection.send(statement));
    const committed = connection.commit();
    turns?.turn.sent.settle();
    await allOf<unknown>([...writing, committed]).catch((error: unknown) => {
      throw failureOf(error) === 'connection' ? new FateUnknown(error) : error;
    });
    turns?.turn.held.settle(true);
    return verdicts;
  }
}

/** The turn before failed after this one had read, or written what it guards: it may be wrong, and is rolled back. */
class Overtaken extends Error {}

/** COMMIT was sent and its answer never came. */
class FateUnknown extends Error {
  constructor(cause: unknown) {
    super(messageOf(cause), { cause });
  }
}

/** A TypeError is a mistake in the code that made the unit, and stays one. */
function asWriteFailure(error: unknown): Error {
  if (error instanceof MillraceError || error instanceof TypeError) return error;
  return new MillraceError('store.write-failed', { reason: messageOf(error) }, { cause: error });
}

/** All answers, or, after the last one came, the first error. */
async function allOf<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

type Settlable<T> = { readonly promise: Promise<T>; readonly settle: (value: T) => void };

function settlable<T>(): Settlable<T> {
  let settle: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}
