/** One reading thread as the main thread sees it: what it was sent, and which read it has been at for how long. */
import { performance } from 'node:perf_hooks';
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import type { SqlRow } from './connection.ts';
import type { Read, ReadAnswer } from './reader-thread.ts';
import type { ThreadLink } from './thread-link.ts';

/** A read that somebody waits for. */
export type AwaitedRead = Read & {
  readonly resolve: (rows: SqlRow[][]) => void;
  readonly reject: (error: Error) => void;
};

/** `running` is the number that the thread keeps: which read it is at. */
export type OpenReader = (running: Int32Array) => Promise<ThreadLink>;

export class Reader {
  readonly #running = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #link: Promise<ThreadLink>;
  readonly #sent = new Set<readonly AwaitedRead[]>();
  #seen = { number: 0, sinceMs: 0 };
  #hasFailed = false;

  constructor(open: OpenReader) {
    this.#link = open(this.#running);
    this.#link.catch(() => {}); // whoever sends or closes meets it
  }

  /** Whether the thread itself, and not just a read, has failed: it did not start, or it is gone. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Messages that are not answered yet. */
  get messages(): number {
    return this.#sent.size;
  }

  /** Answers the reads, unless they are taken back first. */
  async send(reads: readonly AwaitedRead[]): Promise<void> {
    this.#sent.add(reads);
    try {
      const link = await this.#link;
      const answers = await link.call<readonly ReadAnswer[]>(
        reads.map(({ number, sql, calls }) => ({ number, sql, calls })),
      );
      if (this.#sent.delete(reads)) for (const [place, read] of reads.entries()) settle(read, answers[place]);
    } catch (error) {
      this.#hasFailed = true;
      const failure = error instanceof MillraceError ? error : readFailed(messageOf(error));
      if (this.#sent.delete(reads)) for (const { reject } of reads) reject(failure);
    }
  }

  /** Everything that is not answered; this thread's answers no longer count. */
  takeBack(): AwaitedRead[] {
    const reads = [...this.#sent].flat();
    this.#sent.clear();
    return reads;
  }

  /** The read that has been running for longer than this, as far as regular looks can tell. */
  slowerThan(limitMs: number): AwaitedRead | undefined {
    const number = Atomics.load(this.#running, 0);
    if (number !== this.#seen.number) this.#seen = { number, sinceMs: performance.now() };
    if (number === 0 || performance.now() - this.#seen.sinceMs < limitMs) return undefined;
    return [...this.#sent].flat().find((read) => read.number === number);
  }

  /** Resolves when the thread has done what it is at, and has ended. */
  async close(): Promise<void> {
    await this.#link.then(
      (link) => link.close(),
      () => {}, // a thread that never started has nothing to end
    );
  }
}

function settle({ resolve, reject }: AwaitedRead, answer: ReadAnswer | undefined): void {
  if (answer !== undefined && 'rows' in answer) resolve(answer.rows);
  else reject(readFailed(answer?.failure ?? 'the reader gave no answer'));
}

const readFailed = (reason: string): MillraceError => new MillraceError('store.read-failed', { reason });
