/** Claims: work is picked in order, changed and given to one claimer only. */
import assert from 'node:assert/strict';
import { isEqual, put, set } from '../../store/unit.ts';
import { aMachine, commitOne, guarded, type Machine, machine, openEmpty, type StoreCase, unit } from './parts.ts';

export const claimCases: readonly StoreCase[] = [
  {
    name: 'claims the first rows in order, and gives them back as they are afterwards',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      const rows = [5, 1, 4, 2, 3].map((weight, id) => aMachine({ id, weight, order: 'free' }));
      await commitOne(store, unit(...rows.map((row) => put(machine, row))));
      const claimed = await store.claim(machine, {
        where: { state: 'ready' },
        order: ['-weight'],
        limit: 3,
        set: { state: 'leased', order: 'worker-1', dueAt: 99 },
        add: { version: 1, weight: 0.5 },
      });
      const expected = [0, 2, 4].map((id) => ({
        ...(rows[id] as Machine),
        state: 'leased',
        order: 'worker-1',
        dueAt: 99,
        version: 2,
        weight: (rows[id] as Machine).weight + 0.5,
      }));
      assert.deepEqual(claimed, expected);
      assert.deepEqual(await store.getMany(machine, [[0], [2], [4]]), expected);
      assert.deepEqual(await store.get(machine, [1]), rows[1]);
    },
  },
  {
    name: 'gives back only the columns that a claim names, whether it set them or not',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      const rows = [2, 1, 3].map((weight, id) => aMachine({ id, weight, level: weight / 4 }));
      await commitOne(store, unit(...rows.map((row) => put(machine, row))));
      const claimed = await store.claim(machine, {
        where: { state: 'ready' },
        order: ['weight'],
        limit: 2,
        set: { state: 'leased', order: 'worker-1' },
        add: { version: 3, weight: 0.25 },
        columns: ['level', 'version', 'state', 'weight'],
      });
      assert.deepEqual(claimed, [
        { level: 0.25, version: 4, state: 'leased', weight: 1.25 },
        { level: 0.5, version: 4, state: 'leased', weight: 2.25 },
      ]);
      const taken = aMachine({ id: 1, level: 0.25, version: 4, weight: 1.25, state: 'leased', order: 'worker-1' });
      assert.deepEqual(await store.get(machine, [1]), taken);
    },
  },
  {
    name: 'gives back what is empty and any text or number of what is claimed as it is',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      const rows = [
        aMachine({ id: 1, order: null, dueAt: null, level: null }),
        aMachine({ id: 2, order: '', dueAt: null, level: 0.1 }),
        aMachine({ id: 3, order: null, dueAt: 0, level: 1e-300 }),
        aMachine({ id: 4, order: '"[null]\\,\u2028\ud83d\ude00\n', dueAt: Number.MAX_SAFE_INTEGER, level: null }),
        aMachine({ id: 5, order: 'null', dueAt: Number.MIN_SAFE_INTEGER, level: 2 / 3 }),
      ];
      await commitOne(store, unit(...rows.map((row) => put(machine, row))));
      const claimed = await store.claim(machine, { where: { state: 'ready' }, limit: 9, set: { state: 'leased' } });
      assert.deepEqual(
        claimed,
        rows.map((row) => ({ ...row, state: 'leased' })),
      );
    },
  },
  {
    name: 'compares a guard with what a claim made of the row',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      await commitOne(store, unit(...[1, 2].map((id) => put(machine, aMachine({ id })))));
      const claim = { where: { state: 'ready' }, limit: 5, set: { state: 'leased' }, add: { version: 1 } };
      const claimed = await store.claim(machine, { ...claim, columns: ['id', 'version'] });
      assert.deepEqual(claimed, [
        { id: 1, version: 2 },
        { id: 2, version: 2 },
      ]);
      const verdicts = await store.commit([
        guarded([isEqual(machine, [1], ['version', 1])], set(machine, [1], { state: 'late' })),
        guarded([isEqual(machine, [2], ['version', 2])], set(machine, [2], { state: 'done', version: 3 })),
        guarded([isEqual(machine, [2], ['version', 2])], set(machine, [2], { state: 'twice' })),
      ]);
      assert.deepEqual(verdicts, ['conflict', 'ok', 'conflict']);
      assert.deepEqual(
        (await store.getMany(machine, [[1], [2]])).map((row) => row?.state),
        ['leased', 'done'],
      );
    },
  },
  {
    name: 'claims by key when no order is given, and nothing when nothing matches',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      await commitOne(store, unit(...[3, 1, 2].map((id) => put(machine, aMachine({ id })))));
      const claim = (limit: number) =>
        store.claim(machine, { where: { state: 'ready' }, limit, set: { state: 'leased' } });
      assert.deepEqual(
        (await claim(2)).map(({ id }) => id),
        [1, 2],
      );
      assert.deepEqual(await claim(0), []);
      assert.deepEqual(
        (await claim(10)).map(({ id }) => id),
        [3],
      );
      assert.deepEqual(await claim(10), []);
    },
  },
  {
    name: 'keeps the order of the claim when the claim changes the columns that it orders by',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      await commitOne(store, unit(...[30, 10, 20, 40].map((dueAt, id) => put(machine, aMachine({ id, dueAt })))));
      const claimed = await store.claim(machine, {
        where: { dueAt: { lte: 30 } },
        order: ['dueAt', 'id'],
        limit: 10,
        set: { dueAt: null },
      });
      assert.deepEqual(
        claimed.map(({ id, dueAt }) => [id, dueAt]),
        [
          [1, null],
          [2, null],
          [0, null],
        ],
      );
    },
  },
  {
    name: 'gives one row to one claimer, however many ask at once',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      const rows = Array.from({ length: 100 }, (_, id) => aMachine({ id }));
      await commitOne(store, unit(...rows.map((row) => put(machine, row))));
      const claims = await Promise.all(
        Array.from({ length: 40 }, (_, worker) =>
          store.claim(machine, {
            where: { state: 'ready' },
            order: ['version', 'id'],
            limit: 7,
            set: { state: 'leased', order: `worker-${worker}` },
          }),
        ),
      );
      const claimed = claims.flat();
      assert.ok(claims.every((part) => part.length <= 7));
      assert.equal(new Set(claimed.map(({ id }) => id)).size, claimed.length, 'no row twice');
      const rest = await store.claim(machine, { where: { state: 'ready' }, limit: 100, set: { state: 'leased' } });
      assert.equal(claimed.length + rest.length, 100, 'no row lost');
      for (const [worker, part] of claims.entries()) {
        const keys = part.map(({ id }) => [id]);
        assert.deepEqual(await store.getMany(machine, keys), part);
        assert.ok(part.every(({ order }) => order === `worker-${worker}`));
      }
    },
  },
  {
    name: 'sees in a claim what was committed before it',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      for (let id = 0; id < 20; id++) {
        await commitOne(store, unit(put(machine, aMachine({ id }))));
        const claimed = await store.claim(machine, {
          where: { state: 'ready' },
          limit: 5,
          set: { state: 'leased' },
          add: { version: 2 },
        });
        assert.deepEqual(claimed, [aMachine({ id, state: 'leased', version: 3 })]);
        await commitOne(store, unit(put(machine, aMachine({ id, state: 'done' }))));
        assert.equal((await store.get(machine, [id]))?.state, 'done');
      }
    },
  },
];
