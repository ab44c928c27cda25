/** How the jobs of this process stand, by id. What it accepted before a restart is listed again when its turn comes. */
import { z } from 'zod';

export const JobStatus = z.object({
  jobId: z.string(),
  jobType: z.string(),
  state: z.enum(['accepted', 'running', 'done', 'failed']),
  reason: z.string().optional(),
});
export type JobStatus = z.output<typeof JobStatus>;

/** The oldest go first, so that the list of a service that runs for months stays a list. */
const MAX_LISTED = 10_000;

export class StatusList {
  readonly #byId = new Map<string, JobStatus>();

  set(status: JobStatus): void {
    this.#byId.set(status.jobId, status);
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > MAX_LISTED && oldest !== undefined) this.#byId.delete(oldest);
  }

  /** A worker may have been faster than the answer to whoever asked. */
  accept({ jobId, jobType }: Pick<JobStatus, 'jobId' | 'jobType'>): void {
    if (!this.#byId.has(jobId)) this.set({ jobId, jobType, state: 'accepted' });
  }

  all(): JobStatus[] {
    return [...this.#byId.values()];
  }
}
