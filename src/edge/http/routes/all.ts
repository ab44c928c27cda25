/** Every declared route, in the order of the documentation. */
import type { Route } from '../route.ts';
import { accountRoutes } from './accounts.ts';
import { analysisRoutes } from './analyses.ts';
import { analyticsRoutes } from './analytics.ts';
import { busRoutes } from './bus.ts';
import { compositionRoutes } from './compositions.ts';
import { criterionRoutes } from './criteria.ts';
import { decisionRoutes } from './decisions.ts';
import { definitionSettingsRoutes } from './definition-settings.ts';
import { definitionRoutes } from './definitions.ts';
import { deskRoutes } from './desk.ts';
import { deviceAnalysisRoutes } from './device-analyses.ts';
import { deviceRoutes } from './devices.ts';
import { enqueueRoutes } from './enqueue.ts';
import { incidentRoutes } from './incidents.ts';
import { instanceRoutes } from './instances.ts';
import { jobRoutes } from './jobs.ts';
import { kindRoutes } from './kinds.ts';
import { measurementRoutes } from './measurements.ts';
import { mendingRoutes } from './mending.ts';
import { messageRoutes } from './messages.ts';
import { moduleRoutes } from './modules.ts';
import { operationRoutes } from './operations.ts';
import { peopleRoutes } from './people.ts';
import { recipientRoutes } from './recipients.ts';
import { scheduleRoutes } from './schedules.ts';
import { sessionRoutes } from './session.ts';
import { shiftPlanRoutes } from './shift-plans.ts';
import { simulationRoutes } from './simulations.ts';
import { substituteRoutes } from './substitutes.ts';
import { systemRoutes } from './system.ts';
import { taskRoutes } from './tasks.ts';
import { workerRoutes } from './workers.ts';

export const apiRoutes: readonly Route[] = [
  ...definitionRoutes,
  ...compositionRoutes,
  ...definitionSettingsRoutes,
  ...analyticsRoutes,
  ...decisionRoutes,
  ...simulationRoutes,
  ...moduleRoutes,
  ...instanceRoutes,
  ...mendingRoutes,
  ...incidentRoutes,
  ...operationRoutes,
  ...messageRoutes,
  ...taskRoutes,
  ...measurementRoutes,
  ...deviceRoutes,
  ...deviceAnalysisRoutes,
  ...criterionRoutes,
  ...shiftPlanRoutes,
  ...analysisRoutes,
  ...enqueueRoutes,
  ...jobRoutes,
  ...deskRoutes,
  ...workerRoutes,
  ...kindRoutes,
  ...scheduleRoutes,
  ...busRoutes,
  ...sessionRoutes,
  ...peopleRoutes,
  ...substituteRoutes,
  ...recipientRoutes,
  ...accountRoutes,
  ...systemRoutes,
];
