/** What the queue forgets in the course of time: ended jobs, workers that are gone, and the minutes of old statistics. */
import type { Clock } from '../kernel/clock.ts';
import { type Service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { Store } from '../store/store.ts';
import type { Jobs } from './jobs.ts';
import { Retention } from './retention.ts';
import { condense } from './statistics.ts';

export const TIDYING_MS = 10 * 60_000;
/** The pause between two bites: others are to get their turn. */
export const TIDYING_PAUSE_MS = 20;
const WORKERS_BATCH = 100;

export function startTidying({
  store,
  jobs,
  clock,
  log,
}: {
  readonly store: Store;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
}): Service {
  const sleep = (ms: number, signal: AbortSignal) => clock.sleep(ms, signal);
  const { kinds, lengths, registry } = jobs;
  const retention = new Retention({ store, kinds, keptBytes: (kind) => lengths.keptBytes(kind) });
  return startLoop({
    round: async (signal) => {
      await sleep(TIDYING_MS, signal);
      while (!signal.aborted && (await retention.round())) await sleep(TIDYING_PAUSE_MS, signal);
      for (let after: Awaited<ReturnType<typeof condense>> = ['', -1]; after !== undefined && !signal.aborted; ) {
        after = await condense(store, after);
        await sleep(TIDYING_PAUSE_MS, signal);
      }
      await registry.forget(WORKERS_BATCH);
    },
    onError: (error) => log.error({ err: error }, 'old jobs could not be forgotten; it is tried again'),
    sleep,
  });
}
