/** Guards that are part of the write: which are, and that a unit is still all or nothing. */
import { describe, expect, it } from 'vitest';
import { freshSchema, postgresAnswers } from '../../../test/fresh-postgres.ts';
import { silentLog } from '../../kernel/log.ts';
import { add, isAbsent, isEqual, put, set, type Unit } from '../../store/unit.ts';
import { aMachine, guarded, machine, output, unit } from '../../testing/store-conformance/parts.ts';
import { guardedSetsOf } from './guarded-sets.ts';
import { tableOf } from './table.ts';

const tables = new Map([machine, output].map((family) => [family.name, tableOf(family, 'any')]));
const isWrite = (units: readonly Unit[]): boolean => guardedSetsOf(units, tables).length > 0;
const moves = (id: number, from: number, more: Parameters<typeof set<typeof machine>>[2] = {}): Unit =>
  guarded([isEqual(machine, [id], ['version', from])], set(machine, [id], { version: from + 1, ...more }));

describe('a guard is part of the write', () => {
  it('where the unit sets the row that it guards', () => {
    expect(isWrite([moves(2, 0), moves(1, 0), unit(put(machine, aMachine({ id: 3 })))])).toBe(true);
  });

  it.each<{ what: string; units: Unit[] }>([
    {
      what: 'a unit has two guards',
      units: [{ ...moves(1, 0), guards: [...moves(1, 0).guards, ...moves(2, 0).guards] }],
    },
    { what: 'another guard of the batch is looked up there', units: [moves(1, 0), guarded([isAbsent(machine, [2])])] },
    { what: 'a row is guarded twice', units: [moves(1, 0), moves(1, 1)] },
    { what: 'somebody else writes the row', units: [moves(1, 0), unit(set(machine, [1], { order: 'x' }))] },
    {
      what: 'the row is put',
      units: [guarded([isEqual(machine, [1], ['version', 0])], put(machine, aMachine({ id: 1 })))],
    },
    {
      what: 'a text is guarded',
      units: [guarded([isEqual(machine, [1], ['state', 'ready'])], set(machine, [1], { version: 1 }))],
    },
  ])('but not where $what', ({ units }) => {
    expect(isWrite(units)).toBe(false);
  });

  it('and refuses a column without a value', () => {
    expect(() => isWrite([moves(1, 0, { order: undefined as never })])).toThrow(TypeError);
  });
});

describe.skipIf(!postgresAnswers)('guarded writes on PostgreSQL', () => {
  it('write nothing of a unit whose row is not what it wants, and all of the others, whatever columns each sets', async () => {
    await using db = freshSchema();
    const store = await db.open();
    await store.commit([unit(...[1, 2, 3].map((id) => put(machine, aMachine({ id, version: 5, order: 'old' }))))]);
    const counted = (one: Unit): Unit => ({ ...one, writes: [...one.writes, add(output, ['press', 1], { good: 1 })] });
    const verdicts = await store.commit(
      [moves(3, 5, { order: null }), moves(1, 4, { order: 'late' }), moves(2, 5), moves(9, 5)].map(counted),
    );
    expect(verdicts).toEqual(['ok', 'conflict', 'ok', 'conflict']);
    const rows = await store.select(machine, { limit: 10 });
    expect(rows.map(({ version, order }) => [version, order])).toEqual([
      [5, 'old'],
      [6, 'old'],
      [6, null],
    ]);
    expect((await store.get(output, ['press', 1]))?.good).toBe(2);
    expect(await store.commit([moves(8, 0), moves(9, 0)])).toEqual(['conflict', 'conflict']);
  });

  it('never wait for each other in a circle', async () => {
    await using db = freshSchema();
    const again: unknown[] = [];
    const log = Object.assign(Object.create(silentLog), { info: (fields: unknown) => again.push(fields) });
    const stores = await Promise.all([db.open({ log }), db.open({ log })]);
    const ids = Array.from({ length: 200 }, (_, id) => id);
    await stores[0].commit(ids.map((id) => unit(put(machine, aMachine({ id, version: 0 })))));
    for (let version = 0; version < 10; version++) {
      const units = ids.map((id) => moves(id, version, id % 2 === 0 ? {} : { order: 'x' }));
      const verdicts = await Promise.all([stores[0].commit(units), stores[1].commit([...units].reverse())]);
      expect(verdicts.flat().filter((verdict) => verdict === 'ok')).toHaveLength(ids.length);
    }
    expect(again).toEqual([]);
  });
});
