/**
 * The data manager: accepts jobs by RPC, runs one after the other, and loses none when it is stopped in the middle.
 * `npm run example -- data-manager` tells it in one process; with `--serve` it serves until it is interrupted.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Broker, startApp } from '../../src/index.ts';
import { brokerOf, brokerUrl, interrupted, options, say } from '../start-up.ts';
import { dataManagerClient } from './client.ts';
import { DataManager } from './service.ts';
import { Worker } from './worker.ts';

const USAGE = `usage: npm run example -- data-manager [--url amqp://… | memory] [--serve] [--prefix …]
  --url     the broker; default: AMQP_URL, else the memory of this process
  --serve   serves until it is interrupted, and tells no story
`;
/** How long a running job may go on when the service stops. */
const GRACE_MS = 100;

const given = options(USAGE, { serve: { type: 'boolean' } });
await using broker = await brokerOf(given);
if (given.serve) {
  await using _ = await serve(broker);
  say(`serving DataManager on ${brokerUrl(given) === 'memory' ? 'memory' : 'RabbitMQ'}`);
  await interrupted();
} else {
  await tell(broker);
}

/** One type of job: it takes as long as its payload says. */
function worker(): Worker {
  return new Worker({
    copy: async ({ jobId, payload }, signal) => {
      say(`   ${jobId} begins`);
      try {
        await pause(Number(payload.ms ?? 0), undefined, { signal });
      } catch (error) {
        say(`   ${jobId} is interrupted and goes back to the queue`);
        throw error;
      }
      say(`   ${jobId} is done`);
    },
  });
}

function serve(broker: Broker) {
  return startApp({ broker, services: [new DataManager(worker())], graceMs: GRACE_MS });
}

async function tell(broker: Broker): Promise<void> {
  await using asking = await startApp({ broker });
  const manager = dataManagerClient(asking);
  const first = await serve(broker);
  say('1. Three jobs are asked for. Each is answered when the broker has it:');
  for (const [jobId, ms] of [
    ['job-1', 50],
    ['job-2', 1_500],
    ['job-3', 50],
  ] as const)
    await quietly(() => manager.initiateDataJob(jobId, 'copy', { ms }));
  say('2. The worker takes one at a time.');
  await until(async () =>
    (await manager.getStatusList()).some(({ state, jobId }) => jobId === 'job-2' && state === 'running'),
  );
  say('3. The service is stopped in the middle of the second:');
  await first.close();
  say('4. It is started again. What was accepted is still there:');
  await using _second = await serve(broker);
  await until(async () => (await manager.getStatusList()).filter(({ state }) => state === 'done').length === 2);
  say('5. The list of the second start:');
  for (const { jobId, state } of await manager.getStatusList()) say(`   ${jobId}: ${state}`);
  const refused = await manager.initiateDataJob('job-4', 'bake').catch((error: unknown) => error);
  say(`6. A type that nobody knows is refused at once: ${(refused as Error).message}`);
}

/** Says the answer. */
async function quietly(ask: () => Promise<string>): Promise<void> {
  say(`   "${await ask()}"`);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(20);
}
