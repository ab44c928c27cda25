/**
 * Brings messages to the instances that wait for them. A message that nobody waits for is kept until its time to live has
 * run out. Both sides first write and then look: who subscribes looks for kept messages after its commit, who sends looks
 * for subscriptions again after keeping the message. So one of them always sees the other, and the guard on the kept
 * message lets only one of them have it.
 */

import { MAX_CONFLICTS } from '../../jobs/refusal.ts';
import { isMillraceError, MillraceError } from '../../kernel/errors.ts';
import type { InstanceId, NextId } from '../../kernel/ids.ts';
import type { RowOf } from '../../store/family.ts';
import { MAX_ROWS } from '../../store/query.ts';
import type { Store } from '../../store/store.ts';
import { isEqual, put, remove, type Unit } from '../../store/unit.ts';
import type { Variables } from '../core/state.ts';
import type { Definitions } from './definitions.ts';
import type { Engine } from './engine.ts';
import { messageFamily, subscriptionFamily } from './families.ts';
import { MessageIntake } from './message-intake.ts';
import { throwFirst } from './refusal.ts';
import { byMessage } from './starters.ts';

/** Instances one message reaches at most. */
export const MAX_RECEIVERS = 1_000;
/** How often a kept message is offered while who waits for it is changed by others all the time. */
const MAX_OFFERS = 100;

export type Message = {
  readonly name: string;
  readonly correlationKey: string;
  readonly variables?: Variables;
  /** How long it is kept when nobody waits for it; 0: not at all. */
  readonly ttlMs?: number;
  /** The same id again is the same message, and is taken in once. */
  readonly id?: string;
};
export type Correlation = {
  readonly delivered: number;
  readonly buffered: boolean;
  readonly started: readonly InstanceId[];
};

type KeptMessage = RowOf<typeof messageFamily>;
type CorrelatorParts = {
  readonly store: Store;
  readonly engine: Engine;
  readonly definitions: Definitions;
  readonly nextId: NextId;
};

/** By whom, and what went wrong at those who could not take it. */
type Sending = { readonly actor: string; readonly failures: unknown[] };

const NOTHING: Correlation = { delivered: 0, buffered: false, started: [] };

export class Correlator {
  readonly #parts: CorrelatorParts;
  readonly #intake: MessageIntake;

  constructor(parts: CorrelatorParts) {
    this.#parts = parts;
    this.#intake = new MessageIntake(parts.store);
  }

