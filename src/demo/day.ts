/**
 * The story without a browser: a day of the simulated plant on the virtual clock of a server, with people who confirm,
 * reject, raise limits and repair. Whatever is waited for is asked for through the client; the same seed tells the same day.
 */
import type { Client } from '../client/client.ts';
import { everyItem } from '../client/pages.ts';
import { lineOf, tableOf } from './day-account.ts';
import { DAY_EVERY_MS, DAY_MS, planDay } from './day-plan.ts';
import { DayStory } from './day-story.ts';
import { type Fault, isHarmless } from './fault.ts';
import { MACHINES } from './machines.ts';
import { sendReadings } from './send-readings.ts';
import type { VirtualServer } from './virtual-server.ts';

/** As long as the widest baseline of a detector, and a little. */
const HISTORY_MS = 3 * 3_600_000;

export type DayOptions = VirtualServer & {
  readonly client: Client;
  readonly seed: number;
  /** Takes the account, line by line. */
  readonly say: (line: string) => void;
};

export type DaySummary = {
  readonly measurements: number;
  readonly anomalies: number;
  readonly instances: number;
  /** How often tasks ended with each outcome. */
  readonly outcomes: { readonly [outcome: string]: number };
  readonly mails: number;
  /** By the clock on the wall. */
  readonly seconds: number;
};

/** Set up the plant first. The client is an administrator's. Throws `demo.nothing-happened`. */
export async function runDay({ client, seed, say, ...server }: DayOptions): Promise<DaySummary> {
  const begun = performance.now();
  const start = Math.ceil(server.now() / DAY_EVERY_MS) * DAY_EVERY_MS;
  const faults = planDay(seed, start);
  const plant = { seed, everyMs: DAY_EVERY_MS, faults };
  await server.advanceTo(start);
  const history = await sendReadings(client, plant, { after: start - HISTORY_MS, to: start, mode: 'import' });
  say(
    lineOf(
      start,
      'plant',
      `${MACHINES.length} machines, a reading every 30 s, ${history} readings of history; seed ${seed}`,
    ),
  );
  const story = new DayStory({ client, server, seed, say, start, faults });
  const { measurements, mails } = await story.tell(start + DAY_MS);
  for (const line of ['', ...tableOf(await rowsOf(client, faults)), '']) say(line);
  const counted = await countsOf(client);
  const summary = {
    measurements: history + measurements,
    ...counted,
    mails,
    seconds: Math.round((performance.now() - begun) / 100) / 10,
  };
  say(sentenceOf(summary));
  return summary;
}

async function countsOf(client: Client): Promise<Pick<DaySummary, 'anomalies' | 'instances' | 'outcomes'>> {
  const outcomes: { [outcome: string]: number } = {};
  for await (const { outcome } of everyItem((page) => client.tasks.list({ ...page, state: 'done' }))) {
    if (outcome !== null) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  let anomalies = 0;
  for (const { id } of MACHINES) anomalies += await countOf((page) => client.devices.anomalies(id, page));
  return { anomalies, instances: await countOf((page) => client.instances.list(page)), outcomes };
}

async function countOf(list: Parameters<typeof everyItem<unknown>>[0]): Promise<number> {
  let count = 0;
  for await (const _ of everyItem(list)) count += 1;
  return count;
}

async function rowsOf(client: Client, faults: readonly Fault[]): Promise<(string | number)[][]> {
  const { items: criteria } = await client.criteria.list({ limit: 100 });
  const outcomes = new Map<string, number>();
  for await (const { businessKey, outcome } of everyItem((page) => client.tasks.list({ ...page, state: 'done' }))) {
    const key = `${businessKey} ${outcome}`;
    outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
  }
  const rows = MACHINES.map(({ id }) => {
    const own = faults.filter(({ device }) => device === id);
    const harmless = own.filter(({ kind }) => isHarmless(kind)).length;
    const limits = criteria
      .filter(({ device }) => device === id)
      .map(({ settings }) => ('limit' in settings ? String(settings.limit) : '?'));
    const counts = ['confirmed', 'repaired', 'rejected'].map((outcome) => outcomes.get(`${id} ${outcome}`) ?? 0);
    return [id, own.length - harmless, harmless, ...counts, limits.join('/')];
  });
  return [['machine', 'faults', 'sensor cleanings', 'confirmed', 'repaired', 'rejected', 'limits A/B'], ...rows];
}

function sentenceOf({ measurements, anomalies, instances, outcomes, mails, seconds }: DaySummary): string {
  const ends = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  return `${measurements} measurements, ${anomalies} anomalies, ${instances} processes (${ends.join(', ')}), ${mails} mails; a day in ${seconds} s`;
}
