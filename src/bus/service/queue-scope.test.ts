import { describe, expect, it } from 'vitest';
import { openMemoryBroker } from '../../adapters/memory/memory-broker.ts';
import { VirtualClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { signal, upTo } from '../../testing/broker-conformance/parts.ts';
import { testApp } from '../../testing/test-app.ts';
import { startApp } from './app.ts';
import { client } from './client.ts';
import { defineService } from './define-service.ts';
import { command, rpc } from './rpc.ts';

/** Handlers that end when the test says so. */
function gates() {
  const open = new Map<string, () => void>();
  const started: string[] = [];
  const pass = (name: string): Promise<void> => {
    started.push(name);
    const { given, give } = signal();
    open.set(name, give);
    return given;
  };
  return { started, pass, open: (name: string) => open.get(name)?.() };
}

const turns = async (): Promise<void> => {
  for (const _ of upTo(5)) await new Promise((resolve) => setImmediate(resolve));
};

describe('a queue of a service', () => {
  it('runs as many handlers at once as it may, and the others in their order', async () => {
    const gate = gates();
    const line = defineService(
      'line',
      { work: command('work/{n}', {}, (m) => gate.pass(m.params.n)) },
      { concurrency: 2 },
    );
    await using t = await testApp(line);
    for (const n of ['1', '2', '3', '4']) await t.client.work({ params: { n } });
    await turns();
    expect(gate.started).toEqual(['1', '2']);
    expect(t.app.load()).toEqual([{ queue: 'line.commands', waiting: 2, running: 2 }]);
    gate.open('2');
    await turns();
    expect(gate.started).toEqual(['1', '2', '3']);
    for (const n of ['1', '3']) gate.open(n);
    await turns();
    gate.open('4');
    await t.settled();
    expect(gate.started).toEqual(['1', '2', '3', '4']);
  });

  it('lets an operation at its own limit wait without holding up the others', async () => {
    const gate = gates();
    const line = defineService('line', {
      narrow: command('narrow/{n}', { concurrency: 1 }, (m) => gate.pass(`narrow ${m.params.n}`)),
      wide: command('wide', {}, () => gate.pass('wide')),
      apart: command('apart', { queue: 'slow', concurrency: 1 }, () => gate.pass('apart')),
    });
    await using t = await testApp(line);
    for (const n of ['1', '2']) await t.client.narrow({ params: { n } });
    await t.client.wide();
    await t.client.apart();
    await turns();
    expect(gate.started).toEqual(['narrow 1', 'wide', 'apart']);
    expect((await t.broker.queues()).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['line.commands', 'line.slow']),
    );
    for (const name of ['narrow 1', 'wide', 'apart']) gate.open(name);
    await turns();
    gate.open('narrow 2');
    await t.settled();
    expect(gate.started).toHaveLength(4);
  });

  it('aborts handlers that do not end in time when it closes, and what they held goes to another instance unspent', async () => {
    const clock = new VirtualClock(0);
    await using broker = openMemoryBroker({ clock, log: silentLog });
    const seen: string[] = [];
    const started = signal();
    const line = (name: string) =>
      defineService('line', {
        work: command('work', { timeoutMs: 600_000 }, (m) => {
          seen.push(`${name} ${m.attempt}`);
          if (name === 'second') return undefined;
          started.give();
          return new Promise((_, reject) => m.signal.addEventListener('abort', () => reject(m.signal.reason)));
        }),
      });
    const first = await startApp({ broker, clock, services: [line('first')], graceMs: 60_000 });
    await client<ReturnType<typeof line>>(first, 'line').work();
    await started.given;
    const closing = first.close();
    await clock.advance(59_999);
    expect(await broker.queues(['line.commands'])).toMatchObject([{ unacked: 1 }]);
    await clock.advance(1);
    await closing;
    await using second = await startApp({ broker, clock, services: [line('second')] });
    await turns();
    expect(seen).toEqual(['first 1', 'second 1']);
    expect(second.load()).toMatchObject([{ waiting: 0, running: 0 }]);
  });

  it('leaves a handler that ignores its signal behind, and what it does later changes nothing', async () => {
    const clock = new VirtualClock(0);
    await using broker = openMemoryBroker({ clock, log: silentLog });
    const { given, give } = signal();
    const counts: number[] = [];
    const deaf = defineService('deaf', {
      once: rpc('once', {}, () => given),
      again: rpc('again', { idempotent: true }, (m) => {
        counts.push(m.attempt);
        return counts.length === 1 ? given : 'done';
      }),
    });
    const first = await startApp({ broker, clock, services: [deaf], graceMs: 10 });
    await using caller = await startApp({ broker, clock });
    const asked = client<typeof deaf>(caller, 'deaf');
    const once = asked.once({}, { timeoutMs: 600_000 });
    const again = asked.again({}, { timeoutMs: 600_000 });
    await turns();
    const closing = first.close();
    await clock.advance(2_000);
    await closing;
    give();
    await using _second = await startApp({ broker, clock, services: [deaf] });
    await expect(once, 'it may have been carried out').rejects.toMatchObject({ code: 'bus.interrupted' });
    expect(await again).toBe('done');
  });

  it('ends an attempt that takes too long, and drops a call that nobody waits for any more', async () => {
    const gate = gates();
    const line = defineService(
      'line',
      {
        slow: command('slow', { timeoutMs: 1_000, retry: { attempts: 1 } }, () => gate.pass('slow')),
        ask: rpc('ask/{n}', {}, (m) => gate.pass(m.params.n)),
      },
      { concurrency: 1 },
    );
    await using t = await testApp(line);
    await t.client.slow();
    await t.clock.advance(1_020);
    expect(await t.dead()).toMatchObject([{ reason: 'failed: it was not done within 1000 ms' }]);
    const calls = ['1', '2'].map((n) => t.client.ask({ params: { n } }, { timeoutMs: 500 }));
    const ends = Promise.allSettled(calls);
    await t.clock.advance(520);
    expect((await ends).map((end) => end.status)).toEqual(['rejected', 'rejected']);
    gate.open('1');
    await t.settled();
    expect(gate.started).toEqual(['slow', '1']);
  });
});
