/** Values: what goes in comes out, bit by bit. */
import assert from 'node:assert/strict';
import { isMillraceError } from '../../kernel/errors.ts';
import type { RowOf } from '../../store/family.ts';
import { add, isEqual, put, set } from '../../store/unit.ts';
import { aMachine, commitOne, guarded, machine, note, openEmpty, output, type StoreCase, unit } from './parts.ts';

const TEXTS = [
  '',
  ' ',
  'NULL',
  'null',
  '{}',
  '{"a": ["x", null]}',
  'quote " and \' and `',
  'back\\slash \\n \\\\',
  'comma, brace } and {',
  'line\nbreak\r\n\ttab',
  '\\x00',
  'Größe größer Straße',
  '温度超过限值',
  'درجة الحرارة',
  'e\u0301 is not \u00e9',
  '👩‍🔧🏭',
  '\u{10ffff}\u{1}\u{7f}',
];

const INTEGERS = [0, 1, -1, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
const REALS = [0, 1, -1, 0.1, -2.5, 1 / 3, 1e-300, 5e-324, 1.7976931348623157e308, -123456789.125, 1e21, 3e15];

const JSONS = [
  ...TEXTS.filter((text) => !text.includes('\0')).map((text) => JSON.stringify(text)),
  '{"b":1,"a":{"z":[],"y":{}}}',
  ' [ 1 , 2 ] ',
  'null',
  'false',
  JSON.stringify(REALS),
];

/** A note by the values that it says. */
const said = ({ id, body, more, count }: RowOf<typeof note>) => ({
  id,
  body: JSON.parse(body) as unknown,
  more: more === null ? null : (JSON.parse(more) as unknown),
  count,
});
const aNote = (id: number, body: string, more: string | null): RowOf<typeof note> => ({ id, body, more, count: 0 });

export const valueCases: readonly StoreCase[] = [
  {
    name: 'keeps every text as it is',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      await store.commit(
        TEXTS.map((text, id) =>
          unit(put(machine, aMachine({ id, state: text, order: text })), put(output, zero(text))),
        ),
      );
      for (const [id, text] of TEXTS.entries()) {
        assert.deepEqual(await store.get(machine, [id]), aMachine({ id, state: text, order: text }));
        assert.deepEqual(await store.select(output, { where: { line: text }, limit: 2 }), [zero(text)]);
      }
      const keys = TEXTS.map((text) => [text, 1]);
      assert.deepEqual(await store.getMany(output, keys), TEXTS.map(zero));
      const verdicts = await store.commit(
        TEXTS.map((text, id) =>
          guarded([isEqual(machine, [id], ['state', text])], set(machine, [id], { order: `${text}!` })),
        ),
      );
      assert.deepEqual(
        verdicts,
        TEXTS.map(() => 'ok'),
      );
      assert.deepEqual(
        (await store.select(machine, { limit: 100 })).map(({ order }) => order),
        TEXTS.map((text) => `${text}!`),
      );
    },
  },
  {
    name: 'keeps every JSON value, whatever its text looks like afterwards',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      await store.commit(JSONS.map((json, id) => unit(put(note, aNote(id, json, id % 2 === 0 ? json : null)))));
      const stored = (await store.select(note, { limit: 100 })).map(said);
      assert.deepEqual(
        stored,
        JSONS.map((json, id) => said(aNote(id, json, id % 2 === 0 ? json : null))),
      );
      const keys = JSONS.map((_, id) => [id]);
      assert.deepEqual(
        (await store.getMany(note, keys)).map((row) => row && said(row)),
        stored,
      );
    },
  },
  {
    name: 'sets JSON, and keeps it where a count goes on',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      await commitOne(store, unit(put(note, aNote(1, '{"a":[1,{"b":null}]}', null))));
      await commitOne(store, unit(add(note, [1], { count: 2 })));
      await commitOne(store, guarded([isEqual(note, [1], ['count', 2])], set(note, [1], { more: '[true]' })));
      assert.deepEqual((await store.select(note, { limit: 10 })).map(said), [
        said({ id: 1, body: '{"a":[1,{"b":null}]}', more: '[true]', count: 2 }),
      ]);
    },
  },
  {
    name: 'keeps a text of a megabyte',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const text = 'Störung "42" \\ €\n'.repeat(64 * 1024).slice(0, 2 ** 20);
      await commitOne(
        opened.store,
        unit(put(machine, aMachine({ id: 1, state: text })), put(machine, aMachine({ id: 2 }))),
      );
      await commitOne(opened.store, unit(set(machine, [2], { order: text })));
      assert.equal((await opened.store.get(machine, [1]))?.state, text);
      assert.equal((await opened.store.get(machine, [2]))?.order, text);
    },
  },
  {
    name: 'keeps every integer up to 2^53 - 1, on both sides of zero',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      await store.commit(
        INTEGERS.map((value) => unit(put(machine, aMachine({ id: value, version: value, dueAt: value })))),
      );
      for (const value of INTEGERS) {
        assert.deepEqual(await store.get(machine, [value]), aMachine({ id: value, version: value, dueAt: value }));
        assert.deepEqual(
          (await store.select(machine, { where: { version: value }, limit: 2 })).map(({ id }) => id),
          [value],
        );
      }
      const sorted = [...INTEGERS].sort((a, b) => a - b);
      assert.deepEqual(
        (await store.select(machine, { limit: 100 })).map(({ id }) => id),
        sorted,
      );
    },
  },
  {
    name: 'keeps every real number',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      await store.commit(
        REALS.map((value, id) => unit(put(machine, aMachine({ id, weight: value, level: -value || 0 })))),
      );
      for (const [id, value] of REALS.entries()) {
        assert.deepEqual(await store.get(machine, [id]), aMachine({ id, weight: value, level: -value || 0 }));
        assert.deepEqual(
          (await store.select(machine, { where: { weight: value }, limit: 2 })).map((row) => row.id),
          [id],
        );
      }
    },
  },
  {
    name: 'adds large integers exactly',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      const large = Number.MAX_SAFE_INTEGER - 3;
      await commitOne(store, unit(add(output, ['press', 1], { good: large, bad: -large })));
      await store.commit([1, 2].map((amount) => unit(add(output, ['press', 1], { good: amount, bad: -amount }))));
      const row = await store.get(output, ['press', 1]);
      assert.deepEqual([row?.good, row?.bad], [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]);
    },
  },
  {
    name: 'refuses a text that no database keeps as it is, and nothing else because of it',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const { store } = opened;
      const texts = ['good', 'with\0nul', 'better', 'half \ud83c of a character', 'best'];
      const calls = texts.map((text, id) => store.commit([unit(put(machine, aMachine({ id, state: text })))]));
      for (const [place, answer] of (await Promise.allSettled(calls)).entries()) {
        if (place % 2 === 0) assert.deepEqual(answer, { status: 'fulfilled', value: ['ok'] });
        else assert.ok(answer.status === 'rejected' && isMillraceError(answer.reason, 'store.invalid-value'));
      }
      assert.deepEqual(
        (await store.select(machine, { limit: 10 })).map(({ state }) => state),
        ['good', 'better', 'best'],
      );
    },
  },
  {
    name: 'gives out rows that nobody else holds',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const row = { ...aMachine({ id: 1, order: 'mine' }) };
      await commitOne(opened.store, unit(put(machine, row)));
      row.order = 'changed afterwards';
      const first = await opened.store.get(machine, [1]);
      assert.ok(first !== undefined);
      Object.assign(first, { order: 'changed by a reader' });
      assert.equal((await opened.store.get(machine, [1]))?.order, 'mine');
    },
  },
];

const zero = (line: string) => ({ line, shift: 1, good: 0, bad: 0, energy: 0 });
