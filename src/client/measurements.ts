/** Devices, their criteria and shift plans, and the measurements they send. */
import type { Http } from './http.ts';
import type { Page, PageRequest } from './wire.ts';
import type {
  Anomaly,
  AnomalyFilter,
  Criterion,
  CriterionChange,
  Device,
  DeviceChange,
  IngestAnswer,
  IngestMode,
  Measurement,
  NewCriterion,
  NewDevice,
  NewShiftPlan,
  QuarantinedRow,
  QuarantineFilter,
  Report,
  ReportRequest,
  RetryAnswer,
  Series,
  SeriesRequest,
  ShiftPlan,
  ShiftPlanChange,
} from './wire-measurements.ts';
import type { CriterionSimulation, CriterionSimulationRequest } from './wire-simulation.ts';

export type Measurements = {
  /** Up to 10,000 rows. The same row again is counted as a duplicate, so the call is repeated when no answer came. */
  send(
    rows: readonly Measurement[],
    options?: { readonly mode?: IngestMode; readonly signal?: AbortSignal },
  ): Promise<IngestAnswer>;
  quarantine(request?: PageRequest & QuarantineFilter): Promise<Page<QuarantinedRow>>;
  /** Takes refused rows in once more; what is refused again stays. */
  retryQuarantine(which?: QuarantineFilter): Promise<RetryAnswer>;
  /** Compares anomalies with labelled windows. */
  report(request: ReportRequest): Promise<Report>;
};

export const measurementsOf = (http: Http): Measurements => ({
  send: (rows, { mode, signal } = {}) =>
    http.json({
      method: 'POST',
      path: '/api/v1/measurements',
      query: { mode },
      body: rows,
      isRepeatable: true,
      signal,
    }),
  quarantine: (query) => http.json({ method: 'GET', path: '/api/v1/quarantine', ...(query && { query }) }),
  retryQuarantine: (body = {}) => http.json({ method: 'POST', path: '/api/v1/quarantine/retry', body }),
  report: (request) =>
    http.json({ method: 'POST', path: '/api/v1/analyses', body: { kind: 'report', ...request }, isRepeatable: true }),
});

export type Devices = {
  list(request?: PageRequest): Promise<Page<Device>>;
  get(id: string): Promise<Device>;
  create(device: NewDevice): Promise<Device>;
  change(id: string, change: DeviceChange): Promise<Device>;
  /** A field over time, thinned out to at most so many points. */
  series(id: string, request: SeriesRequest): Promise<Series>;
  anomalies(id: string, filter?: AnomalyFilter): Promise<Page<Anomaly>>;
};

export const devicesOf = (http: Http): Devices => {
  const path = (id: string) => `/api/v1/devices/${encodeURIComponent(id)}`;
  return {
    list: (query) => http.json({ method: 'GET', path: '/api/v1/devices', ...(query && { query }) }),
    get: (id) => http.json({ method: 'GET', path: path(id) }),
    create: (body) => http.json({ method: 'POST', path: '/api/v1/devices', body }),
    change: (id, body) => http.json({ method: 'PATCH', path: path(id), body }),
    series: (id, query) => http.json({ method: 'GET', path: `${path(id)}/series`, query }),
    anomalies: (id, query) => http.json({ method: 'GET', path: `${path(id)}/anomalies`, ...(query && { query }) }),
  };
};

export type Criteria = {
  list(filter?: PageRequest & { device?: string }): Promise<Page<Criterion>>;
  create(criterion: NewCriterion): Promise<Criterion>;
  /** Changes the given parts; the next reading is judged by them. */
  change(id: string, settings: CriterionChange): Promise<Criterion>;
  /** What other settings would have made of stored readings. Nothing is changed. */
  simulate(id: string, request: CriterionSimulationRequest): Promise<CriterionSimulation>;
};

export const criteriaOf = (http: Http): Criteria => ({
  list: (query) => http.json({ method: 'GET', path: '/api/v1/criteria', ...(query && { query }) }),
  create: (body) => http.json({ method: 'POST', path: '/api/v1/criteria', body }),
  change: (id, settings) =>
    http.json({ method: 'PATCH', path: `/api/v1/criteria/${encodeURIComponent(id)}`, body: { settings } }),
  simulate: (id, body) =>
    http.json({
      method: 'POST',
      path: `/api/v1/criteria/${encodeURIComponent(id)}/simulate`,
      body,
      isRepeatable: true,
    }),
});

export type ShiftPlans = {
  list(request?: PageRequest): Promise<Page<ShiftPlan>>;
  create(plan: NewShiftPlan): Promise<ShiftPlan>;
  change(name: string, change: ShiftPlanChange): Promise<ShiftPlan>;
};

export const shiftPlansOf = (http: Http): ShiftPlans => ({
  list: (query) => http.json({ method: 'GET', path: '/api/v1/shift-plans', ...(query && { query }) }),
  create: (body) => http.json({ method: 'POST', path: '/api/v1/shift-plans', body }),
  change: (name, body) => http.json({ method: 'PATCH', path: `/api/v1/shift-plans/${encodeURIComponent(name)}`, body }),
});
