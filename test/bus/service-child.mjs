/** A service in a process of its own, to be stopped or killed: what it carries out it writes to a file, a line each. */
import { appendFileSync } from 'node:fs';
import { command, defineService, openBroker, rpc, startApp } from '../../dist/index.js';

const [url, prefix, file] = process.argv.slice(2);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const worker = defineService(
  'worker',
  {
    work: command('work/{n:int}', { retry: { attempts: 5, firstMs: 1, longestMs: 1 } }, async (m) => {
      await pause(2);
      if (m.params.n % 50 === 7) throw new Error('poison');
      appendFileSync(file, `${m.params.n}\n`);
    }),
    ask: rpc('ask/{n:int}', { idempotent: true }, async (m) => {
      await pause(2);
      return m.params.n * 2;
    }),
    change: rpc('change/{n:int}', {}, async (m) => {
      appendFileSync(`${file}.changes`, `${m.params.n}\n`);
      await pause(2);
      return m.params.n;
    }),
  },
  { concurrency: 8 },
);

const broker = await openBroker(url, { prefix });
const app = await startApp({ broker, services: [worker], graceMs: 5_000 });
process.once('SIGTERM', async () => {
  await app.close();
  await broker.close();
  process.exit(0);
});
process.send('serves');
