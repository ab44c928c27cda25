import { describe, expect, it } from 'vitest';
import { Lanes } from './lanes.ts';

/** Work that ends when it is told to. */
function held(): { readonly work: () => Promise<string>; readonly end: (how?: Error) => void; begun: boolean } {
  let end: (how?: Error) => void = () => {};
  const done = new Promise<string>((resolve, reject) => {
    end = (error) => (error === undefined ? resolve('done') : reject(error));
  });
  const one = {
    begun: false,
    end: (how?: Error) => end(how),
    work: () => {
      one.begun = true;
      return done;
    },
  };
  return one;
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('lanes', () => {
  it('run one thing after the other, also after one that failed, and other lanes meanwhile', async () => {
    const lanes = new Lanes();
    const [first, second, other] = [held(), held(), held()];
    const failing = lanes.run('a', first.work);
    const following = lanes.run('a', second.work);
    const beside = lanes.run('b', other.work);
    await turn();
    expect([first.begun, second.begun, other.begun]).toEqual([true, false, true]);
    first.end(new Error('broken'));
    await expect(failing).rejects.toThrow('broken');
    await turn();
    expect(second.begun).toBe(true);
    second.end();
    other.end();
    expect(await Promise.all([following, beside])).toEqual(['done', 'done']);
  });

  it('are idle when everything has ended', async () => {
    const lanes = new Lanes();
    const one = held();
    void lanes.run('a', one.work);
    let isIdle = false;
    const idle = lanes.idle().then(() => {
      isIdle = true;
    });
    await turn();
    expect(isIdle).toBe(false);
    one.end();
    await idle;
  });
});
