/** Patterns: what is none, how they match beside the runtime's own expressions, and what hostile ones cost. */
import { createContext, Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pay } from './matching.ts';
import { findPattern } from './pattern.ts';

const free: Pay = () => undefined;

function limited(steps: number): Pay {
  let left = steps;
  return (taken) => {
    left -= taken;
    if (left < 0) throw new Error('too expensive');
  };
}

const matches = (text: string, pattern: string, flags = ''): boolean | undefined =>
  findPattern(pattern, flags)?.test(text, free);

describe('a pattern of XPath', () => {
  it.each([
    ['abracadabra', 'bra', '', true],
    ['abracadabra', '^a.*a$', '', true],
    ['abracadabra', '^bra', '', false],
    ['Mary\rJones', 'Mary.Jones', '', false],
    ['Mary\nJones', 'Mary.Jones', 's', true],
    ['one\ntwo', '^two$', 'm', true],
    ['one\n', '\\n^', 'm', false],
    ['one\n\n', '\\n^', 'm', true],
    ['one\n', '^$', 'm', false],
    ['\n', '^\\n$', 'm', true],
    ['', '^$', 'm', true],
    ['🐎one\n', '(e)\\n^|e\\n', 'm', true],
    ['one\ntwo', '^two$', '', false],
    ['a.b', 'a.b', 'q', true],
    ['axb', 'a.b', 'q', false],
    ['A.B', 'a.b', 'qi', true],
    ['hello world', ' hello[ ]world', 'x', true],
    ['hello world', '\\p{ IsBasicLatin}+', 'x', true],
    ['x', '[A-Z-[OI]]', 'i', true],
    ['o', '[A-Z-[OI]]', 'i', false],
    ['q', '[^Q]', 'i', false],
    ['é', '\\p{IsLatin-1Supplement}', '', true],
    ['é', '\\P{IsBasicLatin}', '', true],
    ['Ω', '\\p{Lu}', '', true],
    ['٣', '^\\d$', '', true],
    ['-', '^\\w$', '', false],
    ['_a', '^\\i\\c*$', '', true],
    ['1a', '^\\i\\c*$', '', false],
    ['-', '[a-]', '', true],
    ['-', '[-a]', '', true],
    ['🐎', '^.$', '', true],
    ['abab', '^(ab)\\1$', '', true],
    ['aA', '(a)\\1', 'i', true],
    ['aA', '(a)\\1', '', false],
    ['a1', '(a)\\11', '', false],
    ['aa1', '(a)\\11', '', true],
  ] as const)('%j by %j with the flags %j: %j', (...[text, pattern, flags, expected]) => {
    expect(matches(text, pattern, flags)).toBe(expected);
  });

  it.each([
    '(',
    ')',
    'a]',
    'a{',
    '{2}',
    '*a',
    'a**',
    '[',
    '[]',
    '[^]',
    '[b-a]',
    '[a-\\d]',
    '\\p{Foo}',
    '\\p{IsNowhere}',
    '\\q',
    '\\1',
    '(a\\1)',
    '(?=a)',
    '(?<n>a)',
    '(?i)a',
    '[a[b]]',
    'a{2,1}',
    'a{1001}',
    '\\',
    '[asd\\0]',
    'a'.repeat(1_001),
  ])('is not %j', (pattern) => {
    expect(findPattern(pattern, '')).toBeNull();
  });

  it('knows no other flags than s, m, i, x and q', () => {
    expect(findPattern('a', 'g')).toBeNull();
    expect(findPattern('a', 'p')).toBeNull();
    expect(findPattern('a', 'smixq')).not.toBeNull();
  });
});

describe('replacing and splitting', () => {
  it.each([
    ['abracadabra', 'bra', '*', 'a*cada*'],
    ['abcd', '(ab)|(a)', '[$1][$2]', '[ab][]cd'],
    ['abc', '(b)', '$12', 'ab2c'],
    ['abc', 'b', '$0$0', 'abbc'],
    ['abc', 'b', '\\$\\\\', 'a$\\c'],
    ['aabb', '(.)\\1', '<$1>', '<a><b>'],
  ] as const)('%j by %j with %j is %j', (...[text, pattern, replacement, expected]) => {
    expect(findPattern(pattern, '')?.replace(text, replacement, free)).toBe(expected);
  });

  it.each([
    ['x*', '-'],
    ['a', '$'],
    ['a', '$x'],
    ['a', '\\n'],
  ])('replaces nothing by %j with %j', (pattern, replacement) => {
    expect(findPattern(pattern, '')?.replace('abc', replacement, free)).toBeNull();
  });

  it.each([
    ['a1b22c', '\\d+', ['a', 'b', 'c']],
    [';a;', ';', ['', 'a', '']],
    ['abc', '', null],
    ['abc', 'x?', null],
    ['', ';', ['']],
  ])('%j at %j gives %j', (text, pattern, expected) => {
    expect(findPattern(pattern, '')?.split(text, free)).toEqual(expected);
  });
});

