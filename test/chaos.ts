/** `npm run chaos -- --store sqlite|postgres --rounds N | --minutes N [--seed N]`: kills the real server again and again. */
import { parseArgs } from 'node:util';
import { runChaos } from './chaos/run.ts';
import { freshDatabase } from './fresh-database.ts';

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'sqlite' },
    rounds: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: String(Date.now()) },
  },
});
const say = (line: string) => void process.stdout.write(`${line}\n`);
const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
const rounds =
  values.rounds === undefined ? (minutes === undefined ? 10 : Number.POSITIVE_INFINITY) : Number(values.rounds);

say(`kill -9 on ${values.store}, seed ${values.seed}`);
const account = await onStore(values.store, (store) =>
  runChaos({
    store,
    rounds,
    seed: Number(values.seed),
    say,
    ...(minutes !== undefined && { untilMs: Date.now() + minutes * 60_000 }),
  }),
);
say(
  `${account.rounds} kills, ${account.calls} calls, ${account.cutOff} cut off; ${account.started} instances started and ${account.completed} tasks completed by acknowledged calls.`,
);
for (const problem of account.problems) say(`PROBLEM: ${problem}`);
say(
  account.problems.length === 0
    ? 'Every acknowledged call was there after every restart; nothing happened twice; nothing is stuck.'
    : `${account.problems.length} problems.`,
);
process.exitCode = account.problems.length === 0 ? 0 : 1;

async function onStore<T>(name: string, use: (store: string) => Promise<T>): Promise<T> {
  if (name !== 'postgres') return use('sqlite');
  await using database = await freshDatabase();
  return use(database.url);
}
