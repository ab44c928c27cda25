/** What makes the model store a model: crashes, slow disks, refused mistakes. The store's promises are in test/store-conformance. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../kernel/clock.ts';
import { isMillraceError } from '../kernel/errors.ts';
import { defineFamily } from '../store/family.ts';
import { add, append, isAbsent, isEqual, put, remove, set, type Unit } from '../store/unit.ts';
import { ModelDisk, type ModelFaults, openModelStore } from './model-store.ts';
import { aMachine, guarded, journal, machine, output, sample, unit } from './store-conformance/parts.ts';

const families = [machine, output, journal, sample];
const closed = (error: unknown) => isMillraceError(error, 'store.closed');

function openOn(disk: ModelDisk, faults: ModelFaults = {}) {
  const clock = new VirtualClock(0);
  return { clock, store: openModelStore({ disk, families, clock, faults }) };
}

describe('a model store with a slow disk', () => {
  it('answers when the disk has it, in the order of the calls', async () => {
    const delays = [30, 5];
    const { clock, store } = openOn(new ModelDisk(), { writeMs: () => delays.shift() ?? 1 });
    const answered: number[] = [];
    const commit = async (id: number) => {
      await store.commit([unit(put(machine, aMachine({ id })))]);
      answered.push(id);
    };
    const commits = [commit(1), commit(2)];
    await clock.advance(29);
    expect([answered, await store.select(machine, { limit: 10 })]).toEqual([[], []]);
    await clock.advance(10);
    await Promise.all(commits);
    expect(answered).toEqual([1, 2]);
  });

  it('writes what waits at the same moment together', async () => {
    const { clock, store } = openOn(new ModelDisk(), { writeMs: () => 10 });
    const commits = [1, 2, 3].map((id) => store.commit([unit(put(machine, aMachine({ id })))]));
    await clock.advance(20); // the first alone, the others behind it
    expect(await Promise.all(commits)).toEqual([['ok'], ['ok'], ['ok']]);
  });

  it('finishes what it has taken before it closes', async () => {
    const { clock, store } = openOn(new ModelDisk(), { writeMs: () => 10 });
    const commit = store.commit([unit(put(machine, aMachine({ id: 1 })))]);
    const closing = store.close();
    await clock.advance(10);
    await closing;
    expect(await commit).toEqual(['ok']);
    await expect(store.get(machine, [1])).rejects.toSatisfy(closed);
  });
});

describe('a crashed model store', () => {
  it('has lost what was not yet on the disk, and answers nobody', async () => {
    const disk = new ModelDisk();
    const { clock, store } = openOn(disk, { writeMs: () => 10 });
    const first = store.commit([unit(put(machine, aMachine({ id: 1 })))]);
    await clock.advance(10);
    await first;
    const second = store.commit([unit(put(machine, aMachine({ id: 2 })))]);
    await clock.advance(9);
    store.crash();
    await expect(second).rejects.toSatisfy(closed);
    await clock.advance(100);
    const { store: next } = openOn(disk);
    expect(await next.select(machine, { limit: 10 })).toEqual([aMachine({ id: 1 })]);
  });

  it('has kept what was on the disk although the answer never came', async () => {
    const disk = new ModelDisk();
    const { store } = openOn(disk, { replyMs: () => 10 });
    const listener = { told: false };
    store.onCommit(machine, () => {
      listener.told = true;
    });
    const commit = store.commit([unit(put(machine, aMachine({ id: 1 })))]);
    const claim = store.claim(machine, { where: { state: 'ready' }, limit: 1, set: { state: 'leased' } });
    store.crash();
    await expect(commit).rejects.toSatisfy(closed);
    await expect(claim).rejects.toSatisfy(closed);
    expect(listener.told).toBe(false);
    const { store: next } = openOn(disk);
    expect(await next.get(machine, [1])).toEqual(aMachine({ id: 1, state: 'leased' }));
  });

  it('rejects every later call', async () => {
    const { store } = openOn(new ModelDisk());
    store.crash();
    const calls = [
      store.commit([unit(put(machine, aMachine({ id: 1 })))]),
      store.claim(machine, { limit: 1, set: { state: 'leased' } }),
      store.get(machine, [1]),
      store.getMany(machine, [[1]]),
      store.select(machine, { limit: 1 }),
      store.tail(journal, '', 1),
      store.end(journal),
      store.reserveIds(1),
    ];
    for (const call of calls) await expect(call).rejects.toSatisfy(closed);
    await store.close();
  });

  it('never gives the same ids again', async () => {
    const disk = new ModelDisk();
    const { store } = openOn(disk);
    const first = await store.reserveIds(10);
    store.crash();
    expect(await openOn(disk).store.reserveIds(1)).toBe(first + 10);
  });
});

describe('a mistake that a database would refuse', () => {
  const stranger = defineFamily({ name: 'stranger', columns: { id: 'integer' }, key: ['id'] });
  const row = aMachine({ id: 1 });
  const mistakes: Readonly<Record<string, Unit>> = {
    'a family that was not opened': unit(put(stranger, { id: 1 })),
    'a column that does not exist': unit(put(machine, { ...row, colour: 'red' } as never)),
    'a column that is missing': unit(put(machine, { id: 1 } as never)),
    'null where it is not allowed': unit(put(machine, { ...row, state: null } as never)),
    'text in a number column': unit(set(machine, [1], { version: '1' } as never)),
    'a fraction in an integer column': unit(set(machine, [1], { version: 1.5 })),
    'an integer that is too large': unit(set(machine, [1], { version: 2 ** 53 })),
    'a number that is none': unit(set(machine, [1], { weight: Number.NaN })),
    'a key of the wrong length': unit(remove(output, ['press'])),
    'a set of the key': unit(set(machine, [1], { id: 2 })),
    'an addition to text': unit(add(machine, [1], { state: 1 } as never)),
    'an addition to what may be null': unit(add(machine, [1], { level: 1 })),
    'a sum that is too large': unit(
      add(output, ['press', 1], { good: 2 ** 52 }),
      add(output, ['press', 1], { good: 2 ** 52 }),
    ),
    'an addition that would have to make up a text': unit(add(machine, [9], { version: 1 })),
    'a change of a log': unit(set(journal, [1], { at: 1 })),
    'a guard on a log': guarded([isAbsent(journal, [1])]),
    'a guard that compares another type': guarded([isEqual(machine, [1], ['version', 'one' as never])]),
    'two areas in one unit': unit(put(machine, row), put(sample, { series: 'a', at: 1, value: 1 })),
  };

  it.each(Object.entries(mistakes))('throws: %s', async (_, mistake) => {
    const { store } = openOn(new ModelDisk());
    await expect(store.commit([mistake])).rejects.toThrow(TypeError);
    expect(await store.select(machine, { limit: 10 })).toEqual([]);
    expect(await store.select(output, { limit: 10 })).toEqual([]);
    expect(await store.commit([unit(append(journal, { subject: 'x', at: 1, body: null }))])).toEqual(['ok']);
  });

  it.each([
    ['a column that does not exist', { where: { colour: 'red' } }],
    ['an order that does not exist', { order: ['-colour'] }],
    ['a place without all columns', { order: ['version', 'id'], after: [1] }],
    ['null as a bound', { where: { version: { lt: null } } }],
    ['null in a list', { where: { version: { in: [1, null] } } }],
    ['another type', { where: { version: 'one' } }],
  ])('throws in a query: %s', async (_, query) => {
    const { store } = openOn(new ModelDisk());
    await expect(store.select(machine, { limit: 1, ...query } as never)).rejects.toThrow(TypeError);
  });
});
