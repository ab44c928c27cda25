/**
 * SQLite's write-ahead log, kept within bounds. The checkpoint thread copies it into the file beside the owner, but as
 * long as the owner writes, some of it is always new and the log only grows. So the owner now and then copies the rest
 * itself and begins the log again, at a moment when little is left; and at a limit in any case.
 */
import type { Connection } from './connection.ts';

/** A log that has grown to this is begun again. */
export const WAL_REWIND_BYTES = 64 * 2 ** 20;
/** At this size the owner empties the log, whether or not the checkpoint thread has done its part. */
export const WAL_LIMIT_BYTES = 512 * 2 ** 20;
/** While a long query holds the log, the owner tries again each time the log has grown by this. */
const RETRY_BYTES = 64 * 2 ** 20;
/** How long the owner waits for readers of the log; new ones already read from the file, so it is long enough for short reads. */
const READER_WAIT_MS = 50;

/** What SQLite answers to a checkpoint: whether someone was in the way, the pages in the log, those of them copied. */
export type Checkpoint = { readonly isBusy: boolean; readonly pages: number; readonly copied: number };

export function checkpoint(connection: Connection, mode: 'PASSIVE' | 'RESTART' | 'TRUNCATE'): Checkpoint {
  const [isBusy = 0, pages = 0, copied = 0] = connection.firstRow(`PRAGMA wal_checkpoint(${mode})`) ?? [];
  return { isBusy: isBusy !== 0, pages: Number(pages), copied: Number(copied) };
}

export class WriteAheadLog {
  readonly #connection: Connection;
  readonly #sizeBytes: () => number;
  readonly #limitBytes: number;
  #tryAtBytes: number;

  constructor(connection: Connection, sizeBytes: () => number, limitBytes: number = WAL_LIMIT_BYTES) {
    this.#connection = connection;
    this.#sizeBytes = sizeBytes;
    this.#limitBytes = limitBytes;
    this.#tryAtBytes = limitBytes;
  }

  /**
   * Copies what is left, so that the next commit writes at the beginning again; false when a reader is in the way. The
   * log keeps its length, because writing over old pages is cheaper than growing (measured: 6 instead of 8 µs a unit).
   */
  rewind(): boolean {
    return this.#finish('RESTART');
  }

  /** Copies what is left and gives the room back. */
  empty(): boolean {
    return this.#finish('TRUNCATE');
  }

  /** Called after each change of the file. */
  limit(): void {
    const size = this.#sizeBytes();
    if (size < this.#tryAtBytes) return;
    this.#tryAtBytes = this.empty() ? this.#limitBytes : size + RETRY_BYTES;
  }

  #finish(mode: 'RESTART' | 'TRUNCATE'): boolean {
    return this.#connection.waitingAtMost(READER_WAIT_MS, () => !checkpoint(this.#connection, mode).isBusy);
  }
}
