/** A worker daemon over HTTP that also enqueues, and writes down what the server told it. Runs the built product. */
import { openHttpDesk } from '../../../dist/app/open-http-desk.js';
import { createHttp } from '../../../dist/client/http.js';
import { jobsOf } from '../../../dist/client/jobs.js';
import { startDaemon } from '../../../dist/jobs/daemon/daemon.js';
import { systemClock } from '../../../dist/kernel/clock.js';
import { parseJobId } from '../../../dist/kernel/ids.js';
import { silentLog } from '../../../dist/kernel/log.js';
import { fail } from '../../../dist/kernel/settlement.js';
import { blockWhenTold, diaryOf, enqueuedFacts, startFlood } from './flood.mjs';

const {
  store,
  log: path,
  name,
  leaseMs,
  skewMs = 0,
  kinds,
  script,
  pauseMs = 5,
  concurrency,
} = JSON.parse(process.argv[2]);
const { now, tell, settling } = diaryOf(path, name);
const clock = { ...systemClock, now: () => Date.now() + skewMs };
const jobs = jobsOf(createHttp({ url: store.server, attempts: 1 }));
const http = await openHttpDesk({ url: store.server });
const desk = {
  ...http,
  settle: settling(http.settle),
  claim: async (claim, signal) => {
    const offered = await http.claim(claim, signal);
    for (const { id, epoch, attempt, key } of offered) tell('started', { job: id, epoch, attempt, key });
    return offered;
  },
};

async function handler({ attempt, payload }) {
  await systemClock.sleep(payload.ms ?? Math.random() * pauseMs);
  return attempt <= (payload.fails ?? 0) ? fail('as planned') : undefined;
}

async function enqueueMany(requests) {
  const askedAt = now();
  const asked = requests.map(({ delayMs, ...request }) =>
    delayMs === undefined ? request : { ...request, delay: `${delayMs}ms` },
  );
  const { items } = await jobs.enqueueMany(asked);
  for (const [at, { id, isNew, code }] of items.entries())
    if (code === undefined) tell('enqueued', enqueuedFacts(requests[at], { id: parseJobId(id), isNew, askedAt }));
    else tell('refused', { code });
}

const handlers = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, handler]));
const daemon = startDaemon({
  ...{ desk, id: name, log: silentLog, clock, random: Math.random, handlers, leaseMs },
  ...{ concurrency, drainMs: 2_000, everyMs: 5_000 },
});
await daemon.started;
const flood = startFlood({ name, tell, enqueueMany, leaseMs, ...script });
blockWhenTold(script);
const stopped = new Promise((resolve) => process.on('SIGTERM', resolve));
process.stdout.write('ready\n');
const idle = setInterval(() => {}, 60_000);
await stopped;
clearInterval(idle);
await flood.stop();
await daemon.close();
await http.close();
tell('stopped', {});
process.exit(0);