/** What both languages write alike and mean alike. */
const pattern = fc.letrec<{ atom: string; piece: string; branch: string; choice: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '\\.', '\\s', '^', '$'),
    tie('choice').map((inner) => `(${inner})`),
    tie('choice').map((inner) => `(?:${inner})`),
  ),
  piece: fc
    .tuple(tie('atom'), fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}', '*?', '+?', '??'))
    .map(([atom, repeat]) => (/^[\^$]$/.test(atom) ? atom : atom + repeat)),
  branch: fc.array(tie('piece'), { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join('')),
  choice: fc.array(tie('branch'), { minLength: 1, maxLength: 2 }).map((branches) => branches.join('|')),
})).choice;
/** The runtime lets a line begin behind a last line end, XPath does not. */
const LINE_START = '(?:(?<![^])|(?<=\\n)(?=[^]))';
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', ' ', '\n'), maxLength: 12 });

describe('beside the expressions of the runtime', () => {
  it('finds a match where they do', () => {
    fc.assert(
      fc.property(pattern, text, fc.constantFrom('', 'm', 'i'), (source, subject, flags) => {
        const expected = runtime(new Script('new RegExp(source, flags).test(subject)'), {
          source: flags === 'm' ? source.replace(/(?<!\[)\^/g, LINE_START) : source,
          subject,
          flags: `u${flags}`,
        });
        fc.pre(expected !== undefined);
        expect(matches(subject, source, flags)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('tries patterns with back-references as they do', () => {
    const referring = pattern.map((source) => `(a|b|ab)(?:${source})\\1`);
    fc.assert(
      fc.property(referring, text, (source, subject) => {
        const found = attempt('too expensive', () =>
          findPattern(source, '')?.replace(subject, '<$0>', limited(20_000)),
        );
        fc.pre(found !== undefined);
        const expected = runtime(new Script("subject.replace(new RegExp(source, 'gu'), '<$&>')"), { source, subject });
        fc.pre(expected !== undefined);
        expect(found).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** What the runtime's own expressions give; undefined where they take too long: some of these patterns cost them minutes. */
function runtime(script: Script, names: Readonly<Record<string, string>>): unknown {
  return attempt('Script execution timed out', () =>
    script.runInContext(createContext({ ...names }), { timeout: 250 }),
  );
}

/** undefined if it fails with this message. */
function attempt<Result>(message: string, run: () => Result): Result | undefined {
  try {
    return run();
  } catch (error) {
    if ((error as Error).message.startsWith(message)) return undefined;
    throw error;
  }
}

describe('hostile patterns', () => {
  it.each(['(a+)+$', '(a|a)*b', '(.*)(.*)(.*)(.*)[^a]', '((a{30}){30})b', '(a?){500}a{500}'])(
    '%s ends on a hundred thousand characters, or costs too much',
    (source) => {
      const subject = 'a'.repeat(100_000);
      const found = findPattern(source, '');
      try {
        expect(found?.test(subject, limited(1_000_000))).toBeTypeOf('boolean');
      } catch (error) {
        expect(error).toHaveProperty('message', 'too expensive');
      }
    },
  );

  it.each(['(a)(a*)*\\1\\2b', '(a+)+\\1b', '((a|aa)+)\\1c'])('%s with its references is too expensive', (source) => {
    expect(() => findPattern(source, '')?.test('a'.repeat(200), limited(10_000))).toThrow('too expensive');
    expect(() => findPattern(source, '')?.test('a'.repeat(100_000), limited(10_000))).toThrow('too expensive');
  });

  it('pays for what it looks at, so that long lists are split', () => {
    const list = 'reading,'.repeat(2_000);
    expect(findPattern(',', '')?.split(list, limited(60_000))).toHaveLength(2_001);
  });
});
