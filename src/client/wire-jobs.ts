/** Jobs, the workers that do them, and their kinds, as they travel. */
import type { DurationText, PageRequest, Time } from './wire.ts';

export type NewJob = {
  kind: string;
  payload?: unknown;
  /** Higher is sooner. */
  priority?: number;
  /** Not before; or after a delay. */
  runAt?: Time;
  delay?: DurationText;
  /** Jobs of one kind and key keep their order. */
  key?: string;
  /** While a job of this kind with the same one lives, that job is meant. */
  dedupKey?: string;
  maxAttempts?: number;
};
export type EnqueuedJob = { id: string; isNew: boolean };
/** One of a batch, in its order: stored, or refused. */
export type BatchedJob = EnqueuedJob | { code: string; detail: string };
export type JobBatchAnswer = { items: BatchedJob[]; stored: number; refused: number };
export type NewFlow = { parent: NewJob; children: NewJob[]; failsWithChild?: boolean };
export type StoredFlow = { id: string; children: string[] };

export type JobState =
  | 'scheduled'
  | 'blocked'
  | 'ready'
  | 'leased'
  | 'unknown'
  | 'done'
  | 'dead'
  | 'quarantined'
  | 'cancelled';
/** What is being done, and a share from 0 to 1. */
export type JobShare = { share: number; note?: string };
export type JobSummary = {
  id: string;
  kind: string;
  state: JobState;
  priority: number;
  dueAt: Time;
  attempts: number;
  maxAttempts: number;
  key: string | null;
  parent: string | null;
  outcome: string | null;
  error: string | null;
  worker: string | null;
  progress: JobShare | null;
  createdAt: Time;
  startedAt: Time | null;
  settledAt: Time | null;
};
/** What ended an attempt, or what somebody did to the job: a verb of the table of transitions. */
export type JobEnding = {
  verb: string;
  startedAt: Time | null;
  endedAt: Time;
  worker: string | null;
  actor: string;
  error: string | null;
};
export type Job = JobSummary & {
  payload: unknown;
  output: unknown;
  /** Leases that ran out. */
  lost: number;
  leaseUntil: Time | null;
  dedupKey: string | null;
  owner: { kind: string; id: string } | null;
  trace: string | null;
  /** What happened before its present state, the eldest first. */
  history: JobEnding[];
  /** Of a parent. */
  children: { total: number; pending: number; failed: number } | null;
};
export type JobLogLine = { at: Time; attempt: number; level: 'debug' | 'info' | 'warn' | 'error'; text: string };
export type JobFilter = PageRequest & {
  kind?: string;
  state?: JobState;
  key?: string;
  parent?: string;
  worker?: string;
};
/** Which jobs an operation over many is about; `cursor` goes on where the last bite ended. */
export type JobChoice = { kind?: string; state: JobState; olderThan?: DurationText; cursor?: string };
/** One bite: how many were changed, how many had meanwhile moved on or may not be, and where to go on. */
export type JobBite = { count: number; refused: number; next: string | null };
export type JobOperation = 'replay' | 'cancel' | 'discard';

/** A job that a worker holds. */
export type HeldJob = { id: string; epoch: number };
export type JobClaim = { worker: string; kinds: string[]; limit: number; wait?: DurationText; lease?: DurationText };
export type ClaimedJob = HeldJob & {
  kind: string;
  attempt: number;
  maxAttempts: number;
  payload: unknown;
  key: string | null;
  owner: { kind: string; id: string; seq: number } | null;
  lease: DurationText;
  timeout: DurationText | null;
  trace: string | null;
};
export type JobSettlement =
  | { kind: 'done'; outcome?: string; output?: Record<string, unknown> }
  | { kind: 'fail'; error: string }
  | { kind: 'snooze'; delay: DurationText }
  | { kind: 'discard'; reason: string }
  | { kind: 'error'; code: string; message?: string; output?: Record<string, unknown> };
export type JobResult = HeldJob & { settlement: JobSettlement };
export type JobBeat = HeldJob & { progress?: JobShare; lines?: { level: JobLogLine['level']; text: string }[] };
/** `invalid`: the item was not understood, and `code` says why; nothing of it counts. */
export type JobVerdict = { id: string; verdict: 'ok' | 'stale' | 'cancel' | 'invalid'; code?: string; detail?: string };
export type JobVerdicts = { results: JobVerdict[] };

export type WorkerState = 'running' | 'draining';
export type NewWorkerReport = {
  kinds: string[];
  concurrency: number;
  state: WorkerState;
  running: number;
  succeeded: number;
  failed: number;
  host: string;
  pid: number;
  version: string;
  /** When it means to report again. */
  every: DurationText;
};
export type Worker = {
  /** The name that the worker gives, an @, and whose token it has. */
  id: string;
  state: WorkerState | 'gone';
  kinds: string[];
  concurrency: number;
  running: number;
  processed: number;
  succeeded: number;
  failed: number;
  /** A share from 0 to 1; null: it has done nothing yet. */
  successRate: number | null;
  /** Over the last hour. */
  perMinute: number;
  host: string;
  pid: number;
  version: string;
  startedAt: Time;
  seenAt: Time;
  age: DurationText;
};

export type KindSettings = {
  onLost: 'retry' | 'hold';
  holdRole: string;
  maxAttempts: number;
  backoff: { first: DurationText; longest: DurationText };
  lease: DurationText;
  timeout: DurationText | null;
  keyLimit: number;
  fairWindow: number | null;
  rate: { limit: number; per: DurationText } | null;
  maxWaiting: number;
  keep: DurationText;
  keepBytes: number;
  schema: Record<string, unknown> | null;
  events: 'live' | 'kept' | 'off';
  mirror: 'all' | 'status' | 'off';
};
/** How long a queue is and how fast it moves, from the statistics; rates and means are of the last hour. */
export type QueueTraffic = {
  /** Jobs that have not ended. */
  length: number;
  /** At work now. */
  running: number;
  /** How long the one that has waited longest has been due; null: none is ready. */
  oldest: DurationText | null;
  enqueuedPerMinute: number;
  completedPerMinute: number;
  failedPerMinute: number;
  retriedPerMinute: number;
  meanRun: DurationText | null;
  meanWait: DurationText | null;
};
export type JobKind = {
  kind: string;
  isPaused: boolean;
  /** The server's own: it enqueues and does these jobs itself. */
  isInternal: boolean;
  settings: KindSettings;
  /** What was set over what code declares. */
  set: { [S in keyof KindSettings]?: KindSettings[S] | undefined };
  queue: QueueTraffic;
};

/** Either `cron` or `every`. */
export type NewSchedule = {
  kind: string;
  payload?: unknown;
  cron?: string;
  every?: DurationText;
  timeZone?: string;
  /** Of the times that passed while nothing ran: none, the last or all are made up for. */
  backfill?: 'none' | 'last' | 'all';
  /** No new job while the last one lives. */
  isSingle?: boolean;
  priority?: number;
  key?: string;
};
export type Schedule = {
  name: string;
  kind: string;
  payload: unknown;
  cron: string | null;
  every: DurationText | null;
  timeZone: string;
  backfill: 'none' | 'last' | 'all';
  isSingle: boolean;
  priority: number;
  key: string | null;
  isPaused: boolean;
  /** Null while it is paused, and when no time is left. */
  nextAt: Time | null;
  lastAt: Time | null;
  /** Times without a job: missed, refused, or the last job still lived. */
  skipped: number;
  updatedAt: Time;
  updatedBy: string;
};
