/** Loops do what they say, and never more than the fuel allows. */
import { describe, expect, it } from 'vitest';
import { compile } from '../expression.ts';

describe('for, some and every', () => {
  it.each([
    ['for i in 1..3 return i * i', [1, 4, 9]],
    ['for i in 3..1 return i', [3, 2, 1]],
    ['for i in -1..1 return i', [-1, 0, 1]],
    ['for i in [1, 2], j in 1..i return i * 10 + j', [11, 21, 22]],
    ['for i in 7 return i', [7]],
    ['for i in [] return i', []],
    ['for i in missing return i', null],
    ['for i in [1], j in missing return i', null],
    ['for i in 1..missing return i', null],
    ['for i in 1..2.5 return i', null],
    ['for i in [1, 2] return sum(for j in [3, 4] return i * j)', [7, 14]],
    ['for x in [10, 20] return x + y', [11, 21]],
    ['some i in [1, 2] satisfies i > 1', true],
    ['some i in [1, missing] satisfies i > 1', null],
    ['some i in [missing, 2] satisfies i > 1', true],
    ['some i in [] satisfies true', false],
    ['some i in missing satisfies true', null],
    ['some i in [1, 2], j in [2, 3] satisfies i + j = 5', true],
    ['every i in [1, 2] satisfies i > 0', true],
    ['every i in [1, missing] satisfies i > 0', null],
    ['every i in [missing, -1] satisfies i > 0', false],
    ['every i in [] satisfies false', true],
    ['every i in [1] satisfies "yes"', null],
    ['[[1, 2], [3]][count(item) > 1]', [[1, 2]]],
    ['[1, 2, 3][some i in [2, 3] satisfies i = item]', [2, 3]],
  ])('%s is %j', (text, expected) => {
    expect(compile(text).evaluate({ y: 1 })).toEqual(expected);
  });
});

describe('fuel', () => {
  const long = 'a'.repeat(5_000);

  it.each([
    'for i in 1..1000000000 return i',
    'some i in 1..9007199254740991 satisfies false',
    'for i in 1..1000, j in 1..1000 return 1',
    'count(for i in 1..400 return for j in 1..400 return 1)',
    '[1, 2, 3][every i in 1..1000000 satisfies i > 0]',
    'for i in 1..100000 return contains(long, "b")',
    'for i in 1..100000 return long = long + ""',
    'for i in 1..100000 return string(1e6000)',
    'for i in 1..100000 return upper case(long)',
    'for i in 1..100000 return append(list, i)',
    'for i in 1..100000 return list = list',
    'for i in 1..100000 return 1.1 ** 1.1',
    'for i in 1..100000 return list.value',
    `{a: [1, 1], ${Array.from('bcdefghijklmnopqrstuvwxyz', (key, index) => `${key}: [${'abcdefghijklmnopqrstuvwxyz'[index]}, 1, ${'abcdefghijklmnopqrstuvwxyz'[index]}]`).join(', ')}}`,
    `{a: "${'x'.repeat(100)}", ${Array.from('bcdefghijklmnopqrstuvwxyz', (key, index) => `${key}: ${'abcdefghijklmnopqrstuvwxyz'[index]} + ${'abcdefghijklmnopqrstuvwxyz'[index]}`).join(', ')}}`,
  ])('ends %s', (text) => {
    const expression = compile(text);
    const startedAt = performance.now();
    expect(() => expression.evaluate({ long, list: new Array(1_000).fill(1) })).toThrow(
      expect.objectContaining({
        code: 'feel.too-expensive',
        details: expect.objectContaining({ expression: text, limit: 100_000 }),
      }),
    );
    expect(performance.now() - startedAt).toBeLessThan(3_000); // measured: under 0.2 s
  });

  it('is what the caller allows', () => {
    const text = 'for i in 1..100 return i';
    expect(() => compile(text, { fuel: 100 }).evaluate({})).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ expression: text, limit: 100, line: 1, column: 1 }),
      }),
    );
    expect(compile(text, { fuel: 1_000 }).evaluate({})).toHaveLength(100);
    expect(() => compile('1 + 1 + 1', { fuel: 2 }).evaluate({})).toThrow(
      expect.objectContaining({ code: 'feel.too-expensive' }),
    );
  });

  it('is full again for the next evaluation', () => {
    const expression = compile('sum(for i in 1..20 return i)', { fuel: 100 });
    for (let round = 0; round < 100; round++) expect(expression.evaluate({})).toBe(210);
  });

  it('is enough for a list of ten thousand readings', () => {
    const readings = Array.from({ length: 10_000 }, (_, index) => ({ value: index % 100 }));
    expect(compile('count(readings[value > 90])').evaluate({ readings })).toBe(900);
  });
});
