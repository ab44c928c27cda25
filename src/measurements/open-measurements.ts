/** The measurements of a plant: raw readings in, anomalies, criteria and charts out. Everything it keeps is in the store. */
import type { Check } from '../kernel/check.ts';
import type { Clock } from '../kernel/clock.ts';
import type { NextId } from '../kernel/ids.ts';
import { type Service, service } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { Metrics } from '../kernel/metrics.ts';
import type { Settlement } from '../kernel/settlement.ts';
import type { Store } from '../store/store.ts';
import { type Analyses, openAnalyses, type Processed } from './analysis/analyses.ts';
import { ANALYZE_KIND, analyzeJob } from './analysis/analyze-job.ts';
import { analysisChecks } from './analysis/checks.ts';
import { startFollowing } from './analysis/follow.ts';
import { analysisMetrics } from './analysis/metrics.ts';
import { type DeviceStretch, processDevice } from './analysis/process-device.ts';
import { type Anomalies, openAnomalies } from './anomaly/anomalies.ts';
import { ANOMALY_LABEL, anomalyLabelJob } from './anomaly/label-job.ts';
import { CRITERIA_CHANGE, criteriaChangeJob } from './criterion/change-job.ts';
import { type Criteria, openCriteria } from './criterion/criteria.ts';
import { type CriterionSimulation, type SimulationRequest, simulateCriterion } from './criterion/simulate.ts';
import { type Devices, openDevices } from './device/devices.ts';
import { Ingest, type IngestOptions, type IngestResult } from './ingest/ingest.ts';
import { openQuarantine, type Quarantine } from './ingest/quarantine-list.ts';
import { RETRY_KIND, retryJob } from './ingest/retry-job.ts';
import type { LongJob } from './long-job.ts';
import { type DeviceReport, type ReportRequest, readReport } from './report/device-report.ts';
import { readSeries, type Series, type SeriesRequest } from './series/series.ts';
import type { MeasurementService } from './services/measurement-service.ts';
import { SHIPPED } from './services/shipped.ts';
import { openShiftPlans, type ShiftPlans } from './shift-plan/shift-plans.ts';
import type { TaskJob } from './task-job.ts';
import { type Proposal, type TuneRequest, tune } from './tune/tune.ts';

export type MeasurementsOptions = {
  readonly store: Store;
  readonly clock: Clock;
  readonly nextId: NextId;
  /** Of times that come without an offset. */
  readonly timeZone: string;
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
  /** Beside those that come with Millrace. */
  readonly services?: readonly MeasurementService[] | undefined;
};

export interface Measurements extends Service {
  readonly devices: Devices;
  readonly criteria: Criteria;
  readonly shiftPlans: ShiftPlans;
  readonly anomalies: Anomalies;
  readonly quarantine: Quarantine;
  readonly analyses: Analyses;
  /** Analyses everything that came before `endTime`, and answers what the device did from `startTime` on. */
  processDevice(request: DeviceStretch): Promise<Processed>;
  /** Analyses devices as their readings come, until it is closed; one process of a plant does it. */
  follow(options?: { readonly everyMs?: number }): Service;
  /** What the built-in tests look at: silent devices, failed and overdue analyses. */
  readonly checks: readonly Check[];
  /** Throws `measurement.too-many-rows`, `measurement.overloaded` or an error of the store. */
  ingest(rows: readonly unknown[], options: IngestOptions): Promise<IngestResult>;
  series(request: SeriesRequest): Promise<Series>;
  report(request: ReportRequest): Promise<DeviceReport>;
  /** Judges stored readings by other settings of a criterion, and writes nothing. */
  simulate(request: SimulationRequest): Promise<CriterionSimulation>;
  /** Thresholds that labels speak for; writes nothing. */
  tune(request: TuneRequest): Promise<Proposal[]>;
  /** Handlers of jobs, by kind. */
  readonly jobs: Readonly<Record<typeof CRITERIA_CHANGE | typeof ANOMALY_LABEL, TaskJob>>;
  /** Of those that may take minutes. */
  readonly longJobs: Readonly<Record<typeof ANALYZE_KIND | typeof RETRY_KIND, (job: LongJob) => Promise<Settlement>>>;
}

/** The store has been opened with `measurementFamilies`, the feed and the outbox of the measurements. */
export function openMeasurements(options: MeasurementsOptions): Measurements {
  const { store, clock, nextId, timeZone, log, metrics } = options;
  const services = new Map([...SHIPPED, ...(options.services ?? [])].map((one) => [one.name, one]));
  const analyses = openAnalyses({ store, nextId, timeZone, services });
  const ingest = new Ingest({ store, clock, nextId, timeZone, log, metrics });
  const devices = openDevices({ store, services });
  const anomalies = openAnomalies({ store });
  return service(
    {
      devices,
      criteria: openCriteria({ store, services }),
      shiftPlans: openShiftPlans({ store }),
      anomalies,
      quarantine: openQuarantine({ store }),
      analyses,
      processDevice: async (request: DeviceStretch) => processDevice(analyses, request),
      follow: ({ everyMs }: { readonly everyMs?: number } = {}) =>
        startFollowing({
          store,
          nextId,
          timeZone,
          services,
          clock,
          log,
          everyMs,
          metrics: metrics && analysisMetrics(metrics),
        }),
      checks: analysisChecks({ store, services }),
      ingest: (rows: readonly unknown[], options: IngestOptions) => ingest.ingest(rows, options),
      series: (request: SeriesRequest) => readSeries({ store, devices }, request),
      report: (request: ReportRequest) => readReport({ store, devices, anomalies }, request),
      simulate: (request: SimulationRequest) => simulateCriterion({ store, services, anomalies }, request),
      tune: (request: TuneRequest) => tune({ store, services, devices, anomalies }, request),
      jobs: { [CRITERIA_CHANGE]: criteriaChangeJob({ store, services }), [ANOMALY_LABEL]: anomalyLabelJob({ store }) },
      longJobs: { [ANALYZE_KIND]: analyzeJob({ analyses }), [RETRY_KIND]: retryJob({ store, ingest }) },
    },
    () => ingest.idle(),
  );
}
