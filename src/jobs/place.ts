/**
 * Places under a key: how many jobs of a kind and key are at work (ready and leased, and between attempts). Counted when a
 * job gets its place and when it ends, never when jobs are claimed. The empty key counts all keys of a kind that takes
 * them in turns.
 */
import { defineFamily } from '../store/family.ts';
import { add, type Write } from '../store/unit.ts';
import type { JobRow } from './job.ts';

export const placeFamily = defineFamily({
  name: 'job_place',
  columns: { kind: 'text', key: 'text', used: 'integer' },
  key: ['kind', 'key'],
});
/** The key under which all keys of a kind are counted. No job has it. */
export const ALL_KEYS = '';

/** What a job's `hasPlace` says: counted under its key, or under all keys as well. Whatever becomes of its kind meanwhile. */
export const UNDER_KEY = 1;
export const UNDER_ALL_KEYS = 2;

export const placeLeft = ({ kind, key, hasPlace }: Pick<JobRow, 'kind' | 'key' | 'hasPlace'>): readonly Write[] => [
  add(placeFamily, [kind, key ?? ''], { used: -1 }),
  ...(hasPlace === UNDER_ALL_KEYS ? [add(placeFamily, [kind, ALL_KEYS], { used: -1 })] : []),
];
