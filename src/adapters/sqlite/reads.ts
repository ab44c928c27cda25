/**
 * Reads of one file. Those that are asked in the same turn of the event loop travel together. A read that runs longer
 * than its limit fails, alone: nothing can stop SQLite in the middle of a statement, so its thread is left to finish and
 * to end by itself, and a new one takes over what waits.
 */
import { MillraceError } from '../../kernel/errors.ts';
import type { Value } from '../../store/family.ts';
import type { SqlRow } from './connection.ts';
import { type AwaitedRead, type OpenReader, Reader } from './reader.ts';

/** How long one read may run. */
export const READ_LIMIT_MS = 10_000;
/** Threads that are left to finish; while there are so many, further reads wait behind the slow one. */
export const MAX_LEFT_READERS = 3;
/** Messages under way to the thread; what is asked meanwhile is gathered. */
const MAX_MESSAGES = 2;
/** Reads of one message see the same moment, and nothing in the log can be forgotten until it is answered. */
const MAX_READS_PER_MESSAGE = 500;

export class Reads {
  readonly #open: OpenReader;
  readonly #limitMs: number;
  readonly #watch: NodeJS.Timeout;
  readonly #left = new Set<Promise<void>>();
  #reader: Reader | undefined;
  #waiting: AwaitedRead[] = [];
  #number = 0;
  #isScheduled = false;
  #isClosed = false;
  #drained: (() => void) | undefined;

  /** The thread starts with the first read. */
  constructor(open: OpenReader, limitMs = READ_LIMIT_MS) {
    this.#open = open;
    this.#limitMs = limitMs;
    this.#watch = setInterval(() => this.#look(), Math.max(1, limitMs / 10));
    this.#watch.unref();
  }

  /** Runs one statement for each list of parameters; answers the rows of each. */
  read(sql: string, calls: readonly (readonly Value[])[]): Promise<SqlRow[][]> {
    if (this.#isClosed) return Promise.reject(new MillraceError('store.closed'));
    return new Promise((resolve, reject) => {
      this.#number = this.#number >= MAX_NUMBER ? 1 : this.#number + 1;
      this.#waiting.push({ number: this.#number, sql, calls, resolve, reject });
      this.#schedule();
    });
  }

  /** Resolves when every read is answered and every thread has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (!this.#isIdle()) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    clearInterval(this.#watch);
    await Promise.all([this.#reader?.close(), ...this.#left]);
  }

  #schedule(): void {
    if (this.#isScheduled || this.#messages() >= MAX_MESSAGES) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#sendNext();
    });
  }

  async #sendNext(): Promise<void> {
    const reads = this.#waiting.splice(0, MAX_READS_PER_MESSAGE);
    if (reads.length > 0) {
      this.#reader ??= new Reader(this.#open);
      const reader = this.#reader;
      await reader.send(reads);
      if (reader.hasFailed) this.#leave(reader);
    }
    if (this.#waiting.length > 0) this.#schedule();
    else if (this.#isIdle()) this.#drained?.();
  }

  #isIdle(): boolean {
    return this.#waiting.length === 0 && this.#messages() === 0;
  }

  #messages(): number {
    return this.#reader?.messages ?? 0;
  }

  #look(): void {
    const reader = this.#reader;
    const slow = reader?.slowerThan(this.#limitMs);
    if (reader === undefined || slow === undefined) return;
    slow.reject(new MillraceError('store.query-too-slow', { limitMs: this.#limitMs }));
    if (this.#left.size >= MAX_LEFT_READERS) return;
    this.#leave(reader, slow);
    if (this.#waiting.length > 0) this.#schedule();
    else this.#drained?.();
  }

  /** Lets a thread end by itself; the next read starts another, which also gets what this one has not answered. */
  #leave(reader: Reader, given?: AwaitedRead): void {
    if (this.#reader !== reader) return;
    this.#reader = undefined;
    this.#waiting.unshift(...reader.takeBack().filter((read) => read !== given));
    const ended: Promise<void> = reader.close().finally(() => this.#left.delete(ended));
    this.#left.add(ended);
  }
}

/** The thread keeps the number of its read in 32 bits; zero is none. */
const MAX_NUMBER = 2 ** 31 - 1;
