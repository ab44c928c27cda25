/** A worker in a process of its own: claims jobs over HTTP and settles them at once, batch by batch, until it is killed. */
import { createClient } from '../../src/client/client.ts';

const LIMIT = 500;
/** Batches at the same time, so that one is claimed while another is settled. */
const LOOPS = 3;
const [name = '', ...kinds] = process.argv.slice(2);
const { MILLRACE_URL: url = '', MILLRACE_TOKEN: token = '' } = process.env;
const { jobs } = createClient({ url, token });

async function work(worker: string): Promise<never> {
  for (;;) {
    const { jobs: claimed } = await jobs.claim({ worker, kinds, limit: LIMIT, wait: '5s', lease: '60s' });
    if (claimed.length === 0) continue;
    const settlement = { kind: 'done', outcome: 'done' } as const;
    await jobs.settle(
      worker,
      claimed.map(({ id, epoch }) => ({ id, epoch, settlement })),
    );
  }
}

await Promise.all(Array.from({ length: LOOPS }, (_, loop) => work(`${name}-${loop}`)));
