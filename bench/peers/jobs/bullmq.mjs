/** The load in BullMQ over Redis: a worker that does so many jobs at once. Done jobs are removed, or Redis would keep them all. */
import { readFileSync } from 'node:fs';
import { Queue, Worker } from 'bullmq';
import { present } from './measure.mjs';
import { durability, url } from './redis.mjs';

const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const prefix = `millrace-bench-${process.pid}`;
const name = 'jobs';

async function open(concurrency) {
  const promise = await durability();
  const connection = { url, maxRetriesPerRequest: null };
  const queue = new Queue(name, { connection, prefix, defaultJobOptions: { removeOnComplete: true } });
  await queue.waitUntilReady();
  return {
    setup: `bullmq ${dependencies.bullmq} on ioredis ${dependencies.ioredis}, concurrency ${concurrency}, done jobs removed`,
    durability: `${promise}; a job whose worker dies is done again after 30 s`,
    enqueue: (payloads) => queue.addBulk(payloads.map((data) => ({ name, data }))),
    enqueueOne: (data) => queue.add(name, data),
    start: async ({ claiming, started }) => {
      const worker = new Worker(name, async () => started(1), { connection, prefix, concurrency, autorun: false });
      worker.on('error', (error) => process.stderr.write(`${error.stack}\n`));
      await worker.waitUntilReady();
      claiming();
      const running = worker.run();
      return async () => {
        await worker.close();
        await running;
      };
    },
    isDone: async () => {
      const { wait, active } = await queue.getJobCounts('wait', 'active');
      return wait + active === 0;
    },
    tidy: async () => {},
    close: async () => {
      await queue.obliterate({ force: true });
      await queue.close();
    },
  };
}

await present({ 'concurrency-100': () => open(100), 'concurrency-1': () => open(1) });
