/** What a scrape says of the outboxes. */
import { expect, it } from 'vitest';
import { openMemoryBroker } from '../adapters/memory/memory-broker.ts';
import { VirtualClock } from '../kernel/clock.ts';
import { silentLog } from '../kernel/log.ts';
import { Metrics } from '../kernel/metrics.ts';
import { plantOutbox, send } from '../store/outbox.ts';
import { signal } from '../testing/broker-conformance/parts.ts';
import { ModelDisk, openModelStore } from '../testing/model-store.ts';
import type { Broker } from './broker.ts';
import { outboxMetrics } from './metrics.ts';
import { startOutboxRelay } from './outbox-relay.ts';

const messageWith = (id: number) => {
  const message = { id, routingKey: 'millrace.jobs.job.dead', body: { id }, at: id };
  return { guards: [], writes: [send(plantOutbox, message)] };
};

it('counts what was published, and shows what is under way and how long the eldest has waited', async () => {
  const clock = new VirtualClock(0);
  await using store = openModelStore({ disk: new ModelDisk(), families: [plantOutbox], clock });
  await using memory = openMemoryBroker({ clock, log: silentLog });
  const taken = signal();
  /** Takes the first message at once, the others when the test says so. */
  const broker: Broker = {
    ...memory,
    publish: async ({ id }) => {
      if (id !== '1') await taken.given;
      return { routed: true, settled: Promise.resolve() };
    },
  };
  const registry = new Metrics();
  const scrape = () =>
    registry
      .text()
      .split('\n')
      .filter((line) => line.startsWith('millrace_outbox'));
  const metrics = outboxMetrics(registry);
  const relay = startOutboxRelay({ store, outbox: plantOutbox, broker, clock, log: silentLog, metrics });
  await store.commit([1, 2, 3].map(messageWith));
  await clock.advanceTo(4_002);
  expect(scrape()).toEqual([
    'millrace_outbox_published_total{outbox="outbox"} 1',
    'millrace_outbox_messages{outbox="outbox",state="publishing"} 2',
    'millrace_outbox_messages{outbox="outbox",state="unsettled"} 0',
    'millrace_outbox_messages{outbox="outbox",state="refused"} 0',
    'millrace_outbox_oldest_seconds{outbox="outbox"} 4',
  ]);
  taken.give();
  await clock.advanceTo(4_100);
  expect(scrape()).toContain('millrace_outbox_published_total{outbox="outbox"} 3');
  expect(scrape()).toContain('millrace_outbox_oldest_seconds{outbox="outbox"} 0');
  await relay.close();
  expect(scrape()).toEqual(['millrace_outbox_published_total{outbox="outbox"} 3']);
});
