/** What is refused, where and why; and how what looks ambiguous is read. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../kernel/errors.ts';
import { compile } from '../expression.ts';

const value = (text: string, context: Record<string, unknown> = {}, names: readonly string[] = []): unknown =>
  compile(text, { names }).evaluate(context);

function refusalOf(text: string, names: readonly string[] = []): { position: unknown; problem: string } {
  try {
    compile(text, { names });
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    expect(error.code).toBe('feel.syntax');
    return { position: error.details.position, problem: String(error.details.problem) };
  }
  throw new Error(`"${text}" was not refused`);
}

describe('a syntax error says where and what', () => {
  it.each([
    ['', 1, 'it is empty'],
    ['  \n', 4, 'it is empty'],
    ['x >', 4, 'it ends too early'],
    ['(x', 3, 'it ends too early'],
    ['1 2', 3, '"2" is not expected here'],
    ['x = = 1', 5, 'equality is one "="'],
    ['x == 1', 4, 'equality is one "="'],
    ['x = "abc', 5, 'the string that starts here does not end'],
    ['x ! y', 3, '"!" is not expected here'],
    ['1 < x < 3', 1, 'comparisons do not chain'],
    ['not x', 1, 'no known name'],
    ['reading value > 1', 1, '"reading value" is no known name'],
    ['x + delivery date', 5, '"delivery date" is no known name'],
    ['{a: 1, a: 2}', 8, 'the key "a" is there twice'],
    ['+x', 1, 'a plus sign needs a left side'],
    ['2 ^ 3', 3, '"^" is not an operator'],
    ['"\\UFFFFFF"', 1, 'a character that does not exist'],
    ['1e9999', 1, 'out of range'],
    ['1'.repeat(101), 1, 'too many digits'],
    ['counts([1])', 1, 'there is no function "counts"; there are: count'],
    ['count()', 1, '"count" takes one operand, not 0'],
    ['contains("a")', 1, '"contains" takes 2 operands, not 1'],
    ['append([1])', 1, '"append" takes at least 2 operand(s), not 1'],
    ['floor(1, 2, 3)', 1, '"floor" takes 1 to 2 operands, not 3'],
    ['contains(text: "a", part: "b")', 10, 'there is only contains(string, match)'],
    ['date(year: 2026, from: "x")', 6, 'there is only date(from) or date(year, month, day)'],
    ['date(from: "x", from: "y")', 17, 'the operand "from" is there twice'],
    ['time(hour: 1)', 6, 'there is only time(from) or time(hour, minute, second, offset?)'],
    ['floor(scale: 1)', 7, 'there is only floor(n) or floor(n, scale)'],
    ['1 + @"2026-02-30"', 5, 'is no date, time or duration that there is'],
    ['@"tomorrow"', 1, 'is no date, time or duration that there is'],
    ['@"2026-01-01T10:00:00@Mars/Base"', 1, 'is no date'],
    ['x instance of tReading', 15, 'there is no type "tReading"; there are: Any, Null, number,'],
    ['is defined(1)', 12, '"is defined" takes a variable or a path'],
  ])('%j at %i: %s', (text, position, problem) => {
    expect(refusalOf(text)).toEqual({ position, problem: expect.stringContaining(problem) });
  });

  it('gives line and column of expressions that have several lines', () => {
    expect(() => compile('x > 1 and\n  y = @"never"')).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ position: 17, line: 2, column: 7 }) }),
    );
  });

  it.each([
    ['now()', '"now" has no clock to ask here'],
    [
      'function(a) external {java: {class: "java.lang.Math"}}',
      'functions of other languages ("external") are not called',
    ],
    ['function(a, a) a', 'the parameter "a" is there twice'],
    ['append(list: [], item: 1, items: 2)', 'there is only append(list, item, …)'],
    ['? > 1', 'stands only in the cells of decision tables'],
    ['[1..3]', 'a range is no result that can be kept'],
    ['> 5', 'a range is no result that can be kept'],
    ['function(a) a', 'a function is no result that can be kept'],
    ['!= 5', '"!=" without a left side stands only in tests'],
  ])('%s is FEEL, but %s', (text, problem) => {
    expect(refusalOf(text).problem).toContain(problem);
  });
});

describe('precedence', () => {
  const context = { x: 2, y: true, z: false };

  // Each pair differs in brackets only; a wrong reading would make the two differ.
  it.each([
    ['x in [1..3] and z', '(x in [1..3]) and z', false],
    ['z and x in [1..3] or y', '(z and (x in [1..3])) or y', true],
    ['x in > 5 or y', '(x in > 5) or y', true],
    ['x in (1..3) and x in [2, 5] and y', '(x in (1..3)) and (x in [2, 5]) and y', true],
    ['x in < 5 and x in > 1 or z', '((x in < 5) and (x in > 1)) or z', true],
    ['x between 1 and 2 and z', '(x between 1 and 2) and z', false],
    ['y or y and z', 'y or (y and z)', true],
    ['1 + 2 * 3 ** 2', '1 + (2 * (3 ** 2))', 19],
    ['10 - 4 - 3', '(10 - 4) - 3', 3],
    ['2 ** 3 ** 2', '(2 ** 3) ** 2', 64],
    ['-x ** 2', '(-x) ** 2', 4],
    ['8 / 2 * 4', '(8 / 2) * 4', 16],
    ['1 + 1 = 2', '(1 + 1) = 2', true],
    ['if z then 1 else 2 + 3', 'if z then 1 else (2 + 3)', 5],
    ['-[5, 6][1]', '-([5, 6][1])', -5],
    ['some i in [1, 2] satisfies i > 1 and y', 'some i in [1, 2] satisfies (i > 1 and y)', true],
  ])('%s means %s', (text, bracketed, expected) => {
    expect(value(text, context)).toBe(expected);
    expect(value(bracketed, context)).toBe(expected);
  });

  const comparison = fc
    .tuple(
      fc.constantFrom('x', 'y', 'missing', 'x + 1', '-x'),
      fc.constantFrom(
        ' > 1',
        ' = true',
        ' in [1..3]',
        ' in ]2..9)',
        ' in > 1',
        ' in (1, < 2)',
        ' in x',
        ' between 1 and 2',
        '',
      ),
    )
    .map((pieces) => pieces.join(''));

  it('of "or", "and" and comparisons needs no brackets', () => {
    fc.assert(
      fc.property(fc.array(fc.array(comparison, { minLength: 1, maxLength: 4 }), { minLength: 1 }), (disjuncts) => {
        const bare = disjuncts.map((conjuncts) => conjuncts.join(' and ')).join(' or ');
        const bracketed = disjuncts.map((conjuncts) => `((${conjuncts.join(') and (')}))`).join(' or ');
        expect(value(`[${bare}]`, context)).toEqual(value(`[${bracketed}]`, context));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['x in (1, 2, 3)', true],
    ['x in (> 5, < 1)', false],
    ['x in ((1..2), [2..3])', true],
    ['x in ((1..2), ]2..3])', false],
    ['x in [1..2[', false],
    ['x in [1, 3]', false],
    ['x in list', true],
    ['[2] in [[2], 3]', true],
    ['x in ("a", 2)', true],
    ['x in "a"', null],
    ['x in != 3', true],
    ['x in (!= 3)', true],
    ['x in (? > 1)', true],
    ['x in (? > 2, ? = 3)', false],
    ['x in (? > 1 and ? < 2) or x = 5', false],
    ['list in (count(?) = x, 7)', true],
    ['some y in list satisfies y in (? > y - 1 and ? in (? = 2))', true],
    ['x in (> 1)', true],
  ])('%s is %j', (text, expected) => {
    expect(value(text, { x: 2, list: [1, 2] })).toBe(expected);
  });
});

describe('names with spaces and signs', () => {
  it('are read when they are declared', () => {
    const names = ['delivery date', 'oil-level', 'a.b'];
    const context = { 'delivery date': 'Monday', 'oil-level': 7, 'a.b': 1, oil: 10, level: 2 };
    expect(value('delivery   date = "Monday"', context, names)).toBe(true);
    expect(value('oil-level + a.b', context, names)).toBe(8);
    expect(value('order.delivery date', { order: { 'delivery date': 1 } }, names)).toBe(1);
    expect(value('orders[delivery date > 1]', { orders: [{ 'delivery date': 2 }] }, names)).toHaveLength(1);
    expect(value('oil - level', { oil: 10, level: 2 })).toBe(8);
  });

  it('are declared by loops and contexts themselves', () => {
    expect(value('for line speed in [1, 2] return line speed * 2')).toEqual([2, 4]);
    expect(value('{line speed: 2, double: line speed * 2}.line speed')).toBe(2);
  });

  it('never change how the rest is read', () => {
    const names = ['if', 'true', 'not', 'in', 'string', 'null', '', ' ', '(', '"', '__proto__', 'x  y', 'not x'];
    expect(value('if not(false) then string length("abc") in [3] else null', {}, names)).toBe(true);
  });
});

describe('strings and comments', () => {
  it('reads the escapes of FEEL', () => {
    expect(value(String.raw`"\"\\\n\t\r\'\u0041\U01F40E\d"`)).toBe('"\\\n\t\r\'A🐎\\d');
  });

  it.each(['\u000b', '\u000c', '\r', '\u0085', '\u00a0', '\u180e', '\u2003', '\u200b', '\u2029', '\u3000', '\ufeff'])(
    'takes %j for a space',
    (space) => {
      expect(value(`${space}1${space}+${space}1${space}`)).toBe(2);
    },
  );

  it('leaves every space of a string as it is', () => {
    expect(value('"a\u0085\u00a0\u200b\ufeffb"')).toBe('a\u0085\u00a0\u200b\ufeffb');
  });

  it('takes line ends for spaces inside of names, and nowhere in a string', () => {
    expect(value('string\nlength("a") + 1 // one\n+ 1')).toBe(3);
    expect(value('{line speed: 2}.line\nspeed')).toBe(2);
    expect(refusalOf('"a\nb"').problem).toBe('the string that starts here does not end');
  });

  it('steps over comments', () => {
    expect(value('1 /* one */ + // and\n 2')).toBe(3);
    expect(value('[1, /* none */ 2]')).toEqual([1, 2]);
  });
});
