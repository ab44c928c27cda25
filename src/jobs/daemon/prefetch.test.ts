import { expect, it } from 'vitest';
import { Prefetch } from './prefetch.ts';

const after = (concurrency: number, { roundTripMs, jobMs }: { roundTripMs: number; jobMs: number }) => {
  const prefetch = new Prefetch(concurrency);
  for (let job = 0; job < 50; job++) {
    prefetch.claimed(roundTripMs);
    prefetch.ran(jobMs);
  }
  return prefetch.target;
};

it('takes nothing ahead before it knows how long jobs take', () => {
  expect(new Prefetch(8).target).toBe(0);
});

it('takes nothing ahead of slow jobs', () => {
  expect(after(8, { roundTripMs: 20, jobMs: 1_000 })).toBe(0);
});

it('takes ahead of quick jobs what their hands end during a round trip, and no more than there are hands', () => {
  expect(after(8, { roundTripMs: 10, jobMs: 30 })).toBe(5);
  expect(after(8, { roundTripMs: 10, jobMs: 1 })).toBe(8);
});
