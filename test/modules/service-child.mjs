/**
 * A service that weighs parts, in a process of its own, to be killed in the midst of a step. Each step it begins is a line of
 * a file, with its key and its attempt; a service that is to hang never ends one.
 */
import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import { defineModule, done, openBroker, serveModules } from '../../dist/index.js';

const [url, prefix, file, manner] = process.argv.slice(2);

const weigh = defineModule({
  name: 'weigh',
  title: 'Weigh a part',
  summary: 'Says what a part weighs.',
  config: z.strictObject({ part: z.string() }),
  outcomes: ['done'],
  run: async ({ config, key, attempt, signal }) => {
    appendFileSync(file, `${JSON.stringify({ key, attempt })}\n`);
    if (manner === 'hangs') await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return done('done', { grams: config.part.length });
  },
});

const broker = await openBroker(url, { prefix });
const service = await serveModules({ broker, service: 'scale', modules: [weigh], timeoutMs: 5_000 });
process.once('SIGTERM', async () => {
  await service.close();
  await broker.close();
  process.exit(0);
});
process.send('serves');
