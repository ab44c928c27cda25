/** `npm run simulate -- --seeds N [--from N] [--steps N]`: many seeded lives; a broken invariant names its seed. */
import { readOptions } from './program-options.ts';
import { DEFAULT_STEPS, simulate } from './simulation/simulate.ts';

const {
  seeds: count = 1_000,
  from = 0,
  steps = DEFAULT_STEPS,
} = readOptions('npm run simulate -- [--seeds N] [--from N] [--steps N]', {
  seeds: 'count',
  from: 'count',
  steps: 'count',
});
const say = (line: string) => void process.stdout.write(`${line}\n`);
const total = { readings: 0, instances: 0, completed: 0, mails: 0, crashes: 0 };
const began = performance.now();
let broken = 0;

for (let seed = from; seed < from + count; seed++) {
  try {
    const report = await simulate(seed, { steps });
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += report[key];
  } catch (error) {
    broken += 1;
    say(
      `seed ${seed}: ${(error as Error).stack}\n  again: npm run simulate -- --from ${seed} --seeds 1 --steps ${steps}`,
    );
  }
  if ((seed - from + 1) % 500 === 0)
    say(
      `${seed - from + 1} of ${count} seeds, ${broken} broken, ${((performance.now() - began) / 1_000).toFixed(0)} s`,
    );
}
say(
  `${count} seeds in ${((performance.now() - began) / 1_000).toFixed(0)} s: ${total.readings} readings, ${total.instances} instances, ${total.completed} tasks, ${total.mails} mails, ${total.crashes} crashes; ${broken} seeds broke an invariant.`,
);
process.exitCode = broken === 0 ? 0 : 1;
