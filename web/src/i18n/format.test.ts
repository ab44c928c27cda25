/** Figures as people read them. */
import { describe, expect, it } from 'vitest';
import { formatFor } from './format.ts';

const { duration, share } = formatFor('en');
const MINUTE_MS = 60_000;

describe('a length of time', () => {
  it('is written in its two largest units', () => {
    expect(duration(3 * 60 * MINUTE_MS + 12 * MINUTE_MS + 40_000)).toBe('3h 12m');
    expect(duration(26 * 60 * MINUTE_MS)).toBe('1d 2h');
    expect(duration(61_500)).toBe('1m 1s');
  });

  it('leaves out what is nothing', () => {
    expect(duration(2 * 60 * MINUTE_MS + 59_000)).toBe('2h');
    expect(duration(5_250)).toBe('5s');
    expect(duration(250)).toBe('250ms');
    expect(duration(0)).toBe('0ms');
  });

  it('is written in the language of its reader', () => {
    expect(formatFor('he').duration(90 * MINUTE_MS)).toContain('30');
  });
});

describe('a share', () => {
  it('has one digit behind the point where that says something', () => {
    expect([share(0.7234), share(1), share(0)]).toEqual(['72.3%', '100%', '0%']);
  });
});
