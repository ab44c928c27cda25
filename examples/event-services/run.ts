/**
 * Serves two event services. Without a broker it sends them two messages itself and ends; on RabbitMQ it serves until it
 * is interrupted, and `examples/event-services/send` sends. `--only` serves one of them, so that each scales by itself.
 */
import { type Broker, client, startApp } from '../../src/index.ts';
import { brokerOf, brokerUrl, interrupted, options, say } from '../start-up.ts';
import { sayResults } from './results.ts';
import { ModelService, TaskService } from './services.ts';

const USAGE = `usage: npm run example -- event-services [--only tasks|models] [--url amqp://… | memory] [--prefix …]
  --only    serves only this one; start it as often as you like
  --url     the broker; default: AMQP_URL, else the memory of this process
  --prefix  before every name on the broker; default: none
`;
const known = { tasks: new TaskService(say), models: new ModelService(say) };

const given = options(USAGE, { only: { type: 'string' } });
const { only } = given;
if (only !== undefined && !Object.hasOwn(known, only)) {
  process.stderr.write(`--only is tasks or models, not ${only}\n${USAGE}`);
  process.exit(2);
}
const names = only === undefined ? ['tasks', 'models'] : [only];
await using broker = await brokerOf(given);
await using results = await sayResults(broker, { services: names, say });
await using _app = await startApp({
  broker,
  services: Object.entries(known).flatMap(([name, service]) => (names.includes(name) ? [service] : [])),
});
say(`serving ${names.join(' and ')}`);
if (brokerUrl(given) === 'memory') {
  await sendBoth(broker);
  await results.count(names.length);
} else {
  await interrupted();
}

/** What `send` does, from inside: there is no other way into the memory of a process. */
async function sendBoth(broker: Broker): Promise<void> {
  await using asking = await startApp({ broker });
  if (names.includes('tasks')) {
    const params = { one: 'any string', more: 'another string' };
    await client<TaskService>(asking, 'tasks').anotherMethod({ params });
  }
  if (names.includes('models')) {
    await client<ModelService>(asking, 'models').trainModel({ params: { model_id: 17 }, body: 'some text' });
  }
}
