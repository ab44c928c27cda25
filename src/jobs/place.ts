/**
 * Places under a key: how many jobs of a kind and key are at work (ready and leased, and between attempts). Counted when a
 * job gets its place and when it ends, never when jobs are claimed. The empty key counts all keys of a kind that takes
 * them in turns.
 */
import { defineFamily } from '../store/family.ts';
import { add, type Write } from '../store/unit.ts';

export const placeFamily = defineFamily({
  name: 'job_place',
  columns: { kind: 'text', key: 'text', used: 'integer' },
  key: ['kind', 'key'],
});
/** The key under which all keys of a kind are counted. No job has it. */
export const ALL_KEYS = '';

export const placeLeft = (kind: string, key: string, isFair: boolean): readonly Write[] => [
  add(placeFamily, [kind, key], { used: -1 }),
  ...(isFair ? [add(placeFamily, [kind, ALL_KEYS], { used: -1 })] : []),
];
