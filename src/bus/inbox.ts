/**
 * The inbox remembers which messages a consumer has taken in. Delivery is at least once; the effect is exactly once,
 * because the memory is written in the same unit as the effect.
 */
import type { Instant } from '../kernel/clock.ts';
import { inbox } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { isAbsent, put, remove, type Unit } from '../store/unit.ts';

/** How long a message is remembered; longer than any repeat can take. */
export const INBOX_KEPT_MS = 7 * 86_400_000;

/** The parts that make a unit conflict when the consumer has already taken in this message; merge them into the effect's. */
export function intakeOf(consumer: string, messageId: string, at: Instant): Unit {
  return {
    guards: [isAbsent(inbox, [consumer, messageId])],
    writes: [put(inbox, { consumer, message: messageId, at })],
  };
}

export async function isTakenIn(store: Store, consumer: string, messageId: string): Promise<boolean> {
  return (await store.get(inbox, [consumer, messageId])) !== undefined;
}

/** Forgets up to `limit` messages that were taken in before `before`; answers how many. */
export async function forgetTakenIn(
  store: Store,
  { before, limit }: { readonly before: Instant; readonly limit: number },
): Promise<number> {
  const rows = await store.select(inbox, {
    where: { at: { lt: before } },
    order: ['at', 'consumer', 'message'],
    limit,
  });
  await store.commit([{ guards: [], writes: rows.map(({ consumer, message }) => remove(inbox, [consumer, message])) }]);
  return rows.length;
}
