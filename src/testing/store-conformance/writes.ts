/** Units: all or nothing, in order, and what each kind of write does. */
import assert from 'node:assert/strict';
import { MAX_BATCH_UNITS } from '../../store/store.ts';
import type { CommitVerdict } from '../../store/unit.ts';
import { add, isAbsent, isEqual, put, remove, set } from '../../store/unit.ts';
import { aMachine, commitOne, guarded, machine, openEmpty, output, type StoreCase, sample, unit } from './parts.ts';

export const writeCases: readonly StoreCase[] = [
  {
    name: 'answers a commit of nothing with nothing',
    run: async (open) => {
      await using opened = await openEmpty(open);
      assert.deepEqual(await opened.store.commit([]), []);
      assert.deepEqual(await opened.store.commit([unit()]), ['ok']);
    },
  },
  {
    name: 'puts a whole row, whether it was there or not',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await commitOne(opened.store, unit(put(machine, aMachine({ id: 1, order: 'first', level: 2.5 }))));
      await commitOne(opened.store, unit(put(machine, aMachine({ id: 1, state: 'busy' }))));
      assert.deepEqual(await opened.store.get(machine, [1]), aMachine({ id: 1, state: 'busy' }));
    },
  },
  {
    name: 'sets some columns and leaves the others',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await commitOne(opened.store, unit(put(machine, aMachine({ id: 1, order: 'first', level: 2.5, dueAt: 7 }))));
      await commitOne(opened.store, unit(set(machine, [1], { state: 'busy', dueAt: null })));
      assert.deepEqual(
        await opened.store.get(machine, [1]),
        aMachine({ id: 1, state: 'busy', order: 'first', level: 2.5, dueAt: null }),
      );
    },
  },
  {
    name: 'sets different columns of different rows in one commit',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await opened.store.commit([1, 2, 3].map((id) => unit(put(machine, aMachine({ id, order: 'old', version: 7 })))));
      await opened.store.commit([
        unit(set(machine, [1], { order: 'new' })),
        unit(set(machine, [2], { version: 8 })),
        unit(set(machine, [3], { version: 9, order: null }), set(machine, [1], { dueAt: 5 })),
      ]);
      assert.deepEqual(await opened.store.getMany(machine, [[1], [2], [3]]), [
        aMachine({ id: 1, order: 'new', version: 7, dueAt: 5 }),
        aMachine({ id: 2, order: 'old', version: 8 }),
        aMachine({ id: 3, order: null, version: 9 }),
      ]);
    },
  },
  {
    name: 'does nothing when it sets or deletes a row that is not there',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await commitOne(opened.store, unit(set(machine, [1], { state: 'busy' }), remove(machine, [2])));
      assert.deepEqual(await opened.store.select(machine, { limit: 10 }), []);
    },
  },
  {
    name: 'deletes a row and no other',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await commitOne(opened.store, unit(...[1, 2, 3].map((id) => put(machine, aMachine({ id })))));
      await commitOne(opened.store, unit(remove(machine, [2])));
      assert.deepEqual(
        (await opened.store.select(machine, { limit: 10 })).map(({ id }) => id),
        [1, 3],
      );
    },
  },
  {
    name: 'adds to a row, and starts one that is not there at zero',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const night = ['press', 3];
      await commitOne(opened.store, unit(add(output, night, { good: 5, energy: 0.5 })));
      assert.deepEqual(await opened.store.get(output, night), {
        line: 'press',
        shift: 3,
        good: 5,
        bad: 0,
        energy: 0.5,
      });
      await commitOne(opened.store, unit(add(output, night, { good: -2, bad: 1, energy: 0.25 })));
      assert.deepEqual(await opened.store.get(output, night), {
        line: 'press',
        shift: 3,
        good: 3,
        bad: 1,
        energy: 0.75,
      });
    },
  },
  {
    name: 'loses no addition, however many units add to one row at once',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const adders = Array.from({ length: 300 }, (_, place) =>
        opened.store.commit([unit(add(output, ['press', place % 3], place % 2 === 0 ? { good: 1 } : { bad: 2 }))]),
      );
      await Promise.all(adders);
      const rows = await opened.store.getMany(output, [
        ['press', 0],
        ['press', 1],
        ['press', 2],
      ]);
      assert.deepEqual(
        rows.map((row) => [row?.good, row?.bad]),
        [
          [50, 100],
          [50, 100],
          [50, 100],
        ],
      );
    },
  },
  {
    name: 'takes the writes of one unit in their order',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await commitOne(
        opened.store,
        unit(
          put(machine, aMachine({ id: 1, version: 1 })),
          set(machine, [1], { version: 2, order: 'x' }),
          put(machine, aMachine({ id: 2 })),
          remove(machine, [2]),
          put(machine, aMachine({ id: 3, order: 'lost' })),
          remove(machine, [3]),
          put(machine, aMachine({ id: 3, state: 'again' })),
          remove(machine, [4]),
          set(machine, [4], { state: 'never' }),
        ),
      );
      assert.deepEqual(await opened.store.select(machine, { limit: 10 }), [
        aMachine({ id: 1, version: 2, order: 'x' }),
        aMachine({ id: 3, state: 'again' }),
      ]);
    },
  },
  {
    name: 'mixes additions with other writes of the same row in their order',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const start = { good: 10, bad: 10, energy: 1 };
      await commitOne(
        opened.store,
        unit(...[0, 1, 2, 3].map((shift) => put(output, { line: 'old', shift, ...start }))),
      );
      await commitOne(
        opened.store,
        unit(
          add(output, ['old', 0], { good: 1 }),
          set(output, ['old', 0], { good: 100 }),
          set(output, ['old', 1], { good: 100 }),
          add(output, ['old', 1], { good: 1 }),
          add(output, ['old', 2], { good: 1 }),
          remove(output, ['old', 2]),
          add(output, ['old', 2], { good: 4 }),
          put(output, { line: 'old', shift: 3, good: 1, bad: 1, energy: 1 }),
          add(output, ['old', 3], { good: 1, energy: 0.5 }),
          set(output, ['new', 0], { good: 100 }),
          add(output, ['new', 0], { bad: 1 }),
          set(output, ['new', 0], { energy: 9 }),
          add(output, ['new', 0], { energy: 1 }),
        ),
      );
      assert.deepEqual(await opened.store.select(output, { limit: 10 }), [
        { line: 'new', shift: 0, good: 0, bad: 1, energy: 10 },
        { line: 'old', shift: 0, good: 100, bad: 10, energy: 1 },
        { line: 'old', shift: 1, good: 101, bad: 10, energy: 1 },
        { line: 'old', shift: 2, good: 4, bad: 0, energy: 0 },
        { line: 'old', shift: 3, good: 2, bad: 1, energy: 1.5 },
      ]);
    },
  },
  {
    name: 'lets the last of several calls win, in the order in which they were made',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const calls = Array.from({ length: 200 }, (_, version) =>
        opened.store.commit([unit(put(machine, aMachine({ id: 1 + (version % 2), version })))]),
      );
      await Promise.all(calls);
      const rows = await opened.store.getMany(machine, [[1], [2]]);
      assert.deepEqual(
        rows.map((row) => row?.version),
        [198, 199],
      );
    },
  },
  {
    name: 'takes more units in one call than share a transaction, in their order',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const count = MAX_BATCH_UNITS * 2 + 1;
      const chain = Array.from({ length: count }, (_, version) =>
        guarded(
          [version === 0 ? isAbsent(machine, [1]) : isEqual(machine, [1], ['version', version - 1])],
          version === 0 ? put(machine, aMachine({ id: 1, version })) : set(machine, [1], { version }),
        ),
      );
      const verdicts = await opened.store.commit(chain);
      assert.equal(verdicts.filter((verdict) => verdict === 'ok').length, count);
      assert.equal((await opened.store.get(machine, [1]))?.version, count - 1);
    },
  },
  {
    name: 'writes all of a unit or nothing of it',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await commitOne(opened.store, unit(put(machine, aMachine({ id: 1 }))));
      const verdicts = await opened.store.commit([
        guarded(
          [isAbsent(machine, [9]), isEqual(machine, [1], ['version', 2])],
          put(machine, aMachine({ id: 9 })),
          set(machine, [1], { version: 3 }),
          add(output, ['press', 1], { good: 1 }),
        ),
      ]);
      assert.deepEqual(verdicts, ['conflict']);
      assert.deepEqual(await opened.store.select(machine, { limit: 10 }), [aMachine({ id: 1 })]);
      assert.deepEqual(await opened.store.select(output, { limit: 10 }), []);
    },
  },
  {
    name: 'stores units of both areas that are given in one call',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const verdicts = await opened.store.commit([
        unit(put(machine, aMachine({ id: 1 }))),
        unit(put(sample, { series: 'line-1/speed', at: 5, value: 1.5 })),
        guarded([isAbsent(machine, [1])], put(machine, aMachine({ id: 2 }))),
        guarded([isAbsent(sample, ['line-1/speed', 6])], put(sample, { series: 'line-1/speed', at: 6, value: 2 })),
      ]);
      assert.deepEqual(verdicts, ['ok', 'ok', 'conflict', 'ok'] satisfies CommitVerdict[]);
      assert.equal((await opened.store.select(machine, { limit: 10 })).length, 1);
      assert.deepEqual(
        (await opened.store.select(sample, { limit: 10 })).map(({ value }) => value),
        [1.5, 2],
      );
    },
  },
];
