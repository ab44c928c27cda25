/**
 * What instances send to each other, and what the clock starts: carried by jobs of one kind that are born in the unit that
 * causes them. A delivery comes at least once; its receiver has either taken it already, or does not wait for it, or is
 * told by a number that was chosen beforehand – so a second time changes nothing.
 */
import { isFinal, jobFamily, type NewJob, newJobRow } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import { birthOf } from '../../jobs/new-job.ts';
import { MAX_CONFLICTS } from '../../jobs/refusal.ts';
import type { JobContext } from '../../jobs/worker.ts';
import type { Instant } from '../../kernel/clock.ts';
import { isMillraceError, MillraceError, messageOf } from '../../kernel/errors.ts';
import { formatInstanceId, formatJobId, type InstanceId, type JobId, type NextId } from '../../kernel/ids.ts';
import { discard, done, type Settlement, snooze } from '../../kernel/settlement.ts';
import { inbox } from '../../store/outbox.ts';
import type { Store } from '../../store/store.ts';
import { isAbsent, put, type Unit, type Write } from '../../store/unit.ts';
import { DELIVERY_KIND, type Delivery } from '../core/action.ts';
import type { Command } from '../core/command.ts';
import type { Definition, Trigger } from '../core/definition.ts';
import { firstRing, nextRing, type Ring } from '../core/timer.ts';
import type { Correlator } from './correlate.ts';
import type { Definitions } from './definitions.ts';
import type { Engine } from './engine.ts';
import { instanceFamily } from './families.ts';
import { mayPass } from './refusal.ts';
import type { Signals } from './signals.ts';
import { BY_COMMAND, starterFamily, timedStarts } from './starters.ts';

const ACTOR = 'system';
const CONSUMER = 'process.timer-start';
/** Called instances that must not begin any more. */
const BARRED = 'process.barred';
/** What a calling instance was told while it still waits. */
const TOLD = 'process.told';
const ATTEMPTS = 8;
/** What a receiver says that has had it, or does not want it any more. */
const SETTLED_ALREADY = ['process.not-waiting', 'process.not-active', 'process.not-suspended'] as const;
/** Until a delivery looks again whether the one before it has arrived. */
const TURN_MS = 100;

/** A start event that the clock rings. */
type TimedStart = {
  readonly to: 'start';
  readonly definition: string;
  readonly version: number;
  readonly at: string;
  readonly ring: Ring;
};
type Payload = { readonly from: InstanceId | null; readonly delivery: Delivery | TimedStart };

export type DeliveryParts = {
  readonly store: Store;
  readonly nextId: NextId;
  readonly jobs: Jobs;
  readonly definitions: Definitions;
  readonly engine: Engine;
  readonly correlator: Correlator;
  readonly signals: Signals;
  readonly timeZone: string;
};

export class Deliveries {
  readonly #parts: DeliveryParts;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** The handler of delivery jobs. What can never arrive is given up at once: then the sender hears of it. */
  readonly carry = async ({ id, payload }: JobContext): Promise<Settlement> => {
    const { from, delivery } = payload as Payload;
    try {
      if (delivery.to === 'parent' && !(await this.#hasArrived(delivery.after))) return snooze({ delayMs: TURN_MS });
      await this.#carry(delivery, { job: id, from });
      return done();
    } catch (error) {
      if (mayPass(error)) throw error;
      return discard(messageOf(error));
    }
  };

  /** Something that nobody's instance sends: it is stored, and carried after that. */
  async send(delivery: Delivery): Promise<JobId> {
    const { store, jobs, nextId } = this.#parts;
    const now = store.now();
    const born = { id: nextId() as JobId, kind: DELIVERY_KIND, payload: { from: null, delivery }, priority: 0 };
    const row = jobs.hands.newRow({ ...born, maxAttempts: ATTEMPTS }, now);
    let verdict: string | undefined;
    try {
      [verdict] = await store.commit([birthOf(row, now)]);
    } finally {
      jobs.created([row], verdict === 'ok');
    }
    return born.id;
  }

  async #carry(
    delivery: Payload['delivery'],
    { job, from }: { readonly job: JobId; readonly from: InstanceId | null },
  ): Promise<void> {
    const { correlator, signals } = this.#parts;
    const id = formatJobId(job);
    switch (delivery.to) {
      case 'message': {
        const { name, key: correlationKey, variables, ttlMs } = delivery;
        return void (await correlator.send({ name, correlationKey, variables, ttlMs, id }, ACTOR));
      }
      case 'signal':
        return void (await signals.broadcast({ ...delivery, id }, ACTOR));
      case 'child':
        return this.#startChild(delivery, from);
      case 'instance':
        return this.#command(delivery.instance, delivery.command);
      case 'self':
        if (from === null) return;
        return this.#command(from, delivery.command);
      case 'parent':
        return from === null ? undefined : this.#tellCaller(delivery, { job, from });
      case 'start':
        return this.#startByClock(delivery, job);
      default:
        delivery satisfies never;
    }
  }

  async #startChild(delivery: Extract<Delivery, { to: 'child' }>, parent: InstanceId | null): Promise<void> {
    const { store, engine } = this.#parts;
    const { child: id, definition, version, businessKey, variables } = delivery;
    const barred = [BARRED, formatInstanceId(id)];
    const isSettled = async () =>
      (await store.get(instanceFamily, [id])) !== undefined || (await store.get(inbox, barred)) !== undefined;
    if (await isSettled()) return; // started already, or cancelled before its start
    const request = {
      id,
      definition,
      variables,
      ...(version !== undefined && { version }),
      ...(businessKey !== null && { businessKey }),
      ...(parent !== null && { parent }),
    };
    try {
      await engine.start(request, ACTOR, { guards: [isAbsent(inbox, barred)], writes: [] });
    } catch (error) {
      if (!isMillraceError(error, 'process.already-open') || !(await isSettled())) throw error;
    }
  }

