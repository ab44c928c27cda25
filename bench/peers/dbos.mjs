/**
 * The load of `process.activities` in DBOS Transact on the same PostgreSQL: an equipment defect of four activities, two
 * criteria, an operator's decision, then a technologist or an engineer. Once with each activity arriving as a message, which
 * is the same work, and once with each as a step of the workflow, which asks less of it: nobody decides and nothing waits.
 * Clients keep one workflow each under way. Answers the fastest of some settings as one JSON line; the others go to stderr.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import pg from 'pg';

const SETTINGS = [
  { way: 'messages', clients: 50, pool: 10 },
  { way: 'messages', clients: 100, pool: 20 },
  { way: 'messages', clients: 100, pool: 10, polls: true },
  { way: 'steps', clients: 50, pool: 10 },
  { way: 'steps', clients: 100, pool: 20 },
  { way: 'steps', clients: 500, pool: 20 },
];
const SECONDS = 4;
const DAY_SECONDS = 86_400;
const PAYLOAD = { line: 'line-1', operatorNote: 'x'.repeat(140), shift: 3 };
const FIRING = { device: 'press-1', at: 0, value: 99 };

const server = process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test';
const database = `millrace_bench_dbos_${process.pid}`;
const { dependencies } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));

let activities = 0;
let serial = 0;

const byMessages = DBOS.registerWorkflow(
  async () => {
    await received('criterion');
    await received('criterion');
    const { outcome } = await received('operator');
    return (await received(afterOperator(outcome))).outcome;
  },
  { name: 'by-messages' },
);

const bySteps = DBOS.registerWorkflow(
  async ({ number }) => {
    await taken('criterion-a', { criterion: 'A', ...FIRING });
    await taken('criterion-b', { criterion: 'B', ...FIRING });
    const { outcome } = await taken('operator', { outcome: decisionOn(number), note: 'seen' });
    return (await taken(afterOperator(outcome), { outcome: 'done', note: 'seen' })).outcome;
  },
  { name: 'by-steps' },
);

async function received(topic) {
  const message = await DBOS.recv(topic, { timeoutSeconds: DAY_SECONDS });
  activities += 1;
  return message;
}

async function taken(name, answer) {
  const recorded = await DBOS.runStep(async () => answer, { name });
  activities += 1;
  return recorded;
}

const decisionOn = (number) => (number % 10 === 0 ? 'rejected' : 'confirmed');
const afterOperator = (outcome) => (outcome === 'rejected' ? 'engineer' : 'technologist');

/** One instance from start to end. Messages are sent as soon as the one before is stored, whether or not it was taken. */
const instanceBy = {
  messages: async (input) => {
    const handle = await DBOS.startWorkflow(byMessages)(input);
    const outcome = decisionOn(input.number);
    await DBOS.send(handle.workflowID, { criterion: 'A', ...FIRING }, 'criterion');
    await DBOS.send(handle.workflowID, { criterion: 'B', ...FIRING }, 'criterion');
    await DBOS.send(handle.workflowID, { outcome, note: 'seen' }, 'operator');
    await DBOS.send(handle.workflowID, { outcome: 'done', note: 'seen' }, afterOperator(outcome));
    await handle.getResult();
  },
  steps: (input) => bySteps(input),
};

/** Activities per second once every client has seen an instance end. */
async function measure({ way, clients, pool, polls = false }) {
  let ended = 0;
  let stopped = false;
  const client = async () => {
    while (!stopped) {
      serial += 1;
      await instanceBy[way]({ number: serial, device: `press-${serial}`, ...PAYLOAD });
      ended += 1;
    }
  };
  await DBOS.launch();
  try {
    const running = Promise.all(Array.from({ length: clients }, client));
    while (ended < clients) await Promise.race([running, delay(50)]);
    const before = activities;
    const began = performance.now();
    await Promise.race([running, delay(SECONDS * 1_000)]);
    const value = (activities - before) / ((performance.now() - began) / 1_000);
    stopped = true;
    await running;
    const wakes = way === 'messages' && polls ? ', polling' : '';
    const setup = `activities as ${way}, ${clients} clients, ${pool} connections${wakes}, ${SECONDS} s`;
    process.stderr.write(`  dbos: ${setup}: ${Math.round(value)}/s\n`);
    return { way, value, setup };
  } finally {
    await DBOS.shutdown();
  }
}

async function onServer(statement) {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

const url = new URL(server);
url.pathname = `/${database}`;
const silent = { info() {}, debug() {}, warn() {}, error: (entry) => process.stderr.write(`${entry}\n`) };

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await onServer(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    process.exit(1);
  });
}

const results = [];
for (const setting of SETTINGS) {
  await onServer(`CREATE DATABASE ${database}`);
  try {
    DBOS.setConfig({
      name: 'bench-peer',
      systemDatabaseUrl: url.href,
      systemDatabasePoolSize: setting.pool,
      // A notifying commit takes a lock on the whole server; polling does without.
      useListenNotify: setting.polls !== true,
      logger: silent,
    });
    results.push(await measure(setting));
  } finally {
    await onServer(`DROP DATABASE ${database} WITH (FORCE)`);
  }
}
const fastest = (among) => among.reduce((best, result) => (result.value > best.value ? result : best));
const { value, setup } = fastest(results);
const alike = fastest(results.filter(({ way }) => way === 'messages'));
const version = dependencies['@dbos-inc/dbos-sdk'];
const settings = `fastest of ${SETTINGS.length}: ${setup} (as messages, like ours: ${Math.round(alike.value)}/s)`;
process.stdout.write(`${JSON.stringify({ value, setup: `dbos ${version}, ${settings}` })}\n`);
