/** Redis for tests: where it is, whether it answers, and a prefix of one's own whose keys are deleted afterwards. */
import { randomBytes } from 'node:crypto';
import { createClient } from 'redis';
import { openRedisBroker, type RedisBrokerOptions } from '../src/adapters/redis/redis-broker.ts';
import type { Broker } from '../src/bus/broker.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { silentLog } from '../src/kernel/log.ts';

/** Never the MILLRACE_… address: tests delete what they made. */
export const redisUrl = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';

const connect = async () => {
  const client = createClient({ url: redisUrl, socket: { reconnectStrategy: false, connectTimeout: 2_000 } });
  client.on('error', () => {}); // connect() rejects
  return client.connect();
};

const redisAnswers: boolean = await connect().then(
  (client) => client.close().then(() => true),
  () => false,
);

/** In CI a missing Redis is a failure, not a reason to leave a test out. */
export const withoutRedis: boolean = !redisAnswers && process.env.CI !== 'true';

export type FreshRedis = {
  readonly prefix: string;
  /** A broker with the prefix, as one more process would open it. */
  open(options?: Partial<RedisBrokerOptions>): Promise<Broker>;
  /** A command to the server, past every broker. */
  command(...args: string[]): Promise<unknown>;
  /** Deletes everything with the prefix, as a server that restarts without its data. */
  forget(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A prefix of one's own; leaving the scope ends everything that was opened with it and deletes its keys. */
export async function freshRedis(): Promise<FreshRedis> {
  const prefix = `test.${randomBytes(6).toString('hex')}.`;
  const opened: { readonly broker: Broker; readonly isIndirect: boolean }[] = [];
  const client = await connect();
  const forget = async (): Promise<void> => {
    for await (const keys of client.scanIterator({ MATCH: `{${prefix}millrace}:*`, COUNT: 1_000 }))
      if (keys.length > 0) await client.del(keys);
  };
  /** Inboxes and owners of temporary queues that nobody has taken away; those of dead processes run out. */
  const remains = async (): Promise<number> => {
    const keys: string[] = [];
    for (const kind of ['inbox', 'owner'])
      for await (const found of client.scanIterator({ MATCH: `{${prefix}millrace}:${kind}:*`, COUNT: 1_000 }))
        keys.push(...found);
    return keys.length;
  };
  return {
    prefix,
    forget,
    open: async (options) => {
      const broker = await openRedisBroker({ url: redisUrl, clock: systemClock, log: silentLog, prefix, ...options });
      opened.push({ broker, isIndirect: options?.url !== undefined });
      return broker;
    },
    command: (...args) => client.sendCommand(args),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map(({ broker }) => broker.close()));
      const left = await remains();
      await forget();
      await client.close();
      if (left > opened.filter(({ isIndirect }) => isIndirect).length)
        throw new Error('a broker left its inbox behind');
    },
  };
}
