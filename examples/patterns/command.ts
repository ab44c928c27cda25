/** Command: one way, judged before it leaves. Done when the broker has it and somebody's queue took it. */
import { type Broker, isMillraceError, openAnalyzerCommands } from '../../src/index.ts';
import { say } from '../start-up.ts';
import { listen } from './listen.ts';

export async function command(broker: Broker): Promise<void> {
  say('1. An analyzer listens to the exchange "baby_analyzer_commands".');
  await using analyzer = await listen(broker, { exchange: 'baby_analyzer_commands', patterns: ['#'] });
  await using commands = openAnalyzerCommands(broker);

  say('2. Commands are sent; nobody answers:');
  const sent = [
    () => commands.sendKeepalive('demo'),
    () => commands.sendRoiChange(100, 200),
    () => commands.sendColormapChange('jet'),
    () => commands.sendCaxisAdjust(-10, 10),
  ];
  for (const send of sent) {
    await send();
    const { routingKey, body } = await analyzer.next();
    say(`   analyzer: ${routingKey}: ${body}`);
  }

  say('3. A wrong one does not leave:');
  const wrong = await commands.sendRoiChange(200, 100).catch((error: unknown) => error);
  if (isMillraceError(wrong)) say(`   sender: ${wrong.code}: ${wrong.message}`);
}
