/**
 * The roll of the servers that share a store: each writes itself down at its start and crosses itself out at its stop. Who is
 * on the roll and no longer has the lock of its name was killed; the others then end its leases at once, instead of after
 * their time. It has to be missed twice, since a server whose connection broke takes its lock again after a moment; should
 * one be taken for dead all the same, the epochs of its jobs see to it that nothing it says counts twice.
 */
import { expireLeases } from '../jobs/keeper.ts';
import type { Clock } from '../kernel/clock.ts';
import { type Service, service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import { defineFamily } from '../store/family.ts';
import type { Store } from '../store/store.ts';
import { put, remove } from '../store/unit.ts';

export const serverFamily = defineFamily({
  name: 'server',
  columns: { name: 'text', startedAt: 'integer' },
  key: ['name'],
});

/** How often each server looks for others that are gone. Twice this is longer than a lock takes to be taken again. */
export const ROLL_CALL_MS = 2_500;
const MAX_SERVERS = 1_000;

export type RollParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly name: string;
  /** Which of these names no running process has. */
  readonly missing: (names: readonly string[]) => Promise<readonly string[]>;
};

export async function startRoll({ store, clock, log, name, missing }: RollParts): Promise<Service> {
  const writeDown = () => store.commit([{ guards: [], writes: [put(serverFamily, { name, startedAt: store.now() })] }]);
  const crossOut = (gone: string) => store.commit([{ guards: [], writes: [remove(serverFamily, [gone])] }]);
  await writeDown();
  let missedBefore: readonly string[] = [];
  const calling = startLoop({
    round: async (signal) => {
      await clock.sleep(ROLL_CALL_MS, signal);
      if (signal.aborted) return;
      const names = (await store.select(serverFamily, { limit: MAX_SERVERS })).map((row) => row.name);
      if (!names.includes(name)) await writeDown(); // somebody missed us
      const missed = await missing(names.filter((other) => other !== name));
      for (const gone of missed.filter((other) => missedBefore.includes(other))) {
        log.warn({ server: gone }, 'a server is gone without a stop; what it worked on is given to others');
        await expireLeases(store, gone);
        await crossOut(gone);
      }
      missedBefore = missed;
    },
    onError: (error) => log.error({ err: error }, 'the other servers could not be looked for; it is tried again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  return service({}, async () => {
    await calling.close();
    await crossOut(name);
  });
}
