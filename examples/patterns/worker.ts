/** Worker: work in the background, one piece at a time, that survives failures and stops in order. */
import { z } from 'zod';
import { type Broker, type Cmd, client, command, service, startApp } from '../../src/index.ts';
import { say } from '../start-up.ts';

const Job = z.object({ jobId: z.string(), failures: z.int().default(0) });

@service('worker')
class Worker {
  readonly ended: string[] = [];
  #whenEnded = (): void => {};

  /** Its own queue is the job queue, `concurrency: 1` the lock, and the app's closing the stop signal. */
  @command('jobs', { body: Job, queue: 'jobs', concurrency: 1, retry: { attempts: 3, firstMs: 10 } })
  async run(m: Cmd<'jobs', typeof Job>) {
    const { jobId, failures } = m.body;
    say(`   worker: ${jobId}, attempt ${m.attempt}`);
    if (m.attempt <= failures) throw new Error('the disk is full');
    this.ended.push(jobId);
    this.#whenEnded();
  }

  async end(count: number): Promise<void> {
    while (this.ended.length < count) {
      await new Promise<void>((resolve) => {
        this.#whenEnded = resolve;
      });
    }
  }
}

export async function worker(broker: Broker): Promise<void> {
  await using asking = await startApp({ broker });
  const jobs = client<Worker>(asking, 'worker');
  const first = new Worker();
  const firstApp = await startApp({ broker, services: [first] });

  say('1. A job is put into the queue; sending is done when the broker has it:');
  await jobs.run({ body: { jobId: 'job-1' } });
  await first.end(1);

  say('2. A job that fails is tried again, with pauses:');
  await jobs.run({ body: { jobId: 'job-2', failures: 1 } });
  await first.end(2);

  say('3. The worker stops. Jobs that come meanwhile wait in the queue:');
  await firstApp.close();
  await jobs.run({ body: { jobId: 'job-3' } });
  const [queue] = await broker.queues(['worker.jobs']);
  say(`   queue: ${queue?.ready} waits`);

  say('4. The next worker goes on where the first one stopped:');
  const second = new Worker();
  const secondApp = await startApp({ broker, services: [second] });
  await second.end(1);
  await secondApp.close();
}
