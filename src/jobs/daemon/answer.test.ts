import { describe, expect, it } from 'vitest';
import { discard, done, fail, snooze } from '../../kernel/settlement.ts';
import { failureOf, MAX_ERROR_CHARACTERS, settlementOf } from './answer.ts';

describe('what a handler answers', () => {
  it.each([
    ['nothing', undefined, done()],
    ['null', null, done()],
    ['an object', { pieces: 3 }, done('done', { pieces: 3 })],
    ['a number', 3, done('done', { result: 3 })],
    ['a text', 'ok', done('done', { result: 'ok' })],
    ['a list', [1], done('done', { result: [1] })],
    ['a settlement', discard('no such valve'), discard('no such valve')],
    ['an object of the form of a settlement', { kind: 'snooze', delayMs: 5 }, snooze({ delayMs: 5 })],
    [
      'an object with the kind of a settlement and more',
      { kind: 'fail', error: 'x', more: 1 },
      done('done', { kind: 'fail', error: 'x', more: 1 }),
    ],
    ['an object with a kind of its own', { kind: 'pump' }, done('done', { kind: 'pump' })],
    ['an object called as what every object has', { kind: 'constructor' }, done('done', { kind: 'constructor' })],
  ])('is %s, and becomes a settlement', (_, value, settlement) => {
    expect(settlementOf(value)).toEqual(settlement);
  });

  it.each([
    ['a function', () => {}],
    ['a number that JSON does not have', 7n],
  ])('is %s, and fails with the reason', (_, value) => {
    expect(settlementOf(value)).toMatchObject({
      kind: 'fail',
      error: expect.stringMatching(/^the handler's result is no JSON/),
    });
  });

  it('fails, when it is thrown, without passwords and not longer than anybody reads', () => {
    expect(failureOf(new Error('amqp://me:secret@host refused'))).toEqual(fail('amqp://me:***@host refused'));
    expect((failureOf(new Error('x'.repeat(9_000))) as { error: string }).error).toHaveLength(MAX_ERROR_CHARACTERS);
  });
});
