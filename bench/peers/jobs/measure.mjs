/**
 * How a peer of the job queue is measured, the same for each. In a round so many jobs are enqueued in bulk while no worker
 * runs; then one starts and does nothing with each, until the server has recorded the last as done; then jobs come one at a
 * time to a worker that waits. A smaller round before warms up. Answers with one JSON line. Alone it runs its rounds one
 * after the other; started by `npm run bench -- jobs` it waits before each until the parent says, because that one lets the
 * contestants take turns: what else the machine does then slows all of them alike.
 */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    jobs: { type: 'string', default: '20000' },
    'payload-bytes': { type: 'string', default: '200' },
    samples: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
  },
});
const [jobs, payloadBytes, samples, rounds] = ['jobs', 'payload-bytes', 'samples', 'rounds'].map((name) => {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} is a number from 1, not ${values[name]}`);
  return number;
});

/** Jobs that one call enqueues. */
export const BULK = 1_000;
/** A worker is called idle, and its memory is looked at, so long after its start. */
const SETTLING_MS = 2_000;
/** Between two looks at whether the server has recorded everything: the longest error of a round. */
const LOOK_MS = 2;
/** A round that takes longer hangs. */
const ROUND_LIMIT_MS = 60_000 + jobs * 5;
/** After it a worker has recorded its job, has asked for more and waits for the next. */
const PAUSE_MS = 20;

const reading = { device: 'press-1', at: 1_764_000_000_000, value: 99.5, note: '' };
const note = 'x'.repeat(Math.max(0, payloadBytes - JSON.stringify(reading).length));
/** JSON of that many bytes; only the number in it differs, and never in its length. */
const payloadOf = (number) => ({ ...reading, at: reading.at + number, note });

/**
 * Runs the case that the first argument names. A case opens `{ setup, durability, enqueue(payloads), enqueueOne(payload,
 * lane), start({ lane, claiming, started }), isDone(), tidy(), close(), lanes?, pauseMs? }`. `start` starts a worker that calls
 * `claiming()` when it first asks for jobs and `started(count)` when so many are handed to its handler, and answers a
 * function that stops it. So many `lanes`, each a queue with its own worker, take the samples of the latency side by side, each
 * sample after a further random pause of up to `pauseMs`: a worker that polls is met at any time between two polls.
 */
export async function present(cases) {
  const open = cases[positionals[0]];
  if (open === undefined) {
    process.stderr.write(`usage: node ${process.argv[1]} ${Object.keys(cases).join('|')} [--jobs N]\n`);
    process.exit(2);
  }
  const peer = await open().catch(fail);
  let closing;
  const close = () => {
    closing ??= peer.close();
    return closing;
  };
  for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) {
    process.once(event, () => close().finally(() => process.exit(1)));
  }
  try {
    process.stdout.write(`${JSON.stringify(await measure(peer))}\n`);
  } catch (error) {
    await close();
    fail(error);
  }
  await close();
  process.exit();
}

/** Its last words are what the parent tells of it. */
function fail(error) {
  process.stderr.write(`${error.stack}\n${error.message || error.code}\n`);
  process.exit(1);
}

async function measure(peer) {
  const idleRssBytes = await idleRss(peer);
  await throughput(peer, Math.ceil(jobs / 4));
  const results = [];
  for (let count = 0; count < rounds; count += 1) {
    await turn();
    results.push({ ...(await throughput(peer, jobs)), waits: await startLatencies(peer, Math.ceil(samples / rounds)) });
  }
  const sorted = (part) => results.flatMap((result) => result[part]).sort((a, b) => a - b);
  const [enqueued, done, waits] = ['enqueuePerSecond', 'claimToDonePerSecond', 'waits'].map(sorted);
  return {
    enqueuePerSecond: at(enqueued, 0.5),
    claimToDonePerSecond: at(done, 0.5),
    startLatencyMs: { p50: at(waits, 0.5), p99: at(waits, 0.99) },
    idleRssBytes,
    durability: peer.durability,
    setup:
      `${peer.setup}, enqueued ${BULK} a call, ${jobs} jobs of ${payloadBytes} bytes, median of ${rounds} rounds ` +
      `(best ${enqueued.at(-1)} enqueued, ${done.at(-1)} done a second), latency of ${waits.length} single jobs`,
  };
}

/** Resolves when this contestant may run a round; the one before, if any, has ended. */
async function turn() {
  if (process.send === undefined) return;
  const told = once(process, 'message');
  process.send('waiting');
  await told;
}

/** The whole process with a worker that has had nothing to do yet; the server's memory is not in it. */
async function idleRss(peer) {
  const stop = await peer.start({ lane: 0, claiming: () => {}, started: () => {} });
  await delay(SETTLING_MS);
  const { rss } = process.memoryUsage();
  await stop();
  return rss;
}

async function throughput(peer, count) {
  const enqueued = performance.now();
  for (let first = 0; first < count; first += BULK) {
    const length = Math.min(BULK, count - first);
    await peer.enqueue(Array.from({ length }, (_, place) => payloadOf(first + place)));
  }
  const enqueuePerSecond = perSecond(count, performance.now() - enqueued);
  await peer.tidy();
  let startedJobs = 0;
  let began;
  const stop = await peer.start({
    lane: 0,
    claiming: () => {
      began ??= performance.now();
    },
    started: (more) => {
      startedJobs += more;
    },
  });
  const latest = performance.now() + ROUND_LIMIT_MS;
  while (startedJobs < count || !(await peer.isDone())) {
    if (performance.now() > latest) throw new Error(`only ${startedJobs} of ${count} jobs in ${ROUND_LIMIT_MS} ms`);
    await delay(LOOK_MS);
  }
  const claimToDonePerSecond = perSecond(count, performance.now() - began);
  await stop();
  if (startedJobs > count) throw new Error(`${startedJobs - count} jobs were done twice`);
  return { enqueuePerSecond, claimToDonePerSecond };
}

/** From the call that enqueues a job until its handler starts, both in this process. */
async function startLatencies(peer, count) {
  const { lanes = 1, pauseMs = 0 } = peer;
  const waits = [];
  const inLane = async (_, lane) => {
    let handlerStarts = () => {};
    const stop = await peer.start({ lane, claiming: () => {}, started: () => handlerStarts(performance.now()) });
    await delay(SETTLING_MS / 2);
    for (let sample = lane; sample < count; sample += lanes) {
      await delay(PAUSE_MS + Math.random() * pauseMs);
      const starting = new Promise((resolve) => {
        handlerStarts = resolve;
      });
      const began = performance.now();
      const [at] = await Promise.all([starting, peer.enqueueOne(payloadOf(sample), lane)]);
      waits.push(at - began);
    }
    await stop();
  };
  await Promise.all(Array.from({ length: lanes }, inLane));
  return waits;
}

const perSecond = (count, ms) => Math.round(count / (ms / 1_000));
const at = (sorted, share) =>
  Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toPrecision(5));
