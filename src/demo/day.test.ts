import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createClient } from '../client/client.ts';
import { openEdgeServer } from '../testing/edge-server.ts';
import { type DaySummary, runDay } from './day.ts';
import { planDay } from './day-plan.ts';
import { isHarmless } from './fault.ts';
import { type DefinitionSource, setUpPlant } from './set-up.ts';
import { until } from './virtual-server.ts';

const definition = JSON.parse(
  readFileSync(new URL('../../examples/equipment-defect/process.json', import.meta.url), 'utf8'),
) as DefinitionSource;

type Told = { readonly summary: DaySummary; readonly lines: readonly string[]; readonly labels: readonly string[] };

async function tellDay(seed: number): Promise<Told> {
  await using server = await openEdgeServer();
  const { clock, http, tokens } = server;
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  const client = createClient({ url, token: tokens.administrator });
  await setUpPlant({ client, definition });
  const lines: string[] = [];
  const summary = await runDay({
    client,
    now: () => clock.now(),
    advanceTo: (instant) => clock.jumpTo(instant),
    seed,
    say: (line) => void lines.push(line),
  });
  const { items } = await client.devices.anomalies('kiln-1', { limit: 200 });
  return { summary, lines, labels: items.flatMap(({ label }) => label ?? []) };
}

const SEED = 1;
/** A day takes seconds; on a machine that is busy with other things many of them. */
const PATIENT_MS = 120_000;
let told: Promise<Told> | undefined;
/** Two tests look at it. */
const firstTelling = (): Promise<Told> => {
  told ??= tellDay(SEED);
  return told;
};

describe('the simulated day', () => {
  it(
    'confirms and repairs every fault, rejects a cleaned sensor once, and is not disturbed by it again',
    async () => {
      const { summary, lines, labels } = await firstTelling();
      expect(summary).toEqual({
        measurements: 4 * 2 * (24 + 3) * 60,
        anomalies: expect.any(Number),
        instances: 8,
        outcomes: { confirmed: 6, repaired: 6, rejected: 2, done: 2 },
        mails: 16,
        seconds: expect.any(Number),
      });
      const kiln = lines.filter((line) => line.includes('kiln-1  ')).map((line) => line.slice(17));
      expect(kiln.map((line) => line.split(':')[0])).toEqual([
        '(the temperature sensor is taken out for cleaning)',
        'both criteria fired',
        '→ operator',
        '→ engineer',
        '→ new limits',
        '(the temperature sensor is taken out for cleaning)',
        'nobody is disturbed',
        '(the cooling fails)',
        'both criteria fired',
        '→ operator',
        '→ technologist',
        expect.stringMatching(/10\/10$/),
      ]);
      expect(new Set(labels)).toEqual(new Set(['confirmed', 'rejected']));
    },
    PATIENT_MS,
  );

  it(
    'is the same day for the same seed',
    async () => {
      const [first, again] = [await firstTelling(), await tellDay(SEED)];
      expect(again.lines.slice(0, -1)).toEqual(first.lines.slice(0, -1));
      expect({ ...again.summary, seconds: 0 }).toEqual({ ...first.summary, seconds: 0 });
    },
    PATIENT_MS,
  );

  it('is another day for another seed', () => {
    expect(planDay(2, 0)).not.toEqual(planDay(1, 0));
  });

  it('leaves each machine the time to forget the last fault', () => {
    for (let seed = 0; seed < 200; seed++) {
      const faults = planDay(seed, 0);
      expect(faults.filter(({ kind }) => isHarmless(kind))).toHaveLength(4);
      for (const [place, fault] of faults.entries()) {
        const last = faults.slice(0, place).findLast(({ device }) => device === fault.device);
        if (last !== undefined) expect(fault.from - last.to).toBeGreaterThanOrEqual(288 * 30_000);
      }
    }
  });
});

describe('waiting for a server on a virtual clock', () => {
  it('looks until there is something, and lets little time pass', async () => {
    let now = 0;
    const advanceTo = async (instant: number) => {
      now = instant;
    };
    const server = { now: () => now, advanceTo };
    expect(await until(server, 'a bus', async () => (now >= 50 ? 'bus' : undefined))).toBe('bus');
    expect(now).toBe(50);
  });
});
