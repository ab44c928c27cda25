/** Statistics are sums of what commits have added, read without looking at what was counted. */
import { expect, it } from 'vitest';
import { openQueue, START } from '../../test/jobs/queue.ts';
import { count, readStatistics } from './statistics.ts';

const MINUTE = 60_000;

it('sums by subject, under a prefix, since a minute', async () => {
  await using queue = await openQueue();
  const writes = [
    count('job/mail', START, { completed: 1 }),
    count('job/mail', START + MINUTE, { completed: 2, failed: 1 }),
    count('job/mail', START + 2 * MINUTE, { completed: 4 }),
    count('job/timer', START + 2 * MINUTE, { completed: 8 }),
    count('instance/defect', START + 2 * MINUTE, { started: 16 }),
  ];
  await queue.store.commit([{ guards: [], writes }]);
  expect(await readStatistics(queue.store, { prefix: 'job/', since: START + MINUTE + 5 })).toEqual([
    { subject: 'job/mail', started: 0, completed: 6, failed: 1 },
    { subject: 'job/timer', started: 0, completed: 8, failed: 0 },
  ]);
  expect(await readStatistics(queue.store, { prefix: '', since: 0 })).toHaveLength(3);
  expect(await readStatistics(queue.store, { prefix: 'job/timer', since: 0 })).toHaveLength(1);
  expect(await readStatistics(queue.store, { prefix: 'job/z', since: 0 })).toEqual([]);
});

it('goes on over any number of minutes', async () => {
  await using queue = await openQueue();
  const minutes = 12_000;
  const writes = Array.from({ length: minutes }, (_, minute) => count('job/mail', minute * MINUTE, { completed: 1 }));
  await queue.store.commit([{ guards: [], writes }]);
  expect(await readStatistics(queue.store, { prefix: 'job/', since: 0 })).toMatchObject([{ completed: minutes }]);
});

it('adds up what many commits count in the same minute', async () => {
  await using queue = await openQueue();
  const commit = () => queue.store.commit([{ guards: [], writes: [count('job/mail', START, { failed: 1 })] }]);
  await Promise.all(Array.from({ length: 50 }, commit));
  expect(await readStatistics(queue.store, { prefix: 'job/', since: START })).toMatchObject([{ failed: 50 }]);
});
