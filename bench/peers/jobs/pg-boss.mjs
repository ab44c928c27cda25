/**
 * The load in pg-boss over PostgreSQL: 500 jobs a batch, completed by one statement. Its workers poll, at most every half
 * second; `notifyWorker` makes one look at once, but only in the process in which it runs. Here a worker that has just had
 * jobs always looks at once. One that is idle waits for its poll, as it must when somebody else enqueues (`batch`), or is
 * woken by whoever enqueues (`batch-notified`).
 */
import { readFileSync } from 'node:fs';
import PgBoss from 'pg-boss';
import { present } from './measure.mjs';
import { openSchema, url } from './postgres.mjs';

const CLAIMED = 500;
const POLL_SECONDS = 0.5;
/** Queues that take samples side by side, as each takes about a poll. */
const LANES = 10;
const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const nameOf = (lane) => `jobs-${lane}`;
const options = { batchSize: CLAIMED, pollingIntervalSeconds: POLL_SECONDS };

async function open({ notified, lanes, pauseMs }) {
  const database = await openSchema('boss');
  const { schema, tidy } = database;
  const boss = new PgBoss({ connectionString: url, schema });
  boss.on('error', (error) => process.stderr.write(`${error.stack}\n`));
  await boss.start();
  for (let lane = 0; lane < lanes; lane += 1) await boss.createQueue(nameOf(lane));
  const workers = [];
  return {
    setup:
      `pg-boss ${dependencies['pg-boss']}, batches of ${CLAIMED} completed as one, ` +
      `polling every ${POLL_SECONDS} s (its minimum), ${notified ? 'woken by notifyWorker from the same process' : 'woken by nothing else'}, ` +
      'done jobs kept',
    durability: `${database.durability}; jobs claimed by a worker that dies, up to ${CLAIMED}, are done again after 15 minutes`,
    lanes,
    pauseMs,
    enqueue: (payloads) => boss.insert(payloads.map((data) => ({ name: nameOf(0), data }))),
    enqueueOne: async (payload, lane) => {
      await boss.send(nameOf(lane), payload);
      if (notified) boss.notifyWorker(workers[lane]);
    },
    start: async ({ lane, claiming, started }) => {
      claiming();
      const id = await boss.work(nameOf(lane), options, async (batch) => {
        started(batch.length);
        if (batch.length === CLAIMED) boss.notifyWorker(id);
      });
      workers[lane] = id;
      return () => boss.offWork({ id });
    },
    isDone: () => database.isEmpty(`SELECT FROM ${schema}.job WHERE state < 'completed'`),
    tidy,
    close: async () => {
      await boss.stop({ graceful: false });
      await database.drop();
    },
  };
}

await present({
  batch: () => open({ notified: false, lanes: LANES, pauseMs: POLL_SECONDS * 1_000 }),
  'batch-notified': () => open({ notified: true, lanes: 1 }),
});
