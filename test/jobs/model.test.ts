/**
 * The table of transitions against every store: random work of enqueuers, workers, operators and the keeper, through two
 * servers, and after each step the rows are what a plain model says. `MODEL_RUNS=5000` does many, `MODEL_SEED` repeats one.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../src/kernel/clock.ts';
import { openIds } from '../../src/kernel/ids.ts';
import type { Family } from '../../src/store/family.ts';
import type { Store } from '../../src/store/store.ts';
import { remove } from '../../src/store/unit.ts';
import { ModelDisk, openModelStore } from '../../src/testing/model-store.ts';
import { freshSchema, withoutPostgres } from '../fresh-postgres.ts';
import { someSteps } from './model/steps.ts';
import { worldFamilies as families, World } from './model/world.ts';
import { START } from './queue.ts';

const TIMEOUT_MS = 3_600_000;
const { MODEL_RUNS: runs, MODEL_SEED: seed, MODEL_STEPS: steps = '60' } = process.env;

type Opened = AsyncDisposable & { readonly store: Store };
type Open = (clock: VirtualClock) => Promise<Opened>;

const openModel: Open = async (clock) => {
  const store = openModelStore({ disk: new ModelDisk(), families, clock });
  return { store, [Symbol.asyncDispose]: () => store.close() };
};
const openSqlite: Open = async (clock) => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-jobs-'));
  const store = await openSqliteStore({ directory, families, clock });
  const close = async () => {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { store, [Symbol.asyncDispose]: close };
};
const openPostgres: Open = async (clock) => {
  const db = freshSchema();
  return { store: await db.open({ families, clock }), [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
};

/** Short runs on the stores that need a disk: what they could do differently shows early. */
const stores: readonly {
  readonly name: string;
  readonly open: Open;
  readonly usual: number;
  readonly left?: boolean;
}[] = [
  { name: 'model', open: openModel, usual: 60 },
  { name: 'sqlite', open: openSqlite, usual: 8 },
  { name: 'postgres', open: openPostgres, usual: 4, left: withoutPostgres },
];

for (const { name, open, usual, left = false } of stores) {
  describe.skipIf(left)(`jobs on ${name}`, () => {
    it('do what the table says, whoever does what to them', { timeout: TIMEOUT_MS }, async () => {
      const clock = new VirtualClock(START);
      await using opened = await open(clock);
      const { store } = opened;
      const nextId = await openIds((size) => store.reserveIds(size));
      await fc.assert(
        fc.asyncProperty(someSteps(Number(steps)), async (some) => {
          await wipe(store);
          const world = new World({ store, clock, nextId });
          for (const step of some) await world.take(step);
        }),
        { numRuns: runs === undefined ? usual : Number(runs), ...(seed !== undefined && { seed: Number(seed) }) },
      );
    });
  });
}

/** Runs share a store: opening one takes longer than a run. */
async function wipe(store: Store): Promise<void> {
  for (const family of families) {
    if (family.isLog) continue;
    const rows = await store.select(family as Family, { limit: 10_000 });
    const writes = rows.map((row) =>
      remove(
        family,
        family.key.map((column) => (row as Record<string, never>)[column] as never),
      ),
    );
    await store.commit([{ guards: [], writes }]);
  }
}
