/**
 * Seeded lives of a whole plant (`npm run simulate -- --seeds 10000` runs many more), and the proof that they can fail: a
 * store that breaks one of its promises is found out.
 */
import { describe, expect, it } from 'vitest';
import { taskFamily } from '../src/jobs/task.ts';
import type { Family } from '../src/store/family.ts';
import { inbox } from '../src/store/outbox.ts';
import type { Store } from '../src/store/store.ts';
import type { Unit } from '../src/store/unit.ts';
import type { ModelStore } from '../src/testing/model-store.ts';
import { simulate } from './simulation/simulate.ts';
import type { Sabotage } from './simulation/world.ts';

const SEEDS = Number(process.env.SIMULATE_SEEDS ?? 40);
/** Seeds that a fault gets to show. */
const SEEDS_TO_FIND_A_FAULT = 60;

describe('a simulated plant', () => {
  it(`keeps every promise in ${SEEDS} lives with crashes, repeats, reordering and a slow disk`, {
    timeout: 600_000,
  }, async () => {
    const total = { instances: 0, completed: 0, mails: 0, crashes: 0 };
    for (let seed = 0; seed < SEEDS; seed++) {
      const report = await simulate(seed).catch((error: unknown) => {
        throw new Error(`seed ${seed}: npm run simulate -- --from ${seed} --seeds 1`, { cause: error });
      });
      for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += report[key];
    }
    // Lives in which nothing happens prove nothing.
    for (const [what, count] of Object.entries(total)) expect([what, count >= SEEDS]).toEqual([what, true]);
  });

  it('is the same life again with the same seed', async () => {
    expect(await simulate(7)).toEqual(await simulate(7));
    expect(await simulate(8)).not.toEqual(await simulate(7));
  });
});

/** What each of these stores does wrong, and what the plant then suffers. */
const FAULTS: readonly { readonly fault: string; readonly sabotage: Sabotage; readonly shows: RegExp }[] = [
  {
    fault: 'commits whatever the guards say',
    sabotage: commits((unit) => ({ ...unit, guards: [] })),
    shows: /invariant broken/,
  },
  {
    fault: 'forgets which messages were taken in',
    sabotage: (store) => ({
      ...commits((unit) => ({
        guards: unit.guards.filter(isNotOf(inbox)),
        writes: unit.writes.filter(isNotOf(inbox)),
      }))(store),
      get: (family, key) => (family.name === inbox.name ? Promise.resolve(undefined) : store.get(family, key)),
    }),
    shows: /taken in twice/,
  },
  {
    fault: 'loses the history of every thirtieth unit',
    sabotage: everyThirtieth((unit) => ({ ...unit, writes: unit.writes.filter(({ family }) => !family.isLog) })),
    shows: /gap|another state/,
  },
  {
    fault: 'writes only half of every thirtieth unit',
    sabotage: everyThirtieth((unit) => ({ ...unit, writes: unit.writes.slice(0, Math.ceil(unit.writes.length / 2)) })),
    shows: /invariant broken/,
  },
  {
    fault: 'answers for a task before it is on the disk',
    sabotage: (store) => ({
      ...store,
      commit: async (units) => {
        const written = store.commit(units);
        if (!units.some(({ writes }) => writes.some(isOf(taskFamily)))) return written;
        written.catch(() => []); // lost when the server dies now
        return units.map(() => 'ok');
      },
    }),
    shows: /acknowledged|twice/,
  },
];

describe('a store that breaks its promise', () => {
  for (const { fault, sabotage, shows } of FAULTS) {
    it(`is found out when it ${fault}`, { timeout: 300_000 }, async () => {
      let found = '';
      for (let seed = 0; seed < SEEDS_TO_FIND_A_FAULT && !shows.test(found); seed++) {
        found = await simulate(seed, { sabotage }).then(
          () => '',
          (error: Error) => error.message,
        );
      }
      expect(found).toMatch(shows);
    });
  }
});

/** A store that changes units before it commits them. */
function commits(change: (unit: Unit) => Unit): Sabotage {
  return (store: ModelStore) => ({
    ...store,
    commit: ((units) => store.commit(units.map(change))) satisfies Store['commit'],
  });
}

function everyThirtieth(change: (unit: Unit) => Unit): Sabotage {
  let count = 0;
  return commits((unit) => (++count % 30 === 0 ? change(unit) : unit));
}

type OfFamily = { readonly family: Family };
const isOf =
  ({ name }: Family) =>
  ({ family }: OfFamily): boolean =>
    family.name === name;
const isNotOf =
  ({ name }: Family) =>
  ({ family }: OfFamily): boolean =>
    family.name !== name;
