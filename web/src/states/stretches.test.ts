/** States over a stretch of time: their sums, and what a band of so many pixels can show. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StateSegment } from '../api/analyses.ts';
import { clipped, drawable, STATES, sumsOf } from './stretches.ts';

const at = (minute: number): string => new Date(minute * 60_000).toISOString();
const segment = (from: number, to: number, state: StateSegment['state']): StateSegment => {
  return { from: at(from), to: at(to), state };
};
const minutes = (from: number, to: number) => ({ fromMs: from * 60_000, toMs: to * 60_000 });

describe('the states of a machine', () => {
  const segments = [segment(0, 60, 'running'), segment(60, 62, 'microstop'), segment(62, 90, 'running')];

  it('add up to what of them lies in the window', () => {
    expect(sumsOf(segments, minutes(30, 70))).toEqual([
      { state: 'running', sumMs: 38 * 60_000, count: 2 },
      { state: 'microstop', sumMs: 2 * 60_000, count: 1 },
    ]);
    expect(sumsOf(segments, minutes(90, 100))).toEqual([]);
  });

  it('are drawn as they are while they are few', () => {
    expect(drawable(clipped(segments, minutes(0, 90)), minutes(0, 90), 10)).toHaveLength(3);
  });

  it('are drawn column by column when they are many, each as the state that fills most of it', () => {
    const many = [...segments, segment(90, 91, 'breakdown'), segment(91, 120, 'running')];
    const drawn = drawable(clipped(many, minutes(0, 120)), minutes(0, 120), 3);
    expect(drawn).toEqual([{ ...minutes(0, 120), state: 'running' }]);
    const stopped = [segment(0, 10, 'running'), segment(10, 50, 'breakdown'), segment(50, 60, 'running')];
    expect(drawable(clipped(stopped, minutes(0, 60)), minutes(0, 60), 2)).toEqual([
      { ...minutes(0, 60), state: 'breakdown' },
    ]);
  });

  it('never overlap, never leave the window and are never more than there are columns', () => {
    const lengths = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.constantFrom(...STATES)), { maxLength: 80 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 40 }), (given, columns) => {
        let end = 0;
        const all = given.map(([length, state]) => {
          end += length;
          return segment(end - length, end, state);
        });
        const window = minutes(0, Math.max(1, end));
        const drawn = drawable(clipped(all, window), window, columns);
        expect(drawn.length).toBeLessThanOrEqual(Math.max(columns, 0));
        for (const [place, { fromMs, toMs }] of drawn.entries()) {
          expect(fromMs).toBeGreaterThanOrEqual((drawn[place - 1]?.toMs ?? window.fromMs) - 1e-6);
          expect(toMs).toBeLessThanOrEqual(window.toMs + 1e-6);
        }
      }),
    );
  });
});
