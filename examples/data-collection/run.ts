/**
 * Data collection: calls with path parameters, refusals with codes, and a stream. `npm run example -- data-collection`
 * tells it in one process; with `--serve` it serves until it is interrupted.
 */
import { type Broker, client, startApp } from '../../src/index.ts';
import { brokerOf, interrupted, options, say } from '../start-up.ts';
import { DataCollection, NEXT_SAMPLE_MS } from './service.ts';

const USAGE = `usage: npm run example -- data-collection [--url amqp://… | memory] [--serve] [--prefix …]
  --url     the broker; default: AMQP_URL, else the memory of this process
  --serve   serves until it is interrupted, and tells no story
`;

const given = options(USAGE, { serve: { type: 'boolean' } });
await using broker = await brokerOf(given);
if (given.serve) {
  await using _ = await startApp({ broker, services: [new DataCollection(simulatedDevice())] });
  say('serving data-collection');
  await interrupted();
} else {
  await tell(broker);
}

/** A press that warms up by a tenth of a degree with each reading. */
function simulatedDevice(): (device: string) => Promise<number> {
  let tenths = 600;
  return async () => tenths++ / 10;
}

async function tell(broker: Broker): Promise<void> {
  await using app = await startApp({ broker, services: [new DataCollection(simulatedDevice())] });
  const collections = client<DataCollection>(app, 'data-collection');
  const params = { collectionId: 'shift-1' };

  const { state, everyMs } = await collections.start({ params, body: { device: 'press-1', everyMs: 10 } });
  say(`1. The collection shift-1 is ${state}: press-1 is read every ${everyMs} ms.`);

  const again = await collections.start({ params, body: { device: 'press-1' } }).catch((error: unknown) => error);
  say(`2. A second start is refused: ${(again as { code: string }).code}`);

  say('3. Its samples, as they come:');
  const wanted = { params, body: { last: 10, follow: true } };
  for await (const { seq, value } of collections.samples(wanted, { timeoutMs: NEXT_SAMPLE_MS })) {
    say(`   sample ${seq}: ${value} °C`);
    if (seq === 3) break; // the service is told that nobody reads any more
  }

  const { collectionId } = await collections.stop({ params });
  say(`4. ${collectionId} is stopped.`);
  for (const { collectionId, state } of await collections.list()) say(`5. The list: ${collectionId} is ${state}.`);

  const unknown = await collections.stop({ params: { collectionId: 'shift-9' } }).catch((error: unknown) => error);
  say(`6. What is not there is said: ${(unknown as Error).message}`);
}
