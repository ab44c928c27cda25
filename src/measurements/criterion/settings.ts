/**
 * What a criterion is set to: a signal of a device and the limit it is held against, a kind of anomaly that the analysis of
 * the device finds, or how many of other criteria must have fired. Changing a setting needs no new definition of a process; the next reading is judged by it.
 */
import { z } from 'zod';
import { SEVERITIES } from '../anomaly/anomaly.ts';
import { DETECTORS } from '../anomaly/detector-name.ts';
import { criterionName, fieldName, invalid, parseInput } from '../input.ts';

export const MAX_MEMBERS = 20;
const MAX_DURATION_MS = 366 * 86_400_000;

/** A device's field, a signal that its service works out, or the score that a detector gives a field. */
const signal = z.strictObject({ field: fieldName, detector: z.enum(DETECTORS).exactOptional() });
const base = {
  /** How long the signal must stay beyond the limit, in event time, before the criterion fires. */
  durationMs: z.int().min(0).max(MAX_DURATION_MS).default(0),
  enabled: z.boolean().default(true),
};
/** How far the signal must come back inside the limit before the criterion clears. */
const hysteresis = z.number().min(0).default(0);

const oneSided = z.strictObject({
  signal,
  direction: z.enum(['above', 'below']),
  limit: z.number(),
  hysteresis,
  ...base,
});
const band = z
  .strictObject({
    signal,
    direction: z.literal('outside'),
    limit: z.strictObject({ low: z.number(), high: z.number() }),
    hysteresis,
    ...base,
  })
  .refine(({ limit }) => limit.low < limit.high, 'limit: low is below high')
  .refine(
    ({ limit, hysteresis: back }) => back * 2 < limit.high - limit.low,
    'hysteresis: leaves no room between low and high',
  );
/** Fires while such an anomaly is open that is at least so severe and has lasted for the duration. */
const anomaly = z.strictObject({
  signal: z.strictObject({
    anomaly: z.string().regex(/^[a-z][a-z-]{0,49}$/, 'is a kind of anomaly, such as stoppage'),
    /** Default: on any. */
    field: z.string().min(1).max(1_000).exactOptional(),
    minSeverity: z.enum(SEVERITIES).exactOptional(),
  }),
  ...base,
});
/** Fires while at least so many of the named criteria of the same device have fired. */
const combination = z
  .strictObject({ of: z.array(criterionName).min(1).max(MAX_MEMBERS), atLeast: z.int().min(1), ...base })
  .refine(({ of, atLeast }) => atLeast <= of.length, 'atLeast: is more than the criteria named')
  .refine(({ of }) => new Set(of).size === of.length, 'of: names a criterion twice');

export type Signal = z.output<typeof signal>;
export type Limit = number | { readonly low: number; readonly high: number };
export type LimitSettings = z.output<typeof oneSided> | z.output<typeof band>;
/** What a reading is held against, whatever the signal. */
export type LimitRule = Omit<z.output<typeof oneSided>, 'signal'> | Omit<z.output<typeof band>, 'signal'>;
export type CombinationSettings = z.output<typeof combination>;
export type AnomalySettings = z.output<typeof anomaly>;
export type CriterionSettings = LimitSettings | CombinationSettings | AnomalySettings;
export type CriterionSettingsInput =
  | z.input<typeof oneSided>
  | z.input<typeof band>
  | z.input<typeof combination>
  | z.input<typeof anomaly>;

export const isCombination = (settings: CriterionSettings): settings is CombinationSettings => 'of' in settings;
export const isOfAnomaly = (settings: CriterionSettings): settings is AnomalySettings =>
  'signal' in settings && 'anomaly' in settings.signal;
export const isLimit = (settings: CriterionSettings): settings is LimitSettings => 'limit' in settings;

/** The field, or signal of a service, that a criterion holds against its limit; undefined for others. */
export const signalField = (settings: CriterionSettings): string | undefined =>
  isLimit(settings) ? settings.signal.field : undefined;

/** A combination is held against its count: as many as asked for are beyond the limit. */
export const ruleOf = (settings: LimitSettings | CombinationSettings): LimitRule =>
  isCombination(settings)
    ? {
        direction: 'above',
        limit: settings.atLeast - 0.5,
        hysteresis: 0,
        durationMs: settings.durationMs,
        enabled: settings.enabled,
      }
    : settings;

/** Throws `criterion.invalid` with every problem, seen against the form that the input has. */
export function parseSettings(input: unknown): CriterionSettings {
  if (typeof input !== 'object' || input === null) throw invalid('criterion.invalid', ['settings: is not an object']);
  if (Object.hasOwn(input, 'of')) return parseInput(combination, input, 'criterion.invalid');
  if (isAnomalyInput(input)) return parseInput(anomaly, input, 'criterion.invalid');
  const isBand = 'direction' in input && input.direction === 'outside';
  return parseInput(isBand ? band : oneSided, input, 'criterion.invalid');
}

function isAnomalyInput(input: object): boolean {
  const { signal } = input as { readonly signal?: unknown };
  return typeof signal === 'object' && signal !== null && Object.hasOwn(signal, 'anomaly');
}
