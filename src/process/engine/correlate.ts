/**
 * Brings messages to the instances that wait for them. A message that nobody waits for is kept until its time to live has
 * run out. Both sides first write and then look: who subscribes looks for kept messages after its commit, who sends looks
 * for subscriptions again after keeping the message. So one of them always sees the other, and the guard on the kept
 * message lets only one of them have it.
 */
import type { InstanceId, NextId } from '../../kernel/ids.ts';
import { isMillraceError, MillraceError } from '../../kernel/errors.ts';
import type { Store } from '../../store/store.ts';
import { isAbsent, isEqual, put, remove } from '../../store/unit.ts';
import { inbox } from '../../store/outbox.ts';
import type { Variables } from '../core/state.ts';
import type { Definitions } from './definitions.ts';
import type { Engine, Parts } from './engine.ts';
import { messageFamily, subscriptionFamily } from './families.ts';

/** Instances one message reaches at most. */
export const MAX_RECEIVERS = 1_000;
const CONSUMER = 'process.message';

export type Message = {
  readonly name: string;
  readonly correlationKey: string;
  readonly variables?: Variables;
  /** How long it is kept when nobody waits for it; 0: not at all. */
  readonly ttlMs?: number;
  /** The same id again is the same message, and is taken in once. */
  readonly id?: string;
};
export type Correlation = { readonly delivered: number; readonly buffered: boolean; readonly started: readonly InstanceId[] };

type CorrelatorParts = { readonly store: Store; readonly engine: Engine; readonly definitions: Definitions; readonly nextId: NextId };

export class Correlator {
  readonly #parts: CorrelatorParts;

  constructor(parts: CorrelatorParts) {
    this.#parts = parts;
  }

  /** Delivers to whoever waits, starts what the message starts, or keeps it. */
  async send(message: Message, actor: string): Promise<Correlation> {
    const { store, engine, definitions, nextId } = this.#parts;
    if (message.id !== undefined && (await store.get(inbox, [CONSUMER, message.id])) !== undefined) return { delivered: 0, buffered: false, started: [] };
    const delivered = await this.#deliver(message, actor);
    const started: InstanceId[] = [];
    for (const { key } of definitions.startedByMessage(message.name)) {
      const { correlationKey: businessKey, variables = {} } = message;
      started.push(await engine.start({ definition: key, businessKey, variables }, actor, once(message, { key, at: store.now() })));
    }
    const ttlMs = message.ttlMs ?? 0;
    if (delivered + started.length > 0 || ttlMs <= 0) {
      if (message.id !== undefined) await this.#remember(message.id);
      return { delivered, buffered: false, started };
    }
    const id = message.id ?? String(nextId());
    const row = { name: message.name, correlationKey: message.correlationKey, id, variables: JSON.stringify(message.variables ?? {}), expiresAt: store.now() + ttlMs };
    await store.commit([{ guards: [], writes: [put(messageFamily, row)] }]);
    const afterwards = await this.collect(message.name, message.correlationKey);
    return { delivered: afterwards, buffered: afterwards === 0, started };
  }

  /** Hands kept messages of this name and key to those who wait now; called after a subscription was committed. Answers how many. */
  async collect(name: string, correlationKey: string): Promise<number> {
    const { store } = this.#parts;
    const kept = await store.select(messageFamily, { where: { name, correlationKey }, limit: 100 });
    let delivered = 0;
    for (const row of kept) {
      const key = [row.name, row.correlationKey, row.id];
      const parts: Parts = { guards: [isEqual(messageFamily, key, ['expiresAt', row.expiresAt])], writes: [remove(messageFamily, key)] };
      if (row.expiresAt < store.now()) await store.commit([parts]);
      else delivered += await this.#deliver({ name, correlationKey, variables: JSON.parse(row.variables) as Variables }, 'system', parts);
    }
    return delivered;
  }

  /** At start: pairs what a crash left unpaired between writing and looking. */
  async collectAll(): Promise<void> {
    const { store } = this.#parts;
    for (let after: readonly string[] | undefined = ['', '', '']; after !== undefined; ) {
      const rows: { name: string; correlationKey: string; id: string }[] = await store.select(messageFamily, {
        order: ['name', 'correlationKey', 'id'],
        after,
        limit: 1_000,
      });
      for (const { name, correlationKey } of rows) await this.collect(name, correlationKey);
      const last = rows.length === 1_000 ? rows.at(-1) : undefined;
      after = last && [last.name, last.correlationKey, last.id];
    }
  }

  /** With `parts` (a kept message) the first receiver takes it; without, every receiver gets it. */
  async #deliver({ name, correlationKey, variables = {} }: Message, actor: string, parts?: Parts): Promise<number> {
    const { store, engine } = this.#parts;
    const waiting = await store.select(subscriptionFamily, { where: { name, correlationKey }, limit: MAX_RECEIVERS });
    let delivered = 0;
    for (const instance of new Set(waiting.map((row) => row.instance as InstanceId))) {
      const command = { type: 'message', name, key: correlationKey, variables } as const;
      try {
        if (parts === undefined) await engine.command(instance, command, actor);
        else if ((await engine.commandWith(instance, { command, actor, parts })) === 'conflict') continue;
        delivered += 1;
        if (parts !== undefined) return delivered;
      } catch (error) {
        // It went on between our look and our command: then it does not wait any more.
        if (!isMillraceError(error, 'process.not-waiting') && !isMillraceError(error, 'process.not-active')) throw error;
      }
    }
    return delivered;
  }

  async #remember(id: string): Promise<void> {
    const { store } = this.#parts;
    await store.commit([{ guards: [], writes: [put(inbox, { consumer: CONSUMER, message: id, at: store.now() })] }]);
  }
}

function once({ id }: Message, { key, at }: { readonly key: string; readonly at: number }): Parts {
  if (id === undefined) return { guards: [], writes: [] };
  const consumer = `${CONSUMER}.${key}`;
  return { guards: [isAbsent(inbox, [consumer, id])], writes: [put(inbox, { consumer, message: id, at })] };
}

export const noReceiver = (name: string, correlationKey: string): MillraceError =>
  new MillraceError('process.not-waiting', { what: `message "${name}" with key "${correlationKey}"` });
