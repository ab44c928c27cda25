/**
 * A flow: a job that waits for others, its children. It is `blocked` until all of them have ended; its handler then asks
 * for what became of them. The same with many children and a small last job is a batch with a callback.
 */
import { defineFamily, type RowOf } from '../store/family.ts';
import { add, type Write } from '../store/unit.ts';

export const MAX_CHILDREN = 10_000;

export const flowFamily = defineFamily({
  name: 'job_flow',
  columns: {
    parent: 'integer',
    pending: 'integer',
    failed: 'integer',
    /** 1: a parent whose child failed is dead, once all have ended. */
    failsWithChild: 'integer',
    children: 'integer',
  },
  key: ['parent'],
  indexes: [{ columns: ['pending', 'parent'] }],
});
export type FlowRow = RowOf<typeof flowFamily>;

/** Which jobs are whose children, in the order in which they were given. */
export const childFamily = defineFamily({
  name: 'job_child',
  columns: { parent: 'integer', child: 'integer' },
  key: ['parent', 'child'],
});

/** A child has ended. */
export const childEnded = (parent: number, hasFailed: boolean): Write =>
  add(flowFamily, [parent], { pending: -1, ...(hasFailed && { failed: 1 }) });
