/** Analyses of devices by measurement services, as they travel: KPIs, states, statistics, quality and runs. */

import type { DurationText, PageRequest, Time } from './wire.ts';
import type { Anomaly } from './wire-measurements.ts';

/** A share, with the 95 % Wilson interval of it. */
export type Estimate = { value: number; low: number; high: number };
export type ThresholdMeasure = {
  threshold: number;
  alarms: number;
  caught: number;
  missed: number;
  falseAlarms: number;
  precision: Estimate | null;
  recall: Estimate | null;
};
/** The limit of a criterion, or the threshold of a detector, that labels speak for. */
export type ThresholdProposal = {
  device: string;
  field: string;
  detector: string | null;
  criterion: string | null;
  status: 'better' | 'as-good' | 'too-few-labels' | 'too-many-readings';
  labels: { confirmed: number; rejected: number };
  now: ThresholdMeasure | null;
  proposed: ThresholdMeasure | null;
  isSettable: boolean;
};
export type TuneRequest = { device?: string; criterion?: string; from?: Time; to?: Time };

export type SegmentState = 'no_shift' | 'planned' | 'setup' | 'breakdown' | 'microstop' | 'unknown' | 'running';
/** Half-open: the end is not part of it. */
export type StateSegment = { from: Time; to: Time; state: SegmentState };

/** Sums of a shift, a day or any stretch: milliseconds and items. docs/reference/analytics.md defines each. */
export type Elements = {
  calendar: number;
  noShift: number;
  planned: number;
  setup: number;
  breakdown: number;
  microstop: number;
  unknown: number;
  running: number;
  pq: number;
  pqOutside: number;
  sq: number;
  rq: number;
  idealMs: number;
  idealScrapMs: number;
  failures: number;
  sumTbf: number;
  intervalsTbf: number;
  sumTtr: number;
  repairs: number;
  pqLow: number;
  pqHigh: number;
  sqLow: number;
  sqHigh: number;
  gqLow: number;
  gqHigh: number;
  aptLow: number;
  aptHigh: number;
};

/** Shares are between 0 and 1; null where there is nothing to divide by. */
export type Kpis = {
  availability: number | null;
  effectiveness: number | null;
  quality: number | null;
  oee: number | null;
  oeeLow: number | null;
  oeeHigh: number | null;
  nee: number | null;
  teep: number | null;
  utilization: number | null;
  technical: number | null;
  setupRatio: number | null;
  scrapRatio: number | null;
  reworkRatio: number | null;
  /** Items an hour. */
  throughput: number | null;
  averageSpeed: number | null;
  mtbfMs: number | null;
  mttrMs: number | null;
  operatingMsPerFailure: number | null;
  coverage: number | null;
  isCycleWrong: boolean;
};
export type Grade = 'excellent' | 'good' | 'fair' | 'poor';
export type Assessment = {
  grade: Grade | null;
  efficiency: { score: number; availability: number; effectiveness: number; quality: number } | null;
};

/** A shift or a day of a device; `isOver` is false while it still goes on, and `to` is how far it has been seen. */
export type KpiScope = {
  device: string;
  kind: 'shift' | 'day';
  /** Of the shift; a day's is empty. */
  name: string;
  date: string;
  from: Time;
  to: Time;
  end: Time;
  isOver: boolean;
  elements: Elements;
  kpis: Kpis;
  assessment: Assessment;
};
export type KpiRequest = { kind?: 'shift' | 'day'; from?: Time; to?: Time };
/** `total` is made of the sums of all items, not of their ratios. */
export type KpiReport = { items: KpiScope[]; total: { elements: Elements; kpis: Kpis; assessment: Assessment } };

export type StatisticsRequest = { metric: string; from?: Time; to?: Time; width?: DurationText };
/** Of a counter: `sum` is what was counted; the rest is for gauges. */
export type StatisticPoint = {
  start: Time;
  n: number;
  sum: number;
  mean: number | null;
  timeWeightedMean: number | null;
  standardDeviation: number | null;
  min: number | null;
  max: number | null;
  first: number | null;
  last: number | null;
  p5: number | null;
  p50: number | null;
  p95: number | null;
};
export type Statistics = { metric: string; width: DurationText; points: StatisticPoint[] };

export type QualityDay = {
  device: string;
  /** Local date. */
  date: string;
  completeness: number | null;
  validity: number | null;
  uniqueness: number | null;
  consistency: number | null;
  timeliness: number | null;
  /** The product of the parts. */
  score: number | null;
  counts: {
    seen: number;
    expected: number;
    received: number;
    quarantined: number;
    duplicates: number;
    stored: number;
    conflicts: number;
    inconsistent: number;
    onTime: number;
  };
};

/** One run of an analysis. */
export type AnalysisRun = {
  id: number;
  device: string;
  service: string;
  serviceVersion: number;
  trigger: 'follow' | 'job' | 'command' | 'schedule';
  actor: string;
  to: Time | null;
  rowsFrom: Time | null;
  rowsTo: Time | null;
  rows: number;
  late: number;
  jumps: number;
  written: number;
  anomalies: number;
  status: 'done' | 'failed';
  error: string | null;
  startedAt: Time;
  endedAt: Time;
};
export type RunRequest = PageRequest & { device?: string; status?: 'done' | 'failed' };

export type MeasurementServiceView = {
  name: string;
  version: number;
  about: string;
  fields: { name: string; role: string; unit?: string }[];
  /** Signals worked out of the fields. */
  derived: string[];
  expectedInterval: DurationText;
  maxGap: DurationText;
  bucket: DurationText;
};

/** Starts an analysis as a job: of a local date, or of a stretch of time; times without offset are plant time. */
export type AnalyzeRequest = {
  kind: 'run';
  device: string;
  service?: string;
  date?: string;
  from?: Time;
  to?: Time;
  dryRun?: boolean;
  reprocess?: boolean;
  batch?: number;
};
export type AnalyzeAnswer = { job: string };

/** Output of such a job: what the device did in the stretch. */
export type AnalysisSummary = {
  device: string;
  service: string;
  from: number;
  to: number;
  countIncrement: number;
  errorIncrement: number;
  avgSpeed: number | null;
  elements: Elements;
  kpis: Kpis;
  assessment: Assessment;
  segments: { from: number; to: number; state: SegmentState }[];
  findings: (Pick<Anomaly, 'field' | 'detector' | 'score' | 'severity'> & {
    from: number;
    to: number;
    isOpen: boolean;
  })[];
  rows: number;
  jumps: number;
  run: { run: number; rows: number; late: number; jumps: number; written: number; anomalies: number } | null;
};

/** A device in the overview of the plant. */
export type FleetDevice = {
  device: string;
  name: string;
  line: string;
  service: string | null;
  lastSeenAt: Time | null;
  /** Up to where its readings are analysed; null: not at all yet. */
  analysedTo: Time | null;
  /** Its analysis is behind its readings for longer than it may; or its latest run failed. */
  isOverdue: boolean;
  hasFailed: boolean;
  /** It has not sent for longer than it may. */
  isSilent: boolean;
  /** Its state at the latest sample; null: no service, or nothing yet. */
  state: SegmentState | null;
  /** Since when. */
  stateSince: Time | null;
  /** Today's local day so far. */
  today: KpiScope | null;
  quality: number | null;
  openAnomalies: number;
};
