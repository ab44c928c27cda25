/** Events of jobs on the bus: as their kinds want it, after the commit, and never in the way of the queue. */
import { describe, expect, it } from 'vitest';
import { openQueue } from '../../test/jobs/queue.ts';
import { openMemoryBroker } from '../adapters/memory/memory-broker.ts';
import type { Broker } from '../bus/broker.ts';
import { silentLog as log } from '../kernel/log.ts';
import { Metrics } from '../kernel/metrics.ts';
import { done } from '../kernel/settlement.ts';
import { openEventFeed, type ToldEvent } from './event-feed.ts';
import { MAX_WAITING_EVENTS, startEventPublisher, UNHEARD_MS } from './event-publisher.ts';

async function plant(wrap: (broker: Broker) => Broker = (broker) => broker) {
  const queue = await openQueue();
  const { jobs, clock } = queue;
  const broker = openMemoryBroker({ clock, log });
  const metrics = new Metrics();
  const publisher = startEventPublisher({ jobs, broker: wrap(broker), clock, log, metrics });
  const feed = openEventFeed({ broker, log, listenedTo: () => publisher.listenedTo() });
  const counted = (result: string) => {
    const line = metrics.text().match(new RegExp(`millrace_jobs_events_total{result="${result}"} (\\d+)`));
    return Number(line?.[1] ?? 0);
  };
  return {
    ...queue,
    feed,
    counted,
    publisher,
    async [Symbol.asyncDispose]() {
      await feed.close();
      await publisher.close();
      await broker.close();
      await queue[Symbol.asyncDispose]();
    },
  };
}

type Plant = Awaited<ReturnType<typeof plant>>;
async function heard({ feed }: Plant): Promise<ToldEvent[]> {
  const told: ToldEvent[] = [];
  await feed.follow((event) => told.push(event));
  return told;
}
const runThrough = async ({ jobs, settle }: Plant, kind: string) => {
  await jobs.enqueue({ kind, payload: { token: 'hidden' } });
  const [job] = await jobs.claim({ kinds: [kind], limit: 1, worker: 'worker-1' });
  if (job !== undefined) await settle(job, done('sent', { password: 'hidden' }));
};
const names = (told: readonly ToldEvent[]) => told.map(({ topic }) => topic.replace('millrace.jobs.job.', ''));

describe('events of jobs', () => {
  it('tell each change in its order, without payload and output', async () => {
    await using world = await plant();
    const told = await heard(world);
    await runThrough(world, 'k');
    await expect.poll(() => names(told)).toEqual(['enqueued', 'started', 'completed']);
    expect(told[2]?.body).toMatchObject({ v: 1, kind: 'k', state: 'done', outcome: 'sent', worker: 'worker-1' });
    expect(JSON.stringify(told)).not.toContain('hidden');
  });

  it('are left out where the kind says so, and not told twice where the outbox has them', async () => {
    await using world = await plant();
    world.jobs.kinds.declare('silent', { events: 'off' });
    world.jobs.kinds.declare('lasting', { events: 'kept' });
    const told = await heard(world);
    await runThrough(world, 'silent');
    await runThrough(world, 'lasting');
    await runThrough(world, 'k');
    await expect.poll(() => names(told)).toEqual(['started', 'enqueued', 'started', 'completed']);
    expect(told[0]?.body).toMatchObject({ kind: 'lasting' });
  });

  it('are not published while nobody listens, but for a look now and then', async () => {
    await using world = await plant();
    for (let n = 0; n < 50; n++) await runThrough(world, 'k');
    expect(world.counted('published')).toBe(3);
    await world.clock.advance(UNHEARD_MS);
    await runThrough(world, 'k');
    await expect.poll(() => world.counted('published')).toBe(6);
    const told = await heard(world);
    await runThrough(world, 'k');
    await expect.poll(() => names(told)).toEqual(['enqueued', 'started', 'completed']);
  });

  it('of a broker that is behind are dropped, the eldest first, and the queue goes on', async () => {
    let isStuck = true;
    const freed: (() => void)[] = [];
    await using world = await plant((broker) =>
      Object.assign(Object.create(broker) as Broker, {
        publish: async (...[message, options]: Parameters<Broker['publish']>) => {
          if (isStuck) await new Promise<void>((resolve) => freed.push(resolve));
          return broker.publish(message, options);
        },
      }),
    );
    const told = await heard(world);
    const payload = { kind: 'k', payload: 1 };
    const many = Array.from({ length: MAX_WAITING_EVENTS + 1_000 }, () => payload);
    const ids = (await world.jobs.enqueueMany(many)).map(({ id }) => id);
    expect(ids).toHaveLength(many.length);
    expect(world.counted('dropped')).toBeGreaterThan(0);
    isStuck = false;
    for (const free of freed.splice(0)) free();
    await expect.poll(() => told.length + world.counted('dropped'), { timeout: 10_000 }).toBe(many.length);
  });
});
