/** Every family of rows there is: what the stores make tables of. */
import { jobFamily } from '../jobs/job.ts';
import { statisticFamily } from '../jobs/statistics.ts';
import { taskFamily } from '../jobs/task.ts';
import { processFamilies } from '../process/engine/families.ts';
import type { Family } from '../store/family.ts';
import { measurementFeed, plantFeed } from '../store/feed.ts';
import { inbox, measurementOutbox, plantOutbox } from '../store/outbox.ts';

export const families: readonly Family[] = [
  ...processFamilies,
  jobFamily,
  taskFamily,
  statisticFamily,
  inbox,
  plantOutbox,
  measurementOutbox,
  plantFeed,
  measurementFeed,
];
