/**
 * Who has taken in a message that names its id: each receiver and each definition it starts once, and the message as a
 * whole. What is remembered is part of the unit that takes it in, so that neither a crash in the middle nor the same
 * message at another server at the same moment delivers it twice. A message without an id is a new one every time.
 *
 *   begun  somebody has received it; the rest may still have to. It is not kept any more.
 *   over   everybody has received it, or it is kept. Nothing happens when it comes again.
 */
import { formatInstanceId, type InstanceId } from '../../kernel/ids.ts';
import { inbox } from '../../store/outbox.ts';
import type { Store } from '../../store/store.ts';
import { isAbsent, put, type Unit } from '../../store/unit.ts';

const OVER = 'process.message';
const BEGUN = 'process.message.begun';
const NO_PARTS: Unit = { guards: [], writes: [] };

type Identified = { readonly id?: string };

export class MessageIntake {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  isOver(message: Identified): Promise<boolean> {
    return this.#isKnown(OVER, message);
  }

  hasReceived(instance: InstanceId, message: Identified): Promise<boolean> {
    return this.#isKnown(receiver(instance), message);
  }

  hasStarted(definition: string, message: Identified): Promise<boolean> {
    return this.#isKnown(starter(definition), message);
  }

  receivedBy(instance: InstanceId, message: Identified): Unit {
    return this.#once(receiver(instance), message);
  }

  startsOnce(definition: string, message: Identified): Unit {
    return this.#once(starter(definition), message);
  }

  keptOnce({ id }: Identified): Unit {
    if (id === undefined) return NO_PARTS;
    return { guards: [isAbsent(inbox, [BEGUN, id]), isAbsent(inbox, [OVER, id])], writes: [this.#row(OVER, id)] };
  }

  async finish({ id }: Identified): Promise<void> {
    if (id !== undefined) await this.#store.commit([{ guards: [], writes: [this.#row(OVER, id)] }]);
  }

  #once(consumer: string, { id }: Identified): Unit {
    if (id === undefined) return NO_PARTS;
    return { guards: [isAbsent(inbox, [consumer, id])], writes: [this.#row(consumer, id), this.#row(BEGUN, id)] };
  }

  #row(consumer: string, message: string) {
    return put(inbox, { consumer, message, at: this.#store.now() });
  }

  async #isKnown(consumer: string, { id }: Identified): Promise<boolean> {
    return id !== undefined && (await this.#store.get(inbox, [consumer, id])) !== undefined;
  }
}

const receiver = (instance: InstanceId): string => `${OVER}/${formatInstanceId(instance)}`;
const starter = (definition: string): string => `${OVER}.${definition}`;
