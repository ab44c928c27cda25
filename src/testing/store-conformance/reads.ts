/** Reads: by key, by condition, in order, page by page. */
import assert from 'node:assert/strict';
import { MAX_ROWS } from '../../store/query.ts';
import type { Store } from '../../store/store.ts';
import { put } from '../../store/unit.ts';
import { aMachine, commitOne, type Machine, machine, openEmpty, output, type StoreCase, unit } from './parts.ts';

const fleet: readonly Machine[] = [
  aMachine({ id: 1, state: 'ready', weight: 1.5, dueAt: 30, level: null, order: 'b' }),
  aMachine({ id: 2, state: 'busy', weight: -1, dueAt: null, level: 0, order: null }),
  aMachine({ id: 3, state: 'ready', weight: 2, dueAt: 10, level: 2.5, order: 'a' }),
  aMachine({ id: 4, state: 'done', weight: 1.5, dueAt: 20, level: -2.5, order: 'é' }),
  aMachine({ id: 5, state: 'ready', weight: 0, dueAt: null, level: null, order: 'B' }),
];

async function putFleet(store: Store): Promise<void> {
  await commitOne(store, unit(...fleet.map((row) => put(machine, row))));
}

const idsOf = (rows: readonly { readonly id: number }[]): number[] => rows.map(({ id }) => id);

