/**
 * A report that leaves every morning at six, and whenever somebody asks: `npm run example -- nightly-report`. It talks to
 * the server that MILLRACE_URL and MILLRACE_TOKEN (an administrator's) name, or to one that it starts and stops.
 */
import { type Client, everyItem } from '../../src/client/index.ts';
import { type As, definitionBeside, find, newName, onServer, say, withLists } from '../on-a-server.ts';

const WORKER = 'report-writer';
const ASKED = { definition: 'example-question', key: 'inspection' };

await onServer(tell);

async function tell(client: Client, as: As): Promise<void> {
  await withLists(client, ['foremen']);
  await client.definitions.deploy(definitionBeside(import.meta.url));
  const writer = await as(WORKER, 'worker');
  say('1. The report is deployed. It leaves every day at 06:00, and whenever somebody asks.');
  const { id: question } = await askSomebody(client);
  const report = newName('report');
  const { id } = await client.instances.start({ definition: 'nightly-report', at: 'by-hand', businessKey: report });
  await collect(writer);
  const news = await find('the report', async () => {
    const [mails, tasks] = [await client.mails(), await client.tasks.list({ role: 'engineer', state: 'offered' })];
    const mail = mails.items.find(({ instance }) => instance === id);
    if (mail !== undefined) return `the ${mail.list} get a mail: ${mail.subject}`;
    const task = tasks.items.find(({ instance }) => instance === id);
    return task && `something is stuck, so an engineer is asked: ${task.name}`;
  });
  say(`2. Somebody asks, a worker collects, and ${news}`);
  const { passed } = await client.instances.get(id);
  say(`3. The report went by: ${passed.join(' → ')}`);
  await client.instances.cancel(question);
}

/** Something to report: a task that is overdue at once. */
async function askSomebody(client: Client): Promise<{ readonly id: string }> {
  await client.definitions.deploy({
    key: ASKED.definition,
    nodes: [{ id: ASKED.key, type: 'userTask', role: 'operator', due: '1ms' }],
  });
  return client.instances.start({ definition: ASKED.definition });
}

/** One round of the worker, by the API as everybody has it. */
async function collect(client: Client): Promise<void> {
  const job = await find('the job', async () => {
    const { jobs } = await client.jobs.claim({
      ...{ kinds: ['report.collect'], limit: 1, wait: '1s', lease: '30s', worker: WORKER },
    });
    return jobs[0];
  });
  const settlement = { kind: 'done', outcome: 'done', output: await figures(client) } as const;
  await client.jobs.settle(WORKER, [{ id: job.id, epoch: job.epoch, settlement }]);
}

async function figures(client: Client): Promise<Record<string, unknown>> {
  const byRole = new Map<string, number>();
  let overdue = 0;
  for await (const { role, dueAt } of everyItem((page) => client.tasks.list({ ...page, state: 'offered' }))) {
    byRole.set(role, (byRole.get(role) ?? 0) + 1);
    if (dueAt !== null && Date.parse(dueAt) < Date.now()) overdue += 1;
  }
  let incidents = 0;
  for await (const _ of everyItem((page) => client.incidents.list(page))) incidents += 1;
  return {
    overdue,
    incidents,
    open: [...byRole.values()].reduce((sum, count) => sum + count, 0),
    byRole: [...byRole].map(([role, count]) => `${role}: ${count}`).join('\n'),
  };
}
