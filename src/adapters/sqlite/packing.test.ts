import { describe, expect, it } from 'vitest';
import { isMillraceError } from '../../kernel/errors.ts';
import { defineFamily, defineLog, type Family } from '../../store/family.ts';
import { type Guard, isAbsent, isEqual, type Unit, type Write } from '../../store/unit.ts';
import { type Batch, BatchReader } from './batch.ts';
import { MAX_SPARE, MAX_WORDS, Packer } from './packing.ts';
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

/** What the values of a batch were; a text by its own length and bytes, a word by its number. */
function valuesOf({ slots, bytes }: Batch, places: readonly number[], words: readonly string[] = []) {
  const reader = new BatchReader({ shapes: [], words: [], units: 0, steps: new Int32Array(), slots, bytes }, words);
  const { columns } = tableOf(machine, 0);
  return places.map((place) => reader.value(columns[place] ?? { isText: false }));
}

/** The batch of some units. */
function packed(packer: Packer, units: readonly Unit[]): Batch {
  const builder = packer.open();
  packer.add(builder, units);
  return packer.finish(builder).batch;
}

/** What the packer says to one unit between calls with good ones, and that it leaves nothing in the batch. */
function refusalOf(unit: Unit): unknown {
  const one = packer();
  const builder = one.open();
  const good = units(putOf({}));
  one.add(builder, good);
  let refusal: unknown;
  try {
    one.add(builder, [...good, unit]);
  } catch (error) {
    refusal = error;
  }
  one.add(builder, good);
  const { batch } = one.finish(builder);
  expect(batch.units).toBe(2);
  expect([...batch.steps]).toEqual([0, 1, 0, 0, 1, 0]);
  const row = [0, 1, 2, 3, 4];
  expect(valuesOf(batch, [...row, ...row], batch.words)).toEqual([
    1,
    'press',
    1.5,
    null,
    null,
    1,
    'press',
    1.5,
    null,
    null,
  ]);
  return refusal;
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
    const first = packed(one, units(set({ name: 'a', weight: 2 }), set({ weight: 3, name: 'b' })));
    expect(first.shapes).toEqual([{ table: 0, kind: 'set', places: [1, 2] }]);
    expect([...first.steps]).toEqual([0, 1, 0, 0, 1, 0]);
    expect(valuesOf(first, [0, 1, 2, 0, 1, 2], first.words)).toEqual([1, 'a', 2, 1, 'b', 3]);
    const second = packed(one, units(set({ name: 'c', weight: 4 }), set({ name: 'd' })));
    expect(second.shapes).toEqual([{ table: 0, kind: 'set', places: [1] }]);
    expect([...second.steps]).toEqual([0, 1, 0, 0, 1, 1]);
  });

  it('packs guards and writes of a unit one after the other', () => {
    const guards: Guard[] = [isAbsent(machine, [7]), isEqual(machine, [1], ['note', null])];
    const batch = packed(packer(), [{ guards, writes: [{ kind: 'delete', family: machine, key: [7] }] }]);
    expect([...batch.steps]).toEqual([2, 1, 0, 1, 2]);
    expect(valuesOf(batch, [0, 0, 4, 0])).toEqual([7, 1, null, 7]);
  });

  it('sends a shape and a word also when the unit that brought them is refused afterwards', () => {
    const one = packer();
    const builder = one.open();
    expect(() => one.add(builder, units(putOf({ weight: Number.NaN })))).toThrow(TypeError);
    const { batch } = one.finish(builder);
    expect({ units: batch.units, shapes: batch.shapes.length, words: batch.words }).toEqual({
      units: 0,
      shapes: 1,
      words: ['press'],
    });
    const next = packed(one, units(putOf({})));
    expect({ shapes: next.shapes, words: next.words }).toEqual({ shapes: [], words: [] });
  });

  it('sends a text of a column as a word, until the column has too many', () => {
    const one = packer();
    const names = Array.from({ length: MAX_WORDS + 2 }, (_, place) => `press-${place}`);
    const words: string[] = [];
    for (const name of ['press-0', ...names, 'press-0']) {
      const batch = packed(one, units(putOf({ name })));
      words.push(...batch.words);
      expect(valuesOf(batch, [0, 1], words)).toEqual([1, name]);
    }
    expect(words).toEqual(names.slice(0, MAX_WORDS));
  });

  it.each(['', 'ß', '日本語', '😀', 'x'.repeat(100_000), `é${'y'.repeat(70_000)}`])(
    'keeps every text as it is: %.10s',
    (text) => {
      const batch = packed(packer(), units(putOf({ name: text, note: text })));
      expect(valuesOf(batch, [0, 1, 2, 3, 4], batch.words)).toEqual([1, text, 1.5, null, text]);
    },
  );

  it('makes room for as many units as come', () => {
    const many = Array.from({ length: 3_000 }, (_, id) => putOf({ id, note: `note ${id}` }));
    const batch = packed(packer(), units(...many));
    expect(batch.units).toBe(3_000);
    const values = valuesOf(
      batch,
      many.flatMap(() => [0, 1, 2, 3, 4]),
      batch.words,
    );
    expect(values.slice(-5)).toEqual([2_999, 'press', 1.5, null, 'note 2999']);
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
  ])('refuses the call whose unit has %s', (_, columns) => {
    expect(refusalOf({ guards: [], writes: [putOf(columns)] })).toBeInstanceOf(TypeError);
  });

  it.each([
    ['a NUL', 'a\0b'],
    ['half of a character', 'a\ud800'],
  ])('refuses a text with %s with a code for whoever sent it', (_, name) => {
    const error = refusalOf({ guards: [], writes: [putOf({ name })] });
    expect(isMillraceError(error, 'store.invalid-value')).toBe(true);
    expect(String(error)).toContain('"name" of machine');
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

describe('the memory of a written batch', () => {
  it('is used for the next one, and what was in it does not show', () => {
    const one = packer();
    const first = one.open();
    one.add(first, units(putOf({ name: 'a text that is longer than the next', note: 'x'.repeat(200) })));
    const { transfer } = one.finish(first);
    const [, , bytes] = transfer;
    one.reuse(transfer);
    const second = packed(one, units(putOf({ name: 'short', note: 'y'.repeat(150) })));
    expect(second.bytes.buffer).toBe(bytes);
    expect(valuesOf(second, [0, 1, 2, 3, 4], ['', 'short'])).toEqual([1, 'short', 1.5, null, 'y'.repeat(150)]);
  });

  it('is given back to the system when there is enough', () => {
    const one = packer();
    const written = Array.from({ length: MAX_SPARE + 3 }, () => one.finish(one.open()).transfer);
    for (const memory of written) one.reuse(memory);
    const used = Array.from({ length: MAX_SPARE + 1 }, () => one.finish(one.open()).transfer[2]);
    expect(used.filter((bytes) => written.some(([, , known]) => known === bytes))).toHaveLength(MAX_SPARE);
  });
});
