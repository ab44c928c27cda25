/**
 * What must hold at every moment, whatever went wrong:
 *   1. An instance's history rebuilds its state, and its entries are numbered without a gap.
 *   2. No job or task is settled twice in a history.
 *   3. Every token that waits for a task or job finds its row open; no token is lost.
 *   4. At most one instance of a definition is open for a device.
 *   5. No firing is taken in twice, however often it was delivered.
 *   6. What was acknowledged is there: every completed task is done with the outcome that was acknowledged.
 * And in the end, when nothing goes wrong any more:
 *   7. No instance is stuck: when all tasks are done, all instances have ended.
 *   8. Nothing is left over: no open job, subscription, open-instance row or unsent message – and no incident but for a job
 *      that was lost too often or whose mail server was down at every try.
 *   9. Every task's mail is sent, and its Message-ID at most once more than there were crashes.
 *  10. The limit that is in force for a criterion is one that an engineer has set.
 */
import { jobFamily, MAX_LOST } from '../../src/jobs/job.ts';
import { taskFamily } from '../../src/jobs/task.ts';
import { formatInstanceId, formatJobId, type InstanceId } from '../../src/kernel/ids.ts';
import { DELIVERY_KIND } from '../../src/process/core/action.ts';
import type { Firing } from '../../src/process/core/firing.ts';
import { incidentFamily, openInstanceFamily, subscriptionFamily } from '../../src/process/engine/families.ts';
import type { HistoryEntry, InstanceView } from '../../src/process/engine/queries.ts';
import { mailFamily } from '../../src/process/modules/mail/mail.ts';
import { measurementOutbox } from '../../src/store/outbox.ts';
import { checkHistory } from '../process/history.ts';
import type { Account } from './actors.ts';
import { isTalk, TALK_KINDS } from './talk-definitions.ts';
import type { World } from './world.ts';

export const fail = (what: string): never => {
  throw new Error(`invariant broken: ${what}`);
};
const ALL = 10_000;

export async function checkAlways(world: World, account: Account): Promise<void> {
  const { process, store } = world.app;
  if (account.twice.length > 0) fail(`completed twice: ${account.twice.join()}`);
  const instances = await process.queries.instances({ limit: ALL });
  const open = new Set<string>();
  const takenIn = new Set<string>();
  for (const instance of instances) {
    const history = await checkInstance(world, instance);
    if (isTalk(instance.definition)) continue; // of those there may be as many as people like
    for (const firing of firingsOf(history)) {
      const key = `${instance.definition} ${firing}`;
      if (takenIn.has(key)) fail(`firing ${firing} was taken in twice`);
      takenIn.add(key);
    }
    const key = `${instance.definition} ${instance.businessKey}`;
    if (instance.status === 'active' && open.has(key)) fail(`two open instances for ${key}`);
    if (instance.status === 'active') open.add(key);
  }
  for (const [id, outcome] of account.completed) {
    const task = await store.get(taskFamily, [id]);
    if (task?.state !== 'done' || task.outcome !== outcome)
      fail(`task ${formatJobId(id)} was acknowledged as ${outcome} and is ${task?.state} ${task?.outcome}`);
  }
}

async function checkInstance({ app: { process, store } }: World, instance: InstanceView): Promise<HistoryEntry[]> {
  const id = formatInstanceId(instance.id as InstanceId);
  const history = await checkHistory(process.queries, instance);
  for (const { wait } of instance.state.tokens) {
    if (wait.for === 'nothing') fail(`${id} has a token that waits for nothing`);
    if (wait.for === 'task' && !['offered', 'taken'].includes((await store.get(taskFamily, [wait.job]))?.state ?? ''))
      fail(`${id} waits for a task that is not open`);
    if ((wait.for === 'job' || wait.for === 'timer') && (await store.get(jobFamily, [wait.job]))?.settledAt !== null)
      fail(`${id} waits for a job that is settled`);
  }
  return history;
}

/** The firings with which it began and those that came later. */
function firingsOf(history: readonly HistoryEntry[]): string[] {
  return history.flatMap(({ command, effects }) => {
    const began = effects.flatMap((effect) => (effect.type === 'started' ? [effect.variables.evidence] : []));
    const firings = began.flat() as (Firing | undefined)[];
    return [...firings.map((firing) => firing?.id ?? ''), ...(command.type === 'firing' ? [String(command.id)] : [])];
  });
}

export async function checkEnd(world: World, account: Account): Promise<void> {
  const { store, process, measurements } = world.app;
  await checkAlways(world, account);
  const stuck = await process.queries.instances({ status: 'active', limit: ALL });
  if (stuck.length > 0) fail(`${stuck.length} instances are stuck: ${JSON.stringify(stuck[0]?.state.tokens)}`);
  for (const family of [subscriptionFamily, openInstanceFamily, measurementOutbox] as const) {
    const [row] = await store.select(family, { limit: 1 });
    if (row !== undefined) fail(`left over in ${family.name}: ${JSON.stringify(row)}`);
  }
  const jobs = await store.select(jobFamily, { limit: ALL });
  const open = jobs.find(({ settledAt }) => settledAt === null);
  if (open !== undefined) fail(`job ${open.id} (${open.kind}) is still ${open.state}`);
  const own = jobs.filter(({ kind }) => kind !== DELIVERY_KIND && !(TALK_KINDS as readonly string[]).includes(kind));
  const givenUp = own.filter(({ state, lost }) => (state === 'quarantined' && lost === MAX_LOST) || state === 'dead');
  const incidents = await store.select(incidentFamily, { limit: ALL });
  if (incidents.some(({ instance }) => !givenUp.some(({ ownerId }) => ownerId === instance)))
    fail(`an incident without a cause: ${JSON.stringify(incidents)}`);
  if (givenUp.some(({ state }) => state === 'dead') && !world.faults.has('mail-trouble'))
    fail('a job died without a reason');
  if (givenUp.some(({ state }) => state === 'quarantined') && world.crashes < MAX_LOST)
    fail('a job was quarantined without crashes');
  if (givenUp.length > 0 && incidents.length === 0) fail('a job was given up without an incident');
  const mails = new Map((await store.select(mailFamily, { limit: ALL })).map((mail) => [mail.id, mail]));
  for (const job of jobs.filter(({ kind, state }) => kind === 'mail' && state === 'done')) {
    if (mails.get(job.id)?.state !== 'sent') fail(`mail ${job.id} is ${mails.get(job.id)?.state}`);
  }
  for (const [messageId, times] of world.mails)
    if (times > 1 + world.crashes) fail(`${messageId} was sent ${times} times with ${world.crashes} crashes`);
  for (const { id, settings, version } of (await measurements.criteria.list({ limit: 100 })).items) {
    if (!id.endsWith('.B') || version === 1 || !('limit' in settings)) continue;
    const set = [...account.limits.values()].filter(({ criterion }) => criterion === id).map(({ limit }) => limit);
    const mayBeUnheard = world.crashes > 0; // a completion whose answer was lost in a crash still counts
    if (!mayBeUnheard && !set.includes(Number(settings.limit)))
      fail(`${id} has limit ${settings.limit}, which nobody set`);
  }
}
