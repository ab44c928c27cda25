/** What users of expressions rely on: values in, plain JSON out, null where FEEL has no answer. */
import { describe, expect, it } from 'vitest';
import { compile } from './expression.ts';

const evaluate = (text: string, context: Record<string, unknown> = {}): unknown => compile(text).evaluate(context);

describe('an expression', () => {
  it('is compiled once and evaluated with many contexts', () => {
    const condition = compile('reading.value > 10 and status = "ok"');
    expect(condition.evaluate({ reading: { value: 11 }, status: 'ok' })).toBe(true);
    expect(condition.evaluate({ reading: { value: 9 }, status: 'ok' })).toBe(false);
    expect(condition.evaluate({ reading: { value: 11 }, status: 'idle' })).toBe(false);
  });

  it('names the variables it may read, and not its own names', () => {
    const { variables } = compile('some r in readings satisfies r.value > limit and devices[line = site] != null');
    expect([...variables].sort()).toEqual(['devices', 'limit', 'line', 'readings', 'site']);
  });

  it('returns a copy, so that nobody changes the variables through it', () => {
    const context = { reading: { value: 1 } };
    const copy = evaluate('reading', context);
    expect(copy).toEqual({ value: 1 });
    expect(copy).not.toBe(context.reading);
  });

  it('keeps nothing between two evaluations', () => {
    const loop = compile('for x in list return x + offset');
    expect(loop.evaluate({ list: [1, 2], offset: 10 })).toEqual([11, 12]);
    expect(loop.evaluate({ list: [3], offset: 20 })).toEqual([23]);
  });
});

describe('null', () => {
  it.each([
    ['missing', null],
    ['missing.value', null],
    ['missing > 1', null],
    ['missing + 1', null],
    ['"Reading " + missing', null],
    ['missing[1]', null],
    ['1 = "1"', null],
    ['true > false', null],
    ['"b" > "a"', true],
    ['"🐎" > "\uffee"', true],
    ['"a🐎" < "a🐎b"', true],
    ['"🐎" < "🐏"', true],
    ['null = null', true],
    ['null = 1', false],
    ['1 != null', true],
    ['10 / 0', null],
    ['-"a"', null],
    ['if missing then 1 else 2', 2],
    ['if "yes" then 1 else 2', 2],
  ])('%s is %j', (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  it.each([
    ['true and null', null],
    ['false and null', false],
    ['null and false', false],
    ['null and true', null],
    ['true or null', true],
    ['null or true', true],
    ['null or false', null],
    ['true and 1', null],
    ['not(null)', null],
    ['not(1)', null],
    ['1 between null and 3', null],
    ['5 between null and 3', false],
    ['null in [1..3]', null],
  ])('logic has three values: %s is %j', (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  it('stands for what is no JSON', () => {
    const context = { nan: Number.NaN, infinite: Number.POSITIVE_INFINITY, nothing: undefined, call: () => 1, big: 1n };
    expect(evaluate('[nan, infinite, nothing, call, big, is defined(nothing)]', context)).toEqual([
      null,
      null,
      null,
      null,
      null,
      false,
    ]);
  });
});

describe('instance of', () => {
  it.each([
    ['1 instance of number', true],
    ['"1" instance of number', false],
    ['null instance of Any', false],
    ['x.reading instance of Any', false],
    ['1 + 1 instance of number', null],
    ['(1 + 1) instance of number and true', true],
    ['1 instance   of number = true', true],
    ['1 instance /* which */ of number', true],
    ['@"2026-11-29" instance of date', true],
    ['@"2026-11-29" instance of date and time', false],
    ['@"PT1H" instance of days and time duration', true],
    ['@"P1M" instance of years and months   duration', true],
    ['[1, null] instance of list<number>', true],
    ['[1, "2"] instance of list<number>', false],
    ['[] instance of list<string>', true],
    ['[1] instance of list', true],
    ['{a: 1} instance of list', false],
    ['{a: 1} instance of context', true],
    ['@"2026-11-29" instance of context', false],
    ['{a: 1, "b c": ["x"]} instance of context<a: number, b c: list<string>>', true],
    ['{a: 1} instance of context<a: number, b: number>', false],
  ])('%s is %j', (text, expected) => {
    expect(evaluate(text, { x: {} })).toBe(expected);
  });

  it('pays for what it looks at', () => {
    const list = Array.from({ length: 200_000 }, () => 1);
    expect(() => evaluate('list instance of list<number>', { list })).toThrow(
      expect.objectContaining({ code: 'feel.too-expensive' }),
    );
  });
});

describe('lists and contexts', () => {
  const readings = [{ value: 1, unit: 'bar' }, { value: 5, unit: 'bar' }, { value: null }];

  it.each([
    ['readings[value > 2]', [{ value: 5, unit: 'bar' }]],
    ['readings[item.value > 2].unit', ['bar']],
    ['readings[1].value', 1],
    ['readings[-1].unit', null],
    ['readings[0]', null],
    ['readings[9]', null],
    ['readings[1.5]', null],
    ['readings[count(readings) - 1].value', 5],
    ['readings.value', [1, 5, null]],
    ['[][1]', null],
    ['[][item > 1]', []],
    ['5[1]', 5],
    ['5[item > 9]', []],
    ['[1, 2, 3][item > limit]', [3]],
    ['[1, 2, 3]["yes"]', null],
    ['[true, 1][item]', null],
    ['[1, 2][null]', []],
    ['string([3..1])', null],
    ['string([3..3])', '[3..3]'],
    ['{f: function(a, b) [a, b], r: f(b: 1)}.r', [null, 1]],
    ['{f: function(a) a, r: f(b: 1)}.r', null],
    ['{f: string length, r: f("abc")}.r', 3],
    ['[{item: 7}][item = 7]', [{ item: 7 }]],
    ['{a: 1, b: a + 1, "c d": b * 2, e: c d}', { a: 1, b: 2, 'c d': 4, e: 4 }],
    ['[1, [2]] = [1, [2]]', true],
    ['[1, 2] = [2, 1]', false],
    ['{a: 1, b: [2]} = {b: [2], a: 1}', true],
    ['{a: 1} = {b: 1}', false],
    ['{a: null} = {b: null}', false],
    ['[1] = {a: 1}', null],
    ['is defined(readings)', true],
    ['is defined(readings[1].value)', true],
    ['is defined(readings[3].value)', true],
    ['is defined(readings[3].unit)', false],
    ['is defined(nothing)', false],
  ])('%s is %j', (text, expected) => {
    expect(evaluate(text, { readings, limit: 2 })).toEqual(expected);
  });
});
