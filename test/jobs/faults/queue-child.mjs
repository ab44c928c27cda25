/**
 * A process with a job queue on a store: it enqueues, works and keeps, writes down what was acknowledged, and kills itself
 * at a named point when it is told to. It runs the built product. Options come as JSON in the first argument.
 */
import { openSync, writeSync } from 'node:fs';
import { openPostgresStore } from '../../../dist/adapters/postgres/postgres-store.js';
import { openSqliteStore } from '../../../dist/adapters/sqlite/sqlite-store.js';
import { jobFamilies } from '../../../dist/jobs/families.js';
import { heldOwner } from '../../../dist/jobs/held.js';
import { Jobs } from '../../../dist/jobs/jobs.js';
import { expireLeases, startKeeper } from '../../../dist/jobs/keeper.js';
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
  die,
} = JSON.parse(process.argv[2]);
const families = [...jobFamilies, plantFeed, plantOutbox];
const file = openSync(path, 'a');
const tell = (what, facts) =>
  writeSync(file, `${JSON.stringify({ what, at: performance.timeOrigin + performance.now(), by: name, ...facts })}\n`);
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

const settle = jobs.settle.bind(jobs);
jobs.settle = async (worker, settlements) => {
  const verdicts = await settle(worker, settlements);
  verdicts.forEach((verdict, at) => {
    const { id, epoch, settlement } = settlements[at];
    if (verdict === 'ok') tell(settlement.kind === 'done' ? 'completed' : 'failed', { job: id, epoch });
  });
  return verdicts;
};
const offer = jobs.offer.bind(jobs);
jobs.offer = (row) => {
  tell('started', { job: row.id, epoch: row.epoch, attempt: row.attempt + 1, key: row.key });
  return offer(row);
};

async function handler({ attempt, payload }) {
  if (die?.point === 'handler' && die.when === 'before') killMyself();
  if (pauseMs > 0) await systemClock.sleep(Math.random() * pauseMs);
  if (die?.point === 'handler') killMyself();
  return attempt <= (payload.fails ?? 0) ? fail('as planned') : done();
}

async function enqueue(request) {
  const asked = request.delayMs === undefined ? request : { ...request, dueAt: store.now() + request.delayMs };
  const [made] = await jobs.enqueueMany([asked]);
  tell('enqueued', {
    job: made.id,
    isNew: made.isNew,
    kind: request.kind,
    fails: request.payload.fails ?? 0,
    key: request.key ?? null,
    dedupKey: request.dedupKey ?? null,
  });
}

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
  services.push(startWorker({ ...parts, jobs, worker: name, kind, handler, leaseMs, concurrency: 8, graceMs: 2_000 }));
for (const request of script?.later ?? []) await enqueue(request);

let isStopping = false;
let number = 0;
const names = Object.keys(kinds);
const some = (count) => Math.floor(Math.random() * count);
async function flood() {
  while (!isStopping) {
    const n = number++;
    const kind = names[some(names.length)];
    const request = { kind, payload: { fails: some(4) === 0 ? 1 : 0 } };
    if (kind === 'keyed') request.key = `${name}-${some(3)}`;
    if (n % 10 === 0) request.dedupKey = `d${some(5)}`;
    if (n % 7 === 0) request.delayMs = some(300);
    await enqueue(request).catch((error) => tell('refused', { code: error.code ?? error.message }));
    await systemClock.sleep(script.pauseMs);
  }
}
const flooding = script?.pauseMs === undefined ? undefined : Promise.all([flood(), flood(), flood(), flood()]);
/** Nothing else of this process runs for so long. */
process.on('SIGUSR2', () => {
  const end = Date.now() + script.blockMs;
  while (Date.now() < end);
});
const stopped = new Promise((resolve) => process.on('SIGTERM', resolve));
process.stdout.write('ready\n');
const idle = setInterval(() => {}, 60_000);
await stopped;
clearInterval(idle);
isStopping = true;
await flooding;
for (const service of services.reverse()) await service.close();
await inner.close();
tell('stopped', {});
process.exit(0);
