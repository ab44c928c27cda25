import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { client } from '../bus/service/client.ts';
import { service } from '../bus/service/decorators.ts';
import { declareService, defineService } from '../bus/service/define-service.ts';
import type { Cmd } from '../bus/service/incoming.ts';
import { command, on, rpc } from '../bus/service/rpc.ts';
import { discard, snooze } from '../kernel/settlement.ts';
import { type TestApp, testApp } from './test-app.ts';

const away = declareService('away', { ask: rpc('ask') });

const Order = z.object({ pieces: z.number() });

@service('press', { retry: { attempts: 3, firstMs: 1_000, longestMs: 60_000 } })
class Press {
  failures = 0;
  readonly attempts: number[] = [];

  @command('orders/{order}/start', { body: Order, to: 'press.orders.{order}.started' })
  start(m: Cmd<'orders/{order}/start', typeof Order>) {
    this.attempts.push(m.attempt);
    if (this.failures-- > 0) throw new Error('the press is jammed');
    return { pieces: m.body.pieces };
  }
}

describe('a service under test', () => {
  it('shows what was published', async () => {
    await using t = await testApp(Press);
    await t.client.start({ params: { order: '7' }, body: { pieces: 3 } });
    await t.settled();
    expect(t.published).toEqual([{ topic: 'press.orders.7.started', body: { pieces: 3 }, headers: {} }]);
  });

  it('is tried again when the clock has moved, and given up with the reason in the end', async () => {
    const press = new Press();
    press.failures = 4;
    await using t = await testApp(press);
    await t.client.start({ params: { order: '7' }, body: { pieces: 3 } });
    await t.settled();
    expect(press.attempts).toEqual([1]);
    await t.clock.advance(120_000);
    await t.settled();
    expect(press.attempts).toEqual([1, 2, 3]);
    expect(await t.dead()).toMatchObject([{ reason: 'failed: the press is jammed', deliveries: 3 }]);
    expect(t.published).toMatchObject([
      { topic: 'press.orders.7.started', headers: { 'mr-error': 'bus.handler-failed' } },
    ]);
  });

  it('may be a defined service, and answers with settlements', async () => {
    const seen: string[] = [];
    const line = defineService('line', {
      later: command('later', {}, (m) => {
        seen.push(`later ${m.attempt}`);
        return seen.length === 1 ? snooze({ delayMs: 60_000 }) : undefined;
      }),
      never: command('never', {}, () => discard('the line is gone')),
      speed: rpc('speed', {}, () => 12),
      stopped: on('line.{id}.stopped', {}, (m) => void seen.push(m.params.id)),
    });
    await using t = await testApp(line);
    expect(await t.client.speed()).toBe(12);
    await t.client.later();
    await t.client.never();
    await t.app.emit('line.{id}.stopped', { params: { id: 'L1' }, body: null });
    await t.settled();
    expect(seen.sort()).toEqual(['L1', 'later 1']);
    await t.clock.advance(60_000);
    await t.settled();
    expect(seen.sort()).toEqual(['L1', 'later 1', 'later 1']);
    expect(await t.dead()).toEqual([]);
  });

  it('is tried again when what it asks is away, instead of being given up', async () => {
    const asked: number[] = [];
    const line = defineService(
      'line',
      {
        stop: command('stop', {}, async (m): Promise<void> => {
          asked.push(m.attempt);
          await client(t.app, away).ask();
        }),
      },
      { retry: { attempts: 2, firstMs: 1_000, longestMs: 1_000 } },
    );
    const t: TestApp<typeof line> = await testApp(line);
    await t.client.stop();
    await t.settled();
    await t.clock.advance(1_000);
    await t.settled();
    expect(asked).toEqual([1, 2]);
    expect(await t.dead()).toMatchObject([{ reason: expect.stringContaining('bus.no-such-service') }]);
    await t.close();
  });
});
