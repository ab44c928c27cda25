import { describe, expect, it } from 'vitest';
import { VirtualClock } from './clock.ts';
import { ServiceStack, service, startLoop } from './lifecycle.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a service', () => {
  it('closes once, however often it is asked, and everyone waits for the same end', async () => {
    let closed = 0;
    let finish = (): void => {};
    const end = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const opened = service({ name: 'relay' }, () => {
      closed += 1;
      return end;
    });
    let ended = 0;
    for (const closing of [opened.close(), opened.close(), opened[Symbol.asyncDispose]()]) {
      void closing.then(() => {
        ended += 1;
      });
    }
    await turn();
    expect([closed, ended, opened.name]).toEqual([1, 0, 'relay']);
    finish();
    await opened.close();
    expect([closed, ended]).toEqual([1, 3]);
  });

  it('closes at the end of its scope', async () => {
    const order: string[] = [];
    {
      await using _one = service({}, async () => void order.push('one'));
      await using _two = service({}, async () => void order.push('two'));
    }
    expect(order).toEqual(['two', 'one']);
  });
});

describe('a loop', () => {
  it('runs round after round until it is closed, and closes when the running round has ended', async () => {
    const clock = new VirtualClock(0);
    let rounds = 0;
    const loop = startLoop({
      round: async (signal) => {
        rounds += 1;
        await clock.sleep(100, signal);
      },
      onError: () => {},
      sleep: (ms, signal) => clock.sleep(ms, signal),
    });
    await clock.advance(250);
    expect(rounds).toBe(3);
    await loop.close();
    await loop.close();
    await clock.advance(1_000);
    expect(rounds).toBe(3);
    expect(clock.nextDue()).toBeUndefined();
  });

  it('is not closed before its last round has ended', async () => {
    let finish = (): void => {};
    const loop = startLoop({
      round: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
      onError: () => {},
      sleep: async () => {},
    });
    let isClosed = false;
    const closing = loop.close().then(() => {
      isClosed = true;
    });
    await turn();
    expect(isClosed).toBe(false);
    finish();
    await closing;
  });

  it('reports a round that throws, pauses, and goes on', async () => {
    const clock = new VirtualClock(0);
    const errors: unknown[] = [];
    let rounds = 0;
    await using _loop = startLoop({
      round: async (signal) => {
        rounds += 1;
        if (rounds < 3) throw new Error(`round ${rounds}`);
        await clock.sleep(1e6, signal);
      },
      onError: (error) => errors.push(error),
      sleep: (ms, signal) => clock.sleep(ms, signal),
      pauseAfterErrorMs: 500,
    });
    await clock.advance(499);
    expect(rounds).toBe(1);
    await clock.advance(501);
    expect(rounds).toBe(3);
    expect(errors).toEqual([new Error('round 1'), new Error('round 2')]);
  });

  it('closes during the pause after an error, and does not report what closing itself made fail', async () => {
    const clock = new VirtualClock(0);
    const errors: unknown[] = [];
    const parts = {
      onError: (error: unknown) => errors.push(error),
      sleep: (ms: number, signal: AbortSignal) => clock.sleep(ms, signal),
    };
    const pausing = startLoop({ ...parts, round: () => Promise.reject(new Error('reported')) });
    const aborted = startLoop({
      ...parts,
      round: async (signal) => {
        await clock.sleep(1_000, signal);
        throw new Error('because of the end');
      },
    });
    await turn();
    await Promise.all([pausing.close(), aborted.close()]);
    expect(errors).toEqual([new Error('reported')]);
  });
});

describe('a stack of services', () => {
  it('closes the last first, each once', async () => {
    const order: string[] = [];
    const stack = new ServiceStack();
    const store = stack.use(service({ name: 'store' }, async () => void order.push('store')));
    stack.defer(() => void order.push('lock'));
    stack.use(service({}, async () => void order.push('worker')));
    expect(store.name).toBe('store');
    await stack.close();
    await stack.close();
    expect(order).toEqual(['worker', 'lock', 'store']);
  });

  it('closes everything even when something fails, and throws the first failure', async () => {
    const order: string[] = [];
    const stack = new ServiceStack();
    stack.defer(() => void order.push('store'));
    stack.defer(() => {
      throw new Error('second');
    });
    stack.defer(() => Promise.reject(new Error('first')));
    await expect(stack.close()).rejects.toThrow('first');
    expect(order).toEqual(['store']);
  });
});
