/** The rows in which the stays of a definition's instances are counted (tally.ts). */
import { defineFamily, type RowOf } from '../../store/family.ts';

export const tallyFamily = defineFamily({
  name: 'tally',
  isHot: true,
  columns: {
    definition: 'text',
    /** Days since the epoch, UTC; what is old is summed up under the first day of its month. */
    day: 'integer',
    version: 'integer',
    /** What a transition did, as course.ts writes it: `-operator:confirmed =mail +technologist`. */
    course: 'text',
    /** Of the time that the stay which it ended first had taken. */
    bucket: 'integer',
    times: 'integer',
    totalMs: 'integer',
    /** Of `totalMs`: until a person took the task, or a worker the job. */
    waitedMs: 'integer',
  },
  key: ['definition', 'day', 'version', 'course', 'bucket'],
});
export type TallyRow = RowOf<typeof tallyFamily>;

export const DAY_MS = 86_400_000;
export const dayOf = (instant: number): number => Math.floor(instant / DAY_MS);
