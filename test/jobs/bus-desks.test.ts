/** The desk's suite over every broker, and what a broker adds: it can be away, be shared by servers, and carry only so much. */
import { describe, expect, it } from 'vitest';
import { openMemoryBroker } from '../../src/adapters/memory/memory-broker.ts';
import type { Broker } from '../../src/bus/broker.ts';
import { openBusDesk } from '../../src/jobs/bus-desk/open-bus-desk.ts';
import { serveDesk } from '../../src/jobs/bus-desk/serve-desk.ts';
import type { Desk } from '../../src/jobs/desk.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { type Service, ServiceStack } from '../../src/kernel/lifecycle.ts';
import { silentLog as log } from '../../src/kernel/log.ts';
import { done } from '../../src/kernel/settlement.ts';
import { freshRabbit, withoutRabbit } from '../fresh-rabbitmq.ts';
import { freshRedis, withoutRedis } from '../fresh-redis.ts';
import { type DeskWorld, deskSuite } from './desk-suite.ts';
import { openQueue } from './queue.ts';

/** Brokers of one plant, as its processes open them. */
type Plant = { readonly open: () => Promise<Broker>; readonly end: () => Promise<void> };

const plants: readonly {
  readonly name: string;
  readonly isMissing: boolean;
  readonly open: () => Promise<Plant>;
}[] = [
  {
    name: 'the memory broker',
    isMissing: false,
    open: async () => {
      const broker = openMemoryBroker({ clock: systemClock, log });
      return { open: async () => broker, end: () => broker.close() };
    },
  },
  {
    name: 'RabbitMQ',
    isMissing: withoutRabbit,
    open: async () => {
      const fresh = freshRabbit();
      return { open: () => fresh.open(), end: () => fresh[Symbol.asyncDispose]() };
    },
  },
  {
    name: 'Redis',
    isMissing: withoutRedis,
    open: async () => {
      const fresh = await freshRedis();
      return { open: () => fresh.open(), end: () => fresh[Symbol.asyncDispose]() };
    },
  },
];

type World = DeskWorld & { readonly serve: () => Promise<Service>; readonly stop: ServiceStack };

async function openWorld(openPlant: () => Promise<Plant>, servers = 1): Promise<World> {
  const stop = new ServiceStack();
  const queue = await openQueue();
  stop.defer(() => queue[Symbol.asyncDispose]());
  queue.keep();
  const plant = await openPlant();
  stop.defer(() => plant.end());
  const serve = async () => stop.use(await serveDesk({ broker: await plant.open(), jobs: queue.jobs, log }));
  const another = async (): Promise<Desk> => stop.use(await openBusDesk({ broker: await plant.open(), log }));
  for (let n = 0; n < servers; n++) await serve();
  return { ...queue, serve, stop, desk: await another(), another, [Symbol.asyncDispose]: () => stop.close() };
}

const KIND = 'desk.k';
const claim = { worker: 'worker-1', kinds: [KIND], limit: 1 };

for (const { name, isMissing, open } of plants)
  describe.skipIf(isMissing)(`a desk over ${name}`, { timeout: 60_000 }, () => {
    for (const { name: promise, run } of deskSuite) it(promise, () => run(() => openWorld(open)));

    it('is asked of any of several servers, and no job is given twice', async () => {
      await using world = await openWorld(open, 3);
      for (let n = 0; n < 30; n++) await world.jobs.enqueue({ kind: KIND, payload: n });
      const other = await world.another();
      const asked = Array.from({ length: 10 }, (_, n) =>
        (n % 2 === 0 ? world.desk : other).claim({ ...claim, worker: `worker-${n}`, limit: 3, waitMs: 2_000 }),
      );
      const ids = (await Promise.all(asked)).flat().map(({ id }) => id);
      expect([ids.length, new Set(ids).size]).toEqual([30, 30]);
    });

    it('throws while no server is there, and works when one has come', async () => {
      await using world = await openWorld(open, 0);
      await expect(world.desk.claim(claim)).rejects.toMatchObject({ code: 'bus.no-such-service' });
      await world.serve();
      await world.jobs.enqueue({ kind: KIND, payload: 1 });
      expect(await world.desk.claim({ ...claim, waitMs: 1_000 })).toHaveLength(1);
    });

    it('leaves no job with a worker that called its claim off at the moment the job came', async () => {
      await using world = await openWorld(open);
      for (let round = 0; round < 20; round++) {
        const off = new AbortController();
        const waiting = world.desk.claim({ ...claim, waitMs: 30_000 }, off.signal);
        await systemClock.sleep(10);
        const enqueued = world.jobs.enqueue({ kind: KIND, payload: round });
        off.abort();
        const id = await enqueued;
        const jobs = await waiting;
        if (jobs.length > 0) await world.desk.release('worker-1', jobs);
        await expect.poll(async () => (await world.jobs.get(id)).state, { timeout: 5_000 }).toBe('ready');
        await world.jobs.cancel(id);
      }
    });

    it('discards what a message cannot carry, and says so', async () => {
      await using world = await openWorld(open);
      const id = await world.jobs.enqueue({ kind: KIND, payload: 1 });
      const [job] = await world.desk.claim({ ...claim, waitMs: 1_000 });
      const settlement = done('done', { image: 'x'.repeat(1_100_000) });
      expect(await world.desk.settle('worker-1', [{ id, epoch: job?.epoch ?? 0, settlement }])).toEqual(['ok']);
      expect(await world.jobs.get(id)).toMatchObject({ state: 'dead', error: expect.stringContaining('bytes') });
    });
  });
