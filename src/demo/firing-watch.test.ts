import { describe, expect, it } from 'vitest';
import type { Criterion } from '../client/wire-measurements.ts';
import { FiringWatch } from './firing-watch.ts';

const HOUR_MS = 3_600_000;

/** "press-1.A": active, the others not. */
function criteria(...active: readonly string[]): Criterion[] {
  return ['press-1', 'kiln-1'].flatMap((device) =>
    ['A', 'B'].map((name): Criterion => {
      const id = `${device}.${name}`;
      const signal = { field: 'temperature', detector: 'z-score' };
      const settings = { signal, limit: 4, direction: 'above', duration: '0s', hysteresis: 0, enabled: true } as const;
      const state = { active: active.includes(id), value: 0, at: null };
      return { id, device, name, version: 1, settings, state, updatedAt: '', updatedBy: '' };
    }),
  );
}
const none = new Map<string, unknown>();

describe('the watch for new cases', () => {
  it('sees a case when both criteria of one machine have fired, at once or after another, and sees it once', () => {
    const watch = new FiringWatch();
    expect(watch.look(criteria('press-1.A', 'kiln-1.B'), { at: 0, open: none })).toEqual([]);
    expect(watch.look(criteria('press-1.B'), { at: 60_000, open: none })).toEqual(['press-1']);
    expect(watch.look(criteria('press-1.B'), { at: 120_000, open: none })).toEqual([]);
    expect(watch.look(criteria('kiln-1.A', 'kiln-1.B'), { at: 180_000, open: none })).toEqual(['kiln-1']);
  });

  it('takes no firing for a new case that belongs to an open one, or that was long ago', () => {
    const watch = new FiringWatch();
    const open = new Map([['press-1', undefined]]);
    expect(watch.look(criteria('press-1.A', 'press-1.B'), { at: 0, open })).toEqual([]);
    expect(watch.look(criteria('press-1.A', 'press-1.B'), { at: 60_000, open: none })).toEqual([]);
    expect(watch.look(criteria('kiln-1.A'), { at: 120_000, open: none })).toEqual([]);
    expect(watch.look(criteria('kiln-1.B'), { at: 180_000 + HOUR_MS, open: none })).toEqual([]);
  });
});
