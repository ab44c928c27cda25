/** The desk's suite over every way a worker may reach the queue, under the same names. */
import { describe, it } from 'vitest';
import { deskSuite, type OpenDeskWorld } from './desk-suite.ts';
import { openQueue } from './queue.ts';

/** A worker of the server's own process. */
const openInProcess: OpenDeskWorld = async () => {
  const queue = await openQueue();
  queue.keep();
  return { ...queue, desk: queue.jobs, another: async () => queue.jobs };
};

const desks: readonly { readonly name: string; readonly open: OpenDeskWorld; readonly isMissing?: boolean }[] = [
  { name: 'in-process', open: openInProcess },
];

for (const { name, open, isMissing = false } of desks)
  describe.skipIf(isMissing)(`a desk ${name}`, () => {
    for (const { name: promise, run } of deskSuite) it(promise, () => run(open));
  });
