import { describe, expect, it } from 'vitest';
import { activeSince, QUIET, type Track, track } from './track.ts';

const rule = { threshold: 4, quietRows: 3, refractoryRows: 5 };

/** Follows scores, one a row at 0, 1, 2 …; answers every state. */
function follow(scores: readonly number[], from: Track = QUIET): Track[] {
  const states: Track[] = [];
  let state = from;
  for (const [at, score] of scores.entries()) {
    state = track(rule, state, { at, value: score * 10, score, expected: 0, sigma: 1 });
    states.push(state);
  }
  return states;
}
const last = (scores: readonly number[]): Track => follow(scores).at(-1) as Track;
const starts = (scores: readonly number[]): (number | undefined)[] => [
  ...new Set(follow(scores).flatMap((state) => (state.phase === 'open' ? [state.from] : []))),
];

describe('a track', () => {
  it('opens with a score on the threshold', () => {
    expect(last([3.9])).toEqual(QUIET);
    expect(last([0, 4])).toMatchObject({ phase: 'open', from: 1, to: 1 });
  });

  it('lasts to the last strange row and remembers the highest score', () => {
    expect(last([4, 9, 1, 5, 0])).toMatchObject({
      phase: 'open',
      from: 0,
      to: 3,
      peak: { at: 1, value: 90, score: 9 },
    });
  });

  it('is one anomaly through a pause shorter than its quiet rows', () => {
    expect(starts([4, 0, 0, 4, 0, 0, 4])).toEqual([0]);
  });

  it('ends after its quiet rows, and opens again only for a higher score until it is forgotten', () => {
    expect(last([5, 0, 0, 0])).toEqual({ phase: 'refractory', from: 0, peakScore: 5, rowsLeft: 5 });
    expect(starts([5, 0, 0, 0, 5])).toEqual([0]);
    expect(starts([5, 0, 0, 0, 5.1])).toEqual([0, 4]);
    expect(starts([5, 0, 0, 0, 0, 0, 0, 0, 0, 5])).toEqual([0, 9]);
    expect(starts([5, 0, 0, 0, 0, 0, 0, 0, 5])).toEqual([0]);
  });

  it('takes a row without a score as a quiet one', () => {
    expect(last([4, Number.NaN, Number.NaN, Number.NaN])).toMatchObject({ phase: 'refractory' });
  });

  it('is active while it is open and until it is forgotten', () => {
    expect(follow([4, 0, 0, 0, 0, 0, 0, 0, 0]).map(activeSince)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, undefined]);
  });
});