  async #hasArrived(before: JobId | undefined): Promise<boolean> {
    if (before === undefined) return true;
    const row = await this.#parts.store.get(jobFamily, [before]);
    return row === undefined || isFinal(row.state);
  }

  /** After an end the caller waits no more; an escalation would reach it again, so it is remembered. */
  async #tellCaller(
    { parent, result }: Extract<Delivery, { to: 'parent' }>,
    { job, from: child }: { readonly job: JobId; readonly from: InstanceId },
  ): Promise<void> {
    const command = { type: 'returned', child, result } as const;
    if (result.kind === 'escalation') return this.#commandOnce(parent, command, job);
    try {
      await this.#command(parent, command);
    } catch (error) {
      if (mayPass(error) || isMillraceError(error, 'process.unknown-instance')) throw error;
      await this.#command(parent, { ...command, result: { kind: 'failed', message: messageOf(error) } });
    }
  }

  async #commandOnce(id: InstanceId, command: Command, job: JobId): Promise<void> {
    const { store, engine } = this.#parts;
    const key = [TOLD, formatJobId(job)];
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      if ((await store.get(inbox, key)) !== undefined) return;
      const row = { consumer: TOLD, message: formatJobId(job), at: store.now() };
      const parts: Unit = { guards: [isAbsent(inbox, key)], writes: [put(inbox, row)] };
      try {
        if ((await engine.commandWith(id, { command, actor: ACTOR, parts })) === 'ok') return;
      } catch (error) {
        if (isMillraceError(error, 'process.not-waiting') || isMillraceError(error, 'process.not-active')) return;
        throw error;
      }
    }
    throw new MillraceError('store.conflict', { subject: formatInstanceId(id), attempts: MAX_CONFLICTS });
  }

  /** To an instance that may have ended, gone on, or – when it is cancelled – not begun yet: then it never will. */
  async #command(id: InstanceId, command: Command): Promise<void> {
    try {
      await this.#parts.engine.command(id, command, ACTOR);
    } catch (error) {
      if (SETTLED_ALREADY.some((code) => isMillraceError(error, code))) return;
      if (!isMillraceError(error, 'process.unknown-instance') || command.type !== 'cancel') throw error;
      await this.#bar(id);
    }
  }

  async #bar(id: InstanceId): Promise<void> {
    const { store } = this.#parts;
    const row = { consumer: BARRED, message: formatInstanceId(id), at: store.now() };
    const [verdict] = await store.commit([{ guards: [isAbsent(instanceFamily, [id])], writes: [put(inbox, row)] }]);
    // It began at this very moment: then it can be cancelled.
    if (verdict === 'conflict') await this.#command(id, { type: 'cancel', reason: 'its caller went on' });
  }

  /** Only the newest version starts by the clock. The next ring is in the same unit as the start. */
  async #startByClock(timed: TimedStart, job: JobId): Promise<void> {
    const { store, definitions, engine } = this.#parts;
    const { definition: key, version, at } = timed;
    const newest = await store.get(starterFamily, [BY_COMMAND, key, '']);
    if (newest?.version !== version) return;
    const definition = await definitions.find(key, version);
    const now = store.now();
    const inboxKey = [CONSUMER, formatJobId(job)];
    const parts: Unit = {
      guards: [isAbsent(inbox, inboxKey)],
      writes: [
        put(inbox, { consumer: CONSUMER, message: formatJobId(job), at: now }),
        ...this.#nextStart(definition, timed, now),
      ],
    };
    try {
      await engine.start({ definition: key, version, at }, ACTOR, parts);
    } catch (error) {
      const isRepeat =
        isMillraceError(error, 'process.already-open') && (await store.get(inbox, inboxKey)) !== undefined;
      if (!isRepeat) throw error;
    }
  }

  #nextStart(definition: Definition, timed: TimedStart, now: Instant): readonly Write[] {
    const trigger = definition.startPoints.find(({ node }) => node === timed.at)?.trigger;
    const reading = readingOf(trigger);
    const ring =
      reading === undefined ? undefined : nextRing(reading, timed.ring, { now, timeZone: this.#parts.timeZone });
    return ring === undefined ? [] : timerWrites(this.#parts.nextId, { ...timed, ring }, now);
  }
}

/** The first timers of a definition that has just become the newest. */
export function startTimersOf(
  nextId: NextId,
  timeZone: string,
): (definition: Definition, now: Instant) => readonly Write[] {
  return (definition, now) =>
    timedStarts(definition).flatMap(({ node: at, trigger }) => {
      const reading = readingOf(trigger);
      const ring = reading === undefined ? undefined : firstRing(reading, { now, timeZone });
      if (ring === undefined) return [];
      return timerWrites(
        nextId,
        { to: 'start', definition: definition.key, version: definition.version, at, ring },
        now,
      );
    });
}

const readingOf = (trigger: Trigger | undefined) =>
  trigger?.on === 'timer' && 'reading' in trigger.timer ? trigger.timer.reading : undefined;

/** A start by the clock belongs to no instance yet, so nobody hears of its failure; it waits among the dead jobs. */
function timerWrites(nextId: NextId, delivery: TimedStart, now: Instant): readonly Write[] {
  const job: NewJob = {
    id: nextId() as JobId,
    kind: DELIVERY_KIND,
    payload: { from: null, delivery },
    maxAttempts: ATTEMPTS,
    dueAt: delivery.ring.dueAt,
  };
  return birthOf(newJobRow(job, now), now).writes;
}
