/** Analyses of devices by their measurement services: run, asked for, and read. */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { Store } from '../../store/store.ts';
import { LocalDays } from '../calendar/local-days.ts';
import type { Stretch } from '../calendar/shifts.ts';
import type { Device } from '../device/device.ts';
import { openReadTime, type ReadTime } from '../ingest/event-time.ts';
import type { Page } from '../page.ts';
import type { MeasurementService } from '../services/measurement-service.ts';
import { type AnalysisRow, analysisFamily, type RunRow } from './families.ts';
import { type LastPeriod, lastPeriod } from './last-period.ts';
import {
  type DeviceScope,
  type DeviceSegment,
  type QualityOfDay,
  type Range,
  type RunFilter,
  readQuality,
  readRuns,
  readScopes,
  readSegments,
  readStatistics,
  type StatisticPoint,
  type StatisticsRequest,
} from './readings.ts';
import { type RunOutcome, type RunParts, type RunRequest, runAnalysis } from './run.ts';
import { requireService, subjectOf } from './subject.ts';
import { type Summary, type SummaryRequest, summarise } from './summary.ts';

export type ProcessRequest = Omit<RunRequest, 'device' | 'to'> & {
  readonly deviceId: string;
  readonly startTime: Instant;
  /** Not included. */
  readonly endTime: Instant;
  /** Must be the one of the device; default: that. */
  readonly service?: string | undefined;
  /** Works everything out and writes nothing. */
  readonly isDryRun?: boolean | undefined;
};
/** The summary of the stretch, and the run that was made for it; null: a dry run. */
export type Processed = Summary & { readonly run: RunOutcome | null };

/** How far the analysis of a device is. */
export type AnalysisState = Pick<AnalysisRow, 'device' | 'service' | 'horizon' | 'updatedAt'>;

export interface Analyses {
  readonly services: readonly MeasurementService[];
  /** The plant's local days. */
  readonly calendar: LocalDays;
  /** A time as devices write it; without an offset it is plant time. Undefined: it is none. */
  readonly readTime: ReadTime;
  /** Throws `measurement.no-service` or `measurement.unknown-service` unless this service, or any, analyses the device. */
  requireService(device: Pick<Device, 'id' | 'service'>, name?: string): MeasurementService;
  /** Analyses what came of a device; throws as `runAnalysis`. */
  run(request: RunRequest): Promise<RunOutcome>;
  /**
   * Analyses everything that came of a device before `endTime`, and answers what it did from `startTime` on. Throws as
   * `runAnalysis`, or `measurement.invalid-range`, or `measurement.no-service` when another service analyses the device.
   */
  process(request: ProcessRequest): Promise<Processed>;
  /** The last one that was over by then. Throws as `subjectOf`, or `measurement.no-shift`. */
  lastPeriod(device: string, period: LastPeriod, at: Instant): Promise<Stretch>;
  /** Writes nothing. */
  summary(device: string, request: SummaryRequest): Promise<Summary>;
  state(device: string): Promise<AnalysisState | undefined>;
  scopes(
    request: Range & { readonly device?: string | undefined; readonly kind: 'shift' | 'day' },
  ): Promise<DeviceScope[]>;
  segments(request: Range & { readonly device: string }): Promise<DeviceSegment[]>;
  statistics(request: StatisticsRequest): Promise<StatisticPoint[]>;
  /** By local dates, both included. */
  quality(request: { readonly device: string; readonly from: string; readonly to: string }): Promise<QualityOfDay[]>;
  runs(filter?: RunFilter): Promise<Page<RunRow>>;
}

export function openAnalyses(parts: RunParts): Analyses {
  const { store, services } = parts;
  const days = new LocalDays(parts.timeZone);
  const subject = (device: string) => subjectOf(parts, device, services);
  return {
    services: [...services.values()],
    calendar: days,
    readTime: openReadTime(parts.timeZone),
    requireService: (device, name) => ownService(services, device, name),
    run: (request) => runAnalysis(parts, request),
    process: (request) => processDevice(parts, request),
    lastPeriod: async (device, period, at) => lastPeriod(await subject(device), period, { at, days }),
    summary: async (device, request) => summarise(store, await subject(device), request),
    state: (device) => stateOf(store, device),
    scopes: (request) => readScopes(store, request),
    segments: (request) => readSegments(store, request),
    statistics: (request) => readStatistics(store, request),
    quality: (request) => readQuality(store, request),
    runs: (filter = {}) => readRuns(store, filter),
  };
}

function ownService(
  services: RunParts['services'],
  { id, service }: Pick<Device, 'id' | 'service'>,
  asked?: string,
): MeasurementService {
  if (asked !== undefined) requireService(services, asked);
  if (service === null || (asked !== undefined && asked !== service))
    throw new MillraceError('measurement.no-service', {
      device: id,
      found: service === null ? 'no service' : `"${service}"`,
      service: asked ?? 'any',
    });
  return requireService(services, service);
}

async function processDevice(parts: RunParts, request: ProcessRequest): Promise<Processed> {
  const { deviceId, startTime: from, endTime: to, isDryRun = false, service: asked, ...rest } = request;
  const subject = await subjectOf(parts, deviceId, parts.services);
  ownService(parts.services, subject.device, asked);
  if (!(from < to)) throw new MillraceError('measurement.invalid-range', { from, to });
  const run = isDryRun ? null : await runAnalysis(parts, { ...rest, device: deviceId, to });
  return { ...(await summarise(parts.store, subject, { from, to, batch: rest.batch, signal: rest.signal })), run };
}

async function stateOf(store: Store, device: string): Promise<AnalysisState | undefined> {
  const row = await store.get(analysisFamily, [device]);
  return row && { device, service: row.service, horizon: row.horizon, updatedAt: row.updatedAt };
}
