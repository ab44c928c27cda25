/** Devices, criteria and measurements as they travel. */
import type { DurationText, Json, PageRequest, Time } from './wire.ts';

export type FieldRole = 'gauge' | 'counter' | 'state' | 'label';
export type SignalMeaning = 'auto' | 'running' | 'stopped' | 'setup' | 'planned';
export type Field = {
  name: string;
  /** Default: gauge. */
  role?: FieldRole;
  unit?: string;
  min?: number;
  max?: number;
  resolution?: number;
  detectors?: ('z-score' | 'sudden-change' | 'novelty' | 'drift' | 'stuck')[];
  /** The scores from which on detectors open an anomaly on it. */
  thresholds?: { [detector in 'z-score' | 'sudden-change' | 'novelty' | 'drift' | 'stuck']?: number };
  /** A reading without it goes to quarantine. */
  required?: boolean;
  /** Gauges and counters: for so long it may be missing while the device goes on sending. */
  maxSilence?: DurationText;
  /** Counters: items per second at most; the number after which it starts again at 0; a fall that is none. */
  maxRate?: number;
  modulus?: number;
  jitter?: number;
  /** States and labels: the texts it can have; and what each text of a state says. */
  values?: string[];
  states?: { [value: string]: SignalMeaning };
};
export type Device = {
  id: string;
  name: string;
  /** The production line it stands in; empty: none. */
  line: string;
  fields: Field[];
  idealCycle: DurationText | null;
  /** The measurement service that analyses its readings. */
  service: string | null;
  /** Null: as the service says. */
  expectedInterval: DurationText | null;
  maxGap: DurationText | null;
  /** Ideal cycles of products that have one of their own. */
  products: { [product: string]: DurationText };
  lastSeenAt: Time | null;
  /** The time that its latest reading carries. */
  lastReadingAt: Time | null;
  simulated: boolean;
};
export type DeviceChange = Partial<
  Pick<Device, 'name' | 'line' | 'fields' | 'idealCycle' | 'service' | 'expectedInterval' | 'maxGap' | 'products'>
>;
/** A device of a service may leave out the fields that the service has. */
export type NewDevice = { id: string } & DeviceChange;

export type Signal = { field: string; detector?: string };
export type Band = { low: number; high: number };
export type LimitSettings = {
  signal: Signal;
  limit: number | Band;
  direction: 'above' | 'below' | 'outside';
  /** How long the signal must stay beyond the limit. */
  duration: DurationText;
  hysteresis: number;
  enabled: boolean;
};
/** Fires while at least so many of the named criteria of the same device have fired. */
export type CombinationSettings = { of: string[]; atLeast: number; duration: DurationText; enabled: boolean };
export type Severity = 'minor' | 'major' | 'critical';
/** Fires while such an anomaly is open, at least so severe and for at least so long; the device's service finds them. */
export type AnomalySettings = {
  signal: { anomaly: string; field?: string; minSeverity?: Severity };
  duration: DurationText;
  enabled: boolean;
};
export type CriterionSettings = LimitSettings | CombinationSettings | AnomalySettings;
export type NewLimitSettings = Pick<LimitSettings, 'signal' | 'limit' | 'direction'> & Partial<LimitSettings>;
export type NewCriterionSettings =
  | NewLimitSettings
  | (Pick<CombinationSettings, 'of' | 'atLeast'> & Partial<CombinationSettings>)
  | (Pick<AnomalySettings, 'signal'> & Partial<AnomalySettings>);
export type CriterionChange = Partial<LimitSettings> | Partial<CombinationSettings> | Partial<AnomalySettings>;

/** Whether the criterion holds now. */
export type CriterionState = { active: boolean; value: number | null; at: Time | null };
export type Criterion = {
  /** `<device>.<name>` */
  id: string;
  device: string;
  name: string;
  version: number;
  settings: CriterionSettings;
  state: CriterionState;
  updatedAt: Time;
  updatedBy: string;
};
export type NewCriterion = { device: string; name: string; settings: NewCriterionSettings };

