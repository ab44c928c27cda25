/** Runs one handler on one job, as a worker would, and answers what came of it. */

import type { HandlerJob, Handlers } from '../jobs/daemon/handler.ts';
import { type Outcome, ownThreadHost } from '../jobs/daemon/host.ts';
import type { JobLine, Progress } from '../jobs/desk.ts';
import { formatJobId, type JobId } from '../kernel/ids.ts';
import type { Settlement } from '../kernel/settlement.ts';

export type HandlerRun = {
  readonly settlement: Settlement;
  readonly lines: readonly JobLine[];
  /** In their order. */
  readonly progress: readonly Progress[];
};
export type HandlerTestJob = { readonly kind: string } & Partial<Omit<HandlerJob, 'kind'>>;

/** The payload goes through JSON, as on its way from the queue. `signal` aborts the handler's. */
export async function runHandler(
  handlers: Handlers,
  job: HandlerTestJob,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<HandlerRun> {
  const host = ownThreadHost(handlers);
  const lines: JobLine[] = [];
  const progress: Progress[] = [];
  const whole: HandlerJob = {
    ...{ id: formatJobId(1 as JobId), key: null, attempt: 1, maxAttempts: 3, timeoutMs: null, trace: null },
    ...job,
    payload: JSON.parse(JSON.stringify(job.payload ?? {})) as unknown,
  };
  const run = host.run(whole, {
    begun: () => {},
    progress: (each) => void progress.push(each),
    line: (line) => void lines.push(line),
  });
  const abort = () => run.abort('the test stops it');
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  const outcome: Outcome = await run.outcome;
  if (outcome.kind !== 'answered') throw new Error(`the handler was ${outcome.kind}`);
  // A plain one, as it is stored, for tests that compare or print it.
  return { settlement: { ...outcome.settlement }, lines, progress };
}
