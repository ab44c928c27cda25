/**
 * A process with a job queue on a store: it enqueues, works and keeps, writes down what was acknowledged, and kills itself
 * at a named point when it is told to. It runs the built product. Options come as JSON in the first argument.
 */
import { openPostgresStore } from '../../../dist/adapters/postgres/postgres-store.js';
import { openSqliteStore } from '../../../dist/adapters/sqlite/sqlite-store.js';
import { jobFamilies } from '../../../dist/jobs/families.js';
import { heldOwner } from '../../../dist/jobs/held.js';
import { Jobs } from '../../../dist/jobs/jobs.js';
import { expireLeases, keepFresh, startKeeper } from '../../../dist/jobs/keeper.js';
import { jobMetrics } from '../../../dist/jobs/metrics.js';
import { HELD_OWNER } from '../../../dist/jobs/question.js';
import { startWorker } from '../../../dist/jobs/worker.js';
import { systemClock } from '../../../dist/kernel/clock.js';
import { openIds } from '../../../dist/kernel/ids.js';
import { silentLog } from '../../../dist/kernel/log.js';
import { Metrics } from '../../../dist/kernel/metrics.js';
import { done, fail } from '../../../dist/kernel/settlement.js';
import { plantFeed } from '../../../dist/store/feed.js';
import { plantOutbox } from '../../../dist/store/outbox.js';
import { blockWhenTold, diaryOf, enqueuedFacts, startFlood } from './flood.mjs';

const {
  store: place,
  log: path,
  name,
  leaseMs,
  skewMs = 0,
  isAlone = false,
  kinds,
  script,
  pauseMs = 5,
  concurrency = 8,
  die,
} = JSON.parse(process.argv[2]);
const families = [...jobFamilies, plantFeed, plantOutbox];
const { now, tell, settling } = diaryOf(path, name);
/** What this process believes the time to be; a store that processes share has its own. */
const clock = { ...systemClock, now: () => Date.now() + skewMs };

function killMyself() {
  process.kill(process.pid, 'SIGKILL');
  for (;;); // until it arrives
}

/** Before a call is sent, while it is under way, or after its answer and before anybody heard of it. */
async function call(point, ask) {
  if (die?.point !== point) return ask();
  if (die.when === 'before') killMyself();
  const asked = ask();
  if (die.when === 'during') setImmediate(killMyself);
  await asked;
  return killMyself();
}

/** What a unit does to a job, by the columns it writes. */
function pointOf(units) {
  for (const { writes } of units)
    for (const { family, kind, columns } of writes) {
      if (family.name !== 'job') continue;
      if (kind === 'put') return 'enqueue';
      if (columns.question > 0) return 'hold';
      if (columns.lost > 0) return 'rescue';
      if (columns.hasPlace > 0) return 'admit';
      if (columns.state === 'done') return 'settle';
      if (columns.state === 'ready' && !('worker' in columns)) return 'promote';
    }
  return 'other';
}

const inner = await (place.directory === undefined
  ? openPostgresStore({ url: place.url, schema: place.schema, families, poolSize: 3, readTimeoutMs: 3_000 })
  : openSqliteStore({ directory: place.directory, families, clock: systemClock }));
const store = Object.create(inner, {
  commit: { value: (units) => call(pointOf(units), () => inner.commit(units)) },
  claim: { value: (family, claim) => call('claim', () => inner.claim(family, claim)) },
});
const nextId = await openIds((size) => store.reserveIds(size));
const owners = new Map();
const parts = { store, clock, nextId, owners, log: silentLog, random: Math.random, metrics: jobMetrics(new Metrics()) };
const jobs = new Jobs(parts);
owners.set(HELD_OWNER, heldOwner(jobs));
for (const [kind, settings] of Object.entries(kinds)) jobs.kinds.declare(kind, { leaseMs, ...settings });

jobs.settle = settling(jobs.settle.bind(jobs));
const offer = jobs.offer.bind(jobs);
jobs.offer = (row) => {
  tell('started', { job: row.id, epoch: row.epoch, attempt: row.attempt + 1, key: row.key });
  return offer(row);
};

async function handler({ attempt, payload }) {
  if (die?.point === 'handler' && die.when === 'before') killMyself();
  if (pauseMs > 0) await systemClock.sleep(payload.ms ?? Math.random() * pauseMs);
  if (die?.point === 'handler') killMyself();
  return attempt <= (payload.fails ?? 0) ? fail('as planned') : done();
}

async function enqueueMany(requests) {
  const askedAt = now();
  const asked = requests.map(({ delayMs, ...request }) =>
    delayMs === undefined ? request : { ...request, dueAt: store.now() + delayMs },
  );
  const made = await jobs.enqueueMany(asked);
  for (const [at, { id, isNew }] of made.entries())
    tell('enqueued', enqueuedFacts(requests[at], { id, isNew, askedAt }));
}
const enqueue = (request) => enqueueMany([request]);

if (isAlone) await expireLeases(store, name);
/** Leases of a worker that has died already. */
for (const { kind, ms } of script?.ghosts ?? []) {
  await enqueue({ kind, payload: {} });
  await inner.claim(jobFamilies[0], {
    where: { state: 'ready', kind },
    order: ['rank', 'id'],
    limit: 1,
    set: { state: 'leased', worker: 'ghost', leaseUntil: store.now() + ms, startedAt: store.now() },
    add: { epoch: 1 },
  });
}
const services = [];
/** Those that are born before anybody works wait in the queue; later ones go from hand to hand. */
for (const request of script?.first ?? []) await enqueue(request);
services.push(startKeeper({ ...parts, jobs }));
for (const kind of Object.keys(kinds))
  services.push(startWorker({ ...parts, jobs, worker: name, kind, handler, leaseMs, concurrency, graceMs: 2_000 }));
for (const request of script?.later ?? []) await enqueue(request);

const flood = script?.pauseMs === undefined ? undefined : startFlood({ name, tell, enqueueMany, leaseMs, ...script });
if (flood !== undefined) services.push(keepFresh({ ...parts, jobs }));
blockWhenTold(script ?? {});
const stopped = new Promise((resolve) => process.on('SIGTERM', resolve));
process.stdout.write('ready\n');
const idle = setInterval(() => {}, 60_000);
await stopped;
clearInterval(idle);
await flood?.stop();
for (const service of services.reverse()) await service.close();
await inner.close();
tell('stopped', {});
process.exit(0);
