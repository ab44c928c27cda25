/** The store's conformance suite and a property test against an obvious oracle, over every adapter under the same names. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../src/adapters/sqlite/sqlite-store.ts';
import { defineFamily, type Row } from '../src/store/family.ts';
import { append, type CommitVerdict, type Guard, type Unit, type Write } from '../src/store/unit.ts';
import { ModelDisk, openModelStore } from '../src/testing/model-store.ts';
import { journal, type OpenStore, openEmpty, reopenable } from '../src/testing/store-conformance/parts.ts';
import { storeConformance } from '../src/testing/store-conformance.ts';
import { freshSchema, postgresAnswers } from './fresh-postgres.ts';

const openModel: OpenStore = ({ families, clock }) => {
  const disk = new ModelDisk();
  return reopenable(
    async () => openModelStore({ disk, families, clock }),
    async () => {},
  );
};

const openSqlite: OpenStore = async ({ families, clock }) => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-store-'));
  return reopenable(
    () => openSqliteStore({ directory, families, clock }),
    () => rm(directory, { recursive: true, force: true }),
  );
};

const openPostgres: OpenStore = ({ families, clock }) => {
  const db = freshSchema();
  return reopenable(
    () => db.open({ families, clock }),
    () => db[Symbol.asyncDispose](),
  );
};

/** A small family whose rows belong to one run of the property, so that the runs can share a store. */
const plan = defineFamily({
  name: 'property_plan',
  columns: { run: 'integer', id: 'integer', version: 'integer', amount: 'real', note: 'text?', level: 'integer?' },
  key: ['run', 'id'],
});

const run = 0;
const keyOf = fc.integer({ min: 0, max: 3 }).map((id) => [run, id]);
const version = fc.integer({ min: 0, max: 2 });
const note = fc.option(fc.constantFrom('', 'a', '\'\\"', '{}', 'NULL'));
const level = fc.option(version);
/** Halves are exact, so that sums do not depend on their order. */
const amount = fc.integer({ min: -4, max: 4 }).map((halves) => halves / 2);

const someColumns = fc.record({ version, amount, note, level }, { requiredKeys: [] });
const aGuard: fc.Arbitrary<Guard> = fc.oneof(
  keyOf.map((key) => ({ family: plan, key, expect: 'absent' as const })),
  fc
    .tuple(
      keyOf,
      fc.oneof(
        fc.record({ column: fc.constant('version'), value: version }),
        fc.record({ column: fc.constant('note'), value: note }),
        fc.record({ column: fc.constant('level'), value: level }),
        fc.record({ column: fc.constant('amount'), value: amount }),
      ),
    )
    .map(([key, { column, value }]) => ({ family: plan, key, expect: 'equal' as const, column, value })),
);
const aWrite: fc.Arbitrary<Write> = fc.oneof(
  fc.tuple(keyOf, fc.record({ version, amount, note, level })).map(([[, id = 0], columns]) => {
    return { kind: 'put' as const, family: plan, row: { run, id, ...columns } };
  }),
  fc.tuple(keyOf, someColumns).map(([key, columns]) => ({ kind: 'set' as const, family: plan, key, columns })),
  keyOf.map((key) => ({ kind: 'delete' as const, family: plan, key })),
  fc.tuple(keyOf, fc.record({ version, amount }, { requiredKeys: [] })).map(([key, amounts]) => {
    return { kind: 'add' as const, family: plan, key, amounts };
  }),
  version.map((at) => append(journal, { subject: String(run), at, body: null })),
);
const aUnit: fc.Arbitrary<Unit> = fc.record({
  guards: fc.array(aGuard, { maxLength: 2 }),
  writes: fc.array(aWrite, { maxLength: 4 }),
});
/** Rounds of calls that are made at once, each of several units. */
const someRounds = fc.array(fc.array(fc.array(aUnit, { minLength: 1, maxLength: 3 }), { maxLength: 5 }), {
  maxLength: 4,
});

/** What a store must do, said as plainly as possible: one unit after the other on a map. */
class Oracle {
  rows = new Map<unknown, Row>();
  log: unknown[] = [];

  commit({ guards, writes }: Unit): CommitVerdict {
    if (!guards.every((guard) => this.#holds(guard))) return 'conflict';
    for (const write of writes) this.#take(write);
    return 'ok';
  }

  #holds(guard: Guard): boolean {
    const row = this.rows.get(guard.key[1]);
    return guard.expect === 'absent' ? row === undefined : row !== undefined && row[guard.column] === guard.value;
  }

  #take(write: Write): void {
    if (write.family.isLog) {
      if (write.kind === 'put') this.log.push(write.row.at);
      return;
    }
    const id = write.kind === 'put' ? write.row.id : write.key[1];
    const before = this.rows.get(id);
    if (write.kind === 'put') this.rows.set(id, write.row);
    if (write.kind === 'set' && before !== undefined) this.rows.set(id, { ...before, ...write.columns });
    if (write.kind === 'delete') this.rows.delete(id);
    if (write.kind === 'add') {
      const start = before ?? { run, id: Number(id), version: 0, amount: 0, note: null, level: null };
      const sums = Object.entries(write.amounts).map(([column, more]) => [column, Number(start[column]) + more]);
      this.rows.set(id, { ...start, ...Object.fromEntries(sums) });
    }
  }
}

/** The same units under the number of their run. */
function inRun(unit: Unit, number: number): Unit {
  const key = (old: readonly unknown[]) => [number, Number(old[1])];
  return {
    guards: unit.guards.map((guard) => ({ ...guard, key: key(guard.key) })),
    writes: unit.writes.map((write) => {
      if (write.kind !== 'put') return { ...write, key: key(write.key) };
      return {
        ...write,
        row: { ...write.row, ...(write.family.isLog ? { subject: String(number) } : { run: number }) },
      };
    }),
  };
}

const stores: readonly { readonly name: string; readonly open: OpenStore; readonly answers: boolean }[] = [
  { name: 'model', open: openModel, answers: true },
  { name: 'sqlite', open: openSqlite, answers: true },
  { name: 'postgres', open: openPostgres, answers: postgresAnswers },
];

for (const { name, open, answers } of stores) {
  describe.skipIf(!answers)(`${name} store`, () => {
    for (const { name: promise, run: prove } of storeConformance) it(promise, () => prove(open));

    it('does with any units what one unit after the other would do', async () => {
      await using opened = await openEmpty(({ families, clock }) => open({ families: [...families, plan], clock }));
      const { store } = opened;
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(someRounds, async (rounds) => {
          runs += 1;
          const number = runs;
          const oracle = new Oracle();
          for (const calls of rounds) {
            const verdicts = await Promise.all(
              calls.map((units) => store.commit(units.map((unit) => inRun(unit, number)))),
            );
            expect(verdicts).toEqual(calls.map((units) => units.map((unit) => oracle.commit(unit))));
            const rows = await store.select(plan, { where: { run: number }, limit: 10 });
            expect(rows.map((row) => ({ ...row, run }))).toEqual(
              [...oracle.rows.values()].sort((a, b) => Number(a.id) - Number(b.id)),
            );
          }
          const log = await store.select(journal, { where: { subject: String(number) }, order: ['id'], limit: 1_000 });
          expect(log.map(({ at }) => at)).toEqual(oracle.log);
        }),
        { numRuns: 150 },
      );
    });
  });
}
