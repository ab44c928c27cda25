/** The background worker: knows how each type of job is done. Queue, lock and restart are the broker's business. */
import type { DataJob } from './data-job.ts';

/** Ends early, by throwing, when the signal aborts: then the job is done again from its start, here or elsewhere. */
export type RunJob = (job: DataJob, signal: AbortSignal) => Promise<void>;

export class Worker {
  readonly #types: ReadonlyMap<string, RunJob>;

  constructor(types: Readonly<Record<string, RunJob>>) {
    this.#types = new Map(Object.entries(types));
  }

  knows(jobType: string): boolean {
    return this.#types.has(jobType);
  }

  /** Throws what the job throws. */
  async perform(job: DataJob, signal: AbortSignal): Promise<void> {
    const run = this.#types.get(job.jobType);
    if (run === undefined) throw new Error(`nobody here can run "${job.jobType}"`);
    await run(job, signal);
  }
}
