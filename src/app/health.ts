/** Runs the checks of this server in turn and keeps the last verdict of each; asking never runs a check. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Broker } from '../bus/broker.ts';
import type { Check, CheckResult } from '../kernel/check.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import { messageOf } from '../kernel/errors.ts';
import { type Service, service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import { incidentFamily } from '../process/engine/families.ts';
import type { Store } from '../store/store.ts';

export type Verdict = CheckResult & { readonly path: string; readonly purpose: string; readonly at: Instant };
export type Health = Service & { readonly verdicts: () => readonly Verdict[] };

const SLOW_COMMIT_MS = 500;
const SLOW_LOOP_MS = 200;

export function startHealth({
  checks,
  clock,
  log,
}: {
  readonly checks: readonly Check[];
  readonly clock: Clock;
  readonly log: Log;
}): Health {
  const verdicts = new Map<string, Verdict>();
  const loops = checks.map((check) =>
    startLoop({
      round: async (signal) => {
        const result = await look(check, clock, signal);
        if (signal.aborted) return;
        const before = verdicts.get(check.path)?.verdict;
        verdicts.set(check.path, { ...result, path: check.path, purpose: check.purpose, at: clock.now() });
        if (before !== undefined && before !== result.verdict)
          log.warn({ check: check.path, verdict: result.verdict, before }, result.reason);
        await clock.sleep(check.intervalMs, signal);
      },
      onError: (error) => log.error({ err: error, check: check.path }, 'a check broke'),
      sleep: (ms, signal) => clock.sleep(ms, signal),
    }),
  );
  return service({ verdicts: () => [...verdicts.values()] }, async () => {
    await Promise.all(loops.map((loop) => loop.close()));
  });
}

async function look({ run, timeoutMs }: Check, clock: Clock, signal: AbortSignal): Promise<CheckResult> {
  const over = new AbortController();
  const late = clock
    .sleep(timeoutMs, AbortSignal.any([over.signal, signal]))
    .then((): CheckResult => ({ verdict: 'fail', reason: `No answer within ${timeoutMs} ms.` }));
  try {
    return await Promise.race([run(signal), late]);
  } catch (error) {
    return { verdict: 'fail', reason: messageOf(error) };
  } finally {
    over.abort();
  }
}

export type LoopDelay = Service & {
  /** What 99 of 100 turns of the event loop took at most since it was last asked. */
  readonly takeMs: () => number;
};

export function measureLoopDelay(): LoopDelay {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const takeMs = () => {
    const ms = Math.round(delay.percentile(99) / 1e6);
    delay.reset();
    return ms;
  };
  return service({ takeMs }, async () => {
    delay.disable();
  });
}

/** What every server looks at: its store, its broker, its event loop, and whether a process needs help. */
export function serverChecks({
  store,
  broker,
  clock,
  loopDelay,
}: {
  readonly store: Store;
  readonly broker: Broker;
  readonly clock: Clock;
  readonly loopDelay: LoopDelay;
}): Check[] {
  const timing = { intervalMs: 10_000, timeoutMs: 5_000 };
  return [
    {
      path: 'store/commit',
      purpose: 'A commit reaches the disk.',
      ...timing,
      run: async () => {
        const began = clock.now();
        await store.reserveIds(1);
        const ms = clock.now() - began;
        return ms > SLOW_COMMIT_MS
          ? { verdict: 'degraded', reason: `A write took ${ms} ms.` }
          : { verdict: 'pass', reason: `A write took ${ms} ms.` };
      },
    },
    {
      path: 'broker/connection',
      purpose: 'The broker is reached and takes messages.',
      ...timing,
      run: async () => {
        const { isConnected, blocked, publishing, reconnects } = broker.state();
        if (!isConnected) return { verdict: 'fail', reason: 'The broker cannot be reached; it is tried again.' };
        return blocked === undefined
          ? { verdict: 'pass', reason: `${publishing} messages on their way, connected anew ${reconnects} times.` }
          : { verdict: 'degraded', reason: `The broker takes no messages: ${blocked}` };
      },
    },
    {
      path: 'broker/queues',
      purpose: 'Messages are consumed, and none is dead.',
      ...timing,
      run: async () => {
        const queues = await broker.queues();
        const dead = queues.reduce((sum, queue) => sum + queue.dead, 0);
        return dead > 0
          ? { verdict: 'degraded', reason: `${dead} dead letters wait for a person.` }
          : { verdict: 'pass', reason: `${queues.length} queues, no dead letters.` };
      },
    },
    {
      path: 'server/event-loop',
      purpose: 'The server is quick to answer.',
      ...timing,
      run: async () => {
        const ms = loopDelay.takeMs();
        return { verdict: ms > SLOW_LOOP_MS ? 'degraded' : 'pass', reason: `99 of 100 turns took less than ${ms} ms.` };
      },
    },
    {
      path: 'process/incidents',
      purpose: 'No process instance is stuck.',
      ...timing,
      run: async () => {
        const open = await store.select(incidentFamily, { limit: 100 });
        return open.length > 0
          ? {
              verdict: 'degraded',
              reason: `${open.length}${open.length === 100 ? ' or more' : ''} incidents are open.`,
            }
          : { verdict: 'pass', reason: 'No open incidents.' };
      },
    },
  ];
}