export const readCases: readonly StoreCase[] = [
  {
    name: 'gets a row by its key, and undefined where there is none',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await putFleet(opened.store);
      assert.deepEqual(await opened.store.get(machine, [4]), fleet[3]);
      assert.equal(await opened.store.get(machine, [6]), undefined);
    },
  },
  {
    name: 'gets many rows in the order of the keys, repeated and missing ones included',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await putFleet(opened.store);
      const rows = await opened.store.getMany(machine, [[5], [9], [1], [5], [3]]);
      assert.deepEqual(rows, [fleet[4], undefined, fleet[0], fleet[4], fleet[2]]);
      assert.deepEqual(await opened.store.getMany(machine, []), []);
    },
  },
  {
    name: 'gets many rows by a key of two columns',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const row = (line: string, shift: number) => ({ line, shift, good: shift, bad: 0, energy: 0 });
      await commitOne(opened.store, unit(put(output, row('a', 1)), put(output, row('a', 2)), put(output, row('b', 1))));
      assert.deepEqual(
        await opened.store.getMany(output, [
          ['b', 1],
          ['b', 2],
          ['a', 2],
        ]),
        [row('b', 1), undefined, row('a', 2)],
      );
    },
  },
  {
    name: 'selects the rows for which all conditions hold',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await putFleet(opened.store);
      const { store } = opened;
      const idsWhere = async (where: NonNullable<Parameters<typeof store.select<typeof machine>>[1]['where']>) =>
        idsOf(await store.select(machine, { where, limit: 10 }));
      assert.deepEqual(await idsWhere({}), [1, 2, 3, 4, 5]);
      assert.deepEqual(await idsWhere({ state: 'ready' }), [1, 3, 5]);
      assert.deepEqual(await idsWhere({ state: 'ready', weight: { gt: 0 } }), [1, 3]);
      assert.deepEqual(await idsWhere({ dueAt: null }), [2, 5]);
      assert.deepEqual(await idsWhere({ dueAt: null, state: 'ready' }), [5]);
      assert.deepEqual(await idsWhere({ state: { in: ['done', 'busy', 'gone'] } }), [2, 4]);
      assert.deepEqual(await idsWhere({ id: { in: [5, 1, 5] } }), [1, 5]);
      assert.deepEqual(await idsWhere({ weight: { in: [1.5, -1] } }), [1, 2, 4]);
      assert.deepEqual(await idsWhere({ state: { in: [] } }), []);
      assert.deepEqual(await idsWhere({ id: { gte: 2, lt: 4 } }), [2, 3]);
      assert.deepEqual(await idsWhere({ id: { gt: 2, lte: 4 } }), [3, 4]);
      assert.deepEqual(await idsWhere({ weight: { lte: 0 } }), [2, 5]);
      assert.deepEqual(await idsWhere({ level: { lt: 1 } }), [2, 4], 'a column that is null is neither less nor more');
      assert.deepEqual(await idsWhere({ dueAt: { gt: 0 } }), [1, 3, 4]);
      assert.deepEqual(await idsWhere({ order: { gte: 'a', lt: 'c' } }), [1, 3]);
    },
  },
  {
    name: 'orders by key unless told otherwise; a minus sign turns a column round',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await putFleet(opened.store);
      const { store } = opened;
      assert.deepEqual(idsOf(await store.select(machine, { limit: 10 })), [1, 2, 3, 4, 5]);
      assert.deepEqual(idsOf(await store.select(machine, { order: ['-id'], limit: 10 })), [5, 4, 3, 2, 1]);
      assert.deepEqual(idsOf(await store.select(machine, { order: ['weight', 'id'], limit: 10 })), [2, 5, 1, 4, 3]);
      assert.deepEqual(idsOf(await store.select(machine, { order: ['-weight', 'id'], limit: 10 })), [3, 1, 4, 5, 2]);
      assert.deepEqual(idsOf(await store.select(machine, { order: ['weight', '-id'], limit: 10 })), [2, 5, 4, 1, 3]);
    },
  },
  {
    name: 'orders null before every value, and text by code points',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await putFleet(opened.store);
      const { store } = opened;
      assert.deepEqual(idsOf(await store.select(machine, { order: ['dueAt', 'id'], limit: 10 })), [2, 5, 3, 4, 1]);
      assert.deepEqual(idsOf(await store.select(machine, { order: ['-dueAt', 'id'], limit: 10 })), [1, 4, 3, 2, 5]);
      assert.deepEqual(idsOf(await store.select(machine, { order: ['order'], limit: 10 })), [2, 5, 3, 1, 4]);
      const beyond = ['z', '\u{ff5e}', '\u{1f600}'].map((order, place) => aMachine({ id: 10 + place, order }));
      await commitOne(store, unit(...beyond.map((row) => put(machine, row))));
      assert.deepEqual(
        idsOf(await store.select(machine, { where: { id: { gte: 10 } }, order: ['-order'], limit: 10 })),
        [12, 11, 10],
      );
    },
  },
  {
    name: 'goes on after the last row seen, so that pages show every row exactly once',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const rows = Array.from({ length: 60 }, (_, id) =>
        aMachine({ id, weight: id % 4, dueAt: id % 5 === 0 ? null : id % 3, level: id % 7 === 0 ? null : -(id % 2) }),
      );
      await commitOne(opened.store, unit(...rows.map((row) => put(machine, row))));
      const orders = [
        ['id'],
        ['-id'],
        ['weight', 'id'],
        ['weight', '-id'],
        ['-weight', '-id'],
        ['dueAt', 'id'],
        ['-dueAt', 'id'],
        ['dueAt', '-level', 'id'],
        ['-level', '-dueAt', '-id'],
      ] as const;
      for (const order of orders) {
        const whole = await opened.store.select(machine, { order, limit: 100 });
        assert.equal(whole.length, 60);
        const paged: Machine[] = [];
        for (;;) {
          const last = paged.at(-1);
          const after = last && order.map((column) => last[column.replace('-', '') as keyof Machine]);
          const page = await opened.store.select(machine, { order, limit: 7, ...(after && { after }) });
          paged.push(...page);
          if (page.length < 7) break;
        }
        assert.deepEqual(paged, whole, `pages in the order ${order.join(', ')}`);
      }
    },
  },
  {
    name: 'goes on after a key when no order is given, under conditions too',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const row = (line: string, shift: number) => ({ line, shift, good: shift % 2, bad: 0, energy: 0 });
      const rows = ['a', 'b', 'c'].flatMap((line) => [1, 2, 3, 4].map((shift) => row(line, shift)));
      await commitOne(opened.store, unit(...rows.map((one) => put(output, one))));
      const page = await opened.store.select(output, { where: { good: 1 }, after: ['a', 3], limit: 3 });
      assert.deepEqual(page, [row('b', 1), row('b', 3), row('c', 1)]);
    },
  },
  {
    name: 'gives no more rows than asked for, and never more than the cap',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      const count = MAX_ROWS + 1;
      const puts = Array.from({ length: count }, (_, id) => put(machine, aMachine({ id })));
      await store.commit([0, 1, 2].map((part) => unit(...puts.filter((_, place) => place % 3 === part))));
      assert.deepEqual(idsOf(await store.select(machine, { limit: 3 })), [0, 1, 2]);
      assert.deepEqual(await store.select(machine, { limit: 0 }), []);
      assert.equal((await store.select(machine, { limit: count })).length, MAX_ROWS);
      assert.equal((await store.select(machine, { limit: Number.MAX_SAFE_INTEGER })).length, MAX_ROWS);
    },
  },
];
