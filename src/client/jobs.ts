/** Units of work for code, who does them, and what was counted of them; and the mails they sent. */
import type { Http } from './http.ts';
import type { Once } from './instances.ts';
import type { Page, PageRequest, Statistic, Time } from './wire.ts';
import type {
  ClaimedJob,
  EnqueuedJob,
  HeldJob,
  Job,
  JobBatchAnswer,
  JobBeat,
  JobBite,
  JobChoice,
  JobClaim,
  JobFilter,
  JobKind,
  JobLogLine,
  JobOperation,
  JobResult,
  JobState,
  JobSummary,
  JobVerdicts,
  KindSettings,
  NewFlow,
  NewJob,
  NewSchedule,
  NewWorkerReport,
  Schedule,
  StoredFlow,
  Worker,
} from './wire-jobs.ts';
import type { Mail } from './wire-process.ts';

export type Jobs = {
  enqueue(job: NewJob, once?: Once): Promise<EnqueuedJob>;
  /** Each is answered for itself, in their order. */
  enqueueMany(jobs: readonly NewJob[], once?: Once): Promise<JobBatchAnswer>;
  /** A job that waits for others. */
  enqueueFlow(flow: NewFlow, once?: Once): Promise<StoredFlow>;
  list(filter?: JobFilter): Promise<Page<JobSummary>>;
  get(id: string): Promise<Job>;
  /** What its handler said. */
  lines(id: string): Promise<Page<JobLogLine>>;
  replay(id: string): Promise<{ id: string; state: JobState }>;
  cancel(id: string): Promise<{ id: string; state: JobState }>;
  discard(id: string): Promise<{ id: string; state: JobState }>;
  /** One bite of many; `next` is the cursor of the next. */
  operate(operation: JobOperation, choice: JobChoice): Promise<JobBite>;
  /** As a worker: waits for the first job as long as the claim says. */
  claim(claim: JobClaim, options?: { signal?: AbortSignal }): Promise<{ jobs: ClaimedJob[] }>;
  settle(worker: string, results: readonly JobResult[]): Promise<JobVerdicts>;
  heartbeat(worker: string, jobs: readonly JobBeat[], lease?: string): Promise<JobVerdicts>;
  release(worker: string, jobs: readonly HeldJob[]): Promise<JobVerdicts>;
};

const PATH = '/api/v1/jobs';

export const jobsOf = (http: Http): Jobs => {
  const path = (id: string) => `${PATH}/${encodeURIComponent(id)}`;
  const change = (id: string, operation: JobOperation): Promise<{ id: string; state: JobState }> =>
    http.json({ method: 'POST', path: `${path(id)}/${operation}` });
  return {
    enqueue: (body, once) => http.json({ method: 'POST', path: PATH, body, ...once }),
    enqueueMany: (body, once) => http.json({ method: 'POST', path: `${PATH}/batch`, body, ...once }),
    enqueueFlow: (body, once) => http.json({ method: 'POST', path: `${PATH}/flow`, body, ...once }),
    list: (query) => http.json({ method: 'GET', path: PATH, ...(query && { query }) }),
    get: (id) => http.json({ method: 'GET', path: path(id) }),
    lines: (id) => http.json({ method: 'GET', path: `${path(id)}/lines` }),
    replay: (id) => change(id, 'replay'),
    cancel: (id) => change(id, 'cancel'),
    discard: (id) => change(id, 'discard'),
    operate: (operation, body) => http.json({ method: 'POST', path: `${PATH}/${operation}`, body }),
    claim: (body, options) => http.json({ method: 'POST', path: `${PATH}/claim`, body, ...options }),
    settle: (worker, results) => http.json({ method: 'POST', path: `${PATH}/settle`, body: { worker, results } }),
    heartbeat: (worker, jobs, lease) =>
      http.json({
        method: 'POST',
        path: `${PATH}/heartbeat`,
        body: { worker, jobs, ...(lease !== undefined && { lease }) },
      }),
    release: (worker, jobs) => http.json({ method: 'POST', path: `${PATH}/release`, body: { worker, jobs } }),
  };
};

export type Workers = {
  list(request?: PageRequest): Promise<Page<Worker>>;
  /** As a worker: that it is there, and what it does. */
  report(worker: string, report: NewWorkerReport): Promise<void>;
  leave(worker: string): Promise<void>;
};

export const workersOf = (http: Http): Workers => {
  const path = (id: string) => `/api/v1/workers/${encodeURIComponent(id)}`;
  return {
    list: (query) => http.json({ method: 'GET', path: '/api/v1/workers', ...(query && { query }) }),
    report: (id, body) => http.json({ method: 'POST', path: `${path(id)}/report`, body, isRepeatable: true }),
    leave: (id) => http.json({ method: 'DELETE', path: path(id) }),
  };
};

export type Kinds = {
  list(request?: PageRequest): Promise<Page<JobKind>>;
  get(kind: string): Promise<JobKind>;
  /** What is not given falls back to what code declares. */
  set(kind: string, settings: Partial<KindSettings>): Promise<JobKind>;
  pause(kind: string): Promise<JobKind>;
  resume(kind: string): Promise<JobKind>;
};

export const kindsOf = (http: Http): Kinds => {
  const path = (kind: string) => `/api/v1/kinds/${encodeURIComponent(kind)}`;
  return {
    list: (query) => http.json({ method: 'GET', path: '/api/v1/kinds', ...(query && { query }) }),
    get: (kind) => http.json({ method: 'GET', path: path(kind) }),
    set: (kind, body) => http.json({ method: 'PUT', path: path(kind), body }),
    pause: (kind) => http.json({ method: 'POST', path: `${path(kind)}/pause`, isRepeatable: true }),
    resume: (kind) => http.json({ method: 'POST', path: `${path(kind)}/resume`, isRepeatable: true }),
  };
};

export type Schedules = {
  list(request?: PageRequest): Promise<Page<Schedule>>;
  get(name: string): Promise<Schedule>;
  /** Makes or replaces it. */
  set(name: string, schedule: NewSchedule): Promise<Schedule>;
  pause(name: string): Promise<Schedule>;
  resume(name: string): Promise<Schedule>;
  remove(name: string): Promise<void>;
};

export const schedulesOf = (http: Http): Schedules => {
  const path = (name: string) => `/api/v1/schedules/${encodeURIComponent(name)}`;
  return {
    list: (query) => http.json({ method: 'GET', path: '/api/v1/schedules', ...(query && { query }) }),
    get: (name) => http.json({ method: 'GET', path: path(name) }),
    set: (name, body) => http.json({ method: 'PUT', path: path(name), body }),
    pause: (name) => http.json({ method: 'POST', path: `${path(name)}/pause`, isRepeatable: true }),
    resume: (name) => http.json({ method: 'POST', path: `${path(name)}/resume`, isRepeatable: true }),
    remove: (name) => http.json({ method: 'DELETE', path: path(name) }),
  };
};

export type StatisticsRequest = { prefix?: string; since?: Time };

export const statistics = (http: Http, query: StatisticsRequest): Promise<Page<Statistic>> =>
  http.json({ method: 'GET', path: '/api/v1/statistics', query });

export const mails = (http: Http, query: PageRequest): Promise<Page<Mail>> =>
  http.json({ method: 'GET', path: '/api/v1/mails', query });
