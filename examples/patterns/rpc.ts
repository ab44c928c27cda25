/** RPC: a question to a service, and its answer. The caller waits, and knows what became of it. */
import { z } from 'zod';
import { type Broker, client, isMillraceError, type Rpc, rpc as route, service, startApp } from '../../src/index.ts';
import { say } from '../start-up.ts';

const Job = z.object({ jobId: z.string(), jobType: z.string() });

@service('data_manager')
class DataManager {
  readonly #jobs: string[] = [];

  @route('initiate_data_job', { body: Job })
  async initiateDataJob(m: Rpc<'initiate_data_job', typeof Job>) {
    say(`   server: asked for a job of type ${m.body.jobType}`);
    this.#jobs.push(m.body.jobId);
    return `job started with id ${m.body.jobId}`;
  }

  @route('jobs/{place:int}')
  async job(m: Rpc<'jobs/{place:int}'>) {
    return this.#jobs[m.params.place] ?? null;
  }
}

export async function rpc(broker: Broker): Promise<void> {
  say('1. A service is started. Its queue is data_manager.rpc.');
  await using _server = await startApp({ broker, services: [new DataManager()] });

  say('2. A client asks it; all it needs is the type of the class:');
  await using asking = await startApp({ broker });
  const manager = client<DataManager>(asking, 'data_manager');
  say(`   client: "${await manager.initiateDataJob({ body: { jobId: 'j-1', jobType: 'copy' } })}"`);

  say('3. A path parameter, checked and typed:');
  say(`   client: job 0 is ${await manager.job({ params: { place: 0 } })}`);

  say('4. What is wrong comes back as an error with a code:');
  const wrong = await manager.initiateDataJob({ body: { jobId: 'j-2' } as never }).catch((error: unknown) => error);
  if (isMillraceError(wrong)) say(`   client: ${wrong.code}: ${wrong.message}`);

  say('5. A service that nobody serves is no reason to wait:');
  const nobody = await client<DataManager>(asking, 'data_mangler')
    .job({ params: { place: 0 } })
    .catch((e: unknown) => e);
  if (isMillraceError(nobody)) say(`   client: ${nobody.code}: ${nobody.message}`);
}
