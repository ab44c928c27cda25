/** Analyses of devices: KPIs, states, statistics, quality, runs, and the plant at one look. */
import type { Http } from './http.ts';
import type { Page } from './wire.ts';
import type {
  AnalysisRun,
  AnalyzeAnswer,
  AnalyzeRequest,
  FleetDevice,
  KpiReport,
  KpiRequest,
  MeasurementServiceView,
  QualityDay,
  RunRequest,
  StateSegment,
  Statistics,
  StatisticsRequest,
  ThresholdProposal,
  TuneRequest,
} from './wire-analyses.ts';

export type Analyses = {
  kpis(device: string, request?: KpiRequest): Promise<KpiReport>;
  states(device: string, request?: { from?: string; to?: string }): Promise<{ items: StateSegment[] }>;
  statistics(device: string, request: StatisticsRequest): Promise<Statistics>;
  /** By local dates, both included. */
  quality(device: string, request?: { from?: string; to?: string }): Promise<{ items: QualityDay[] }>;
  runs(request?: RunRequest): Promise<Page<AnalysisRun>>;
  services(): Promise<{ items: MeasurementServiceView[] }>;
  fleet(request?: { line?: string }): Promise<{ items: FleetDevice[] }>;
  /** Thresholds that labels speak for. Changes nothing. */
  tune(request?: TuneRequest): Promise<{ proposals: ThresholdProposal[] }>;
  /** Starts a run as a job; its output is an `AnalysisSummary`. */
  start(request: Omit<AnalyzeRequest, 'kind'>): Promise<AnalyzeAnswer>;
};

export const analysesOf = (http: Http): Analyses => {
  const path = (device: string, what: string) => `/api/v1/devices/${encodeURIComponent(device)}/${what}`;
  const get = <Answer>(of: string, query?: object): Promise<Answer> =>
    http.json({ method: 'GET', path: of, ...(query && { query: query as Record<string, string> }) });
  return {
    kpis: (device, query) => get(path(device, 'kpis'), query),
    states: (device, query) => get(path(device, 'states'), query),
    statistics: (device, query) => get(path(device, 'statistics'), query),
    quality: (device, query) => get(path(device, 'quality'), query),
    runs: (query) => get('/api/v1/analyses/runs', query),
    services: () => get('/api/v1/analyses/services'),
    fleet: (query) => get('/api/v1/analyses/fleet', query),
    tune: (request) => http.json({ method: 'POST', path: '/api/v1/analyses', body: { kind: 'tune', ...request } }),
    start: (request) => http.json({ method: 'POST', path: '/api/v1/analyses', body: { kind: 'run', ...request } }),
  };
};
