import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../kernel/clock.ts';
import { signal } from '../testing/broker-conformance/parts.ts';
import { openUnderway } from './underway.ts';

/** Ends only when its signal aborts. */
const stuck = (stop: AbortSignal): Promise<never> =>
  new Promise((_, reject) => stop.addEventListener('abort', () => reject(stop.reason)));

describe('work under way', () => {
  it('ends before closing does', async () => {
    const underway = openUnderway({ clock: new VirtualClock(0), graceMs: 1_000 });
    const finish = signal();
    const ended: string[] = [];
    const working = underway.run(async () => {
      await finish.given;
      ended.push('work');
      return 'done';
    });
    const closing = underway.close().then(() => ended.push('close'));
    await expect(underway.run(async () => 1)).rejects.toMatchObject({ code: 'bus.closed' });
    finish.give();
    await closing;
    expect([await working, ended]).toEqual(['done', ['work', 'close']]);
  });

  it('is given up when it takes longer than the grace', async () => {
    const clock = new VirtualClock(0);
    const underway = openUnderway({ clock, graceMs: 1_000 });
    const given = expect(underway.run(stuck)).rejects.toMatchObject({ code: 'bus.closed' });
    let isClosed = false;
    const closing = underway.close().then(() => {
      isClosed = true;
    });
    await clock.advance(999);
    expect(isClosed).toBe(false);
    await clock.advance(1);
    await Promise.all([given, closing]);
  });

  it('ends at once when its caller has enough', async () => {
    await using underway = openUnderway({ clock: new VirtualClock(0), graceMs: 1_000 });
    const stop = new AbortController();
    const given = expect(underway.run(stuck, stop.signal)).rejects.toThrow('enough');
    stop.abort(new Error('enough'));
    await given;
  });

  it('may fail without closing to fail', async () => {
    const underway = openUnderway({ clock: new VirtualClock(0), graceMs: 1_000 });
    const failing = expect(underway.run(async () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    await underway.close();
    await failing;
  });
});
