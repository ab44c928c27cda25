/** Forgets what has had its time: messages taken in long ago, messages nobody came for, credentials and accounts that are over. */
import type { Access } from '../access/open-access.ts';
import { forgetTakenIn, INBOX_KEPT_MS } from '../bus/inbox.ts';
import type { Clock } from '../kernel/clock.ts';
import { type Service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import { messageFamily } from '../process/engine/families.ts';
import type { Store } from '../store/store.ts';
import { remove } from '../store/unit.ts';

export const HOUSEKEEPING_MS = 10 * 60_000;
/** Rows of each kind that one commit forgets; a full batch is followed by the next at once. */
export const HOUSEKEEPING_BATCH = 500;

type Parts = { readonly store: Store; readonly access: Access; readonly clock: Clock; readonly log: Log };

export function startHousekeeping({ store, access, clock, log }: Parts): Service {
  return startLoop({
    round: async (signal) => {
      await clock.sleep(HOUSEKEEPING_MS, signal);
      for (let isMore = true; isMore && !signal.aborted; ) isMore = await tidyOnce({ store, access });
    },
    onError: (error) => log.error({ err: error }, 'old rows could not be forgotten; it is tried again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
}

/** Forgets one batch of each kind; answers whether there may be more. */
export async function tidyOnce({ store, access }: Pick<Parts, 'store' | 'access'>): Promise<boolean> {
  const limit = HOUSEKEEPING_BATCH;
  const now = store.now();
  const forgotten = [
    await forgetTakenIn(store, { before: now - INBOX_KEPT_MS, limit }),
    await access.credentials.forgetExpired({ limit }),
    await access.accounts.forgetExpired({ limit }),
    await forgetMessages(store, { now, limit }),
  ];
  return forgotten.includes(limit);
}

async function forgetMessages(
  store: Store,
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<number> {
  const rows = await store.select(messageFamily, {
    where: { expiresAt: { lt: now } },
    order: ['expiresAt', 'name', 'correlationKey', 'id'],
    limit,
  });
  await store.commit([
    { guards: [], writes: rows.map((row) => remove(messageFamily, [row.name, row.correlationKey, row.id])) },
  ]);
  return rows.length;
}
