/** All of BPMN 2.0's executable process, area by area, in the order of the page. */
import { activities } from './activities.ts';
import { boundary } from './boundary.ts';
import { catching } from './catching.ts';
import type { Area } from './feature.ts';
import { flows } from './flows.ts';
import { gateways } from './gateways.ts';
import { processes } from './processes.ts';
import { repetitions } from './repetitions.ts';
import { starts } from './starts.ts';
import { subProcesses } from './sub-processes.ts';
import { tasks } from './tasks.ts';
import { throwing } from './throwing.ts';
import { timers } from './timers.ts';

export const areas: readonly Area[] = [
  ...processes,
  ...tasks,
  ...activities,
  ...repetitions,
  ...subProcesses,
  ...starts,
  ...catching,
  ...boundary,
  ...throwing,
  ...timers,
  ...gateways,
  ...flows,
];
