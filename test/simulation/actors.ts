/** What happens to the plant: readings come, people decide – more or less at random, and sometimes at the same moment. */

import type { TaskRow } from '../../src/jobs/task.ts';
import { isMillraceError } from '../../src/kernel/errors.ts';
import { formatJobId, type JobId } from '../../src/kernel/ids.ts';
import { DEVICES, type World } from './world.ts';

/** What the server has said yes to. */
export type Account = {
  /** Task → outcome. */
  readonly completed: Map<JobId, string>;
  readonly twice: string[];
  /** Limits the engineer has set, by task. */
  readonly limits: Map<JobId, { readonly criterion: string; readonly limit: number }>;
  readings: number;
  /** Event time of the next reading. */
  at: number;
};

const BASELINE_ROWS = 45;
const ROW_EVERY_MS = 10_000;

export const newAccount = (at: number): Account => ({
  completed: new Map(),
  twice: [],
  limits: new Map(),
  readings: 0,
  at,
});

/** Quiet readings, so that the detectors know what is usual. */
export async function sendBaseline(world: World, account: Account): Promise<void> {
  for (const device of DEVICES) {
    const rows = Array.from({ length: BASELINE_ROWS }, (_, place) =>
      reading(world, { device, at: account.at + place * ROW_EVERY_MS, isFault: false }),
    );
    await ingest(world, account, rows);
  }
  account.at += BASELINE_ROWS * ROW_EVERY_MS;
}

/** A few readings of some devices; faults are hot and shaky. */
export async function sendReadings(world: World, account: Account): Promise<void> {
  const rows: object[] = [];
  const device = DEVICES[Math.floor(world.random() * DEVICES.length)] ?? 'press-1';
  const isFault = world.random() < 0.4;
  for (let count = 1 + Math.floor(world.random() * 6); count > 0; count--) {
    rows.push(reading(world, { device, at: account.at, isFault }));
    account.at += ROW_EVERY_MS;
  }
  if (world.has('reorder') && world.random() < 0.3) rows.sort(() => world.random() - 0.5);
  await ingest(world, account, rows);
  if (world.has('duplicate') && world.random() < 0.4) await ingest(world, account, rows);
}

/** Somebody – or two at once – works on an open task. */
export async function workOnTask(world: World, account: Account): Promise<void> {
  const open = await world.app.tasks.list({ limit: 100 });
  const task = open[Math.floor(world.random() * open.length)];
  if (task === undefined) return;
  const people = world.has('race') && world.random() < 0.4 ? ['dana', 'olga'] : ['dana'];
  await Promise.all(people.map((person) => complete(world, account, { task, person })));
}

export async function complete(
  world: World,
  account: Account,
  { task, person }: { readonly task: TaskRow; readonly person: string },
): Promise<void> {
  const id = task.id as JobId;
  const outcomes = JSON.parse(task.outcomes) as string[];
  const outcome = outcomes[Math.floor(world.random() * outcomes.length)] ?? 'done';
  const change = { criterion: `${task.businessKey}.B`, limit: 20 + Math.floor(world.random() * 10) };
  const variables = task.role === 'engineer' ? { criteria: [{ id: change.criterion, limit: change.limit }] } : {};
  const crash = world.has('crash') && world.random() < 0.15;
  try {
    const call = world.app.tasks.complete(
      id,
      { id: person, roles: [task.role] },
      { outcome, variables, comment: 'as seen' },
    );
    if (crash) {
      call.catch(() => {}); // nobody waits for the answer of a dead server
      return await world.crash();
    }
    await world.during(call);
    if (account.completed.has(id)) account.twice.push(formatJobId(id));
    account.completed.set(id, outcome);
    if (task.role === 'engineer') account.limits.set(id, change);
  } catch (error) {
    if (
      !isMillraceError(error, 'task.already-done') &&
      !isMillraceError(error, 'store.closed') &&
      !isMillraceError(error, 'task.not-yours')
    )
      throw error;
  }
}

async function ingest(world: World, account: Account, rows: readonly object[]): Promise<void> {
  const call = world.app.measurements.ingest(rows, { mode: 'replay', actor: 'gateway' });
  if (world.has('crash') && world.random() < 0.05) {
    call.catch(() => {});
    await world.crash();
    await world.during(world.app.measurements.ingest(rows, { mode: 'replay', actor: 'gateway' })); // a gateway sends again what was not acknowledged
  } else {
    await world.during(call);
  }
  account.readings += rows.length;
}

function reading(
  { random }: World,
  { device, at, isFault }: { readonly device: string; readonly at: number; readonly isFault: boolean },
): object {
  const noise = () => random() - 0.5;
  return {
    device,
    ts: new Date(at).toISOString(),
    values: { temperature: (isFault ? 160 : 60) + 2 * noise(), vibration: (isFault ? 60 : 3) + noise() },
  };
}
