/** Rounds of chaos: fifty clients at work, `kill -9` at a random moment, restart, and a look whether every promise was kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../src/kernel/random.ts';
import { DEFINITION, post, runClients } from './clients.ts';
import { examine, finishAll } from './examine.ts';
import { Ledger } from './ledger.ts';
import { Server } from './server.ts';

export type ChaosOptions = {
  readonly store: string;
  readonly rounds: number;
  /** Stops after this long, whatever the rounds. */
  readonly untilMs?: number;
  readonly seed: number;
  readonly clients?: number;
  readonly say: (line: string) => void;
};
export type ChaosAccount = {
  readonly rounds: number;
  readonly calls: number;
  readonly started: number;
  readonly completed: number;
  readonly cutOff: number;
  readonly problems: readonly string[];
};

/** A round works this long before the kill, at least and at most. */
const SHORTEST_MS = 200;
const LONGEST_MS = 1_200;

export async function runChaos({
  store,
  rounds,
  untilMs = Number.POSITIVE_INFINITY,
  seed,
  clients = 50,
  say,
}: ChaosOptions): Promise<ChaosAccount> {
  const data = mkdtempSync(join(tmpdir(), 'millrace-chaos-'));
  const random = seededRandom(seed);
  const server = new Server({ data, store });
  const problems: string[] = [];
  const total = { rounds: 0, calls: 0, started: 0, completed: 0, cutOff: 0 };
  try {
    await server.start();
    const deployed = await post(`${server.url}/api/v1/definitions`, DEFINITION);
    if (!deployed.ok) throw new Error(`the definition was refused: ${await deployed.text()}`);
    const ledger = new Ledger();
    while (total.rounds < rounds && Date.now() < untilMs && problems.length === 0) {
      const stop = new AbortController();
      const work = runClients({ url: server.url, count: clients, ledger, random, signal: stop.signal });
      await new Promise((resolve) => setTimeout(resolve, SHORTEST_MS + random() * (LONGEST_MS - SHORTEST_MS)));
      await server.kill();
      stop.abort();
      await work;
      await server.start();
      total.rounds += 1;
      problems.push(...(await examine(server.url, ledger)));
      say(
        `round ${total.rounds}: ${ledger.started.size} started, ${ledger.completed.size} completed, ${ledger.broken} calls cut off${problems.length > 0 ? ` – ${problems.length} PROBLEMS` : ''}`,
      );
    }
    const complete = async (task: string, outcome: 'confirmed' | 'done') => {
      const answer = await post(`${server.url}/api/v1/tasks/${task}/complete`, { outcome });
      if (answer.ok) ledger.acknowledge(task, outcome);
    };
    problems.push(...(await finishAll(server.url, ledger, complete)), ...(await examine(server.url, ledger)));
    Object.assign(total, {
      calls: ledger.calls,
      started: ledger.started.size,
      completed: ledger.completed.size,
      cutOff: ledger.broken,
    });
    const code = await server.stop();
    if (code !== 0) problems.push(`the server ended with code ${code} on SIGTERM:\n${server.output}`);
  } finally {
    await server.kill();
    rmSync(data, { recursive: true, force: true });
  }
  return { ...total, problems };
}
