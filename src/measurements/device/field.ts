/**
 * A field is one value that a device sends: its role, its unit, the range it can have, and the smallest step it can show.
 * A reading outside the range is a broken sensor and goes to quarantine; an anomaly is a strange reading inside it.
 */
import { z } from 'zod';
import { DETECTORS } from '../anomaly/detector-name.ts';
import { fieldName, label } from '../input.ts';

/**
 * gauge: a number that goes up and down. counter: counts items up. state and label: one of the texts in `values`; a state
 * says what the machine is doing, a label what the reading belongs to, for example the product.
 */
export const FIELD_ROLES = ['gauge', 'counter', 'state', 'label'] as const;
export type FieldRole = (typeof FIELD_ROLES)[number];

/** What a value of a state field says: judged by the counters, running, stopped, being set up, or not planned to work. */
export const SIGNAL_MEANINGS = ['auto', 'running', 'stopped', 'setup', 'planned'] as const;
export type SignalMeaning = (typeof SIGNAL_MEANINGS)[number];

export const MAX_FIELD_VALUES = 500;
/** A year. */
const MAX_SILENCE_MS = 366 * 86_400_000;

const fieldParts = z.strictObject({
  name: fieldName,
  /** Default: gauge. */
  role: z.enum(FIELD_ROLES).exactOptional(),
  unit: label.exactOptional(),
  min: z.number().exactOptional(),
  max: z.number().exactOptional(),
  resolution: z.number().positive().exactOptional(),
  /** What watches it; default: `DEFAULT_DETECTORS`. */
  detectors: z.array(z.enum(DETECTORS)).max(DETECTORS.length).exactOptional(),
  /** The scores from which on detectors open an anomaly on it; default: as they come. */
  thresholds: z.partialRecord(z.enum(DETECTORS), z.number().positive()).exactOptional(),
  /** A reading without it goes to quarantine. */
  required: z.boolean().exactOptional(),
  /** Gauges and counters: for so long it may be missing while the device goes on sending; default: of the service, else `maxGap`. */
  maxSilenceMs: z.number().positive().max(MAX_SILENCE_MS).exactOptional(),
  /** Counters: items per second at most. */
  maxRate: z.number().positive().exactOptional(),
  /** Counters: the first number it cannot show, after which it starts again at 0. */
  modulus: z.int().min(2).exactOptional(),
  /** Counters: by so much it may tremble downwards. */
  jitter: z.int().min(0).exactOptional(),
  /** States and labels: the texts it can have. */
  values: z.array(label.min(1)).min(1).max(MAX_FIELD_VALUES).exactOptional(),
  /** States: what each text says; `auto` for those not named. */
  states: z.record(label.min(1), z.enum(SIGNAL_MEANINGS)).exactOptional(),
});
export type Field = z.output<typeof fieldParts>;

export const roleOf = ({ role = 'gauge' }: Pick<Field, 'role'>): FieldRole => role;
/** Whether its readings are texts out of `values`. */
export const isText = (field: Pick<Field, 'role'>): boolean => field.role === 'state' || field.role === 'label';

export const fieldSchema = fieldParts.superRefine((field, context) => {
  for (const [path, message] of problemsOf(field)) context.addIssue({ code: 'custom', path: [path], message });
});

/** Each member belongs to some roles only, so that a wrong word is noticed while it is written. */
function problemsOf(field: Field): (readonly [keyof Field, string])[] {
  const { min = -Infinity, max = Infinity, values, states } = field;
  const problems: (readonly [keyof Field, string])[] = [];
  if (min >= max) problems.push(['min', 'min is below max']);
  const role = roleOf(field);
  const only = (roles: readonly FieldRole[], names: readonly (keyof Field)[]) => {
    if (roles.includes(role)) return;
    for (const name of names)
      if (field[name] !== undefined) problems.push([name, `is for a ${roles.join(' or ')} only, this is a ${role}`]);
  };
  only(['counter'], ['maxRate', 'modulus', 'jitter']);
  only(['state', 'label'], ['values']);
  only(['state'], ['states']);
  only(['gauge', 'counter'], ['min', 'max', 'resolution', 'thresholds', 'maxSilenceMs']);
  if (role === 'counter' && field.maxRate === undefined) problems.push(['maxRate', 'a counter says its maxRate']);
  if (isText(field) && values === undefined) problems.push(['values', `a ${role} lists its values`]);
  if (values !== undefined && new Set(values).size < values.length)
    problems.push(['values', 'two values are the same']);
  for (const name of Object.keys(states ?? {}))
    if (!values?.includes(name)) problems.push(['states', `"${name}" is not among the values`]);
  return problems;
}
