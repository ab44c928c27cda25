/** A refusal says what is wrong, and not how schemas work. */
import { expect, it } from 'vitest';
import { z } from 'zod';
import { plainWords } from './plain-words.ts';

it.each([
  [z.string(), undefined, 'is missing'],
  [z.string(), 5, 'expected string, found number'],
  [z.object({}), [], 'expected object, found array'],
  [z.object({}), null, 'expected object, found null'],
  [z.coerce.number(), 'many', 'expected number, found something else'],
  [z.number().int(), 1.5, 'must be a whole number'],
  [z.number().min(1), 0, 'must be at least 1'],
  [z.number().lt(5), 5, 'must be less than 5'],
  [z.string().min(1), '', 'must have at least 1 character'],
  [z.string().max(2), 'abc', 'must have at most 2 characters'],
  [z.array(z.unknown()).max(1), [1, 2], 'must have at most 1 item'],
  [z.enum(['a', 'b']), 'c', 'expected one of a, b'],
  [z.strictObject({}), { colour: 'red' }, 'there is no "colour" here'],
  [z.string().regex(/^a/, 'begins with an a'), 'b', 'begins with an a'],
])('%#: %s given %j', (schema, given, words) => {
  const { error } = schema.safeParse(given, { error: plainWords });
  expect(error?.issues.map(({ message }) => message)).toEqual([words]);
});
