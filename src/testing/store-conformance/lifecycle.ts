/** Life: ids, the clock, listeners, limits, closing and opening again. */
import assert from 'node:assert/strict';
import { VirtualClock } from '../../kernel/clock.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import { LOG_START, MAX_WAITING_UNITS } from '../../store/store.ts';
import { add, append, isAbsent, put } from '../../store/unit.ts';
import {
  aMachine,
  CONFORMANCE_START,
  commitOne,
  conformanceFamilies,
  followAll,
  guarded,
  journal,
  machine,
  openEmpty,
  output,
  type StoreCase,
  unit,
} from './parts.ts';

export const lifecycleCases: readonly StoreCase[] = [
  {
    name: 'reserves numbers that nobody else gets, also after it was opened again',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const sizes = Array.from({ length: 50 }, (_, place) => 1 + ((place * 7) % 23));
      const reserve = async (size: number) => ({ first: await opened.store.reserveIds(size), size });
      const before = await Promise.all(sizes.map(reserve));
      const reopened = await opened.reopen();
      const after = await Promise.all(sizes.map(async (size) => ({ first: await reopened.reserveIds(size), size })));
      const blocks = [...before, ...after].sort((a, b) => a.first - b.first);
      for (const [place, { first }] of blocks.entries()) {
        const previous = blocks[place - 1];
        assert.ok(Number.isSafeInteger(first) && first > 0);
        assert.ok(previous === undefined || previous.first + previous.size <= first, 'blocks do not overlap');
      }
    },
  },
  {
    name: 'follows the clock it was given',
    run: async (open) => {
      const clock = new VirtualClock(CONFORMANCE_START);
      await using opened = await open({ families: conformanceFamilies, clock });
      const before = opened.store.now();
      assert.ok(Number.isSafeInteger(before));
      await clock.advance(60_000);
      assert.equal(opened.store.now(), before + 60_000);
    },
  },
  {
    name: 'tells listeners after the rows can be read, and only about families that were written',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      const found: Promise<unknown>[] = [];
      const told: string[] = [];
      store.onCommit(machine, () => {
        told.push('machine');
        found.push(store.get(machine, [1]));
      });
      const stop = store.onCommit(output, () => told.push('output'));
      await commitOne(store, unit(put(machine, aMachine({ id: 1 }))));
      assert.deepEqual(await Promise.all(found), [aMachine({ id: 1 })]);
      assert.deepEqual(told, ['machine']);
      await commitOne(store, unit(add(output, ['press', 1], { good: 1 })));
      assert.deepEqual(told, ['machine', 'output']);
      assert.deepEqual(await store.commit([guarded([isAbsent(machine, [1])], put(machine, aMachine({ id: 1 })))]), [
        'conflict',
      ]);
      assert.deepEqual(told, ['machine', 'output'], 'a rejected unit wrote nothing');
      stop();
      await commitOne(store, unit(add(output, ['press', 1], { good: 1 })));
      assert.deepEqual(told, ['machine', 'output']);
    },
  },
  {
    name: 'refuses more units than may wait',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      const one = unit(put(machine, aMachine({ id: 1 })));
      await assert.rejects(store.commit(Array.from({ length: MAX_WAITING_UNITS + 1 }, () => one)), (error) =>
        isMillraceError(error, 'store.overloaded'),
      );
      assert.equal(await store.get(machine, [1]), undefined);
      await commitOne(store, one);
    },
  },
  {
    name: 'stores what it has taken before it closes, and takes nothing afterwards',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      const commits = Array.from({ length: 30 }, (_, id) => store.commit([unit(put(machine, aMachine({ id })))]));
      const closing = store.close();
      const late = store.commit([unit(put(machine, aMachine({ id: 99 })))]);
      await assert.rejects(late, (error) => isMillraceError(error, 'store.closed'));
      await closing;
      assert.ok((await Promise.all(commits)).every(([verdict]) => verdict === 'ok'));
      await store.close();
      const reopened = await opened.reopen();
      assert.deepEqual(
        (await reopened.select(machine, { limit: 100 })).map(({ id }) => id),
        Array.from({ length: 30 }, (_, id) => id),
      );
    },
  },
  {
    name: 'finds every row, cursor and count again after it was opened again',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      const entry = (at: number) => append(journal, { subject: 'press', at, body: 'x' });
      await store.commit([
        unit(put(machine, aMachine({ id: 1, order: 'kept' })), entry(1), entry(2)),
        unit(add(output, ['press', 1], { good: 7 })),
      ]);
      const before = await followAll(store, 2);
      const { cursor } = await store.tail(journal, LOG_START, 1);
      const reopened = await opened.reopen();
      assert.deepEqual(await reopened.get(machine, [1]), aMachine({ id: 1, order: 'kept' }));
      assert.equal((await reopened.get(output, ['press', 1]))?.good, 7);
      assert.deepEqual(await followAll(reopened, 2), before);
      assert.deepEqual(
        (await reopened.tail(journal, cursor, 10)).rows.map(({ at }) => at),
        [2],
      );
      await commitOne(reopened, unit(entry(3)));
      assert.deepEqual(
        (await followAll(reopened, 3)).map(({ at }) => at),
        [1, 2, 3],
      );
    },
  },
];
