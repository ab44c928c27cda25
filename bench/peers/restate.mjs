/**
 * The load of `process.activities` in Restate, by its own server from npm with its own durable settings (a write-ahead log that
 * is synced): an equipment defect of four activities, as for DBOS. Once with each activity arriving from outside as a call that
 * resolves a durable promise, which is the same work, and once with each as a `ctx.run` of a service, which asks less of it: nobody decides
 * and nothing waits. The services are served by this process, and its clients keep one invocation each under way. Answers the
 * fastest of some settings as one JSON line; the others go to stderr.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as restate from '@restatedev/restate-sdk';
import * as clients from '@restatedev/restate-sdk-clients';

const SETTINGS = [
  { way: 'messages', clients: 50, partitions: 24 },
  { way: 'messages', clients: 200, partitions: 4 },
  { way: 'steps', clients: 50, partitions: 24 },
  { way: 'steps', clients: 200, partitions: 4 },
];
const SECONDS = 4;
const START_MS = 30_000;
/** A server that takes longer to let every client end two instances does not work. */
const FILL_MS = 20_000;
const PAYLOAD = { line: 'line-1', operatorNote: 'x'.repeat(140), shift: 3 };
const FIRING = { device: 'press-1', at: 0, value: 99 };
const { dependencies } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));

/** The SDK needs it, and Node.js has it from version 22 on. */
Promise.withResolvers ??= () => {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
};

let activities = 0;
let serial = 0;
const decisionOn = (number) => (number % 10 === 0 ? 'rejected' : 'confirmed');
const afterOperator = (outcome) => (outcome === 'rejected' ? 'engineer' : 'technologist');

const byMessages = restate.workflow({
  name: 'byMessages',
  handlers: {
    run: async (context) => {
      const received = async (activity) => {
        const message = await context.promise(activity);
        activities += 1;
        return message;
      };
      await received('criterion-a');
      await received('criterion-b');
      const { outcome } = await received('operator');
      return (await received(afterOperator(outcome))).outcome;
    },
    tell: restate.handlers.workflow.shared(async (context, { activity, message }) => {
      await context.promise(activity).resolve(message);
    }),
  },
});

const bySteps = restate.service({
  name: 'bySteps',
  handlers: {
    take: async (context, { number }) => {
      const taken = async (name, answer) => {
        const recorded = await context.run(name, () => answer);
        activities += 1;
        return recorded;
      };
      await taken('criterion-a', { criterion: 'A', ...FIRING });
      await taken('criterion-b', { criterion: 'B', ...FIRING });
      const { outcome } = await taken('operator', { outcome: decisionOn(number), note: 'seen' });
      return (await taken(afterOperator(outcome), { outcome: 'done', note: 'seen' })).outcome;
    },
  },
});

/** One instance from start to end. Messages are sent as soon as the one before is stored, whether or not it was taken. */
const instanceBy = {
  messages: async (ingress, input) => {
    const workflow = ingress.workflowClient(byMessages, `${input.device}`);
    const outcome = decisionOn(input.number);
    await workflow.workflowSubmit(input);
    await workflow.tell({ activity: 'criterion-a', message: { criterion: 'A', ...FIRING } });
    await workflow.tell({ activity: 'criterion-b', message: { criterion: 'B', ...FIRING } });
    await workflow.tell({ activity: 'operator', message: { outcome, note: 'seen' } });
    await workflow.tell({ activity: afterOperator(outcome), message: { outcome: 'done', note: 'seen' } });
    await workflow.workflowAttach();
  },
  steps: (ingress, input) => ingress.serviceClient(bySteps).take(input),
};

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A server with nothing in it, and the address at which it takes calls. */
async function openServer(partitions, servicePort) {
  const [ingress, admin, node] = await Promise.all([freePort(), freePort(), freePort()]);
  const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-restate-'));
  const program = createRequire(import.meta.url).resolve(
    `@restatedev/restate-server-${platform()}-${arch()}/bin/restate-server`,
  );
  const server = spawn(program, ['--no-logo', '--base-dir', directory], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'ignore'],
    env: {
      RESTATE_LISTEN_MODE: 'tcp',
      RESTATE_BIND_IP: '127.0.0.1',
      RESTATE_BIND_PORT: `${node}`,
      RESTATE_INGRESS__BIND_PORT: `${ingress}`,
      RESTATE_ADMIN__BIND_PORT: `${admin}`,
      RESTATE_DEFAULT_NUM_PARTITIONS: `${partitions}`,
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_LOG_FILTER: 'error',
    },
  });
  const ended = new Promise((resolve) => server.once('close', resolve));
  const close = async () => {
    server.kill('SIGKILL');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', () => server.kill('SIGKILL'));
  try {
    await registered(`http://127.0.0.1:${admin}`, servicePort);
    return { url: `http://127.0.0.1:${ingress}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function registered(admin, port) {
  const deadline = Date.now() + START_MS;
  const body = JSON.stringify({ uri: `http://127.0.0.1:${port}` });
  for (;;) {
    try {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${admin}/deployments`, { method: 'POST', headers, body });
      if (answer.ok) return;
      throw new Error(`restate answered ${answer.status}: ${await answer.text()}`);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(200);
    }
  }
}

/** Activities per second once every client has seen an instance end. */
async function measure({ way, clients: count, partitions }, servicePort) {
  const server = await openServer(partitions, servicePort);
  const ingress = clients.connect({ url: server.url });
  let ended = 0;
  let stopped = false;
  const client = async () => {
    while (!stopped) {
      serial += 1;
      await instanceBy[way](ingress, { number: serial, device: `press-${serial}`, ...PAYLOAD });
      ended += 1;
    }
  };
  try {
    const running = Promise.all(Array.from({ length: count }, client));
    const deadline = Date.now() + FILL_MS;
    while (ended < 2 * count) {
      if (Date.now() > deadline) throw new Error(`only ${ended} instances ended in ${FILL_MS} ms`);
      await Promise.race([running, delay(50)]);
    }
    const before = activities;
    const began = performance.now();
    await Promise.race([running, delay(SECONDS * 1_000)]);
    const value = (activities - before) / ((performance.now() - began) / 1_000);
    stopped = true;
    await running;
    const setup = `activities as ${way}, ${count} clients, ${partitions} partitions, ${SECONDS} s`;
    process.stderr.write(`  restate: ${setup}: ${Math.round(value)}/s\n`);
    return { way, value, setup };
  } finally {
    await server.close();
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const servicePort = await restate.serve({
  services: [byMessages, bySteps],
  port: await freePort(),
  // By default it prints several lines for each invocation.
  logger: () => {},
});
const results = [];
for (const setting of SETTINGS) results.push(await measure(setting, servicePort));
const fastest = (among) => among.reduce((best, result) => (result.value > best.value ? result : best));
const { value, setup } = fastest(results);
const alike = fastest(results.filter(({ way }) => way === 'messages'));
const version = `server ${dependencies['@restatedev/restate-server']}, sdk ${dependencies['@restatedev/restate-sdk']}`;
const settings = `fastest of ${SETTINGS.length}: ${setup} (as messages, like ours: ${Math.round(alike.value)}/s), its log synced`;
process.stdout.write(`${JSON.stringify({ value, setup: `restate ${version}, ${settings}` })}\n`, () => process.exit(0));
