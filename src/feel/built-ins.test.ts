/** The functions, one line per promise. */
import { describe, expect, it } from 'vitest';
import { builtInNames } from './built-ins.ts';
import { compile } from './expression.ts';

const context = { numbers: [3, 1, 2], mixed: [1, 'a'], words: ['b', 'a'], nothing: null };

const promises: readonly (readonly [string, unknown])[] = [
  ['not(true)', false],
  ['not("x")', null],
  ['count(numbers)', 3],
  ['count([])', 0],
  ['count("one")', 1],
  ['count(nothing)', null],
  ['min(numbers)', 1],
  ['min(words)', 'a'],
  ['min(mixed)', null],
  ['min([])', null],
  ['max(1, 7, 3)', 7],
  ['max(5)', 5],
  ['max(true)', null],
  ['sum(numbers)', 6],
  ['sum([0.1, 0.2])', 0.3],
  ['sum(mixed)', null],
  ['sum([])', null],
  ['mean(1, 2)', 1.5],
  ['mean([])', null],
  ['contains("pump-7", "mp-")', true],
  ['contains("pump", "")', true],
  ['contains(nothing, "a")', null],
  ['starts with("pump", "pu")', true],
  ['ends with("pump", "pu")', false],
  ['ends with(1, "1")', null],
  ['string length("a🐎")', 2],
  ['string length(1)', null],
  ['upper case("straße")', 'STRASSE'],
  ['lower case("ÄB")', 'äb'],
  ['abs(-1.5)', 1.5],
  ['abs("1")', null],
  ['floor(-1.5)', -2],
  ['floor(1.57, 1)', 1.5],
  ['ceiling(1.2)', 2],
  ['ceiling(nothing)', null],
  ['round half up(5.5)', 6],
  ['round half up(-1.115, 2)', -1.12],
  ['list contains(numbers, 2)', true],
  ['list contains([1, nothing], null)', true],
  ['list contains(mixed, [1])', false],
  ['list contains(nothing, 1)', null],
  ['append(numbers, 4, [5])', [3, 1, 2, 4, [5]]],
  ['append(1, 2)', [1, 2]],
  ['append(nothing, 2)', null],
  ['concatenate(words, [[1]], 2)', ['b', 'a', [1], 2]],
  ['concatenate(words, nothing)', null],
  ['string("as is")', 'as is'],
  ['string(1.50)', '1.5'],
  ['string(1e21)', '1000000000000000000000'],
  ['string(true)', 'true'],
  ['string(nothing)', null],
  ['string([1, "a \\"b\\"", null, {c: 2, "d e": []}])', '[1, "a \\"b\\"", null, {c: 2, "d e": []}]'],
  ['number("-12.5e1")', -125],
  ['number(5)', 5],
  ['number("five")', null],
  ['number(true)', null],
];

describe('built-in functions', () => {
  it.each(promises)('%s is %j', (text, expected) => {
    expect(compile(text).evaluate(context)).toEqual(expected);
  });

  it.each(builtInNames)('%s is held by at least one promise above', (name) => {
    expect(promises.some(([text]) => text.startsWith(`${name}(`))).toBe(true);
  });

  it('may share their names with variables', () => {
    expect(compile('count(count) + count[1]').evaluate({ count: [1, 2] })).toBe(3);
  });
});