/** One row as a device sends it; `ts` is ISO 8601 or milliseconds since 1970. */
export type Measurement = { device: string; ts: string | number; values: { [field: string]: number | string } };
export type IngestMode = 'live' | 'replay' | 'import';
export type IngestAnswer = { stored: number; duplicate: number; quarantined: { row: number; code: string }[] };

export type SeriesRequest = { field: string; from?: Time; to?: Time; points?: number };
/** Per point: the instant in milliseconds, the least and the greatest value around it. */
export type Series = {
  field: string;
  unit: string | null;
  from: Time;
  to: Time;
  points: [at: number, min: number, max: number][];
};

export type Anomaly = {
  id: string;
  device: string;
  field: string;
  detector: string;
  from: Time;
  to: Time;
  score: number;
  severity: string;
  /** The reading with the highest score, and what the detector had expected there, in the unit of the field. */
  evidence: { at: Time; value: number; expected: number; sigma: number };
  /** The measurement service whose analysis found it; empty: it was found as the readings came. */
  service: string;
  isOpen: boolean;
  /** Rows that came late, or other settings, have taken it back. */
  isRevised: boolean;
  label: string | null;
  labelledBy: string | null;
};
export type AnomalyFilter = PageRequest & { from?: Time; to?: Time };

/** Why a row was refused. */
export type QuarantineCode =
  | 'too-deep'
  | 'too-large'
  | 'forbidden-key'
  | 'forbidden-character'
  | 'malformed-row'
  | 'malformed-time'
  | 'future-time'
  | 'unknown-device'
  | 'no-values'
  | 'unknown-field'
  | 'not-a-number'
  | 'out-of-range'
  | 'missing-field'
  | 'unknown-value'
  | 'counter-jump';
/** A row that was refused, with the reason as a code and as a sentence. */
export type QuarantinedRow = {
  id: string;
  device: string | null;
  code: QuarantineCode;
  problem: string;
  row: Json;
  at: Time;
  actor: string;
};
/** Refused rows of one device, for one reason, or all. */
export type QuarantineFilter = { device?: string; code?: QuarantineCode };
/** The job that takes them in; its output is a `RetryResult`. */
export type RetryAnswer = { job: string };
export type RetryResult = {
  stored: number;
  /** Stored already: somebody has sent them again. */
  duplicate: number;
  /** Refused once more, by reason. */
  refused: { [code: string]: number };
  /** Kept in part only, or no JSON. */
  unreadable: number;
};

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
/** A stretch of wall clock time, such as 06:00 to 14:00. */
export type Stretch = { from: string; to: string };
export type ShiftRule = Stretch & {
  name: string;
  days: Weekday[];
  breaks?: Stretch[];
  validFrom?: string;
  validTo?: string;
};
export type NewShiftPlan = { id: string; timeZone: string; lines?: string[]; rules: ShiftRule[]; holidays?: string[] };
export type ShiftPlanChange = Partial<Omit<NewShiftPlan, 'id'>>;
export type ShiftPlan = Required<Omit<NewShiftPlan, 'rules'>> & {
  rules: (ShiftRule & { breaks: Stretch[] })[];
  version: number;
  updatedAt: Time;
  updatedBy: string;
};

/** Pairs of times, or such lists by the name of a series, as label files have them. */
export type Labels = [from: string, to: string][] | { [series: string]: [from: string, to: string][] };
export type ReportRequest = {
  device: string;
  labels: Labels;
  /** Which of the labels, when they name several series. */
  series?: string;
};
export type Score = { hit: number; missed: number; falseAlarms: number; anomalies: number };
export type WindowReport = {
  from: Time;
  to: Time;
  isHit: boolean;
  /** From the start of the window to the first anomaly in it. */
  delay: DurationText | null;
  anomalies: string[];
};
export type Report = Score & {
  device: string;
  /** What happened earlier, while detectors were learning, does not count. */
  scoredFrom: Time;
  windows: WindowReport[];
  detectors: { [detector: string]: Score };
};
