import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5s', 1_500],
    ['0s', 0],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['PT30S', 30_000],
    ['PT0.5S', 500],
    ['P1DT12H', 129_600_000],
    ['P1W', 604_800_000],
    ['PT1M', 60_000],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    '5',
    's',
    '5 s',
    '-5s',
    '5sec',
    '1m1h',
    '1.5ms',
    '.5s',
    '1e3s',
    'P',
    'PT',
    'P1DT',
    'P1M',
    'P1Y',
    'PT5',
    'pt5s',
    '٣s',
    `${'9'.repeat(400)}s`,
    '9007199254740992ms',
    'P99999999999999D',
  ])('refuses "%s"', (text) => {
    expect(() => parseDuration(text)).toThrow(
      expect.objectContaining({ code: 'duration.malformed', details: { text } }),
    );
  });

  it('writes the shortest exact text, also for a time that has passed', () => {
    const texts = [0, 0.4, 1, 999.6, 90_000, 3_600_000, 93_784_005, -5, -90_000].map(formatDuration);
    expect(texts).toEqual(['0s', '0s', '1ms', '1s', '1m30s', '1h', '1d2h3m4s5ms', '-5ms', '-1m30s']);
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});
