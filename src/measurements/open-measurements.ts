/** The measurements of a plant: raw readings in, anomalies, criteria and charts out. Everything it keeps is in the store. */
import type { Clock } from '../kernel/clock.ts';
import type { NextId } from '../kernel/ids.ts';
import { type Service, service } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { Metrics } from '../kernel/metrics.ts';
import type { Store } from '../store/store.ts';
import { type Anomalies, openAnomalies } from './anomaly/anomalies.ts';
import { ANOMALY_LABEL, anomalyLabelJob } from './anomaly/label-job.ts';
import { CRITERIA_CHANGE, criteriaChangeJob } from './criterion/change-job.ts';
import { type Criteria, openCriteria } from './criterion/criteria.ts';
import { type CriterionSimulation, type SimulationRequest, simulateCriterion } from './criterion/simulate.ts';
import { type Devices, openDevices } from './device/devices.ts';
import { Ingest, type IngestOptions, type IngestResult } from './ingest/ingest.ts';
import { openQuarantine, type Quarantine } from './ingest/quarantine-list.ts';
import { type DeviceReport, type ReportRequest, readReport } from './report/device-report.ts';
import { readSeries, type Series, type SeriesRequest } from './series/series.ts';
import { openShiftPlans, type ShiftPlans } from './shift-plan/shift-plans.ts';
import type { TaskJob } from './task-job.ts';

export type MeasurementsOptions = {
  readonly store: Store;
  readonly clock: Clock;
  readonly nextId: NextId;
  /** Of times that come without an offset. */
  readonly timeZone: string;
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
};

export interface Measurements extends Service {
  readonly devices: Devices;
  readonly criteria: Criteria;
  readonly shiftPlans: ShiftPlans;
  readonly anomalies: Anomalies;
  readonly quarantine: Quarantine;
  /** Throws `measurement.too-many-rows`, `measurement.overloaded` or an error of the store. */
  ingest(rows: readonly unknown[], options: IngestOptions): Promise<IngestResult>;
  series(request: SeriesRequest): Promise<Series>;
  report(request: ReportRequest): Promise<DeviceReport>;
  /** Judges stored readings by other settings of a criterion, and writes nothing. */
  simulate(request: SimulationRequest): Promise<CriterionSimulation>;
  /** Handlers of jobs, by kind. */
  readonly jobs: Readonly<Record<typeof CRITERIA_CHANGE | typeof ANOMALY_LABEL, TaskJob>>;
}

/** The store has been opened with `measurementFamilies`, the feed and the outbox of the measurements. */
export function openMeasurements({ store, clock, nextId, timeZone, log, metrics }: MeasurementsOptions): Measurements {
  const ingest = new Ingest({ store, clock, nextId, timeZone, log, metrics });
  const devices = openDevices({ store });
  const anomalies = openAnomalies({ store });
  return service(
    {
      devices,
      criteria: openCriteria({ store }),
      shiftPlans: openShiftPlans({ store }),
      anomalies,
      quarantine: openQuarantine({ store }),
      ingest: (rows: readonly unknown[], options: IngestOptions) => ingest.ingest(rows, options),
      series: (request: SeriesRequest) => readSeries({ store, devices }, request),
      report: (request: ReportRequest) => readReport({ store, devices, anomalies }, request),
      simulate: (request: SimulationRequest) => simulateCriterion({ store, anomalies }, request),
      jobs: { [CRITERIA_CHANGE]: criteriaChangeJob({ store }), [ANOMALY_LABEL]: anomalyLabelJob({ store }) },
    },
    () => ingest.idle(),
  );
}
