/**
 * The load in graphile-worker over PostgreSQL, with the batching and the numbers that its page on performance measures with:
 * 24 jobs at once on 25 connections, 500 claimed at a time, completions that come together recorded together. It deletes done jobs.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { present } from './measure.mjs';
import { openSchema, url } from './postgres.mjs';

// Read when it is loaded: without, it would write a line for every job.
process.env.NO_LOG_SUCCESS = '1';
const { Logger, makeWorkerUtils, run } = await import('graphile-worker');

const CONCURRENCY = 24;
const CLAIMED = 500;
const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const identifier = 'jobs';
const logger = new Logger(() => (level, message) => {
  if (level === 'error' || level === 'warning') process.stderr.write(`${message}\n`);
});

async function open() {
  const database = await openSchema('graphile');
  const { schema, tidy } = database;
  const utils = await makeWorkerUtils({ connectionString: url, schema, logger });
  await utils.migrate();
  const preset = {
    worker: {
      connectionString: url,
      schema,
      logger,
      concurrentJobs: CONCURRENCY,
      maxPoolSize: CONCURRENCY + 1,
      localQueue: { size: CLAIMED },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    },
  };
  let runner;
  return {
    setup:
      `graphile-worker ${dependencies['graphile-worker']}, concurrency ${CONCURRENCY}, local queue of ${CLAIMED}, ` +
      'completions batched without delay, woken by LISTEN, done jobs deleted',
    durability: `${database.durability}; jobs claimed by a worker that dies, up to ${CLAIMED}, are done again after four hours`,
    enqueue: (payloads) => utils.addJobs(payloads.map((payload) => ({ identifier, payload }))),
    enqueueOne: (payload) => utils.addJob(identifier, payload),
    start: async ({ claiming, started }) => {
      const events = new EventEmitter();
      events.once('localQueue:init', claiming);
      const listening = new Promise((resolve) => events.once('pool:listen:success', resolve));
      const taskList = { [identifier]: async () => started(1) };
      runner = await run({ preset, events, taskList, noHandleSignals: true });
      await listening;
      return () => runner.stop();
    },
    isDone: () => database.isEmpty(`SELECT FROM ${schema}._private_jobs`),
    tidy,
    close: async () => {
      // Interrupted in a round, a worker still runs, and dropping its tables would deadlock with it; else it has been stopped.
      await runner?.stop().catch(() => undefined);
      await utils.release();
      await database.drop();
    },
  };
}

await present({ batch: open });
