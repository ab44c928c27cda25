/**
 * What is told of a job when its state has changed: on the bus as `millrace.jobs.job.<past verb>`, to live pages, and to
 * whoever watches this process's queue. Told after the commit; a kind with `events: kept` has it in the commit's outbox.
 */
import type { Instant } from '../kernel/clock.ts';
import { formatJobId, type JobId } from '../kernel/ids.ts';
import { plantOutbox, send } from '../store/outbox.ts';
import type { Write } from '../store/unit.ts';
import type { JobRow } from './job.ts';
import type { JobChange } from './settle.ts';
import type { JobVerb } from './transition.ts';

export const JOB_TOPIC_PREFIX = 'millrace.jobs.job.';

export type JobEventName =
  | 'enqueued'
  | 'promoted'
  | 'admitted'
  | 'started'
  | 'released'
  | 'lost'
  | 'held'
  | 'quarantined'
  | 'completed'
  | 'retried'
  | 'failed'
  | 'snoozed'
  | 'discarded'
  | 'resolved'
  | 'cancelled'
  | 'replayed'
  | 'progressed';

export type JobEvent = {
  readonly name: JobEventName;
  readonly job: JobId;
  readonly kind: string;
  readonly state: string;
  readonly at: Instant;
  /** Attempts that were begun. */
  readonly attempt: number;
  readonly worker: string | null;
  readonly outcome: string | null;
  readonly error: string | null;
};

/** What the bus carries of it. The result and the payload stay with the job: whoever may read them asks for them. */
export const eventBody = ({ name: _, job, ...facts }: JobEvent): Readonly<Record<string, unknown>> => ({
  v: 1,
  job: formatJobId(job),
  ...facts,
  at: new Date(facts.at).toISOString(),
});

export const topicOf = ({ name }: Pick<JobEvent, 'name'>): string => `${JOB_TOPIC_PREFIX}${name}`;

/** As a message of the unit that changes the job. */
export const keptEvent = (id: number, event: JobEvent): Write =>
  send(plantOutbox, { id, routingKey: topicOf(event), body: eventBody(event), at: event.at });

export function eventOf(
  job: JobRow,
  change: JobChange,
  { verb, now }: { readonly verb: JobVerb; readonly now: Instant },
): JobEvent {
  return {
    name: nameOf(verb, change.state),
    job: job.id as JobId,
    kind: job.kind,
    state: change.state,
    at: now,
    attempt: change.attempt ?? job.attempt,
    worker: job.worker,
    outcome: change.outcome ?? null,
    error: change.error ?? null,
  };
}

/** Of rows as they are after the change. */
export const eventOfRow = (name: JobEventName, row: JobRow, at: Instant): JobEvent => ({
  name,
  job: row.id as JobId,
  kind: row.kind,
  state: row.state,
  at,
  attempt: row.attempt + (row.state === 'leased' ? 1 : 0),
  worker: row.worker,
  outcome: row.outcome,
  error: row.error,
});

function nameOf(verb: JobVerb, state: string): JobEventName {
  if (verb === 'lose') return state === 'unknown' ? 'held' : state === 'quarantined' ? 'quarantined' : 'lost';
  if (verb === 'fail' || verb === 'error') return state === 'dead' ? 'failed' : 'retried';
  if (verb === 'admit') return state === 'dead' ? 'failed' : 'admitted';
  return NAMES[verb];
}

const NAMES = {
  promote: 'promoted',
  claim: 'started',
  release: 'released',
  done: 'completed',
  snooze: 'snoozed',
  discard: 'discarded',
  resolve: 'resolved',
  cancel: 'cancelled',
  replay: 'replayed',
  bury: 'discarded',
} as const satisfies Partial<Record<JobVerb, JobEventName>>;

export type JobListener = (events: readonly JobEvent[]) => void;

/** Those who watch. Nobody watching costs nothing. */
export class JobWatch {
  readonly #listeners = new Set<JobListener>();

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  watch(listener: JobListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Events are made only when somebody wants them. */
  tell(make: () => readonly JobEvent[]): void {
    if (this.#listeners.size === 0) return;
    const events = make();
    if (events.length > 0) for (const listener of this.#listeners) listener(events);
  }
}
