/** Values: what goes in comes out, bit by bit. */
import assert from 'node:assert/strict';
import { isMillraceError } from '../../kernel/errors.ts';
import { add, isEqual, put, set } from '../../store/unit.ts';
import { aMachine, commitOne, guarded, machine, openEmpty, output, type StoreCase, unit } from './parts.ts';

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
