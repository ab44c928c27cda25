/**
 * How a peer of the bus is measured: it warms up, then runs its rounds. Alone it runs them one after the other and answers
 * with one JSON line. Started by `npm run bench -- bus` it waits before each until the parent says, because that one lets the
 * contestants take turns: what else the machine does then slows all of them alike.
 */
import { on } from 'node:events';

const ROUNDS = 5;
const ROUND_MS = 2_000;

/**
 * Runs the case that the first argument names. A case opens a load `{ setup, unit, round, close }`; a round of so many
 * milliseconds answers `{ value }`, for a latency also `{ p99 }`.
 */
export async function present(cases) {
  const open = cases[process.argv[2]];
  if (open === undefined) {
    process.stderr.write(`usage: node ${process.argv[1]} ${Object.keys(cases).join('|')}\n`);
    process.exit(2);
  }
  const load = await open();
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => load.close().finally(() => process.exit(1)));
  }
  try {
    await load.round(ROUND_MS);
    await (process.send === undefined ? alone(load) : inTurn(load));
  } finally {
    await load.close();
  }
  process.exit();
}

async function alone({ setup, unit, round }) {
  const results = [];
  for (let count = 0; count < ROUNDS; count += 1) results.push(await round(ROUND_MS));
  const best = (values) => (unit === 'ms' ? Math.min(...values) : Math.max(...values));
  const of = (part) => {
    const values = results.map((result) => result[part]);
    return { median: rounded(median(values)), best: rounded(best(values)) };
  };
  const { median: value, best: atBest } = of('value');
  const p99 = unit === 'ms' ? { p99: of('p99').median } : {};
  const rounds = `median of ${ROUNDS} rounds, best ${atBest}`;
  process.stdout.write(`${JSON.stringify({ value, best: atBest, ...p99, unit, setup: `${setup}, ${rounds}` })}\n`);
}

async function inTurn({ setup, unit, round }) {
  const ended = new AbortController();
  process.once('disconnect', () => ended.abort());
  process.send({ setup, unit });
  try {
    for await (const [{ ms }] of on(process, 'message', { signal: ended.signal })) process.send(await round(ms));
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  }
}

const rounded = (value) => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
