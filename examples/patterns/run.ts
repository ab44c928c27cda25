/** The four patterns of message services, one after the other, each saying what happens step by step. */
import { openBroker } from '../../src/index.ts';
import { brokerOf, brokerUrl, options, say } from '../start-up.ts';
import { command } from './command.ts';
import { producer } from './producer.ts';
import { rpc } from './rpc.ts';
import { worker } from './worker.ts';

const USAGE = `usage: npm run example -- patterns [--demo rpc|producer|command|worker|all] [--url amqp://… | memory] [--prefix …]
  --demo    which pattern; default: all. baby_analyzer is another name for command
  --url     the broker of the command demo; default: AMQP_URL, else the memory of this process
            rpc, producer and worker always run in the memory of this process
`;
const demos = { rpc, producer, command, worker };
type Demo = keyof typeof demos;

const given = options(USAGE, { demo: { type: 'string', default: 'all' } });
const wanted = demosNamed(given.demo);
if (wanted === undefined) {
  process.stderr.write(`--demo is ${Object.keys(demos).join(', ')} or all, not ${given.demo}\n${USAGE}`);
  process.exit(2);
}
for (const name of wanted) {
  await using broker = await (name === 'command' ? brokerOf(given) : openBroker('memory'));
  const where = name === 'command' && brokerUrl(given) !== 'memory' ? 'RabbitMQ' : 'memory';
  say(`== ${name} (${where})`);
  await demos[name](broker);
}

function demosNamed(demo: string): readonly Demo[] | undefined {
  if (demo === 'all') return Object.keys(demos) as Demo[];
  const name = demo === 'baby_analyzer' ? 'command' : demo;
  return Object.hasOwn(demos, name) ? [name as Demo] : undefined;
}
