/** What measurement services make of readings: states, KPIs, statistics, quality, runs, and the overview of the plant. */

import type {
  AnalysisRun,
  AnalysisSummary,
  AnalyzeAnswer,
  AnalyzeRequest,
  Assessment,
  FleetDevice,
  Grade,
  KpiReport,
  KpiScope,
  Kpis,
  MeasurementServiceView,
  QualityDay,
  SegmentState,
  StateSegment,
  StatisticPoint,
  Statistics,
} from '../../../src/client/wire-analyses.ts';
import type { Job } from '../../../src/client/wire-jobs.ts';
import { read, write } from './http.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type {
  AnalysisRun,
  AnalysisSummary,
  AnalyzeRequest,
  Assessment,
  FleetDevice,
  Grade,
  KpiReport,
  KpiScope,
  Kpis,
  MeasurementServiceView,
  QualityDay,
  SegmentState,
  StateSegment,
  StatisticPoint,
  Statistics,
};
/** A job that somebody waits for; `output` is null until it is done. */
export type WaitedJob<Output> = Omit<Job, 'output'> & { readonly output: Output | null };

/** Half-open, in epoch milliseconds. */
export type TimeWindow = { readonly fromMs: number; readonly toMs: number };
export type ScopeKind = KpiScope['kind'];

const device = (id: string): string => `/devices/${encodeURIComponent(id)}`;
const between = ({ fromMs, toMs }: TimeWindow) => ({
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
});

type List<T> = { readonly items: readonly T[] };

export const readStates = (id: string, window: TimeWindow, signal?: AbortSignal): Promise<List<StateSegment>> =>
  read(`${device(id)}/states`, between(window), signal);

/** Without a window the week up to the last reading. */
export type KpiRequest = { readonly kind: ScopeKind; readonly window: TimeWindow | undefined };
export const readKpis = (id: string, { kind, window }: KpiRequest, signal?: AbortSignal): Promise<KpiReport> =>
  read(`${device(id)}/kpis`, { kind, ...(window && between(window)) }, signal);

export type StatisticsRequest = TimeWindow & { readonly metric: string; readonly widthMs: number };
export const readStatistics = (
  id: string,
  { metric, widthMs, ...window }: StatisticsRequest,
  signal?: AbortSignal,
): Promise<Statistics> =>
  read(`${device(id)}/statistics`, { metric, width: `${widthMs / 1_000}s`, ...between(window) }, signal);

/** By local dates of the plant, both included; without them the fourteen days up to the last reading. */
export type DateRange = { readonly from?: string; readonly to?: string };
export const readQuality = (id: string, range: DateRange, signal?: AbortSignal): Promise<List<QualityDay>> =>
  read(`${device(id)}/quality`, range, signal);

export type RunFilter = {
  readonly device?: string | undefined;
  readonly status?: AnalysisRun['status'] | undefined;
  readonly limit?: number | undefined;
};
export const listRuns = (filter: RunFilter, page?: PageRequest): Promise<Page<AnalysisRun>> =>
  readPage('/analyses/runs', filter, page);

export const listMeasurementServices = (signal?: AbortSignal): Promise<List<MeasurementServiceView>> =>
  read('/analyses/services', {}, signal);

export const readFleet = (signal?: AbortSignal): Promise<List<FleetDevice>> => read('/analyses/fleet', {}, signal);

export const startAnalysis = (request: AnalyzeRequest): Promise<AnalyzeAnswer> => write('POST', '/analyses', request);
export const readJob = <Output>(id: string, signal?: AbortSignal): Promise<WaitedJob<Output>> =>
  read(`/jobs/${encodeURIComponent(id)}`, {}, signal);
