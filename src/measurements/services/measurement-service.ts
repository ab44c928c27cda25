/**
 * A measurement service: what kind of machine sends, which of its fields mean what, and what is watched. It is data and a
 * few functions; tables, runs, late rows, KPIs, routes and pages come with it. docs/guide/new-service.md walks through one.
 */
import { z } from 'zod';
import { MillraceError } from '../../kernel/errors.ts';
import { plainWords } from '../../kernel/plain-words.ts';
import { DETECTORS } from '../anomaly/detector-name.ts';
import { type Field, fieldSchema, roleOf } from '../device/field.ts';
import { fieldName } from '../input.ts';

/** A gauge worked out of others, sample by sample; NaN: not from this sample. */
export type DerivedSignal = {
  readonly name: string;
  readonly unit?: string | undefined;
  /** Fields whose values the function gets, in this order; it is only asked when the sample has them all. */
  readonly of: readonly string[];
  readonly from: (...values: readonly number[]) => number;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly resolution?: number | undefined;
};

const watch = z.strictObject({
  /** A breakdown in planned time. */
  stoppage: z.boolean().default(false),
  /** More rejects than this share, certain by the Wilson bound, over so long. */
  highErrorRate: z.strictObject({ limit: z.number().gt(0).lt(1), windowMs: z.number().positive() }).exactOptional(),
  /** An effectiveness below this, over so many windows of run time one after the other. */
  lowEfficiency: z
    .strictObject({ limit: z.number().positive(), windowMs: z.number().positive(), windows: z.int().positive() })
    .exactOptional(),
  /** A gauge or a counter that is missing for longer than its `maxSilence` while the device goes on sending. */
  silentFields: z.boolean().default(false),
  /** Detectors on the minute means of gauges and derived signals, and on `speed` (items an hour while running). */
  signals: z.record(z.string(), z.array(z.enum(DETECTORS)).min(1)).default({}),
  /** Gauges and derived signals of which only a rise is a fault: what lies below the expected has no score. */
  rising: z.array(z.string()).default([]),
  /** Gauges and derived signals of which single readings far off are found, which the mean of a minute hides. */
  spikes: z.array(z.string()).default([]),
  /** Gauges and derived signals that are judged together. */
  together: z.array(z.string()).min(2).exactOptional(),
});

const serviceSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,49}$/, 'has small letters, digits and "-", at most 50'),
  /** Goes up when results are worked out differently; devices are then analysed anew from their next day on. */
  version: z.int().positive().default(1),
  about: z.string().min(1).max(500),
  fields: z.array(fieldSchema).min(1).max(100),
  /** Names of counters: what was made, rejected, reworked. */
  output: fieldName.exactOptional(),
  reject: fieldName.exactOptional(),
  rework: fieldName.exactOptional(),
  /** Names of a label and a state. */
  product: fieldName.exactOptional(),
  signal: fieldName.exactOptional(),
  expectedIntervalMs: z.number().positive().default(5_000),
  maxGapMs: z.number().positive().default(300_000),
  /** Width of the stored statistics; a divisor of an hour. */
  bucketMs: z
    .number()
    .refine((ms) => ms >= 60_000 && 3_600_000 % ms === 0, 'is a divisor of an hour, at least a minute')
    .default(900_000),
  derive: z.array(z.custom<DerivedSignal>(isDerived, 'is {name, of, from}')).default([]),
  watch: watch.prefault({}),
});

export type MeasurementDeclaration = z.input<typeof serviceSchema>;
export type MeasurementService = z.output<typeof serviceSchema>;

/** The speed signal of services that count output. */
export const SPEED = 'speed';

/** Checks a declaration; throws `measurement.invalid-service` with every problem. */
export function defineMeasurement(declaration: MeasurementDeclaration): MeasurementService {
  const parsed = serviceSchema.safeParse(declaration, { error: plainWords });
  const problems = parsed.success
    ? problemsOf(parsed.data)
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  if (!parsed.success || problems.length > 0)
    throw new MillraceError('measurement.invalid-service', {
      service: String((declaration as { name?: unknown }).name),
      problems: problems.join('; '),
    });
  return parsed.data;
}

function problemsOf(service: MeasurementService): string[] {
  const { fields, derive, watch: watched } = service;
  const problems: string[] = [];
  const find = (name: string) => fields.find((field) => field.name === name);
  const expect = (member: 'output' | 'reject' | 'rework' | 'product' | 'signal', role: Field['role']) => {
    const name = service[member];
    if (name === undefined) return;
    const field = find(name);
    if (field === undefined) problems.push(`${member}: there is no field "${name}"`);
    else if (roleOf(field) !== role) problems.push(`${member}: the field "${name}" is no ${role}`);
  };
  expect('output', 'counter');
  expect('reject', 'counter');
  expect('rework', 'counter');
  expect('product', 'label');
  expect('signal', 'state');
  if (service.reject !== undefined && service.output === undefined) problems.push('reject: needs an output');
  const gauges = new Set(fields.filter((field) => roleOf(field) === 'gauge').map(({ name }) => name));
  for (const { name, of } of derive) {
    if (find(name) !== undefined || name === SPEED) problems.push(`derive: "${name}" is taken`);
    for (const source of of) if (find(source) === undefined) problems.push(`derive.${name}: no field "${source}"`);
    gauges.add(name);
  }
  if (service.output !== undefined) gauges.add(SPEED);
  for (const name of [
    ...Object.keys(watched.signals),
    ...watched.rising,
    ...watched.spikes,
    ...(watched.together ?? []),
  ])
    if (!gauges.has(name)) problems.push(`watch: "${name}" is no gauge and no derived signal`);
  if ((watched.stoppage || watched.lowEfficiency) && service.output === undefined && service.signal === undefined)
    problems.push('watch: stoppage and lowEfficiency need an output or a signal');
  if (watched.highErrorRate && service.reject === undefined)
    problems.push('watch: highErrorRate needs a reject counter');
  if (new Set(fields.map(({ name }) => name)).size < fields.length) problems.push('fields: two have the same name');
  return problems;
}

function isDerived(value: unknown): boolean {
  const { name, of, from } = (value ?? {}) as Partial<DerivedSignal>;
  return typeof name === 'string' && Array.isArray(of) && of.length > 0 && typeof from === 'function';
}
