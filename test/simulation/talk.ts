/** What goes on between instances: orders, signals, cancellations, retries – and the same delivery once more. */
import { jobFamily } from '../../src/jobs/job.ts';
import type { JobContext } from '../../src/jobs/worker.ts';
import { isMillraceError } from '../../src/kernel/errors.ts';
import type { InstanceId, JobId } from '../../src/kernel/ids.ts';
import { DELIVERY_KIND } from '../../src/process/core/action.ts';
import { instanceFamily, subscriptionFamily } from '../../src/process/engine/families.ts';
import { isTalk } from './talk-definitions.ts';
import type { World } from './world.ts';

export type Talk = {
  /** Instances that were answered for. */
  readonly started: Set<InstanceId>;
  /** Signals, and which listeners waited before each was sent; `isSure`: it was answered for. */
  readonly horns: { readonly horn: number; readonly waiting: readonly InstanceId[]; readonly isSure: boolean }[];
  /** Listeners that may have stopped. */
  readonly stopped: Set<InstanceId>;
  count: number;
};
export const newTalk = (): Talk => ({ started: new Set(), horns: [], stopped: new Set(), count: 0 });

const STARTED = [
  'sim.order',
  'sim.order',
  'sim.listener',
  'sim.sleeper',
  'sim.booking',
  'sim.queue',
  'sim.crowd',
  'sim.rounds',
];

/** Among so many deliveries some are to instances that still wait. */
const RECENT = 8;

export async function talkOn(world: World, talk: Talk): Promise<void> {
  const choice = world.random();
  if (choice < 0.5) await begin(world, talk);
  else if (choice < 0.62) await blowHorn(world, talk);
  else if (choice < 0.68) await stopSomebody(world, talk);
  else if (choice < 0.76) await cancelSomebody(world, talk);
  else if (choice < 0.84) await retryAll(world);
  else if (choice < 0.92) await repeatDelivery(world);
  else await dieAtCommit(world);
}

async function begin(world: World, talk: Talk): Promise<void> {
  const definition = pick(world, STARTED) ?? 'sim.order';
  const number = `n${++talk.count}`;
  const variables = { number, roll: Math.round(world.random() * 100) / 100 };
  const id = await attempt(world, () =>
    world.app.process.engine.start({ definition, businessKey: number, variables }, 'olga'),
  );
  if (id !== undefined) talk.started.add(id);
}

async function blowHorn(world: World, talk: Talk): Promise<void> {
  const { store, process } = world.app;
  const rows = await store.select(subscriptionFamily, { where: { name: 'signal:sim.horn' }, limit: 10_000 });
  const horn = ++talk.count;
  const sent = await attempt(world, () =>
    process.deliveries.send({ to: 'signal', name: 'sim.horn', variables: { horn } }),
  );
  const waiting = [...new Set(rows.map(({ instance }) => instance as InstanceId))];
  talk.horns.push({ horn, waiting, isSure: sent !== undefined });
}

async function stopSomebody(world: World, talk: Talk): Promise<void> {
  const listener = pick(world, await active(world, ({ definition }) => definition === 'sim.listener'));
  if (listener !== undefined) await stop(world, talk, listener);
}

type Row = { readonly id: number; readonly definition: string; readonly businessKey: string | null };
async function stop(world: World, talk: Talk, { id, businessKey }: Row): Promise<void> {
  talk.stopped.add(id as InstanceId);
  const message = { name: 'sim.stop', correlationKey: businessKey ?? '', ttlMs: 60_000, id: `stop ${id}` };
  await attempt(world, () => world.app.process.correlator.send(message, 'olga'));
}

async function cancelSomebody(world: World, talk: Talk): Promise<void> {
  const one = pick(world, await active(world, isCancellable));
  if (one === undefined) return;
  talk.stopped.add(one.id as InstanceId);
  await attempt(world, () =>
    world.app.process.engine.command(one.id as InstanceId, { type: 'cancel', reason: 'enough' }, 'olga'),
  );
}

/** A person tries everything again that is stuck. Answers how much that was. */
export async function retryAll(world: World): Promise<number> {
  const { process } = world.app;
  const incidents = (await process.queries.incidents({ limit: 1_000 })).filter(({ definition }) => isTalk(definition));
  for (const { instance, token } of incidents)
    await attempt(world, () =>
      world.app.process.engine.command(instance as InstanceId, { type: 'retry', token }, 'olga'),
    );
  return incidents.length;
}

/** Deliveries of nobody's instance that crashes have put aside; a person finds them among the dead jobs. */
async function replayLost(world: World): Promise<number> {
  const { store, jobs } = world.app;
  const lost = (await store.select(jobFamily, { where: { state: 'quarantined' }, limit: 1_000 })).filter(
    ({ kind, ownerId }) => kind === DELIVERY_KIND && ownerId === null,
  );
  for (const { id } of lost) await attempt(world, () => jobs.replay(id as JobId));
  return lost.length;
}

/** Something that has arrived arrives once more. */
async function repeatDelivery(world: World): Promise<void> {
  const { store, process } = world.app;
  const rows = await store.select(jobFamily, { limit: 10_000 });
  const arrived = rows.filter(({ kind, state }) => kind === DELIVERY_KIND && state === 'done');
  const row = pick(world, world.random() < 0.7 ? arrived.slice(-RECENT) : arrived);
  if (!world.has('duplicate') || row === undefined) return;
  const { id, kind, attempt: tries, key } = row;
  const context: JobContext = {
    ...{ id: id as JobId, kind, attempt: tries, key, payload: JSON.parse(row.payload) },
    ...{ owner: undefined, signal: new AbortController().signal, report: () => {} },
  };
  await attempt(world, () => process.deliveries.carry(context));
}

/** The server dies at one of its next commits: just before it is on the disk, or just after. */
async function dieAtCommit(world: World): Promise<void> {
  if (!world.has('crash')) return;
  world.dieIn(1 + Math.floor(world.random() * 12), world.random() < 0.5 ? 'before' : 'after');
  await world.clock.advance(Math.floor(world.random() * 20_000));
  await world.reviveIfDead();
}

/** Nothing goes wrong any more: listeners are stopped, what is stuck is tried again. Answers whether anything was left to do. */
export async function windUp(world: World, talk: Talk): Promise<boolean> {
  // First what was sent and never arrived: listeners have to hear it before they are stopped.
  if ((await replayLost(world)) > 0) return true;
  const listeners = await active(world, ({ definition }) => definition === 'sim.listener');
  for (const one of listeners) await stop(world, { ...talk, stopped: new Set() }, one);
  return (await retryAll(world)) + listeners.length > 0;
}

async function active({ app: { store } }: World, fits: (row: Row) => boolean): Promise<Row[]> {
  return (await store.select(instanceFamily, { where: { status: 'active' }, limit: 10_000 })).filter(fits);
}

const pick = <Item>({ random }: World, items: readonly Item[]): Item | undefined =>
  items[Math.floor(random() * items.length)];

/** What was answered; undefined when the server died, or did not want it. */
async function attempt<Answer>(world: World, call: () => Promise<Answer>): Promise<Answer | undefined> {
  const answer = call();
  if (world.has('crash') && world.random() < 0.12) {
    answer.catch(() => {});
    await world.crash();
    return undefined;
  }
  try {
    return await world.during(answer);
  } catch (problem) {
    if (isMillraceError(problem) && problem.status < 500) return undefined; // it has ended, or moved on
    throw problem;
  }
}

/** Whoever asked an answerer would wait for ever. */
const isCancellable = ({ definition }: Row): boolean => isTalk(definition) && definition !== 'sim.answerer';
