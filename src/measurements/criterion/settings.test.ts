import { describe, expect, it } from 'vitest';
import { isMillraceError } from '../../kernel/errors.ts';
import { parseSettings } from './settings.ts';

function problemsOf(input: unknown): string {
  try {
    parseSettings(input);
  } catch (error) {
    if (isMillraceError(error, 'criterion.invalid')) return String(error.details.problems);
    throw error;
  }
  return '';
}

const signal = { field: 'temperature' };

describe('settings of a criterion', () => {
  it('fill in what is not given', () => {
    expect(parseSettings({ signal, direction: 'above', limit: 4 })).toEqual({
      signal,
      direction: 'above',
      limit: 4,
      hysteresis: 0,
      durationMs: 0,
      enabled: true,
    });
    expect(parseSettings({ of: ['A', 'B'], atLeast: 2 })).toEqual({
      of: ['A', 'B'],
      atLeast: 2,
      durationMs: 0,
      enabled: true,
    });
  });

  it.each([
    [{ signal, direction: 'sideways', limit: 4 }, /direction/],
    [{ signal, direction: 'above', limit: '4' }, /limit/],
    [{ signal, direction: 'above', limit: { low: 1, high: 2 } }, /limit/],
    [{ signal, direction: 'outside', limit: 4 }, /limit/],
    [{ signal, direction: 'outside', limit: { low: 4, high: 1 } }, /low is below high/],
    [{ signal, direction: 'outside', limit: { low: 1, high: 4 }, hysteresis: 1.5 }, /no room/],
    [{ signal: { field: 'temperature', detector: 'oracle' }, direction: 'above', limit: 4 }, /signal\.detector/],
    [{ signal: { field: '__proto__' }, direction: 'above', limit: 4 }, /signal\.field/],
    [{ signal, direction: 'above', limit: 4, hysteresis: -1, durationMs: 1.5 }, /hysteresis.*durationMs/],
    [{ of: ['A'], atLeast: 2 }, /atLeast/],
    [{ of: ['A', 'A'], atLeast: 1 }, /twice/],
    [{ of: ['A'], atLeast: 1, signal }, /signal/],
    [null, /not an object/],
  ])('refuse %j and say why', (input, problem) => {
    expect(problemsOf(input)).toMatch(problem);
  });
});
