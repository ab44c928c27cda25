/**
 * Processes that enqueue and work under faults at random: killed, stopped past their leases, blocked, deployed, their lines
 * cut and stalled, their clocks wrong, the store under them restarted. In the end a survivor works off what is left, and
 * the history is checked.
 */
import { systemClock } from '../../../src/kernel/clock.ts';
import { type Event, eventsIn, type KindsOf } from '../../jobs/faults/crashed.ts';
import { allAttempts, openPlace, workOff } from '../../jobs/faults/survivor.ts';
import { checked, type Findings } from './history.ts';
import { postgresStage, sqliteStage } from './stage.ts';
import { Troupe } from './troupe.ts';

export type JobsChaosOptions = {
  readonly store: 'sqlite' | 'postgres';
  /** How long it goes on, from the moment when every process works. */
  readonly workMs: number;
  readonly seed: number;
  readonly leaseMs: number;
  readonly say: (line: string) => void;
};
export type JobsChaosAccount = Findings & {
  readonly faults: Readonly<Record<string, number>>;
  readonly enqueued: number;
  readonly completed: number;
  readonly lost: number;
  readonly quarantined: number;
  readonly refused: number;
  readonly perSecond: number;
};

/** What a run of at least so long has beside: a server of the store's own, and a process that stands still for a minute. */
const LONG_MS = 300_000;
const LONG_BLOCK_MS = 60_000;
const LONGEST_PAUSE_MS = { long: 6_000, short: 800 };
const SAY_EVERY_MS = 60_000;

const KINDS: KindsOf = {
  plain: { backoff: { firstMs: 50, longestMs: 50 }, maxWaiting: 2_000 },
  keyed: { keyLimit: 1, backoff: { firstMs: 50, longestMs: 50 }, maxWaiting: 2_000 },
};

export async function runJobsChaos(options: JobsChaosOptions): Promise<JobsChaosAccount> {
  const { workMs, leaseMs, seed, say } = options;
  const isLong = workMs >= LONG_MS;
  const open = options.store === 'sqlite' ? sqliteStage : postgresStage;
  await using stage = await open({ kinds: KINDS, leaseMs, isLong, sleep: systemClock.sleep });
  const longestPauseMs = isLong ? LONGEST_PAUSE_MS.long : LONGEST_PAUSE_MS.short;
  const troupe = new Troupe({ kinds: KINDS, leaseMs, seed, longestPauseMs, longBlockMs: LONG_BLOCK_MS }, stage);
  let startedAt = Date.now();
  try {
    await troupe.begin();
    startedAt = Date.now();
    let saidAt = startedAt;
    while (Date.now() < startedAt + workMs && troupe.problems.length === 0) {
      await troupe.disturb();
      if (isLong && Date.now() > startedAt + workMs / 3) await troupe.blockForLong();
      if (Date.now() < saidAt + SAY_EVERY_MS) continue;
      saidAt = Date.now();
      say(`${Math.round((saidAt - startedAt) / 1_000)} s: ${sumOf(troupe.faults)} faults.`);
    }
    await troupe.end();
  } finally {
    troupe.kill();
  }
  const workedMs = Date.now() - startedAt;
  const problems = [...troupe.problems, ...(await stage.end())];
  await using store = await openPlace(stage.store);
  const rows = await workOff(store, { kinds: KINDS, died: 'nobody' });
  const events = eventsIn(stage.log);
  const findings = checked({ rows, attempts: await allAttempts(store), events });
  const count = (what: Event['what']) => events.filter((event) => event.what === what).length;
  return {
    faults: troupe.faults,
    enqueued: events.filter(({ what, isNew }) => what === 'enqueued' && isNew).length,
    completed: count('completed'),
    lost: rows.reduce((sum, { lost }) => sum + lost, 0),
    quarantined: rows.filter(({ state }) => state === 'quarantined').length,
    refused: count('refused'),
    perSecond: Math.round((count('completed') * 1_000) / workedMs),
    problems: [...problems, ...findings.problems],
    looked: findings.looked,
  };
}

const sumOf = (faults: Readonly<Record<string, number>>): number =>
  Object.values(faults).reduce((sum, count) => sum + count, 0);
