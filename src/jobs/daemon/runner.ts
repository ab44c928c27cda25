/**
 * Runs handlers and tells what comes of them. The same code runs in the daemon's own thread, in a thread beside it and in
 * a process of its own; only the way of what is ordered and told differs.
 */
import type { Settlement } from '../../kernel/settlement.ts';
import type { JobLine, LogLevel, Progress } from '../desk.ts';
import { failureOf, settlementOf, withoutPasswords } from './answer.ts';
import type { HandlerContext, HandlerJob, Handlers } from './handler.ts';

/** Lines of one attempt that are kept; of the rest only their number. */
export const MAX_LINES_PER_JOB = 500;
export const MAX_LINE_CHARACTERS = 1_000;

/** `run` tells the attempts of one host apart. */
export type Order =
  | { readonly kind: 'run'; readonly run: number; readonly job: HandlerJob }
  | { readonly kind: 'abort'; readonly run: number; readonly reason: string }
  | { readonly kind: 'ping' };

export type Told =
  | { readonly kind: 'begun'; readonly run: number }
  | { readonly kind: 'answer'; readonly run: number; readonly settlement: Settlement }
  | { readonly kind: 'progress'; readonly run: number; readonly progress: Progress }
  | { readonly kind: 'line'; readonly run: number; readonly line: JobLine }
  | { readonly kind: 'pong' };

const LEVELS: readonly string[] = ['debug', 'info', 'warn', 'error'] satisfies LogLevel[];

export class Runner {
  readonly #handlers: Handlers;
  readonly #tell: (told: Told) => void;
  readonly #running = new Map<number, AbortController>();

  constructor(handlers: Handlers, tell: (told: Told) => void) {
    this.#handlers = handlers;
    this.#tell = tell;
  }

  take(order: Order): void {
    if (order.kind === 'run') void this.#run(order.run, order.job);
    else if (order.kind === 'abort') this.#running.get(order.run)?.abort(new Error(order.reason));
    else this.#tell({ kind: 'pong' });
  }

  async #run(run: number, job: HandlerJob): Promise<void> {
    const abort = new AbortController();
    this.#running.set(run, abort);
    this.#tell({ kind: 'begun', run });
    const lines = new Lines((line) => this.#tell({ kind: 'line', run, line }));
    const settlement = await this.#answerOf(job, {
      id: job.id,
      kind: job.kind,
      key: job.key,
      attempt: job.attempt,
      signal: abort.signal,
      progress: (share, note) => {
        if (this.#running.has(run)) this.#tell({ kind: 'progress', run, progress: progressOf(share, note) });
      },
      log: (level, text) => {
        if (this.#running.has(run)) lines.add(level, text);
      },
    });
    this.#running.delete(run);
    lines.end();
    this.#tell({ kind: 'answer', run, settlement });
  }

  async #answerOf(job: HandlerJob, context: HandlerContext): Promise<Settlement> {
    try {
      const handler = Object.hasOwn(this.#handlers, job.kind) ? this.#handlers[job.kind] : undefined;
      if (handler === undefined) throw new Error(`there is no handler for "${job.kind}"`);
      return settlementOf(await handler(job, context));
    } catch (error) {
      return failureOf(error);
    }
  }
}

/** The lines of one attempt. */
class Lines {
  readonly #tell: (line: JobLine) => void;
  #count = 0;

  constructor(tell: (line: JobLine) => void) {
    this.#tell = tell;
  }

  add(level: LogLevel, text: string): void {
    this.#count += 1;
    if (this.#count > MAX_LINES_PER_JOB) return;
    const known = LEVELS.includes(level) ? level : 'info';
    this.#tell({ level: known, text: withoutPasswords(String(text), MAX_LINE_CHARACTERS) });
  }

  end(): void {
    const left = this.#count - MAX_LINES_PER_JOB;
    if (left > 0) this.#tell({ level: 'warn', text: `${left} more lines were left out` });
  }
}

function progressOf(share: number, note: string | undefined): Progress {
  const known = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  return note === undefined ? { share: known } : { share: known, note: withoutPasswords(note, MAX_LINE_CHARACTERS) };
}
