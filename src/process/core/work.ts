/** The jobs that a transition asks for: those an activity waits for, timers, and those that run beside an activity. */
import type { JobId } from '../../kernel/ids.ts';
import { TIMER_KIND } from './action.ts';
import type { Run } from './run.ts';
import type { Token } from './state.ts';

/** A timer has to work for ever; its handler cannot fail. */
const TIMER_ATTEMPTS = 1_000;
/** How often a job is tried that the definition says nothing about: a mail, a job beside an activity. */
export const DEFAULT_ATTEMPTS = 8;

export const newJobId = (run: Run): JobId => run.nextId() as JobId;

export type Work = {
  readonly kind: string;
  readonly payload: unknown;
  readonly priority: number;
  readonly maxAttempts: number;
};

/** The job that the token will wait for. */
export function createJob(run: Run, token: Token, work: Work): JobId {
  const job = newJobId(run);
  run.actions.push({ type: 'createJob', job, token: token.id, ...work });
  return job;
}

/** A job beside an activity: the process does not wait for it, but a final failure is an incident. */
export function createSideJob(run: Run, kind: string, payload: unknown): void {
  const job = newJobId(run);
  run.actions.push({ type: 'createJob', job, kind, payload, token: 0, priority: 0, maxAttempts: DEFAULT_ATTEMPTS });
}

export function startTimer(run: Run, token: Token, afterMs: number): JobId {
  const job = newJobId(run);
  const dueAt = run.now + afterMs;
  const work = { kind: TIMER_KIND, payload: null, priority: 0, maxAttempts: TIMER_ATTEMPTS };
  run.actions.push({ type: 'createJob', job, token: token.id, ...work, dueAt });
  return job;
}
