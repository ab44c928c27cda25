/**
 * Rounds of chaos: fifty clients at work, `kill -9` at a random moment, sometimes another one in the middle of the restart,
 * and a look whether every promise was kept.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/kernel/clock.ts';
import { type Random, seededRandom } from '../../src/kernel/random.ts';
import { ServerProcess } from '../server-process.ts';
import { type ClientsOptions, DEFINITION, DEVICE, post, runClients } from './clients.ts';
import { examine, finishAll } from './examine.ts';
import { Ledger } from './ledger.ts';

export type ChaosOptions = {
  /** As MILLRACE_STORE. */
  readonly store: string;
  readonly rounds: number;
  /** Stops after this instant, whatever the rounds. */
  readonly until?: number;
  readonly seed: number;
  readonly clients?: number;
  readonly say: (line: string) => void;
};
export type ChaosAccount = {
  readonly rounds: number;
  readonly kills: number;
  readonly calls: number;
  readonly cutOff: number;
  readonly started: number;
  readonly completed: number;
  readonly messages: number;
  readonly readings: number;
  readonly problems: readonly string[];
};

/** A round works this long after its first answer, at least and at most. */
const SHORTEST_MS = 200;
const LONGEST_MS = 1_200;
/** How often a restart is killed as well, and after how long at most. */
const KILL_WHILE_STARTING = 0.3;
const STARTING_MS = 800;

export async function runChaos({
  store,
  rounds,
  until = Number.POSITIVE_INFINITY,
  seed,
  clients = 50,
  say,
}: ChaosOptions): Promise<ChaosAccount> {
  const data = mkdtempSync(join(tmpdir(), 'millrace-chaos-'));
  const random = seededRandom(seed);
  const server = new ServerProcess({ data, environment: { MILLRACE_STORE: store, MILLRACE_AUTH: 'off' } });
  const ledger = new Ledger();
  const problems: string[] = [];
  let numbers = 0;
  const next = () => numbers++;
  let round = 0;
  let kills = 0;
  try {
    await server.start();
    await setUp(server.url);
    while (round < rounds && Date.now() < until && problems.length === 0) {
      await workUntilKilled(server, { count: clients, ledger, random, next });
      kills += 1 + (await restart(server, random));
      round += 1;
      problems.push(...(await examine(server.url, ledger, random)));
      say(lineOf(round, ledger, problems));
    }
    problems.push(...(await finishAll(server.url, ledger)), ...(await examine(server.url, ledger)));
    const code = await server.stop();
    if (code !== 0) problems.push(`the server ended with code ${code} on SIGTERM:\n${server.output}`);
  } finally {
    await server.kill();
    rmSync(data, { recursive: true, force: true });
  }
  const { calls, cutOff, messages } = ledger;
  const [started, completed, readings] = [ledger.started, ledger.completed, ledger.readings].map(({ all }) => all.size);
  return {
    ...{ rounds: round, kills, calls, cutOff, messages: messages.size },
    ...{ started: started ?? 0, completed: completed ?? 0, readings: readings ?? 0, problems },
  };
}

/** The kill comes a while after the first answer, however slow the machine is. */
async function workUntilKilled(
  server: ServerProcess,
  work: Pick<ClientsOptions, 'count' | 'ledger' | 'random' | 'next'>,
): Promise<void> {
  const stop = new AbortController();
  let clients: Promise<void> = Promise.resolve();
  await new Promise<void>((answered, failed) => {
    clients = runClients({ ...work, url: server.url, onAnswer: answered, signal: stop.signal });
    clients.catch(failed);
  });
  await systemClock.sleep(SHORTEST_MS + work.random() * (LONGEST_MS - SHORTEST_MS));
  await server.kill();
  stop.abort();
  await clients;
}

async function setUp(url: string): Promise<void> {
  const calls = [
    post(`${url}/api/v1/definitions`, DEFINITION),
    post(`${url}/api/v1/recipients`, { name: 'nobody', members: [] }),
    post(`${url}/api/v1/devices`, DEVICE),
  ];
  for (const answer of await Promise.all(calls)) if (!answer.ok) throw new Error(`refused: ${await answer.text()}`);
}

/** Answers how often the start was killed before it came about. */
async function restart(server: ServerProcess, random: Random): Promise<number> {
  let kills = 0;
  while (random() < KILL_WHILE_STARTING) {
    server.launch();
    await systemClock.sleep(random() * STARTING_MS);
    await server.kill();
    kills += 1;
  }
  await server.start();
  return kills;
}

function lineOf(
  round: number,
  { started, completed, messages, readings, cutOff }: Ledger,
  problems: readonly string[],
): string {
  const sums = `${started.all.size} started, ${completed.all.size} completed, ${messages.size} messages, ${readings.all.size} rows, ${cutOff} calls cut off`;
  return `round ${round}: ${sums}${problems.length > 0 ? ` – ${problems.length} PROBLEMS` : ''}`;
}
