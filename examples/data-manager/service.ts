/**
 * The data manager: whoever needs a data job asks for it by RPC and is answered as soon as the job cannot get lost any more;
 * a background worker carries one after the other out.
 *
 * accepted: the broker has confirmed the command that tells this service to run the job. From there on the job outlives
 *   this process, and with RabbitMQ the broker's restart.
 * running: the worker has it. If the process ends now, the broker hands the job to the next worker.
 * done, failed: told by the list of this process.
 */
import { z } from 'zod';
import {
  type App,
  type Client,
  type Cmd,
  client,
  command,
  type Rpc,
  rpc,
  ServiceError,
  service,
} from '../../src/index.ts';
import { DataJob } from './data-job.ts';
import { JobStatus, StatusList } from './status-list.ts';
import type { Worker } from './worker.ts';

/** The longest job; also the time after which a job that hangs is tried again. */
const LONGEST_JOB_MS = 20 * 60_000;
/** How long a job that was done is known, so that asking twice does not run it twice. */
const DEDUP_MS = 24 * 60 * 60_000;

@service('DataManager', { description: 'Runs data jobs in the background.' })
export class DataManager {
  readonly #worker: Worker;
  readonly #statuses = new StatusList();
  /** By this the service hands jobs to itself. */
  #self: Client<DataManager> | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  onStart(app: App): void {
    this.#self = client(app, DataManager);
  }

  /** The worker's queue is its own, and one message at a time leaves it: that is the lock. */
  @command('run_data_job', {
    body: DataJob,
    queue: 'jobs',
    concurrency: 1,
    dedupMs: DEDUP_MS,
    timeoutMs: LONGEST_JOB_MS,
  })
  async runDataJob(m: Cmd<'run_data_job', typeof DataJob>): Promise<void> {
    const { jobId, jobType } = m.body;
    this.#statuses.set({ jobId, jobType, state: 'running' });
    try {
      await this.#worker.perform(m.body, m.signal);
      this.#statuses.set({ jobId, jobType, state: 'done' });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#statuses.set({ jobId, jobType, state: m.signal.aborted ? 'accepted' : 'failed', reason });
      throw error; // stopping: the job goes back to its queue; otherwise it is tried again, and then a dead letter
    }
  }

  @rpc('initiate_data_job', { body: DataJob, result: z.string(), idempotent: true })
  async initiateDataJob(m: Rpc<'initiate_data_job', typeof DataJob>): Promise<string> {
    const { jobId, jobType } = m.body;
    if (!this.#worker.knows(jobType)) {
      throw new ServiceError('data-manager.unknown-job-type', `nobody here can run "${jobType}"`, { jobType });
    }
    // The id of the job is the id of the message: by that the worker passes over a job that was asked for twice.
    await this.#self?.runDataJob({ body: m.body }, { id: `data-job-${jobId}` });
    this.#statuses.accept({ jobId, jobType });
    return `job started with id ${jobId}`;
  }

  @rpc('get_status_list', { result: z.array(JobStatus) })
  async getStatusList(_: Rpc<'get_status_list'>): Promise<JobStatus[]> {
    return this.#statuses.all();
  }
}
