/** A run of thousands of lives is only proof of what it was asked for. */
import { expect, it } from 'vitest';
import { parseOptions } from './program-options.ts';

const kinds = { store: ['sqlite', 'postgres'], rounds: 'count' } as const;

it('takes what it knows', () => {
  expect(parseOptions(['--store', 'postgres', '--rounds=20'], kinds)).toEqual({ store: 'postgres', rounds: 20 });
  expect(parseOptions([], kinds)).toEqual({});
});

it.each([
  [['--rounds', 'x'], '--rounds is a whole number, not x'],
  [['--rounds', '1e3'], '--rounds is a whole number, not 1e3'],
  [['--rounds', ''], '--rounds is a whole number, not '],
  [['--store', 'oracle'], '--store is sqlite or postgres, not oracle'],
  [['--seed', '1'], "Unknown option '--seed'"],
  [['20'], "Unexpected argument '20'"],
])('refuses %j', (args, words) => {
  expect(() => parseOptions(args, kinds)).toThrow(words);
});
