/** Logs: appended, numbered, and followed by a cursor without losing or repeating a row. */
import assert from 'node:assert/strict';
import { isMillraceError } from '../../kernel/errors.ts';
import { type Cursor, LOG_START } from '../../store/store.ts';
import { append, isAbsent, put, remove, set } from '../../store/unit.ts';
import {
  aMachine,
  commitOne,
  follow,
  followAll,
  guarded,
  journal,
  machine,
  openEmpty,
  type StoreCase,
  unit,
} from './parts.ts';

const entry = (at: number, subject = 'press') => append(journal, { subject, at, body: null });
const timesOf = (rows: readonly { readonly at: number }[]): number[] => rows.map(({ at }) => at);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place);

export const logCases: readonly StoreCase[] = [
  {
    name: 'starts a log empty',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { rows, cursor } = await opened.store.tail(journal, LOG_START, 10);
      assert.deepEqual(rows, []);
      await commitOne(opened.store, unit(entry(1)));
      assert.deepEqual(timesOf(await follow(opened.store, cursor, 1)), [1]);
    },
  },
  {
    name: 'tails a log in the order of commits, and numbers its rows upwards',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      await store.commit([unit(entry(0), entry(1)), unit(entry(2))]);
      await Promise.all(upTo(20).map((at) => store.commit([unit(entry(3 + at))])));
      const rows = await followAll(store, 23);
      assert.deepEqual(timesOf(rows), upTo(23));
      const ids = rows.map(({ id }) => id);
      assert.deepEqual(
        ids,
        [...new Set(ids)].sort((a, b) => a - b),
      );
      assert.deepEqual(rows[0], { id: ids[0], subject: 'press', at: 0, body: null });
    },
  },
  {
    name: 'appends nothing for a rejected unit',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await commitOne(opened.store, unit(put(machine, aMachine({ id: 1 }))));
      await opened.store.commit([
        unit(entry(1)),
        guarded([isAbsent(machine, [1])], entry(2)),
        guarded([isAbsent(machine, [2])], entry(3)),
      ]);
      assert.deepEqual(timesOf(await followAll(opened.store, 2)), [1, 3]);
    },
  },
  {
    name: 'goes on from a cursor, and stands still when there is nothing new',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      await store.commit([unit(...upTo(10).map((at) => entry(at)))]);
      await followAll(store, 10);
      const first = await store.tail(journal, LOG_START, 4);
      assert.deepEqual(timesOf(first.rows), [0, 1, 2, 3]);
      const second = await store.tail(journal, first.cursor, 4);
      assert.deepEqual(timesOf(second.rows), [4, 5, 6, 7]);
      const third = await store.tail(journal, second.cursor, 4);
      assert.deepEqual(timesOf(third.rows), [8, 9]);
      const fourth = await store.tail(journal, third.cursor, 4);
      assert.deepEqual(fourth.rows, []);
      await commitOne(store, unit(entry(10)));
      assert.deepEqual(timesOf(await follow(store, fourth.cursor, 1)), [10]);
      assert.deepEqual(timesOf((await store.tail(journal, first.cursor, 2)).rows), [4, 5], 'an old cursor stays good');
    },
  },
  {
    name: 'ends a log behind its last row',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      const before = await store.end(journal);
      await store.commit([unit(entry(1), entry(2))]);
      assert.deepEqual(timesOf(await follow(store, before, 2)), [1, 2]);
      const after = await store.end(journal);
      assert.deepEqual((await store.tail(journal, after, 10)).rows, []);
      await commitOne(store, unit(entry(3)));
      assert.deepEqual(timesOf(await follow(store, after, 1)), [3]);
    },
  },
  {
    name: 'shows a follower every row exactly once while others append',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      let appending = true;
      const writers = upTo(8).map(async (writer) => {
        for (const step of upTo(25)) await store.commit([unit(entry(writer * 1_000 + step, `line-${writer}`))]);
      });
      const written = Promise.all(writers).then(() => {
        appending = false;
      });
      const seen: { readonly id: number; readonly at: number; readonly subject: string }[] = [];
      let cursor: Cursor = LOG_START;
      while (appending) {
        const { rows, cursor: next } = await store.tail(journal, cursor, 7);
        seen.push(...rows);
        cursor = next;
      }
      await written;
      seen.push(...(await follow(store, cursor, 200 - seen.length)));
      assert.equal(seen.length, 200);
      assert.equal(new Set(seen.map(({ id }) => id)).size, 200);
      for (const writer of upTo(8)) {
        assert.deepEqual(
          timesOf(seen.filter(({ subject }) => subject === `line-${writer}`)),
          upTo(25).map((step) => writer * 1_000 + step),
        );
      }
      const again = await followAll(store, 200);
      assert.deepEqual(again, seen, 'the order stays what it was');
    },
  },
  {
    name: 'refuses a cursor that no store has given',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await commitOne(opened.store, unit(entry(1)));
      for (const cursor of ['x', '1.x', "1.2'; --", '1.2.3', ' -']) {
        await assert.rejects(opened.store.tail(journal, cursor, 1), (error) =>
          isMillraceError(error, 'store.cursor-malformed'),
        );
      }
    },
  },
  {
    name: 'forgets rows of a log, gives their numbers to no other, and follows it all the same',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      await store.commit(upTo(4).map((at) => unit(entry(at))));
      const before = await store.select(journal, { order: ['id'], limit: 10 });
      const { cursor } = await store.tail(journal, LOG_START, 2);
      const [first, , , last] = before.map(({ id }) => id);
      assert.ok(first !== undefined && last !== undefined);
      await store.commit([unit(remove(journal, [first]), remove(journal, [last]), entry(4))]);
      const after = await store.select(journal, { order: ['id'], limit: 10 });
      assert.deepEqual(timesOf(after), [1, 2, 4]);
      assert.ok((after.at(-1)?.id ?? 0) > last);
      assert.deepEqual(timesOf(await follow(store, cursor, 2)), [2, 4]);
      await assert.rejects(store.commit([unit(set(journal, [first], { at: 9 }))]), TypeError);
    },
  },
  {
    name: 'selects and gets the rows of a log like any others',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      await store.commit(upTo(6).map((at) => unit(entry(at, at % 2 === 0 ? 'press' : 'saw'))));
      const presses = await store.select(journal, { where: { subject: 'press' }, order: ['id'], limit: 10 });
      assert.deepEqual(timesOf(presses), [0, 2, 4]);
      const [first] = presses;
      assert.ok(first !== undefined);
      assert.deepEqual(await store.get(journal, [first.id]), first);
      const later = await store.select(journal, {
        where: { subject: 'press' },
        order: ['id'],
        after: [first.id],
        limit: 1,
      });
      assert.deepEqual(timesOf(later), [2]);
    },
  },
];
