import { describe, expect, it } from 'vitest';
import { Bell } from './bell.ts';
import { VirtualClock } from './clock.ts';

const never = new AbortController().signal;

/** Whether the promise has resolved by now. */
async function isOver(promise: Promise<void>): Promise<boolean> {
  const over = promise.then(() => true);
  return Promise.race([over, new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);
}

describe('a bell', () => {
  it('wakes who waits at it', async () => {
    const bell = new Bell();
    const waiting = bell.wait(new VirtualClock(0), 1_000, never);
    expect(await isOver(waiting)).toBe(false);
    bell.ring();
    expect(await isOver(waiting)).toBe(true);
  });

  it('remembers a knock while nobody waits, once for any number of them', async () => {
    const bell = new Bell();
    const clock = new VirtualClock(0);
    bell.ring();
    bell.ring();
    expect(await isOver(bell.wait(clock, 1_000, never))).toBe(true);
    expect(await isOver(bell.wait(clock, 1_000, never))).toBe(false);
  });

  it('lets nobody wait longer than they said', async () => {
    const bell = new Bell();
    const clock = new VirtualClock(0);
    const waiting = bell.wait(clock, 1_000, never);
    await clock.advance(999);
    expect(await isOver(waiting)).toBe(false);
    await clock.advance(1);
    expect(await isOver(waiting)).toBe(true);
  });

  it('lets go when the signal aborts, before or meanwhile, and leaves no sleeper behind', async () => {
    const bell = new Bell();
    const clock = new VirtualClock(0);
    const stop = new AbortController();
    const waiting = bell.wait(clock, 1_000, stop.signal);
    stop.abort();
    expect(await isOver(waiting)).toBe(true);
    expect(await isOver(bell.wait(clock, 1_000, stop.signal))).toBe(true);
    expect(clock.nextDue()).toBeUndefined();
  });

  it('rings again after a wait that ran out', async () => {
    const bell = new Bell();
    const clock = new VirtualClock(0);
    const first = bell.wait(clock, 10, never);
    await clock.advance(10);
    await first;
    const second = bell.wait(clock, 10, never);
    bell.ring();
    expect(await isOver(second)).toBe(true);
    expect(clock.nextDue()).toBeUndefined();
  });
});
