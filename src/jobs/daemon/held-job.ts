/**
 * A job in the hands of this worker.
 *
 * waiting: taken ahead, no handler has seen it. running: a handler has it. settling: it has an answer that the desk has
 * not taken yet. In all three it is renewed. When the desk says that it is no longer ours it is dropped: a running handler
 * is told to stop, and whatever it answers counts no more.
 */
import type { Heartbeat, JobLine, OfferedJob, Progress } from '../desk.ts';
import type { Attempt } from './attempt.ts';

export class HeldJob {
  readonly job: OfferedJob;
  /** When it was handed out: the lease lasts at least from here. */
  readonly takenAt: number;
  state: 'waiting' | 'running' | 'settling' = 'waiting';
  attempt: Attempt | undefined;
  begunAt: number | undefined;
  isDropped = false;
  /** The worker stops, and has told the handler so. */
  isStopped = false;
  #progress: Progress | undefined;
  #lines: JobLine[] = [];

  constructor(job: OfferedJob, takenAt: number) {
    this.job = job;
    this.takenAt = takenAt;
  }

  progressed(progress: Progress): void {
    this.#progress = progress;
  }

  said(line: JobLine): void {
    this.#lines.push(line);
  }

  get hasNews(): boolean {
    return this.#progress !== undefined || this.#lines.length > 0;
  }

  /** A sign of life with what has happened since the last one. What cannot be sent is put back. */
  beat(): Heartbeat {
    const { id, epoch } = this.job;
    const progress = this.#progress;
    const lines = this.#lines;
    this.#progress = undefined;
    this.#lines = [];
    return {
      ...{ id, epoch },
      ...(progress !== undefined && { progress }),
      ...(lines.length > 0 && { lines }),
    };
  }

  putBack({ progress, lines = [] }: Heartbeat): void {
    this.#progress ??= progress;
    this.#lines = [...lines, ...this.#lines];
  }
}
