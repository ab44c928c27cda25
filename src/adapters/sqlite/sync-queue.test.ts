import { describe, expect, it } from 'vitest';
import { SyncQueue } from './sync-queue.ts';

/** A disk whose syncs end when the test says so. */
function openDisk() {
  const syncs: { end: () => void; fail: (error: Error) => void }[] = [];
  const queue = new SyncQueue(
    () =>
      new Promise<void>((resolve, reject) => {
        syncs.push({ end: resolve, fail: reject });
      }),
  );
  const heard: string[] = [];
  const wait = (name: string): Promise<void> =>
    queue.synced().then(
      () => void heard.push(name),
      (error: Error) => void heard.push(`${name}: ${error.message}`),
    );
  return { syncs, heard, wait };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('sync queue', () => {
  it('lets nobody go on before the disk has it', async () => {
    const { syncs, heard, wait } = openDisk();
    void wait('a');
    await turn();
    expect([syncs.length, heard]).toEqual([1, []]);
    syncs[0]?.end();
    await turn();
    expect(heard).toEqual(['a']);
  });

  it('never counts a sync for what came after it began, and lets all of that share the next', async () => {
    const { syncs, heard, wait } = openDisk();
    void wait('a');
    await turn();
    void wait('b');
    void wait('c');
    await turn();
    expect(syncs).toHaveLength(1);
    syncs[0]?.end();
    await turn();
    expect([syncs.length, heard]).toEqual([2, ['a']]);
    void wait('d');
    syncs[1]?.end();
    await turn();
    expect([syncs.length, heard]).toEqual([3, ['a', 'b', 'c']]);
    syncs[2]?.end();
    await turn();
    expect(heard).toEqual(['a', 'b', 'c', 'd']);
  });

  it('trusts the disk no more once a sync has failed', async () => {
    const { syncs, heard, wait } = openDisk();
    void wait('a');
    await turn();
    void wait('b');
    syncs[0]?.fail(new Error('disk full'));
    await turn();
    void wait('c');
    await turn();
    expect(heard).toEqual(['a: disk full', 'b: disk full', 'c: disk full']);
    expect(syncs).toHaveLength(1);
  });
});
