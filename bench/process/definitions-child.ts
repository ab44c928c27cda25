/** One server with many definitions: deploys them, or opens on them and looks some up. Answers one JSON line. */
import { quantile } from '../figure.ts';
import { openBenchSpine, openOn } from './stores.ts';

const AT_ONCE = 64;
const LOOKUPS = 500;

export type Deployed = { readonly deployedPerSecond: number };
export type Opened = {
  readonly startSeconds: number;
  readonly rssBytes: number;
  readonly coldLookupMs: number;
  readonly warmLookupMs: number;
};

const [mode, directory = '', total = '0'] = process.argv.slice(2);
const count = Number(total);
const keyOf = (number: number) => `definition-${number}`;
const definitionOf = (number: number) => ({
  key: keyOf(number),
  nodes: [
    { id: 'start', type: 'start', next: 'step' },
    { id: 'step', type: 'job', kind: 'bench.step', next: 'end' },
    { id: 'end', type: 'end' },
  ],
});

const began = performance.now();
const store = await openOn(directory);
const spine = await openBenchSpine(store);
const startSeconds = (performance.now() - began) / 1_000;
const answer = mode === 'deploy' ? await deploy() : await lookUp();
process.stdout.write(`${JSON.stringify(answer)}\n`);
await spine.close();
await store.close();

async function deploy(): Promise<Deployed> {
  let serial = 0;
  const begun = performance.now();
  const client = async () => {
    while (serial < count) {
      serial += 1;
      await spine.process.definitions.deploy(definitionOf(serial), 'bench');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  return { deployedPerSecond: count / ((performance.now() - begun) / 1_000) };
}

async function lookUp(): Promise<Opened> {
  const rssBytes = process.memoryUsage().rss;
  const step = Math.floor(count / LOOKUPS);
  const coldLookupMs = await lookups(step);
  return { startSeconds, rssBytes, coldLookupMs, warmLookupMs: await lookups(step) };
}

/** One after the other, far from each other. */
async function lookups(step: number): Promise<number> {
  const taken: number[] = [];
  for (let number = 1; number <= count; number += step) {
    const asked = performance.now();
    await spine.process.definitions.find(keyOf(number));
    taken.push(performance.now() - asked);
  }
  return quantile(
    taken.sort((a, b) => a - b),
    0.5,
  );
}
