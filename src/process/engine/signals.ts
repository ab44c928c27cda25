/**
 * Signals reach every instance that waits for them and start every definition that begins by them. A broadcast goes
 * through its receivers page by page; each takes it in once, so one that was interrupted begins again and skips those.
 * One who cannot take it keeps it from nobody else.
 */
import { MAX_CONFLICTS } from '../../jobs/refusal.ts';
import { isMillraceError, MillraceError } from '../../kernel/errors.ts';
import type { InstanceId } from '../../kernel/ids.ts';
import type { Store } from '../../store/store.ts';
import { signalMessage } from '../core/action.ts';
import type { Variables } from '../core/state.ts';
import type { Definitions } from './definitions.ts';
import type { Engine } from './engine.ts';
import { subscriptionFamily } from './families.ts';
import { MessageIntake } from './message-intake.ts';
import { throwFirst } from './refusal.ts';
import { bySignal } from './starters.ts';

/** Instances that are told at a time. */
const PAGE = 500;

/** `id`: the same one again is the same signal. */
export type Signal = { readonly name: string; readonly variables: Variables; readonly id: string };
export type Broadcast = { readonly delivered: number; readonly started: readonly InstanceId[] };

type SignalParts = { readonly store: Store; readonly engine: Engine; readonly definitions: Definitions };

export class Signals {
  readonly #parts: SignalParts;
  readonly #intake: MessageIntake;

  constructor(parts: SignalParts) {
    this.#parts = parts;
    this.#intake = new MessageIntake(parts.store);
  }

  async broadcast(signal: Signal, actor: string): Promise<Broadcast> {
    let delivered = 0;
    const failures: unknown[] = [];
    for await (const instances of this.#waiting(signal.name)) {
      const told = await Promise.allSettled(instances.map((instance) => this.#tell(instance, signal, actor)));
      for (const one of told) {
        if (one.status === 'rejected') failures.push(one.reason);
        else if (one.value) delivered += 1;
      }
    }
    const started = await this.#start(signal, { actor, failures });
    throwFirst(failures);
    return { delivered, started };
  }

  async *#waiting(name: string): AsyncIterable<readonly InstanceId[]> {
    const where = { name: signalMessage(name), correlationKey: '' };
    for (let after: readonly number[] | undefined = [0, -2]; after !== undefined; ) {
      const rows: { instance: number; token: number }[] = await this.#parts.store.select(subscriptionFamily, {
        where,
        order: ['instance', 'token'],
        after,
        limit: PAGE,
      });
      yield [...new Set(rows.map(({ instance }) => instance as InstanceId))];
      const last = rows.length === PAGE ? rows.at(-1) : undefined;
      after = last && [last.instance, last.token];
    }
  }

  async #tell(instance: InstanceId, signal: Signal, actor: string): Promise<boolean> {
    const { name, variables } = signal;
    const order = { command: { type: 'signal', name, variables } as const, actor };
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      if (await this.#intake.hasReceived(instance, signal)) return false;
      try {
        const parts = this.#intake.receivedBy(instance, signal);
        if ((await this.#parts.engine.commandWith(instance, { ...order, parts })) === 'ok') return true;
      } catch (error) {
        // It went on between our look and our command: then it does not wait any more.
        if (isMillraceError(error, 'process.not-waiting') || isMillraceError(error, 'process.not-active')) return false;
        throw error;
      }
    }
    throw new MillraceError('store.conflict', { subject: `signal "${name}"`, attempts: MAX_CONFLICTS });
  }

  async #start(
    signal: Signal,
    { actor, failures }: { readonly actor: string; readonly failures: unknown[] },
  ): Promise<InstanceId[]> {
    const { engine, definitions } = this.#parts;
    const { name, variables } = signal;
    const started: InstanceId[] = [];
    await definitions.refresh();
    for (const { key, node } of await definitions.startedBy(bySignal(name))) {
      const starter = `${key}/${node}`;
      try {
        const parts = this.#intake.startsOnce(starter, signal);
        started.push(await engine.start({ definition: key, at: node, variables }, actor, parts));
      } catch (error) {
        const isRepeat =
          isMillraceError(error, 'process.already-open') && (await this.#intake.hasStarted(starter, signal));
        if (!isRepeat) failures.push(error);
      }
    }
    return started;
  }
}
