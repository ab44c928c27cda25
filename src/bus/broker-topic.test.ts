import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTopicPattern, matchesTopic } from './broker-topic.ts';

/** What the two wildcards mean, said as plainly as possible. */
function matches([first, ...rest]: readonly string[], words: readonly string[]): boolean {
  if (first === undefined) return words.length === 0;
  if (first === '#') return matches(rest, words) || (words.length > 0 && matches([first, ...rest], words.slice(1)));
  return words.length > 0 && (first === '*' || first === words[0]) && matches(rest, words.slice(1));
}

describe('topics', () => {
  it('match as the plain definition says, for any pattern and key', () => {
    const word = fc.constantFrom('a', 'b', '');
    const pattern = fc.array(fc.oneof(word, fc.constantFrom('*', '#')), { minLength: 1, maxLength: 7 });
    const key = fc.array(word, { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(pattern, key, (wanted, words) => {
        expect(matchesTopic(wanted.join('.'), words.join('.'))).toBe(matches(wanted, words));
      }),
      { numRuns: 5_000 },
    );
  });

  it('are matched in a moment, however many # a pattern has', () => {
    const pattern = `${'#.a.'.repeat(60)}b`;
    expect(matchesTopic(pattern, `${'a.'.repeat(120)}c`)).toBe(false);
    expect(matchesTopic(pattern, `${'a.'.repeat(120)}b`)).toBe(true);
  });

  it('have wildcards as whole words only', () => {
    for (const pattern of ['a', '*', '#', 'a.*.#', 'Straße.µ']) expect(isTopicPattern(pattern), pattern).toBe(true);
    for (const pattern of ['', 'a*', '#a', 'a.**', '##']) expect(isTopicPattern(pattern), pattern).toBe(false);
  });
});
