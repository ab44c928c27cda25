import { describe, expect, it } from 'vitest';
import { isMillraceError } from '../../kernel/errors.ts';
import { defineFamily, defineLog, type Family } from '../../store/family.ts';
import { type Guard, isAbsent, isEqual, type Unit, type Write } from '../../store/unit.ts';
import { Packer } from './packing.ts';
import { tableOf } from './table.ts';

const machine = defineFamily({
  name: 'machine',
  columns: { id: 'integer', name: 'text', weight: 'real', level: 'real?', note: 'text?' },
  key: ['id'],
});
const journal = defineLog({ name: 'journal', columns: { body: 'text' } });
const elsewhere = defineFamily({ name: 'elsewhere', area: 'measurements', columns: { id: 'integer' }, key: ['id'] });

const packer = () => {
  const tables = [machine, journal].map((family: Family, number) => tableOf(family, number));
  return new Packer(new Map(tables.map((table) => [table.family.name, table])));
};
const row = { id: 1, name: 'press', weight: 1.5, level: null, note: null };
const units = (...writes: Write[]): Unit[] => writes.map((write) => ({ guards: [], writes: [write] }));
const putOf = (columns: object): Write => ({ kind: 'put', family: machine, row: { ...row, ...columns } });

/** What the packer says to one unit among good ones, which it packs all the same. */
function refusalOf(unit: Unit): Error | undefined {
  const [good = { guards: [], writes: [] }] = units(putOf({}));
  const { batch, refused } = packer().pack([good, unit, good]);
  expect([...refused.keys()]).toEqual([1]);
  expect(batch.units).toBe(2);
  expect([...batch.steps]).toEqual([0, 1, 0, 0, 1, 0]);
  expect(batch.values).toHaveLength(10);
  return refused.get(1);
}

describe('packer', () => {
  it('sends a shape once, and the same columns as one shape whatever their order', () => {
    const one = packer();
    const set = (columns: Readonly<Record<string, string | number>>): Write => ({
      kind: 'set',
      family: machine,
      key: [1],
      columns,
    });
    const first = one.pack(units(set({ name: 'a', weight: 2 }), set({ weight: 3, name: 'b' })));
    expect(first.batch.shapes).toEqual([{ table: 0, kind: 'set', places: [1, 2] }]);
    expect([...first.batch.steps]).toEqual([0, 1, 0, 0, 1, 0]);
    expect(first.batch.values).toEqual([1, 'a', 2, 1, 'b', 3]);
    const second = one.pack(units(set({ name: 'c', weight: 4 }), set({ name: 'd' })));
    expect(second.batch.shapes).toEqual([{ table: 0, kind: 'set', places: [1] }]);
    expect([...second.batch.steps]).toEqual([0, 1, 0, 0, 1, 1]);
  });

  it('packs guards and writes of a unit one after the other', () => {
    const guards: Guard[] = [isAbsent(machine, [7]), isEqual(machine, [1], ['note', null])];
    const { batch } = packer().pack([{ guards, writes: [{ kind: 'delete', family: machine, key: [7] }] }]);
    expect([...batch.steps]).toEqual([2, 1, 0, 1, 2]);
    expect(batch.values).toEqual([7, 1, null, 7]);
  });

  it('sends a shape also when the unit that brought it is refused afterwards', () => {
    const one = packer();
    const bad = putOf({ weight: Number.NaN });
    expect(one.pack(units(bad)).batch.shapes).toHaveLength(1);
    expect(one.pack(units(putOf({}))).batch.shapes).toHaveLength(0);
  });

  it.each([
    ['a text where a number belongs', { id: '1' }],
    ['a number where a text belongs', { name: 7 }],
    ['null where there must be a value', { name: null }],
    ['nothing where there must be a value', { name: undefined }],
    ['a broken number', { weight: Number.POSITIVE_INFINITY }],
    ['a fraction where an integer belongs', { id: 1.5 }],
    ['a boolean', { note: true }],
    ['a column that the family has not', { colour: 'red' }],
  ])('refuses only the unit that has %s', (_, columns) => {
    expect(refusalOf({ guards: [], writes: [putOf(columns)] })).toBeInstanceOf(TypeError);
  });

  it.each([
    ['a NUL', 'a\0b'],
    ['half of a character', 'a\ud800'],
  ])('refuses a text with %s with a code for whoever sent it', (_, name) => {
    const error = refusalOf({ guards: [], writes: [putOf({ name })] });
    expect(isMillraceError(error, 'store.invalid-value')).toBe(true);
    expect(error?.message).toContain('"name" of machine');
  });

  it.each<[string, Unit]>([
    ['a family of the other area', { guards: [isAbsent(elsewhere, [1])], writes: [putOf({})] }],
    ['a key that is too long', { guards: [isAbsent(machine, [1, 2])], writes: [] }],
    ['a guard on a log', { guards: [isAbsent(journal, [1])], writes: [] }],
    [
      'a change of a log row',
      { guards: [], writes: [{ kind: 'set', family: journal, key: [1], columns: { body: '' } }] },
    ],
    ['a change of a key', { guards: [], writes: [{ kind: 'set', family: machine, key: [1], columns: { id: 2 } }] }],
    ['a sum of texts', { guards: [], writes: [{ kind: 'add', family: machine, key: [1], amounts: { name: 1 } }] }],
    [
      'a sum with what may be null',
      { guards: [], writes: [{ kind: 'add', family: machine, key: [1], amounts: { level: 1 } }] },
    ],
  ])('refuses %s', (_, unit) => {
    expect(refusalOf(unit)).toBeInstanceOf(TypeError);
  });
});
