import { expect, it } from 'vitest';
import { openQueue } from '../../test/jobs/queue.ts';
import { kindFamily } from './kind.ts';
import { Kinds } from './kinds.ts';

const SERVERS = 12;

it('many who come for a new kind at the same moment make it known once, and each of them knows it', async () => {
  await using queue = await openQueue();
  let last = 0;
  const nextId = () => {
    last += 1;
    return last;
  };
  const servers = Array.from({ length: SERVERS }, () => new Kinds({ store: queue.store, nextId }));
  await Promise.all(servers.map((kinds, place) => kinds.welcome(['k.new'], `worker-${place}`)));
  expect(servers.every((kinds) => kinds.isKnown('k.new'))).toBe(true);
  expect(await queue.store.get(kindFamily, ['k.new'])).toMatchObject({ stamp: expect.any(Number), isPaused: 0 });
});

it('a worker that comes late changes nothing of what operators have set', async () => {
  await using queue = await openQueue();
  const early = new Kinds({ store: queue.store, nextId: () => 1 });
  await early.configure('k.paused', { isPaused: true }, 'engineer');
  const late = new Kinds({ store: queue.store, nextId: () => 2 });
  await late.welcome(['k.paused'], 'worker-1');
  expect(late.of('k.paused').isPaused).toBe(true);
  expect(await queue.store.get(kindFamily, ['k.paused'])).toMatchObject({ stamp: 1, updatedBy: 'engineer' });
});
