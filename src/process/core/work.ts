/** The jobs that a transition asks for: those an activity waits for, timers, deliveries, and those that run beside an activity. */
import type { Instant } from '../../kernel/clock.ts';
import type { JobId } from '../../kernel/ids.ts';
import { type Delivery, TIMER_KIND } from './action.ts';
import { ALARM_KIND, type Alarm } from './alarm.ts';
import type { Returned } from './brought.ts';
import { emit, type Run } from './run.ts';
import type { Token } from './state.ts';

/** A timer has to work for ever; its handler cannot fail. */
const TIMER_ATTEMPTS = 1_000;
/** How often a job is tried that the definition says nothing about: a mail, a job beside an activity. */
export const DEFAULT_ATTEMPTS = 8;
/** As who the outermost scope owns jobs and subscriptions; 0 would be a job that nobody waits for. */
const ROOT_OWNER = -1;

export const newJobId = (run: Run): JobId => run.nextId() as JobId;

/** The number by which a scope owns jobs and subscriptions. */
export const ownerOfScope = (scope: number): number => (scope === 0 ? ROOT_OWNER : scope);

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

/** What leaves for other instances after the commit. */
export function deliver(run: Run, delivery: Delivery): JobId {
  const job = newJobId(run);
  run.actions.push({ type: 'deliver', job, delivery });
  return job;
}

/** Told to the instance that called this one; what comes later arrives later. false: nobody called it. */
export function tellCaller(run: Run, result: Returned): boolean {
  const { parent, told } = run.draft;
  if (parent === undefined) return false;
  const job = deliver(run, { to: 'parent', parent, result, ...(told !== undefined && { after: told }) });
  if (result.kind === 'escalation') emit(run, { type: 'told', job });
  return true;
}

/** `owner` is a token, or a scope by {@link ownerOfScope}. */
export function startTimer(run: Run, owner: number, dueAt: Instant): JobId {
  const job = newJobId(run);
  const work = { kind: TIMER_KIND, payload: null, priority: 0, maxAttempts: TIMER_ATTEMPTS };
  run.actions.push({ type: 'createJob', job, token: owner, ...work, dueAt });
  return job;
}

type Alarming = { readonly task: JobId; readonly dueAt: Instant; readonly alarms: readonly Alarm[] };

/** The job that rings them, one after the other. Reminders whose time is over already are left out; an escalation is not. */
export function startAlarms(run: Run, { task, dueAt, alarms: all }: Alarming): JobId | undefined {
  const alarms = all.filter((alarm) => alarm.do === 'escalate' || dueAt + alarm.offsetMs > run.now);
  const [first] = alarms;
  if (first === undefined) return undefined;
  const job = newJobId(run);
  const work = { kind: ALARM_KIND, payload: { task, alarms }, priority: 0, maxAttempts: TIMER_ATTEMPTS };
  run.actions.push({ type: 'createJob', job, token: 0, ...work, dueAt: dueAt + first.offsetMs });
  return job;
}
