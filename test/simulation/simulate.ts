/** One seeded life of a plant, from readings to mails, with faults; the same seed is the same life. */
import { jobFamily } from '../../src/jobs/job.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { measurementOutbox } from '../../src/store/outbox.ts';
import { type Account, complete, newAccount, sendBaseline, sendReadings, workOnTask } from './actors.ts';
import { type Fault, swarm } from './faults.ts';
import { checkAlways, checkEnd, fail } from './invariants.ts';
import { newTalk, type Talk, talkOn, windUp } from './talk.ts';
import { checkTalk, checkTalkEnd } from './talk-invariants.ts';
import { type Sabotage, START, World } from './world.ts';

export type SimulationReport = {
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly readings: number;
  readonly instances: number;
  readonly completed: number;
  readonly mails: number;
  readonly crashes: number;
};

export const DEFAULT_STEPS = 40;
const CHECK_EVERY = 10;
const MAX_ROUNDS_TO_QUIET = 400;

export type SimulationOptions = { readonly steps?: number; readonly sabotage?: Sabotage };

/** Throws when an invariant is broken. */
export async function simulate(
  seed: number,
  { steps = DEFAULT_STEPS, sabotage }: SimulationOptions = {},
): Promise<SimulationReport> {
  const random = seededRandom(seed);
  const faults = swarm(seed, random);
  const world = new World({ random, faults, sabotage });
  await world.open();
  await world.setUp();
  const account = newAccount(START);
  const talk = newTalk();
  await sendBaseline(world, account);
  for (let step = 1; step <= steps; step++) {
    const choice = random();
    if (choice < 0.25) await sendReadings(world, account);
    else if (choice < 0.5) await talkOn(world, talk);
    else if (choice < 0.8) await workOnTask(world, account);
    else if (choice < 0.97 || !world.has('crash')) await world.clock.advance(Math.floor(random() * 30_000));
    else await world.crash();
    if (step % CHECK_EVERY !== 0) continue;
    await checkAlways(world, account);
    await checkTalk(world);
  }
  await finish(world, { account, talk });
  await checkEnd(world, account);
  await checkTalkEnd(world, talk);
  const instances = await world.app.process.queries.instances({ limit: 10_000 });
  await world.close();
  const { readings, completed } = account;
  return {
    seed,
    faults: [...faults],
    readings,
    instances: instances.length,
    completed: completed.size,
    mails: world.mails.size,
    crashes: world.crashes,
  };
}

/** Nothing goes wrong any more: all work is done, and time passes until nothing is left to do. */
async function finish(
  world: World,
  { account, talk }: { readonly account: Account; readonly talk: Talk },
): Promise<void> {
  world.isHealed = true;
  await world.crash(); // the last one, so that the disk is quick again
  for (let rounds = 0; rounds < MAX_ROUNDS_TO_QUIET; rounds++) {
    await world.clock.advance(5_000);
    const open = await world.app.tasks.list({ limit: 100 });
    for (const task of open) await complete(world, account, { task, person: 'dana' });
    const wasBusy = await windUp(world, talk);
    if (!wasBusy && open.length === 0 && (await isQuiet(world))) return;
  }
  fail('the plant does not come to rest');
}

async function isQuiet({ app: { store } }: World): Promise<boolean> {
  const waiting = await Promise.all(
    (['scheduled', 'blocked', 'ready', 'leased'] as const).map((state) =>
      store.select(jobFamily, { where: { state }, limit: 1 }),
    ),
  );
  return waiting.flat().length === 0 && (await store.select(measurementOutbox, { limit: 1 })).length === 0;
}
