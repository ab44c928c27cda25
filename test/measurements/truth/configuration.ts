/** What a plant is generated from: a pure function of these settings, so that a seed reproduces itself. */

/** What goes wrong in the plant itself, or makes its readings hard to read. Each can be switched off. */
export const FAULTS = [
  'breakdown',
  'microstop',
  'changeover',
  'maintenance',
  'speed-drift',
  'speed-loss',
  'error-burst',
  'overtime',
  'power-cycle',
  'shift-reset',
  'rollover',
  'firmware',
  'jitter',
  'sensor-drift',
  'stuck',
  'spike',
  'silent',
  'bearing',
  'cooling',
] as const;
export type Fault = (typeof FAULTS)[number];

/** What goes wrong between the device and the store. Each can be switched off. */
export const CORRUPTIONS = [
  'missing',
  'outage',
  'duplicate',
  'conflict',
  'out-of-order',
  'late',
  'bad-row',
  'no-label',
  'clock-skew',
] as const;
export type Corruption = (typeof CORRUPTIONS)[number];

export type Configuration = {
  readonly seed: number;
  readonly devices: number;
  /** Local days of each device. */
  readonly days: number;
  /** The first local date of each device, in turn. The periods of two dates may not overlap. */
  readonly firstDays: readonly string[];
  readonly timeZone: string;
  readonly pollMs: number;
  readonly faults: readonly Fault[];
  readonly corruptions: readonly Corruption[];
};

/** Mondays whose four weeks hold the night in which the clocks of Berlin go forward or back; `firstDays: [SPRING, AUTUMN]` has both. */
export const SPRING = '2026-03-16';
export const AUTUMN = '2026-10-12';

const DEFAULTS: Configuration = {
  seed: 1,
  devices: 10,
  days: 30,
  firstDays: [SPRING],
  timeZone: 'Europe/Berlin',
  pollMs: 5_000,
  faults: FAULTS,
  corruptions: CORRUPTIONS,
};

/** Ten devices, 30 days, every fault and corruption, unless said otherwise. */
export const configure = (settings: Partial<Configuration> = {}): Configuration => ({ ...DEFAULTS, ...settings });
