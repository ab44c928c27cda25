import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock, VirtualClock } from './clock.ts';

const DAY_MS = 86_400_000;

describe('the system clock', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells the time in whole milliseconds', () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(Number.isInteger(now)).toBe(true);
    expect(now).toBeGreaterThanOrEqual(before);
  });

  it('sleeps as long as it is told, also longer than a timer can', async () => {
    vi.useFakeTimers();
    for (const ms of [0, 1_000, 25 * DAY_MS, 60 * DAY_MS]) {
      let awake = false;
      const sleeping = systemClock.sleep(ms).then(() => {
        awake = true;
      });
      await vi.advanceTimersByTimeAsync(Math.max(0, ms - 1));
      expect(awake, `${ms} ms`).toBe(ms === 0);
      await vi.advanceTimersByTimeAsync(1);
      await sleeping;
    }
  });

  it('wakes at once when the signal aborts, and leaves no timer and no listener behind', async () => {
    vi.useFakeTimers();
    const stop = new AbortController();
    const sleeping = [systemClock.sleep(DAY_MS, stop.signal), systemClock.sleep(60 * DAY_MS, stop.signal)];
    stop.abort();
    await Promise.all(sleeping);
    await systemClock.sleep(DAY_MS, stop.signal);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a virtual clock', () => {
  it('stands still until it is told to advance', async () => {
    const clock = new VirtualClock(1_000);
    expect(clock.now()).toBe(1_000);
    await clock.advance(500);
    expect(clock.now()).toBe(1_500);
    await clock.advanceTo(1_200);
    expect(clock.now(), 'it never goes back').toBe(1_500);
  });

  it('wakes sleepers in the order in which they are due, equal ones in the order in which they lay down', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 }), async (durations) => {
        const clock = new VirtualClock(0);
        const woken: (readonly [number, number, number])[] = [];
        durations.forEach((ms, order) => {
          void clock.sleep(ms).then(() => woken.push([ms, order, clock.now()]));
        });
        await clock.advance(20);
        const expected = durations
          .map((ms, order) => [ms, order, ms] as const)
          .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        expect(woken).toEqual(expected);
        expect(clock.nextDue()).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it('lets woken work run, and sleep again, before it goes on', async () => {
    const clock = new VirtualClock(0);
    const ticks: number[] = [];
    void (async () => {
      for (;;) {
        await clock.sleep(100);
        ticks.push(clock.now());
      }
    })();
    await clock.advance(350);
    expect(ticks).toEqual([100, 200, 300]);
    expect([clock.now(), clock.nextDue()]).toEqual([350, 400]);
  });

  it('jumps over what would have happened on the way, and wakes those who are due once', async () => {
    const clock = new VirtualClock(0);
    const ticks: number[] = [];
    void (async () => {
      for (;;) {
        await clock.sleep(100);
        ticks.push(clock.now());
      }
    })();
    await clock.jumpTo(350);
    expect(ticks).toEqual([350]);
    expect([clock.now(), clock.nextDue()]).toEqual([350, 450]);
    await clock.jumpTo(200);
    expect(clock.now(), 'it never goes back').toBe(350);
  });

  it('lets work that is about to sleep lie down before it moves', async () => {
    const clock = new VirtualClock(0);
    let awake = false;
    void (async () => {
      for (let step = 0; step < 20; step++) await Promise.resolve();
      await clock.sleep(100);
      awake = true;
    })();
    await clock.advance(100);
    expect(awake).toBe(true);
  });

  it('says when the next sleeper is due', async () => {
    const clock = new VirtualClock(1_000);
    expect(clock.nextDue()).toBeUndefined();
    void clock.sleep(300);
    void clock.sleep(200);
    expect(clock.nextDue()).toBe(1_200);
  });

  it('wakes a sleeper whose signal aborts, and forgets it', async () => {
    const clock = new VirtualClock(0);
    const stop = new AbortController();
    const sleeping = clock.sleep(100, stop.signal);
    stop.abort();
    await sleeping;
    expect(clock.nextDue()).toBeUndefined();
    await clock.sleep(100, stop.signal);
    expect(clock.now()).toBe(0);
  });

  it('lets go of a signal when the sleep is over, so that a long life gathers no listeners', async () => {
    const clock = new VirtualClock(0);
    const { signal } = new AbortController();
    for (let round = 0; round < 5; round++) {
      void clock.sleep(100, signal);
      await clock.advance(100);
    }
    await systemClock.sleep(0, signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