  /** Delivers to whoever waits, starts what the message starts, or keeps it. */
  async send(message: Message, actor: string): Promise<Correlation> {
    if (await this.#intake.isOver(message)) return NOTHING;
    const failures: unknown[] = [];
    const delivered = await this.#deliver(message, { actor, failures });
    const started = await this.#start(message, { actor, failures });
    throwFirst(failures);
    if (delivered + started.length > 0 || (message.ttlMs ?? 0) <= 0) {
      await this.#intake.finish(message);
      return { delivered, buffered: false, started };
    }
    if (!(await this.#keep(message))) return NOTHING; // it was taken in elsewhere meanwhile
    const afterwards = await this.collect(message.name, message.correlationKey);
    return { delivered: afterwards, buffered: afterwards === 0, started };
  }

  /** Hands kept messages of this name and key to those who wait now; called after a subscription was committed. Answers how many. */
  async collect(name: string, correlationKey: string): Promise<number> {
    const kept = await this.#parts.store.select(messageFamily, { where: { name, correlationKey }, limit: 100 });
    let delivered = 0;
    for (const row of kept) if (await this.#handOver(row)) delivered += 1;
    return delivered;
  }

  /** Pairs what a crash left unpaired between writing and looking; here, or at another server that does not start again. */
  async collectAll(): Promise<void> {
    const { store } = this.#parts;
    for (let after: readonly string[] | undefined = ['', '', '']; after !== undefined; ) {
      const rows: KeptMessage[] = await store.select(messageFamily, {
        order: ['name', 'correlationKey', 'id'],
        after,
        limit: 1_000,
      });
      for (const [name, correlationKey] of await this.#wanted(rows)) await this.collect(name, correlationKey);
      const last = rows.length === 1_000 ? rows.at(-1) : undefined;
      after = last && [last.name, last.correlationKey, last.id];
    }
  }

  /** Of kept messages those that somebody waits for, by name and key. */
  async #wanted(kept: readonly KeptMessage[]): Promise<[name: string, correlationKey: string][]> {
    const keysOf = new Map<string, Set<string>>();
    for (const { name, correlationKey } of kept) keysOf.set(name, (keysOf.get(name) ?? new Set()).add(correlationKey));
    const wanted: [string, string][] = [];
    for (const [name, keys] of keysOf) {
      const where = { name, correlationKey: { in: [...keys] } };
      const waiting = await this.#parts.store.select(subscriptionFamily, { where, limit: MAX_ROWS });
      // A key for which many wait may leave no room for the others; those come with the next look.
      for (const key of new Set(waiting.map(({ correlationKey }) => correlationKey))) wanted.push([name, key]);
    }
    return wanted;
  }

  /** To every receiver; answers to how many. One who cannot take it keeps it from nobody else. */
  async #deliver(message: Message, { actor, failures }: Sending): Promise<number> {
    let delivered = 0;
    for (const instance of await this.#waiting(message)) {
      try {
        if (await this.#deliverTo(instance, message, actor)) delivered += 1;
      } catch (error) {
        failures.push(error);
      }
    }
    return delivered;
  }

  async #deliverTo(instance: InstanceId, message: Message, actor: string): Promise<boolean> {
    const parts = this.#intake.receivedBy(instance, message);
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const verdict = await this.#tell(instance, message, { actor, parts });
      if (verdict !== 'conflict') return verdict === 'ok';
      if (await this.#intake.hasReceived(instance, message)) return false;
    }
    throw new MillraceError('store.conflict', { subject: `message "${message.name}"`, attempts: MAX_CONFLICTS });
  }

  async #start(message: Message, { actor, failures }: Sending): Promise<InstanceId[]> {
    const { engine, definitions } = this.#parts;
    const { correlationKey: businessKey, variables = {} } = message;
    const started: InstanceId[] = [];
    await definitions.refresh();
    for (const { key, node } of await definitions.startedBy(byMessage(message.name))) {
      const starter = node === '' ? key : `${key}/${node}`;
      try {
        const request = { definition: key, businessKey, variables, ...(node !== '' && { at: node }) };
        started.push(await engine.start(request, actor, this.#intake.startsOnce(starter, message)));
      } catch (error) {
        const isRepeat =
          isMillraceError(error, 'process.already-open') && (await this.#intake.hasStarted(starter, message));
        if (!isRepeat) failures.push(error);
      }
    }
    return started;
  }

  async #keep(message: Message): Promise<boolean> {
    const { store, nextId } = this.#parts;
    const { name, correlationKey, id = String(nextId()), variables = {}, ttlMs = 0 } = message;
    const row = { name, correlationKey, id, variables: JSON.stringify(variables), expiresAt: store.now() + ttlMs };
    const { guards, writes } = this.#intake.keptOnce(message);
    const [verdict] = await store.commit([{ guards, writes: [...writes, put(messageFamily, row)] }]);
    return verdict === 'ok';
  }

  /** A kept message goes to the first receiver that takes it, and is gone in the same unit. */
  async #handOver(row: KeptMessage): Promise<boolean> {
    const { store } = this.#parts;
    const { name, correlationKey, expiresAt } = row;
    const key = [name, correlationKey, row.id];
    const parts: Unit = {
      guards: [isEqual(messageFamily, key, ['expiresAt', expiresAt])],
      writes: [remove(messageFamily, key)],
    };
    if (expiresAt < store.now()) {
      await store.commit([parts]);
      return false;
    }
    const message = { name, correlationKey, variables: JSON.parse(row.variables) as Variables };
    for (let offers = 0; offers < MAX_OFFERS; offers++) {
      const verdict = await this.#offer(message, parts);
      if (verdict !== 'conflict') return verdict === 'ok';
      // The message has gone to somebody else, or its receiver was changed at the same moment and may still wait for it.
      if ((await store.get(messageFamily, key)) === undefined) return false;
    }
    throw new MillraceError('store.conflict', { subject: `kept message "${name}"`, attempts: MAX_OFFERS });
  }

  async #offer(message: Message, parts: Unit): Promise<Told> {
    for (const instance of await this.#waiting(message)) {
      const verdict = await this.#tell(instance, message, { actor: 'system', parts }).catch(goneIfFull);
      if (verdict !== 'gone') return verdict;
    }
    return 'gone';
  }

  async #waiting({ name, correlationKey }: Message): Promise<Set<InstanceId>> {
    const { store } = this.#parts;
    const rows = await store.select(subscriptionFamily, { where: { name, correlationKey }, limit: MAX_RECEIVERS });
    return new Set(rows.map((row) => row.instance as InstanceId));
  }

  async #tell(
    instance: InstanceId,
    { name, correlationKey: key, variables = {} }: Message,
    { actor, parts }: { readonly actor: string; readonly parts: Unit },
  ): Promise<Told> {
    const command = { type: 'message', name, key, variables } as const;
    try {
      return await this.#parts.engine.commandWith(instance, { command, actor, parts });
    } catch (error) {
      // It went on between our look and our command: then it does not wait any more.
      if (isMillraceError(error, 'process.not-waiting') || isMillraceError(error, 'process.not-active')) return 'gone';
      throw error;
    }
  }
}

/** A suspended instance that can keep no more leaves the message where it is. */
function goneIfFull(error: unknown): Told {
  if (isMillraceError(error, 'process.kept-full')) return 'gone';
  throw error;
}

/** gone: the instance waits no more. */
type Told = 'ok' | 'conflict' | 'gone';
