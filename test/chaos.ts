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
const until = minutes === undefined ? {} : { until: Date.now() + minutes * 60_000 };
const account = await onStore(values.store, (store) =>
  runChaos({ store, rounds, seed: Number(values.seed), say, ...until }),
);
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

async function onStore<T>(name: string, use: (store: string) => Promise<T>): Promise<T> {
  if (name === 'sqlite') return use('sqlite');
  if (name !== 'postgres') throw new Error(`--store is sqlite or postgres, got ${name}`);
  await using database = await freshDatabase();
  return await use(database.url);
}
