/** Devices and what is known about them: series, anomalies, criteria, quarantine. */
import { read, write } from './http.ts';
import type { Label } from './label.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type Field = {
  readonly name: string;
  readonly unit?: string | null;
  readonly min?: number | null;
  readonly max?: number | null;
};

export type Device = {
  readonly id: string;
  readonly name: Label;
  readonly line?: string | null;
  readonly fields: readonly Field[];
  readonly idealCycle?: string | null;
  readonly lastSeenAt: string | null;
  readonly simulated: boolean;
};

/** One point of a series: epoch ms, the smallest and the greatest reading around it; null where nothing was read. */
export type SeriesPoint = readonly [number, number | null, number | null];
export type Series = {
  readonly field: string;
  readonly unit?: string | null;
  readonly from: string;
  readonly to: string;
  readonly points: readonly SeriesPoint[];
};

/** Without `fromMs` the series starts with the first reading, without `toMs` it ends with the last. */
export type SeriesRequest = {
  readonly device: string;
  readonly field: string;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly points: number;
};

export type Anomaly = {
  readonly id: string;
  readonly device: string;
  readonly field: string;
  readonly detector: string;
  readonly from: string;
  readonly to: string;
  readonly score: number;
  readonly severity: string;
  readonly label: string | null;
  readonly labelledBy: string | null;
};

export type Signal = { readonly field: string; readonly detector?: string | null };

/** What was seen when a criterion fired: the evidence of a decision. */
export type Firing = {
  readonly id: string;
  readonly criterion: Label;
  readonly criterionId: string;
  readonly device: string;
  readonly at: string;
  readonly value: number;
  readonly limit: number;
  readonly version?: number;
  readonly signal: Signal;
  readonly anomalies: readonly string[];
  readonly from: string;
  readonly to: string;
};

export type Direction = 'above' | 'below';
export type CriterionSettings = {
  readonly signal: Signal;
  readonly limit: number;
  readonly direction: Direction;
  readonly duration: string;
  readonly hysteresis: number;
  readonly enabled: boolean;
};
export type Criterion = {
  readonly id: string;
  readonly device: string;
  readonly name: Label;
  readonly version: number;
  readonly settings: CriterionSettings;
  readonly state: { readonly active: boolean; readonly value: number | null; readonly at: string | null };
  readonly updatedAt: string | null;
  readonly updatedBy: string | null;
};
export type CriterionChange = Partial<Omit<CriterionSettings, 'signal'>>;

export type QuarantinedRow = {
  readonly id?: string;
  readonly device?: string | null;
  readonly at?: string | null;
  readonly code: string;
  readonly message?: string | null;
  readonly row?: unknown;
};

const device = (id: string): string => `/devices/${encodeURIComponent(id)}`;
const instant = (atMs: number | undefined): string | undefined =>
  atMs === undefined ? undefined : new Date(atMs).toISOString();

export const listDevices = (page?: PageRequest): Promise<Page<Device>> => readPage('/devices', {}, page);
export const readDevice = (id: string, signal?: AbortSignal): Promise<Device> => read(device(id), {}, signal);

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

export const listQuarantine = (ofDevice: string, page?: PageRequest): Promise<Page<QuarantinedRow>> =>
  readPage('/quarantine', { device: ofDevice }, page);
