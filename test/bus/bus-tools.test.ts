/** The tools of the bus while RabbitMQ is away: whoever asks is told, and everything goes on when it is back. */
import { describe, expect, it } from 'vitest';
import { openRabbitBroker } from '../../src/adapters/rabbitmq/rabbit-broker.ts';
import { serverChecks } from '../../src/app/health.ts';
import { startApp } from '../../src/bus/service/app.ts';
import { busToolsOf } from '../../src/bus/tools/bus-tools.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { Store } from '../../src/store/store.ts';
import { freshRabbit, rabbitUrl, withoutRabbit } from '../fresh-rabbitmq.ts';
import { proxyTo } from './tcp-proxy.ts';

describe.skipIf(withoutRabbit)('a broker that is away', { timeout: 60_000 }, () => {
  it('is an error with a code, a failing check, and nothing that hangs', async () => {
    await using place = freshRabbit();
    const line = await proxyTo(rabbitUrl);
    await using broker = await openRabbitBroker({
      ...{ url: line.url, clock: systemClock, log: silentLog, prefix: place.prefix },
    });
    await using app = await startApp({ broker });
    const tools = busToolsOf({ app, clock: systemClock, log: silentLog, record: async () => {} });
    const check = serverChecks({
      ...{ store: {} as Store, broker, clock: systemClock },
      loopDelay: { takeMs: () => 0, close: async () => {}, [Symbol.asyncDispose]: async () => {} },
    }).find(({ path }) => path === 'broker/connection');
    const verdict = async () => (await check?.run(new AbortController().signal))?.verdict;
    expect(await tools.test()).toHaveLength(10);
    expect(await verdict()).toBe('pass');

    await line[Symbol.asyncDispose]();
    await expect.poll(() => tools.state().isConnected).toBe(false);
    expect(await verdict()).toBe('fail');
    for (const asked of [
      () => tools.services(),
      () => tools.queues(),
      () => tools.call({ service: 'focus', operation: 'x' }),
      () => tools.send({ service: 'focus', operation: 'x' }),
      () => tools.emit({ topic: 'x' }),
      () => tools.deadLetters('orders', 1),
      () => tools.replay('orders', { all: true }, 'me'),
      () => tools.drop('orders', { all: true }, 'me'),
      () => tools.test(),
      () => tools.sendAnalyzerCommands('me'),
      () => tools.planTopology(),
      () => tools.applyTopology('me'),
    ])
      await expect(asked()).rejects.toMatchObject({ code: 'bus.away' });
  });

  it('that takes messages and confirms none is given up in time', async () => {
    await using place = freshRabbit();
    await using line = await proxyTo(rabbitUrl);
    await using broker = await openRabbitBroker({
      ...{ url: line.url, clock: systemClock, log: silentLog, prefix: place.prefix },
    });
    await using app = await startApp({ broker });
    const tools = busToolsOf({ app, clock: systemClock, log: silentLog, record: async () => {} });
    await tools.emit({ topic: 'plant.x' });
    line.stall();
    await expect(tools.emit({ topic: 'plant.x' })).rejects.toMatchObject({ code: 'bus.not-confirmed' });
    line.heal();
    await expect.poll(() => tools.state().reconnects, { timeout: 20_000 }).toBeGreaterThan(0);
    await expect
      .poll(
        () =>
          tools.test().then(
            ({ length }) => length,
            () => 0,
          ),
        { timeout: 20_000 },
      )
      .toBe(10);
  });
});
