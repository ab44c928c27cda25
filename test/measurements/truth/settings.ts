/** What a device is declared with: its fields and their roles, and what the analysis of it goes by. */
import type { Configuration, Fault } from './configuration.ts';
import { LINE } from './plant-plan.ts';

export type StateMeaning = 'auto' | 'running' | 'stopped' | 'setup' | 'planned';
export type FieldSettings = {
  readonly name: string;
  readonly role: 'counter' | 'gauge' | 'state' | 'label';
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly resolution?: number;
  /** A row without it goes to quarantine. */
  readonly required?: boolean;
  /** Of a gauge or counter: for so long it may be missing. */
  readonly maxSilenceMs?: number;
  /** Of a counter: items per second at most. */
  readonly maxRate?: number;
  readonly modulus?: number;
  readonly jitter?: number;
  /** Of a state or label. */
  readonly values?: readonly string[];
  readonly states?: Readonly<Record<string, StateMeaning>>;
};
export type DeviceKind = 'brick' | 'moisture' | 'machine';
export type DeviceSettings = {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly service: 'brick-production' | 'moisture-analysis' | 'machine-monitoring';
  /** A device without a line has no shift plan. */
  readonly line?: string;
  readonly fields: readonly FieldSettings[];
  readonly expectedIntervalMs: number;
  readonly maxGapMs: number;
  readonly idealCycleMs: number;
  /** Product → ideal cycle in milliseconds. */
  readonly products?: Readonly<Record<string, number>>;
  /** Fields of the service: the output and the reject counter, the state signal, the product. */
  readonly output?: string;
  readonly reject?: string;
  readonly signal?: string;
  readonly label?: string;
};

/** What the plant is told about a device; the rest follows from its service. */
export function declarationOf(settings: DeviceSettings) {
  const { id, line = '', service, fields, expectedIntervalMs, maxGapMs, idealCycleMs, products = {} } = settings;
  return { id, line, service, fields, expectedIntervalMs, maxGapMs, idealCycleMs, products };
}

/** A brick takes 0.6 s at best, one of the second product 0.75 s. */
export const PRODUCTS = { P1: 600, P2: 750 } as const;
export const MODULUS = 65_536;
/** The fastest product makes 1.67 bricks a second; whole seconds show at most 2. */
const MAX_RATE = 2;
const MAX_GAP_MS = 300_000;

type Trait = {
  readonly kind: DeviceKind;
  readonly has: readonly Fault[];
  /** It works around the clock. */
  readonly withoutPlan?: true;
};
/** What is particular about each device; after the last the first comes again. */
const TRAITS: readonly Trait[] = [
  { kind: 'brick', has: ['shift-reset'] },
  { kind: 'moisture', has: ['sensor-drift', 'stuck', 'spike', 'silent'] },
  { kind: 'machine', has: ['bearing', 'cooling'] },
  { kind: 'brick', has: ['rollover'] },
  { kind: 'brick', has: ['firmware'] },
  { kind: 'brick', has: ['jitter'] },
  { kind: 'brick', has: [], withoutPlan: true },
  { kind: 'brick', has: ['shift-reset', 'jitter'] },
  { kind: 'moisture', has: ['sensor-drift', 'stuck', 'spike', 'silent'] },
  { kind: 'brick', has: [] },
];
/** Every device of its kind has these. */
const OF_KIND: Readonly<Record<DeviceKind, readonly Fault[]>> = {
  brick: [
    'breakdown',
    'microstop',
    'changeover',
    'maintenance',
    'speed-drift',
    'speed-loss',
    'error-burst',
    'overtime',
    'power-cycle',
  ],
  moisture: [],
  machine: ['breakdown'],
};

/** The faults of the device at this place that are switched on. */
export function faultsOf(place: number, { faults }: Configuration): ReadonlySet<Fault> {
  const { kind, has } = TRAITS[place % TRAITS.length]!;
  return new Set([...OF_KIND[kind], ...has].filter((fault) => faults.includes(fault)));
}

export function settingsOf(place: number, configuration: Configuration): DeviceSettings {
  const { kind, withoutPlan } = TRAITS[place % TRAITS.length]!;
  const base = {
    id: `${kind}-${String(place + 1).padStart(2, '0')}`,
    kind,
    ...(withoutPlan ? {} : { line: LINE }),
    expectedIntervalMs: configuration.pollMs,
    maxGapMs: MAX_GAP_MS,
    idealCycleMs: PRODUCTS.P1,
  };
  switch (kind) {
    case 'brick':
      return {
        ...base,
        service: 'brick-production',
        fields: brickFields(faultsOf(place, configuration)),
        products: PRODUCTS,
        output: 'count',
        reject: 'errors',
        signal: 'mode',
        label: 'product',
      };
    case 'moisture':
      return {
        ...base,
        service: 'moisture-analysis',
        fields: [
          { name: 'moisture', role: 'gauge', unit: '%', min: 1, max: 60, resolution: 0.01, required: true },
          { name: 'temperature', role: 'gauge', unit: '°C', min: -30, max: 120, resolution: 0.1 },
        ],
      };
    case 'machine':
      return { ...base, service: 'machine-monitoring', fields: MACHINE_FIELDS, signal: 'mode' };
    default:
      return kind satisfies never;
  }
}

function brickFields(faults: ReadonlySet<Fault>): FieldSettings[] {
  const counter = {
    role: 'counter' as const,
    min: 0,
    required: true,
    maxRate: MAX_RATE,
    ...(faults.has('rollover') ? { modulus: MODULUS, max: MODULUS - 1 } : {}),
    // It trembles by one in either direction, so it falls by up to two.
    ...(faults.has('jitter') ? { jitter: 2 } : {}),
  };
  return [
    { name: 'count', ...counter },
    { name: 'errors', ...counter },
    {
      name: 'mode',
      role: 'state',
      required: true,
      values: ['auto', 'setup', 'maintenance'],
      states: { auto: 'auto', setup: 'setup', maintenance: 'planned' },
    },
    { name: 'product', role: 'label', values: Object.keys(PRODUCTS) },
  ];
}

const MACHINE_FIELDS: readonly FieldSettings[] = [
  { name: 'vibration', role: 'gauge', unit: 'mm/s', min: 0, max: 60, resolution: 0.01, required: true },
  { name: 'temperature', role: 'gauge', unit: '°C', min: -20, max: 150, resolution: 0.1, required: true },
  { name: 'current', role: 'gauge', unit: 'A', min: 0, max: 200, resolution: 0.1, required: true },
  {
    name: 'mode',
    role: 'state',
    required: true,
    values: ['running', 'stopped'],
    states: { running: 'running', stopped: 'stopped' },
  },
];
