/** What each broker says of itself is what the reference says, and what the conformance suite goes by. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openMemoryBroker } from '../src/adapters/memory/memory-broker.ts';
import type { BrokerCapabilities } from '../src/bus/broker.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { silentLog } from '../src/kernel/log.ts';
import { freshRabbit, withoutRabbit } from './fresh-rabbitmq.ts';
import { freshRedis, withoutRedis } from './fresh-redis.ts';

const PAGE = new URL('../docs/reference/broker.md', import.meta.url);
const NAMES = ['survivesRestart', 'ordering', 'delay', 'priority', 'unroutable'] as const;

/** The cells of the page: capability → broker → what it says. */
function table(): Map<string, Record<string, string>> {
  const lines = readFileSync(PAGE, 'utf8').split('\n');
  const from = lines.findIndex((line) => line.startsWith('| capability |'));
  const cells = (line = ''): string[] =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1);
  const [, ...brokers] = cells(lines[from]);
  const rows = new Map<string, Record<string, string>>();
  for (let at = from + 2; lines[at]?.startsWith('|'); at++) {
    const [name = '', ...said] = cells(lines[at]);
    rows.set(name.replaceAll('`', ''), Object.fromEntries(brokers.map((broker, place) => [broker, said[place] ?? ''])));
  }
  return rows;
}

async function all(): Promise<BrokerCapabilities[]> {
  await using memory = openMemoryBroker({ clock: systemClock, log: silentLog });
  const found = [memory.capabilities];
  if (!withoutRabbit) {
    await using rabbit = freshRabbit();
    found.push((await rabbit.open()).capabilities);
  }
  if (!withoutRedis) {
    await using redis = await freshRedis();
    found.push((await redis.open()).capabilities);
  }
  return found;
}

describe('the capabilities of brokers', () => {
  it('stand in the reference as each broker declares them', async () => {
    const page = table();
    expect([...page.keys()]).toEqual([...NAMES]);
    for (const capabilities of await all()) {
      const { name } = capabilities;
      for (const capability of NAMES) {
        const said = page.get(capability)?.[name] ?? '';
        // What depends on a server's settings begins with "only".
        if (said.startsWith('only')) continue;
        expect(`${name} ${capability}: ${said}`).toBe(
          `${name} ${capability}: ${capabilities[capability] ? 'yes' : 'no'}`,
        );
      }
      const declared = NAMES.map((capability) => `${capability} ${capabilities[capability] ? 'yes' : 'no'}`);
      process.stdout.write(`broker ${name}: ${declared.join(', ')}\n`);
    }
  });
});
