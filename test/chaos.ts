/** `npm run chaos -- --store sqlite|postgres --rounds N | --minutes N [--seed N]`: kills the real server again and again. */
import { runChaos } from './chaos/run.ts';
import { freshDatabase } from './fresh-database.ts';
import { readOptions } from './program-options.ts';

const {
  store: name = 'sqlite',
  rounds: wanted,
  minutes,
  seed = Date.now(),
} = readOptions('npm run chaos -- [--store sqlite|postgres] [--rounds N | --minutes N] [--seed N]', {
  store: ['sqlite', 'postgres'],
  rounds: 'count',
  minutes: 'count',
  seed: 'count',
});
const say = (line: string) => void process.stdout.write(`${line}\n`);
const rounds = wanted ?? (minutes === undefined ? 10 : Number.POSITIVE_INFINITY);

say(`kill -9 on ${name}, seed ${seed}`);
const until = minutes === undefined ? {} : { until: Date.now() + minutes * 60_000 };
const account = await onStore((store) => runChaos({ store, rounds, seed, say, ...until }));
const { problems } = account;
say(`${account.kills} kills in ${account.rounds} rounds; ${account.calls} calls, ${account.cutOff} of them cut off.`);
say(
  `Acknowledged: ${account.started} instances started, ${account.completed} tasks completed, ${account.messages} messages, ${account.readings} readings.`,
);
for (const problem of problems) say(`PROBLEM: ${problem}`);
say(
  problems.length === 0
    ? 'Every acknowledged call was there after every restart; nothing happened twice; nothing is stuck.'
    : `${problems.length} problems.`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

async function onStore<T>(use: (store: string) => Promise<T>): Promise<T> {
  if (name === 'sqlite') return use('sqlite');
  await using database = await freshDatabase();
  return await use(database.url);
}
