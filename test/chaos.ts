/**
 * `npm run chaos -- --store sqlite|postgres --rounds N | --minutes N [--what processes|jobs] [--seed N]`: kills the real
 * server again and again, and disturbs processes with a job queue in every other way.
 */
import { runJobsChaos } from './chaos/jobs/run.ts';
import { runChaos } from './chaos/run.ts';
import { freshDatabase } from './fresh-database.ts';
import { readOptions } from './program-options.ts';

const {
  store: name = 'sqlite',
  rounds: wanted,
  minutes,
  seed = Date.now(),
  what,
} = readOptions(
  'npm run chaos -- [--store sqlite|postgres] [--rounds N | --minutes N] [--what processes|jobs] [--seed N]',
  {
    store: ['sqlite', 'postgres'],
    rounds: 'count',
    minutes: 'count',
    seed: 'count',
    what: ['processes', 'jobs'],
  },
);
/** Short, so that many run out. */
const LEASE_MS = 2_000;
/** Problems that are printed; all are counted. */
const MOST_SHOWN = 50;
const say = (line: string) => void process.stdout.write(`${line}\n`);
const rounds = wanted ?? (minutes === undefined ? 10 : Number.POSITIVE_INFINITY);

/** Of what is asked for, half the time each. */
const parts = what === undefined ? 2 : 1;
const partMs = ((minutes ?? 1) * 60_000) / parts;
let problems = 0;
if (what !== 'jobs') problems += await disturbProcesses();
if (what !== 'processes') problems += await disturbJobs();
process.exitCode = problems === 0 ? 0 : 1;

async function disturbProcesses(): Promise<number> {
  say(`kill -9 on ${name}, seed ${seed}`);
  const until = minutes === undefined ? {} : { until: Date.now() + partMs };
  const account = await onStore((store) => runChaos({ store, rounds, seed, say, ...until }));
  say(`${account.kills} kills in ${account.rounds} rounds; ${account.calls} calls, ${account.cutOff} of them cut off.`);
  say(
    `Acknowledged: ${account.started} instances started, ${account.completed} tasks completed, ${account.messages} messages, ${account.readings} readings.`,
  );
  return sum(
    account.problems,
    'Every acknowledged call was there after every restart; nothing happened twice; nothing is stuck.',
  );
}

async function disturbJobs(): Promise<number> {
  say(`jobs under faults on ${name}, seed ${seed}`);
  const account = await runJobsChaos({ store: name, workMs: partMs, seed, leaseMs: LEASE_MS, say });
  const { faults, enqueued, completed, lost, quarantined, refused, perSecond, looked } = account;
  say(
    `Faults: ${Object.entries(faults)
      .map(([fault, count]) => `${count} × ${fault}`)
      .join(', ')}; the clocks of two of three processes 10 min wrong.`,
  );
  say(
    `${enqueued} jobs acknowledged, ${refused} calls refused; ${completed} completions acknowledged, ${perSecond} a second.`,
  );
  say(`Leases lost: ${lost}; jobs put aside: ${quarantined}; violations: ${account.problems.length}.`);
  say(
    `Looked at: ${looked.ended} ends, ${looked.settlements} settlements and their epochs, ${looked.neighbours} neighbours of a key, ${looked.lives} answers about dedup keys, ${looked.deploys} deploys.`,
  );
  return sum(
    account.problems,
    'Every acknowledged job ended once, in the order of its key, by the claim that was held; no deploy cost an attempt or a lease.',
  );
}

function sum(found: readonly string[], verdict: string): number {
  for (const problem of found.slice(0, MOST_SHOWN)) say(`PROBLEM: ${problem}`);
  say(found.length === 0 ? verdict : `${found.length} problems.`);
  return found.length;
}

async function onStore<T>(use: (store: string) => Promise<T>): Promise<T> {
  if (name === 'sqlite') return use('sqlite');
  await using database = await freshDatabase();
  return await use(database.url);
}
