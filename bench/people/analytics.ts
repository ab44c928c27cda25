/**
 * `process.analytics`: where the time of a definition's instances goes, over ten million entries of their histories. The
 * entries and tallies are those that the engine writes: it takes some instances through the defect process, whose people take
 * their time; what it commits of history and tallies is written again and again, for other instances and other days.
 */

import { VirtualClock } from '../../src/kernel/clock.ts';
import { formatInstanceId, type InstanceId } from '../../src/kernel/ids.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { readAnalytics } from '../../src/process/engine/analytics.ts';
import { CondenseTallies } from '../../src/process/engine/condense-tallies.ts';
import { DAY_MS, type TallyRow, tallyFamily } from '../../src/process/engine/tally-family.ts';
import { plantFeed } from '../../src/store/feed.ts';
import type { Store } from '../../src/store/store.ts';
import type { Unit, Write } from '../../src/store/unit.ts';
import { DefectLoad } from '../defect-load.ts';
import { note, print, quantile } from '../figure.ts';
import { onSqlite, openBenchSpine } from '../process/stores.ts';

export const HISTORY_ROWS = 10_000_000;
const KEY = 'equipment-defect';
const DAYS = 365;
const SAMPLE = 2_000;
const READS = 11;
const UNITS_AT_ONCE = 1_000;
/** Between two answers of people: up to three hours, the logarithm evenly spread. */
const LONGEST_EXPONENT = 7;

export async function analytics(rows = HISTORY_ROWS): Promise<void> {
  const sample = await sampled();
  await onSqlite(async (store) => {
    const spine = await openBenchSpine(store);
    await new DefectLoad(spine, { random: seededRandom(1), capacity: 1 }).deploy();
    const began = performance.now();
    const written = await fill(store, { sample, rows });
    const walk = new CondenseTallies(store);
    for (let isMore = true; isMore; ) isMore = await walk.round();
    note(`  ${written} entries written in ${Math.round((performance.now() - began) / 1_000)} s`);
    const times: number[] = [];
    let started = 0;
    for (let read = 0; read < READS; read++) {
      const asked = performance.now();
      const { instances } = await readAnalytics({ store, definitions: spine.process.definitions }, { key: KEY });
      times.push(performance.now() - asked);
      started = instances.started;
    }
    const tallies = await countOf(store);
    print({
      name: 'process.analytics',
      value:
        quantile(
          times.sort((one, other) => one - other),
          0.5,
        ) / 1_000,
      unit: 's',
      setup: `sqlite, ${written} history rows of ${started} instances over ${DAYS} days, in ${tallies} tallies, those of old days summed up by month as housekeeping does; rows are those of ${SAMPLE} instances that the engine ran, written again for other instances and days; median of ${READS} reads of everything`,
    });
    await spine.close();
  });
}

/** What the engine writes of history and tallies, in the order of its commits. */
async function sampled(): Promise<readonly Unit[]> {
  const units: Unit[] = [];
  const clock = new VirtualClock(0);
  const random = seededRandom(2);
  await onSqlite(async (store) => {
    const watched: Store = Object.create(store, {
      now: { value: () => clock.now() },
      commit: {
        value: (given: readonly Unit[]) => {
          for (const { writes } of given) {
            const kept = writes.filter(({ family }) => family === plantFeed || family === tallyFamily);
            if (kept.length > 0) units.push({ guards: [], writes: kept });
          }
          return store.commit(given);
        },
      },
    });
    const spine = await openBenchSpine(watched);
    const load = new DefectLoad(spine, { random, capacity: 1 });
    await load.deploy();
    units.length = 0;
    for (let instance = 0; instance < SAMPLE; instance++) {
      await load.walk(() => clock.advance(Math.floor(10 ** (random() * LONGEST_EXPONENT)) % DAY_MS));
    }
    await spine.close();
  });
  return units;
}

async function fill(
  store: Store,
  { sample, rows }: { readonly sample: readonly Unit[]; readonly rows: number },
): Promise<number> {
  const firstDay = Math.floor(store.now() / DAY_MS) - DAYS;
  let written = 0;
  for (let round = 0; written < rows; round++) {
    for (let from = 0; from < sample.length && written < rows; from += UNITS_AT_ONCE) {
      const units = sample.slice(from, from + UNITS_AT_ONCE).map((unit) => again(unit, { round, firstDay }));
      await store.commit(units);
      written += units.length;
    }
  }
  return written;
}

type Round = { readonly round: number; readonly firstDay: number };

/** For another instance: each has its own day in each round. */
function again({ writes }: Unit, { round, firstDay }: Round): Unit {
  return {
    guards: [],
    writes: writes.map((write): Write => {
      if (write.kind === 'add') {
        const [definition = '', day = 0, ...rest] = write.key;
        return { ...write, key: [definition, firstDay + ((Number(day) + round) % DAYS), ...rest] };
      }
      if (write.kind !== 'put') return write;
      const { subject, at } = write.row;
      const number = Number.parseInt(String(subject).slice(-6), 32) || 0;
      const day = firstDay + ((Math.floor(Number(at) / DAY_MS) + round) % DAYS);
      return {
        ...write,
        row: {
          ...write.row,
          subject: formatInstanceId((number + round * 1_000_003) as InstanceId),
          at: day * DAY_MS + (Number(at) % DAY_MS),
        },
      };
    }),
  };
}

async function countOf(store: Store): Promise<number> {
  let count = 0;
  for (let after: readonly (string | number)[] | undefined = ['', -1, -1, '', -1]; after !== undefined; ) {
    const page: TallyRow[] = await store.select(tallyFamily, {
      order: ['definition', 'day', 'version', 'course', 'bucket'],
      after,
      limit: 10_000,
    });
    count += page.length;
    const last = page.length === 10_000 ? page.at(-1) : undefined;
    after = last && [last.definition, last.day, last.version, last.course, last.bucket];
  }
  return count;
}
