/**
 * The mirror of the queue in Redis, under the names that people look for with redis-cli: `millrace:job:<id>`,
 * `millrace:jobs:queue:<kind>`, `millrace:worker:health:<id>` and the channel `millrace:jobs:events`. Each key is written
 * by itself, so that they may live on several servers of a cluster.
 */

import type { MirrorServer, Shown } from '../../jobs/mirror/mirror-port.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import { type Driver, loadDriver, withoutPassword } from './driver.ts';
import { HEARTBEAT_MS } from './limits.ts';
import { Link } from './link.ts';

export type RedisMirrorOptions = {
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Before every key, so that plants can share a server. */
  readonly prefix?: string;
  readonly random?: Random;
  readonly heartbeatMs?: number;
};

/** The server may be away: it is tried again until it is there. Throws `config.driver-missing`. */
export async function openRedisMirror(options: RedisMirrorOptions): Promise<MirrorServer> {
  const { url, clock, log, prefix = '', random = Math.random, heartbeatMs = HEARTBEAT_MS } = options;
  const driver: Driver = await loadDriver();
  const listeners = new Set<() => void>();
  const link = new Link(
    { driver, url, heartbeatMs, clock, log, random },
    {
      purpose: 'the mirror of jobs',
      onUp: () => {
        for (const listener of listeners) listener();
      },
    },
  );
  const keys = keysOf(prefix);
  const opening = openUntilThere(link, options);
  const run = async (commands: readonly (readonly string[])[]): Promise<unknown[]> => {
    const connection = await link.connected(AbortSignal.abort());
    return Promise.all(commands.map((command) => connection.sendCommand(command)));
  };
  const parts = {
    get isConnected() {
      return link.isConnected;
    },
    onUp: (listener: () => void) => void listeners.add(listener),
    write: async (shown: Shown) => void (await run(commandsOf(shown, keys))),
    liveJobs: async (limit: number) => {
      const ids: string[] = [];
      let cursor = '0';
      do {
        const [answer] = await run([['SSCAN', keys.live, cursor, 'COUNT', '1000']]);
        const [next, found] = answer as [string, string[]];
        cursor = next;
        ids.push(...found);
      } while (cursor !== '0' && ids.length < limit);
      return ids;
    },
  };
  const close = async (): Promise<void> => {
    await opening.close();
    await link.close();
  };
  return service(parts, close);
}

const TRY_AGAIN_MS = 2_000;

function openUntilThere(link: Link, { url, clock, log }: RedisMirrorOptions): Service {
  let isTold = false;
  return startLoop({
    round: async (signal) => {
      try {
        if (!link.isConnected) await link.open();
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      } catch (error) {
        if (!isTold)
          log.warn({ url: withoutPassword(url), reason: messageOf(error) }, 'jobs are not shown in Redis yet');
        isTold = true;
        await clock.sleep(TRY_AGAIN_MS, signal);
      }
    },
    onError: () => {},
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
}

const keysOf = (prefix: string) => ({
  job: (id: string) => `${prefix}millrace:job:${id}`,
  queue: (kind: string) => `${prefix}millrace:jobs:queue:${kind}`,
  worker: (id: string) => `${prefix}millrace:worker:health:${id}`,
  /** A set: jobs that are shown as not ended. */
  live: `${prefix}millrace:jobs:live`,
  events: `${prefix}millrace:jobs:events`,
});

function commandsOf(shown: Shown, keys: ReturnType<typeof keysOf>): string[][] {
  const { jobs = [], goneJobs = [], queues = [], workers = [], goneWorkers = [], events = [] } = shown;
  return [
    ...jobs.flatMap(({ id, fields, ttlMs }) => [
      ['MULTI'],
      ['DEL', keys.job(id)],
      ['HSET', keys.job(id), 'id', id, ...Object.entries(fields).flat()],
      ...(ttlMs === null ? [] : [['PEXPIRE', keys.job(id), String(ttlMs)]]),
      ['EXEC'],
      [ttlMs === null ? 'SADD' : 'SREM', keys.live, id],
    ]),
    ...goneJobs.flatMap((id) => [
      ['DEL', keys.job(id)],
      ['SREM', keys.live, id],
    ]),
    ...queues.flatMap(({ kind, ids }) => [
      ['MULTI'],
      ['DEL', keys.queue(kind)],
      ...(ids.length === 0 ? [] : [['RPUSH', keys.queue(kind), ...ids]]),
      ['EXEC'],
    ]),
    ...workers.map(({ id, text, ttlMs }) => ['SET', keys.worker(id), text, 'PX', String(Math.max(1, ttlMs))]),
    ...goneWorkers.map((id) => ['DEL', keys.worker(id)]),
    ...events.map((event) => ['PUBLISH', keys.events, event]),
  ];
}
