/**
 * Messages that were carried out, so that a repeat is passed over: in the inbox of a store, where a handler may write it in
 * one unit with its effect; without a store in memory, where it ends with the process.
 */
import type { Clock } from '../../kernel/clock.ts';
import type { Store } from '../../store/store.ts';
import type { Unit } from '../../store/unit.ts';
import { intakeOf, isTakenIn } from '../inbox.ts';

export type Remembered = {
  isKnown(queue: string, messageId: string): Promise<boolean>;
  /** The parts by which a handler remembers it in a unit of its own; undefined without a store. */
  intake(queue: string, messageId: string): Unit | undefined;
  remember(queue: string, messageId: string, keptMs: number): Promise<void>;
};

/** Message ids kept in memory at most; the oldest go first. */
export const MAX_REMEMBERED = 100_000;

export function rememberInMemory(clock: Clock): Remembered {
  const until = new Map<string, number>();
  const keyOf = (queue: string, messageId: string): string => `${queue}\n${messageId}`;
  return {
    isKnown: async (queue, messageId) => (until.get(keyOf(queue, messageId)) ?? 0) > clock.now(),
    intake: () => undefined,
    remember: async (queue, messageId, keptMs) => {
      until.set(keyOf(queue, messageId), clock.now() + keptMs);
      for (const [key, end] of until) {
        if (end > clock.now() && until.size <= MAX_REMEMBERED) break;
        until.delete(key);
      }
    },
  };
}

/** Kept as long as the inbox keeps its rows, whatever the operation says. */
export function rememberInStore(store: Store): Remembered {
  const intake = (queue: string, messageId: string): Unit => intakeOf(queue, messageId, store.now());
  return {
    isKnown: (queue, messageId) => isTakenIn(store, queue, messageId),
    intake,
    remember: async (queue, messageId) => {
      await store.commit([intake(queue, messageId)]); // a conflict: the handler has written it already
    },
  };
}
