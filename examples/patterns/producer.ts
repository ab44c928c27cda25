/** Producer: metrics for whoever reads them; nobody answers, and nobody has to be there. */
import { type Broker, isMillraceError, metric, openMetricsProducer } from '../../src/index.ts';
import { say } from '../start-up.ts';
import { listen } from './listen.ts';

/** So that the demo prints the same every time. */
const AT = Date.UTC(2026, 0, 1);

const testResult = () =>
  metric('bit-test').addTag('component', 'focus_server').addTag('test_name', 'config_validation').addValue('passed', 1);

export async function producer(broker: Broker): Promise<void> {
  await using metrics = openMetricsProducer(broker);

  say('1. Nobody reads the exchange "telegraf" yet. Publishing is no error:');
  const alone = await metrics.publish(testResult().at(AT));
  say(`   producer: ${JSON.stringify(alone)}`);

  say('2. A reader binds a queue, as Telegraf does:');
  await using reader = await listen(broker, { exchange: 'telegraf', patterns: ['#'] });
  const heard = await metrics.publish([
    testResult().at(AT),
    testResult()
      .addInteger('attempts', 3)
      .at(AT + 1_000),
  ]);
  say(`   producer: ${JSON.stringify(heard)}`);
  for (const line of (await reader.next()).body.trim().split('\n')) say(`   reader: ${line}`);

  say('3. What InfluxDB would drop without a word is refused here:');
  const wrong = await metrics
    .publish(metric('bit-test').addValue('passed', Number.NaN))
    .catch((error: unknown) => error);
  if (isMillraceError(wrong)) say(`   producer: ${wrong.code}: ${wrong.message}`);
}
