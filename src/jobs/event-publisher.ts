/**
 * Tells the bus what becomes of jobs, after the commit: `millrace.jobs.job.<past verb>`, as their kinds want it. It never
 * holds the queue up: events wait in a line of bounded length, and of one that grows too long the eldest are dropped, and
 * counted. An event that nobody takes is the last of its name for a while, so that telling nobody costs next to nothing.
 *
 * A kind with `events: kept` has its changes in the outbox of their commits; of those only what is no change of the row
 * there, a start or a progress, is told here.
 */
import { randomUUID } from 'node:crypto';
import type { Broker } from '../bus/broker.ts';
import { Bell } from '../kernel/bell.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import { messageOf } from '../kernel/errors.ts';
import { type Service, service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { Metrics } from '../kernel/metrics.ts';
import { eventBody, type JobEvent, type JobEventName, topicOf } from './job-event.ts';
import type { Jobs } from './jobs.ts';

/** Events that wait for the broker. */
export const MAX_WAITING_EVENTS = 10_000;
/** Events on their way to the broker's confirm. */
const WINDOW = 128;
/** What nobody listened to is not told again for so long. */
export const UNHEARD_MS = 1_000;
/** A look without need, in case a ring was missed. */
const IDLE_MS = 60_000;

export type EventPublisherParts = {
  readonly jobs: Pick<Jobs, 'watch' | 'kinds'>;
  readonly broker: Broker;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
};
export type EventPublisher = Service & {
  /** Somebody of this process listens from now on. */
  listenedTo(): void;
};

/** What a kind with `events: kept` has not in its outbox. */
const NEVER_KEPT: ReadonlySet<JobEventName> = new Set(['started', 'progressed']);

export function startEventPublisher(parts: EventPublisherParts): EventPublisher {
  const { jobs, clock, log } = parts;
  const line = new Line(parts);
  const unwatch = jobs.watch.watch((events) => line.add(events));
  const loop = startLoop({
    round: (signal) => line.round(signal),
    onError: (error) => log.warn({ err: error }, 'events of jobs could not be told; the next ones are'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  return service({ listenedTo: () => line.unheard.clear() }, async () => {
    unwatch();
    line.stop.abort();
    await loop.close();
    await line.idle();
  });
}

class Line {
  readonly stop = new AbortController();
  /** Until when nobody is told of it: the last one was taken by no queue. */
  readonly unheard = new Map<JobEventName, Instant>();
  readonly #parts: EventPublisherParts;
  readonly #bell = new Bell();
  readonly #id = randomUUID();
  readonly #published;
  readonly #dropped;
  readonly #underWay = new Set<Promise<void>>();
  #waiting: JobEvent[] = [];
  /** The first of those that still wait. */
  #first = 0;
  #told = 0;
  #isFailing = false;

  constructor(parts: EventPublisherParts) {
    this.#parts = parts;
    const counter = parts.metrics.counter('millrace_jobs_events', 'Events of jobs, by whether the broker got them.');
    this.#published = counter.series({ result: 'published' });
    this.#dropped = counter.series({ result: 'dropped' });
  }

  add(events: readonly JobEvent[]): void {
    const { kinds } = this.#parts.jobs;
    const before = this.#waiting.length;
    for (const event of events) {
      const { events: wanted } = kinds.of(event.kind);
      if (wanted === 'off' || (wanted === 'kept' && !NEVER_KEPT.has(event.name))) continue;
      const until = this.unheard.get(event.name);
      if (until !== undefined && this.#parts.clock.now() < until) continue;
      this.#waiting.push(event);
    }
    if (this.#waiting.length === before) return;
    this.#limit();
    this.#bell.ring();
  }

  async round(signal: AbortSignal): Promise<void> {
    while (this.#first < this.#waiting.length && this.#underWay.size < WINDOW) {
      const event = this.#waiting[this.#first++] as JobEvent;
      const telling = this.#tell(event).finally(() => {
        this.#underWay.delete(telling);
        this.#bell.ring();
      });
      this.#underWay.add(telling);
    }
    if (this.#first === this.#waiting.length) {
      this.#waiting = [];
      this.#first = 0;
    }
    await this.#bell.wait(this.#parts.clock, IDLE_MS, signal);
  }

  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #limit(): void {
    const tooMany = this.#waiting.length - this.#first - MAX_WAITING_EVENTS;
    if (tooMany <= 0) return;
    this.#first += tooMany;
    this.#dropped.add(tooMany);
    if (this.#first < MAX_WAITING_EVENTS) return;
    this.#waiting = this.#waiting.slice(this.#first);
    this.#first = 0;
  }

  async #tell(event: JobEvent): Promise<void> {
    const { broker, clock, log } = this.#parts;
    const until = this.unheard.get(event.name);
    if (until !== undefined && clock.now() < until) return;
    const id = `${this.#id}-${this.#told++}`;
    const body = JSON.stringify(eventBody(event));
    const message = { id, routingKey: topicOf(event), body, headers: {}, at: event.at };
    try {
      const { routed } = await broker.publish(message, { signal: this.stop.signal });
      if (routed) this.unheard.delete(event.name);
      else this.unheard.set(event.name, clock.now() + UNHEARD_MS);
      this.#published.add();
      this.#isFailing = false;
    } catch (error) {
      this.#dropped.add();
      if (this.stop.signal.aborted || this.#isFailing) return;
      this.#isFailing = true;
      log.warn({ reason: messageOf(error) }, 'the broker takes no events of jobs; they are dropped until it does');
    }
  }
}
