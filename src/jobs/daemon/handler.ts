/**
 * Handlers as users write them: a module in which each kind of job has a function. Named exports that are functions are
 * handlers of the kind they are called like; a default export is an object of kinds and functions, for kinds whose names
 * are no names of JavaScript. Both may be there.
 */
import { fileURLToPath } from 'node:url';
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import { formatJobId } from '../../kernel/ids.ts';
import type { LogLevel, OfferedJob } from '../desk.ts';

/** A job as its handler sees it. */
export type HandlerJob = {
  /** As the API writes it: `job_…`. */
  readonly id: string;
  readonly kind: string;
  readonly key: string | null;
  /** Counts from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly payload: unknown;
  /** How long this attempt may take; null: as long as it likes. */
  readonly timeoutMs: number | null;
  /** W3C `traceparent`; null: nobody traces. */
  readonly trace: string | null;
};

export type HandlerContext = Pick<HandlerJob, 'id' | 'kind' | 'key' | 'attempt'> & {
  /** Aborts when the job is no longer wanted, its time is over, or the worker must stop. */
  readonly signal: AbortSignal;
  /** How far the job is: a share from 0 to 1, and what is being done. */
  progress(share: number, note?: string): void;
  /** A line that stands with the job. */
  log(level: LogLevel, text: string): void;
};

/** Answers with a settlement, with a result, or with nothing: `answer.ts` says what becomes of each. */
export type JobHandler = (job: HandlerJob, context: HandlerContext) => unknown;
export type Handlers = Readonly<Record<string, JobHandler>>;

export const handlerJobOf = (job: OfferedJob): HandlerJob => ({
  id: formatJobId(job.id),
  kind: job.kind,
  key: job.key,
  attempt: job.attempt,
  maxAttempts: job.maxAttempts,
  payload: job.payload,
  timeoutMs: job.timeoutMs,
  trace: job.trace,
});

/** The handlers of a module, by the URL of its file. Throws `worker.unusable-handlers`. */
export async function loadHandlers(url: string): Promise<Handlers> {
  try {
    return handlersIn((await import(url)) as Readonly<Record<string, unknown>>);
  } catch (error) {
    const file = url.startsWith('file:') ? fileURLToPath(url) : url;
    throw new MillraceError('worker.unusable-handlers', { file, reason: messageOf(error) }, { cause: error });
  }
}

function handlersIn({ default: table, ...named }: Readonly<Record<string, unknown>>): Handlers {
  const functions = Object.entries(named).filter(([, value]) => typeof value === 'function');
  const handlers = new Map(functions as [string, JobHandler][]);
  if (table !== undefined && (typeof table !== 'object' || table === null))
    throw new TypeError('its default export is no object of kinds and functions');
  for (const [kind, value] of Object.entries(table ?? {})) {
    if (typeof value !== 'function') throw new TypeError(`"${kind}" of its default export is no function`);
    if (handlers.has(kind)) throw new TypeError(`it has two handlers for "${kind}"`);
    handlers.set(kind, value as JobHandler);
  }
  if (handlers.size === 0) throw new TypeError('it exports no handler');
  return Object.fromEntries(handlers);
}
