/** Services of a plant, on a broker that they share with the server, and dead letters of theirs. */
import { z } from 'zod';
import type { Broker } from '../../src/bus/broker.ts';
import { startApp } from '../../src/bus/service/app.ts';
import type { App } from '../../src/bus/service/app-type.ts';
import { defineService } from '../../src/bus/service/define-service.ts';
import { command, on, rpc } from '../../src/bus/service/rpc.ts';
import { plainText } from '../../src/bus/service/schema.ts';
import { ServiceError } from '../../src/bus/service/service-error.ts';
import { systemClock } from '../../src/kernel/clock.ts';

const Channels = z.object({
  channels: z.object({ min: z.int().min(1), max: z.int().describe('The last channel, included.') }),
  view: z.enum(['waterfall', 'single']),
  note: z.string().optional(),
});
const Range = z.object({ from: z.int().min(0), to: z.int().min(0) });

export const DEAD_LETTERS = 3;
const ROI_QUEUE = 'focus.commands';

/** Whether the roi can be set is switched from outside: until then its commands die. */
export async function startServices(broker: Broker): Promise<App & { isRepaired: boolean }> {
  const focus = defineService(
    'focus',
    {
      configure: rpc(
        'jobs/{jobId}/configure',
        {
          ...{ body: Channels, result: z.object({ job: z.string(), channels: z.int() }), idempotent: true },
          ...{ to: 'focus.jobs.{jobId}.configured', timeoutMs: 2_000 },
          description: 'Starts a stream job, or changes the channels and the view of one that runs.',
        },
        ({ params, body: { channels } }) => {
          if (channels.min > channels.max) throw new ServiceError('focus.no-channels', 'min is above max');
          return { job: params.jobId, channels: channels.max - channels.min + 1 };
        },
      ),
      rows: rpc('jobs/{jobId}/rows/{count:int}', {}, async function* ({ params }) {
        for (let row = 0; row < params.count; row++) yield { job: params.jobId, row };
      }),
      say: rpc('say', { body: plainText }, ({ body }) => `heard: ${body}`),
      roi: command('jobs/{jobId}/roi', { body: Range, retry: { attempts: 1 } }, ({ params }) => {
        if (!app.isRepaired)
          throw new ServiceError('focus.no-roi', `the job ${params.jobId} has no region of interest`);
      }),
      alarm: on('plant.{line}.alarm', { body: z.object({ level: z.int() }) }, () => {}),
    },
    { description: 'Live views of recordings: configures stream jobs and hands out their rows.', version: '2.1.0' },
  );
  const accounts = defineService('accounts', {
    generate: command('accounts', { body: z.object({ count: z.int() }) }, () => {}),
  });
  const started = await startApp({ broker, services: [focus, accounts] });
  const app = Object.assign(started, { isRepaired: false });
  for (let job = 1; job <= DEAD_LETTERS; job++) {
    await broker.publish({
      ...{ id: `roi-${job}`, exchange: 'millrace.commands', routingKey: `focus.jobs.${job}.roi`, headers: {} },
      ...{ body: job === DEAD_LETTERS ? '{"from": "zero"}' : '{"from":0,"to":9}', at: systemClock.now() },
    });
  }
  while ((await broker.deadLetters(ROI_QUEUE)).length < DEAD_LETTERS) await systemClock.sleep(20);
  return app;
}
