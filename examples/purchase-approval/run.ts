/**
 * A purchase that a second pair of eyes must approve, and that goes to somebody else when nobody answers in time:
 * `npm run example -- purchase-approval`. It talks to the server that MILLRACE_URL and MILLRACE_TOKEN (an administrator's)
 * name, or to one that it starts and stops.
 */
import { type Client, isClientError } from '../../src/client/index.ts';
import { type As, definitionBeside, find, newName, onServer, say, taskOf, withLists } from '../on-a-server.ts';

/** What the definition gives two days for. */
const ANSWER_WITHIN = 'PT2S';

await onServer(tell);

async function tell(client: Client, as: As): Promise<void> {
  await withLists(client, ['purchasing']);
  const { key } = await client.definitions.deploy(definitionBeside(import.meta.url));
  const [dana, omer] = [await as('Dana', 'operator'), await as('Omer', 'engineer')];
  const purchase = newName('purchase');
  const { id } = await client.instances.start({
    definition: key,
    businessKey: purchase,
    variables: { answerWithin: ANSWER_WITHIN },
  });
  const ask = await taskOf(dana, 'operator', purchase);
  await refused('1. Dana asks for a pump for nothing', () =>
    dana.tasks.complete(ask.id, { outcome: 'done', variables: { item: 'Pump', amount: 0 } }),
  );
  await dana.tasks.complete(ask.id, { outcome: 'done', variables: { item: 'Pump', amount: 1_800 } });
  say('2. Dana asks for a pump for 1,800 euros. That needs approval.');

  const approve = await taskOf(dana, 'operator', purchase);
  await refused('3. Dana approves it herself', () => dana.tasks.complete(approve.id, { outcome: 'approved' }));
  await find('the escalation', async () => ((await omer.tasks.get(approve.id)).role === 'engineer' ? true : undefined));
  say('4. No operator answers in time, so the task is offered to the engineers, and purchasing gets a mail.');

  await omer.tasks.take(approve.id);
  await refused('5. Omer rejects it without a word', () => omer.tasks.complete(approve.id, { outcome: 'rejected' }));
  await omer.tasks.complete(approve.id, { outcome: 'rejected', comment: 'The workshop has one for 900.' });
  say('6. Omer rejects it: The workshop has one for 900. Dana is asked again.');

  const again = await taskOf(dana, 'operator', purchase);
  await dana.tasks.complete(again.id, { outcome: 'done', variables: { item: 'Used pump', amount: 450 } });
  say('7. Dana asks for a used pump for 450 euros. That needs no approval.');
  const mail = await find('the order', async () => {
    const { items } = await client.mails();
    return items.find(({ instance, subject }) => instance === id && subject.startsWith('Please order'));
  });
  const { status, passed } = await find('the end', async () => {
    const instance = await client.instances.get(id);
    return instance.status === 'active' ? undefined : instance;
  });
  say(`8. ${mail.list} gets a mail: ${mail.subject} The process is ${status}: ${passed.join(' → ')}`);
}

async function refused(what: string, attempt: () => Promise<unknown>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (!isClientError(error)) throw error;
    return say(`${what}: refused, ${error.code}.`);
  }
  throw new Error(`${what}: it was not refused`);
}
