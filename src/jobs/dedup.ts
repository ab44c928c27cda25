/** Which live job holds a dedup key: while it lives, whoever enqueues the same gets that job. */
import { defineFamily } from '../store/family.ts';

export const dedupFamily = defineFamily({
  name: 'job_dedup',
  columns: { kind: 'text', dedupKey: 'text', job: 'integer' },
  key: ['kind', 'dedupKey'],
});
