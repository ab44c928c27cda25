/** Devices and what is known about them: series, anomalies, criteria, quarantine. */
import type {
  Anomaly,
  AnomalySettings,
  CombinationSettings,
  Criterion,
  CriterionChange,
  Device,
  DeviceChange,
  Field,
  LimitSettings,
  NewDevice,
  QuarantineCode,
  QuarantinedRow,
  QuarantineFilter,
  RetryAnswer,
  RetryResult,
  Series as WireSeries,
} from '../../../src/client/wire-measurements.ts';
import { read, write } from './http.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type {
  Anomaly,
  AnomalySettings,
  CombinationSettings,
  Criterion,
  CriterionChange,
  Device,
  DeviceChange,
  Field,
  LimitSettings,
  NewDevice,
  QuarantineCode,
  QuarantinedRow,
  QuarantineFilter,
  RetryResult,
};
export type Limit = LimitSettings['limit'];
export type Direction = LimitSettings['direction'];

export const isCombination = (settings: Criterion['settings']): settings is CombinationSettings => 'of' in settings;
export const isLimit = (settings: Criterion['settings']): settings is LimitSettings => 'limit' in settings;

/** One point of a series: epoch ms, the least and the greatest reading around it; null where nothing was read. */
export type SeriesPoint = readonly [number, number | null, number | null];
export type Series = Omit<WireSeries, 'points'> & { readonly points: readonly SeriesPoint[] };

/** Without `fromMs` the series starts with the first reading, without `toMs` it ends with the last. */
export type SeriesRequest = {
  readonly device: string;
  readonly field: string;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly points: number;
};

const device = (id: string): string => `/devices/${encodeURIComponent(id)}`;
const instant = (atMs: number | undefined): string | undefined =>
  atMs === undefined ? undefined : new Date(atMs).toISOString();

export const readDevice = (id: string, signal?: AbortSignal): Promise<Device> => read(device(id), {}, signal);

export const createDevice = (body: NewDevice): Promise<Device> => write('POST', '/devices', body);
export const changeDevice = (id: string, change: DeviceChange): Promise<Device> => write('PATCH', device(id), change);

export const readSeries = (request: SeriesRequest, signal?: AbortSignal): Promise<Series> =>
  read(
    `${device(request.device)}/series`,
    { field: request.field, from: instant(request.fromMs), to: instant(request.toMs), points: request.points },
    signal,
  );

export type AnomalyRequest = Pick<SeriesRequest, 'device' | 'fromMs' | 'toMs'>;
export const listAnomalies = (request: AnomalyRequest, page?: PageRequest): Promise<Page<Anomaly>> =>
  readPage(
    `${device(request.device)}/anomalies`,
    { from: instant(request.fromMs), to: instant(request.toMs), limit: 200 },
    page,
  );

export const listCriteria = (ofDevice: string, page?: PageRequest): Promise<Page<Criterion>> =>
  readPage('/criteria', { device: ofDevice, limit: 200 }, page);
export const changeCriterion = (id: string, settings: CriterionChange): Promise<Criterion> =>
  write('PATCH', `/criteria/${encodeURIComponent(id)}`, { settings });

export const listQuarantine = (filter: QuarantineFilter, page?: PageRequest): Promise<Page<QuarantinedRow>> =>
  readPage('/quarantine', filter, page);
export const retryQuarantine = (filter: QuarantineFilter): Promise<RetryAnswer> =>
  write('POST', '/quarantine/retry', filter);
