/**
 * The hands of one worker: which are free, which are reserved for a job that is about to come, and what the others hold.
 * It never lets more jobs begin than there are hands. Once closed it begins none: what comes all the same – a claim or a
 * hand-over that was under way – is given back.
 */
import { Bell } from '../kernel/bell.ts';
import type { JobId } from '../kernel/ids.ts';
import type { OfferedJob, Progress } from './desk.ts';

/** A job that is being worked on. */
export class HeldJob {
  readonly id: JobId;
  readonly epoch: number;
  readonly kind: string;
  /** Given back while its handler still ran: what that answers counts no more. */
  isAbandoned = false;
  isAborted = false;
  /** How far it is; the next sign of life takes it along. */
  declare progress?: Progress;
  #controller: AbortController | undefined;

  constructor({ id, epoch, kind }: OfferedJob) {
    this.id = id;
    this.epoch = epoch;
    this.kind = kind;
  }

  /** Made when a handler first looks at it: most never do, and a signal costs more than settling a job. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.isAborted) this.#controller.abort();
    return this.#controller.signal;
  }

  abort(): void {
    this.isAborted = true;
    this.#controller?.abort();
  }
}

export type WorkbenchParts = {
  readonly concurrency: number;
  /** Both end in order, whatever happens: they do not reject. */
  readonly perform: (job: OfferedJob, held: HeldJob) => Promise<void>;
  readonly giveBack: (held: HeldJob) => Promise<void>;
};

export class Workbench {
  /** Rings when a hand has become free. */
  readonly bell = new Bell();
  readonly #parts: WorkbenchParts;
  readonly #busy = new Set<HeldJob>();
  #reserved = 0;
  #isOpen = true;
  #onEmpty: (() => void)[] = [];

  constructor(parts: WorkbenchParts) {
    this.#parts = parts;
  }

  get free(): number {
    return this.#isOpen ? Math.max(0, this.#parts.concurrency - this.#busy.size - this.#reserved) : 0;
  }

  get busy(): number {
    return this.#busy.size;
  }

  get held(): readonly HeldJob[] {
    return [...this.#busy];
  }

  /** Sets up to `count` hands aside; answers how many. */
  reserve(count: number): number {
    const reserved = Math.min(count, this.free);
    this.#reserved += reserved;
    return reserved;
  }

  unreserve(count: number): void {
    this.#reserved -= count;
    this.#tellIfEmpty();
  }

  begin(job: OfferedJob): void {
    const held = new HeldJob(job);
    this.#busy.add(held);
    const work = this.#isOpen ? this.#parts.perform(job, held) : this.#parts.giveBack(held);
    void work.then(() => this.#leave(held));
  }

  close(): void {
    this.#isOpen = false;
  }

  /** Resolves when no hand holds a job and none is reserved. */
  async empty(): Promise<void> {
    while (!this.#isEmpty) {
      await new Promise<void>((resolve) => {
        this.#onEmpty.push(resolve);
      });
    }
  }

  /** Gives back what handlers still hold that do not come to an end, and waits for them no longer. */
  async abandon(): Promise<void> {
    const abandoned = this.held;
    for (const held of abandoned) held.isAbandoned = true;
    await Promise.all(abandoned.map((held) => this.#parts.giveBack(held)));
    for (const held of abandoned) this.#leave(held);
  }

  get #isEmpty(): boolean {
    return this.#busy.size === 0 && this.#reserved === 0;
  }

  #leave(held: HeldJob): void {
    this.#busy.delete(held);
    this.bell.ring();
    this.#tellIfEmpty();
  }

  #tellIfEmpty(): void {
    if (this.#isEmpty) for (const tell of this.#onEmpty.splice(0)) tell();
  }
}
