/**
 * A line has stopped: work that goes on beside each other, and steps that are undone when it was a false alarm:
 * `npm run example -- incident-response`. It talks to the server that MILLRACE_URL and MILLRACE_TOKEN (an administrator's)
 * name, or to one that it starts and stops.
 */
import type { Client } from '../../src/client/index.ts';
import { type As, definitionBeside, find, newName, onServer, say, taskOf } from '../on-a-server.ts';
import { startHands } from './hands.ts';

await onServer(tell);

async function tell(client: Client, as: As): Promise<void> {
  await client.definitions.deploy(definitionBeside(import.meta.url));
  await using hands = startHands(await as('line-hands', 'worker'));
  const [tali, dana] = [await as('Tali', 'technologist'), await as('Dana', 'operator')];
  for (const isFalseAlarm of [false, true]) {
    const line = newName('line');
    await client.messages.send({ name: 'line.stopped', correlationKey: line, variables: { line } });
    const inspect = await taskOf(tali, 'technologist', line);
    const reroute = await taskOf(dana, 'operator', line);
    say(`1. A line has stopped. The workers did: ${hands.didFor(line)}.`);
    say(`2. Two people are asked at once: ${inspect.name} (Tali), ${reroute.name} (Dana)`);
    await dana.tasks.complete(reroute.id, { outcome: 'done' });
    const finding = isFalseAlarm ? 'A loose sensor' : 'A torn belt, changed';
    await tali.tasks.complete(inspect.id, { outcome: 'done', variables: { isFalseAlarm, finding } });
    say(`3. Dana has moved the orders; Tali says: ${finding}.`);
    const { status } = await find('the end', async () => {
      const instance = await client.instances.get(inspect.instance);
      return instance.status === 'active' ? undefined : instance;
    });
    say(`4. In all the workers did: ${hands.didFor(line)}. The process is ${status}.`);
    if (!isFalseAlarm) say();
  }
}
