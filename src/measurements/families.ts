/** The families of the measurements; whoever opens a store hands them to it. */
import type { Family } from '../store/family.ts';
import { analysisFamilies } from './analysis/families.ts';
import { anomalyFamily } from './anomaly/anomaly.ts';
import { criterionFamily } from './criterion/criterion.ts';
import { judgementFamily } from './criterion/judgement.ts';
import { deviceFamily } from './device/device.ts';
import { simulatedDeviceFamily } from './device/simulated-device.ts';
import { analyzerFamily, detectorMemoryFamily } from './ingest/analyzer.ts';
import { measurementFamily } from './ingest/measurement.ts';
import { processingLog } from './ingest/processing-log.ts';
import { quarantineFamily } from './ingest/quarantine.ts';
import { shiftPlanFamily } from './shift-plan/shift-plan.ts';
import { taskEffectFamily } from './task-effect.ts';

export const measurementFamilies: readonly Family[] = [
  deviceFamily,
  simulatedDeviceFamily,
  shiftPlanFamily,
  measurementFamily,
  quarantineFamily,
  criterionFamily,
  judgementFamily,
  anomalyFamily,
  analyzerFamily,
  detectorMemoryFamily,
  processingLog,
  taskEffectFamily,
  ...analysisFamilies,
];
