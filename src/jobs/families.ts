/** Every family of rows that jobs keep. */
import type { Family } from '../store/family.ts';
import { attemptFamily } from './attempt.ts';
import { dedupFamily } from './dedup.ts';
import { childFamily, flowFamily } from './flow.ts';
import { jobFamily } from './job.ts';
import { kindFamily } from './kind.ts';
import { lineFamily } from './lines.ts';
import { heldFamily } from './orphans.ts';
import { placeFamily } from './place.ts';
import { rateFamily } from './rate.ts';
import { workerFamily } from './registry.ts';
import { scheduleFamily } from './schedule.ts';
import { statisticFamily } from './statistics.ts';
import { taskFamily } from './task.ts';
import { taskVariableFamily } from './task-variable.ts';

export const jobFamilies: readonly Family[] = [
  jobFamily,
  taskFamily,
  taskVariableFamily,
  attemptFamily,
  lineFamily,
  heldFamily,
  placeFamily,
  dedupFamily,
  flowFamily,
  childFamily,
  kindFamily,
  rateFamily,
  scheduleFamily,
  workerFamily,
  statisticFamily,
];
