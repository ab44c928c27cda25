/** `millrace worker` as it is built, with a desk at the other end of the channel to the test that started it. */
import process from 'node:process';
import { readConfig } from '../../dist/app/config.js';
import { stopSignals } from '../../dist/app/stop-signals.js';
import { runWorker, workerHealth } from '../../dist/app/worker.js';
import { runCli } from '../../dist/edge/cli/cli.js';

const waiting = new Map();
let last = 0;
process.on('message', ({ call, answer, error }) => {
  const { resolve, reject } = waiting.get(call);
  waiting.delete(call);
  if (error === undefined) resolve(answer);
  else reject(new Error(error));
});
const ask =
  (name) =>
  (...given) =>
    new Promise((resolve, reject) => {
      last += 1;
      const call = last;
      waiting.set(call, { resolve, reject });
      const signal = given.find((each) => each instanceof AbortSignal);
      signal?.addEventListener('abort', () => process.connected && process.send({ abort: call }), { once: true });
      process.send({ call, name, given: given.filter((each) => each !== signal) });
    });
const desk = Object.fromEntries(
  ['claim', 'settle', 'release', 'heartbeat', 'report', 'leave'].map((name) => [name, ask(name)]),
);
const openDesk = async () => ({ ...desk, close: async () => {} });

const signals = stopSignals();
process.exitCode = await runCli(process.argv.slice(2), {
  version: '0',
  settings: () => readConfig(),
  serve: async () => {},
  migrate: async () => ({ json: {}, text: '' }),
  demo: async () => {},
  worker: (options) => runWorker(readConfig(), options, { openDesk, signals }),
  workerHealth: async (options) => workerHealth(readConfig(), options),
});
if (process.connected) process.disconnect();
