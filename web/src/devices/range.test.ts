/** The stretch of time that a machine's page shows, and its address. */
import { describe, expect, it } from 'vitest';
import { ownWindowOf, rangeSearchOf, SHORTEST_MS, searchOf, shifted, stretched, windowOf } from './range.ts';

const HOUR_MS = 3_600_000;
const noon = Date.parse('2026-05-04T12:00:00Z');
const hour = { fromMs: noon - HOUR_MS, toMs: noon };

describe('the stretch of a page', () => {
  it('ends just behind the last reading, so that it is shown', () => {
    expect(windowOf('1h', noon)).toEqual({ fromMs: noon - HOUR_MS + 1, toMs: noon + 1 });
  });

  it('comes back from its address', () => {
    expect(ownWindowOf(rangeSearchOf({ ...searchOf(hour) }))).toEqual(hour);
    expect(rangeSearchOf({ range: '7d' })).toEqual({ range: '7d' });
  });

  it('is the usual one where an address says nothing that makes sense', () => {
    expect(rangeSearchOf({ range: '5y', from: 'yesterday', to: 'now' })).toEqual({});
    expect(rangeSearchOf({ from: '2026-05-04T12:00:00Z', to: '2026-05-04T11:00:00Z' })).toEqual({});
    expect(rangeSearchOf({ range: '24h', from: '2026-05-04T12:00:00Z' })).toEqual({ range: '24h' });
  });

  it('moves by a share of its length and keeps it', () => {
    expect(shifted(hour, -0.5)).toEqual({ fromMs: noon - 1.5 * HOUR_MS, toMs: noon - 0.5 * HOUR_MS });
  });

  it('grows and shrinks around its middle, but not to nothing', () => {
    expect(stretched(hour, 3)).toEqual({ fromMs: noon - 2 * HOUR_MS, toMs: noon + HOUR_MS });
    const { fromMs, toMs } = stretched(hour, 1e-9);
    expect(toMs - fromMs).toBe(SHORTEST_MS);
  });
});
