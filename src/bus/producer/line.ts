/**
 * A metric as a line of InfluxDB's line protocol. Only what InfluxDB (1.6.7) and the parser of Telegraf both read back
 * as it was meant leaves this file: what has no way to be said is replaced, what has no meaning is refused.
 */
import { MillraceError } from '../../kernel/errors.ts';
import type { FieldType, FieldValue, Metric } from './metric.ts';

export type Line = {
  /** As it stands in the line, before escaping. */
  readonly measurement: string;
  readonly text: string;
  readonly types: ReadonlyMap<string, FieldType>;
};

/** A measurement is also a routing key, and those have no more. */
export const MAX_MEASUREMENT_BYTES = 255;
/** What InfluxDB promises to take of a text, and more than it takes of the names of a series. */
export const MAX_LINE_BYTES = 65_536;

/** Throws `bus.invalid-metric` with everything that is wrong. `nanoseconds` stands for a timestamp the metric does not have. */
export function lineOf(metric: Metric, nanoseconds: bigint): Line {
  const measurement = nameOf(metric.measurement);
  const tags = [...metric.tags].map(([key, value]) => [nameOf(key), nameOf(value)] as const);
  const fields = [...metric.fields].map(([key, value]) => [nameOf(key), value] as const);
  const at = nanosecondsOf(metric.timestamp) ?? nanoseconds;
  refuse(metric, [
    ...measurementProblems(measurement),
    ...keyProblems('tag', tags),
    ...keyProblems('field', fields),
    ...(fields.length === 0 ? ['it has no field'] : []),
    ...fields.flatMap(([key, value]) => valueProblems(key, value)),
    ...(isInstant(at) ? [] : ['its timestamp is no moment that InfluxDB knows (years 1678 to 2261)']),
  ]);
  const text = textOf({ measurement, tags, fields, at });
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_LINE_BYTES) refuse(metric, [`its line takes ${bytes} bytes; a line may have ${MAX_LINE_BYTES}`]);
  return { measurement, text, types: new Map(fields.map(([key, { type }]) => [key, type])) };
}

/** Throws if there are problems. */
export function refuse({ measurement }: Pick<Metric, 'measurement'>, problems: readonly string[]): void {
  if (problems.length > 0) throw new MillraceError('bus.invalid-metric', { measurement, problem: problems.join('; ') });
}

type Tags = readonly (readonly [key: string, value: string])[];
type Fields = readonly (readonly [key: string, value: FieldValue])[];
type Parts = { readonly measurement: string; readonly tags: Tags; readonly fields: Fields; readonly at: unknown };

function textOf({ measurement, tags, fields, at }: Parts): string {
  const said = tags.filter(([, value]) => value !== ''); // an empty value is refused; no tag means the same
  const sorted = said.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const series = [
    measurement.replace(/[, ]/g, '\\$&'),
    ...sorted.map(([key, value]) => `${escaped(key)}=${escaped(value)}`),
  ];
  return `${series.join(',')} ${fields.map(([key, value]) => `${escaped(key)}=${valueText(value)}`).join(',')} ${at}`;
}

const escaped = (name: string): string => name.replace(/[, =]/g, '\\$&');

function valueText(field: FieldValue): string {
  switch (field.type) {
    case 'float':
    case 'boolean':
      return String(field.value);
    case 'integer':
      return `${field.value}i`;
    case 'string':
      return `"${oneLine(field.value).replace(/[\\"]/g, '\\$&')}"`;
    default:
      return field satisfies never;
  }
}

/** Telegraf refuses a form feed too. */
const oneLine = (text: string): string => wellFormed(text).replace(/\r\n|[\n\f\r]/g, ' ');

/**
 * Measurements, tags and keys of fields: no control characters, which end lines and words, and no backslash where a
 * reader would take it for an escape.
 */
const nameOf = (text: unknown): string =>
  wellFormed(String(text))
    .replace(/\p{Cc}/gu, ' ')
    .replace(/\\(?=[, ="]|$)/g, '/');

/** Half of a character becomes the sign for that, as it would on the wire. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

/** InfluxDB drops what is named `time`, and from 2.0 on keeps the other two to itself. */
const RESERVED = ['time', '_field', '_measurement'];

function measurementProblems(measurement: string): string[] {
  if (measurement.trim() === '') return ['its measurement has no name'];
  const bytes = Buffer.byteLength(measurement);
  return [
    ...(measurement.startsWith('#') ? ['its measurement begins with #, which makes the line a comment'] : []),
    ...(bytes > MAX_MEASUREMENT_BYTES
      ? [`its measurement has ${bytes} bytes; ${MAX_MEASUREMENT_BYTES} are allowed`]
      : []),
  ];
}

function keyProblems(kind: 'tag' | 'field', named: readonly (readonly [key: string, value: unknown])[]): string[] {
  const keys = named.map(([key]) => key);
  return [
    ...keys.filter((key) => key === '').map(() => `a ${kind} has no name`),
    ...keys.filter((key) => RESERVED.includes(key)).map((key) => `no ${kind} may be named "${key}"`),
    ...keys.filter((key, place) => keys.indexOf(key) < place).map((key) => `two ${kind}s are written "${key}"`),
  ];
}

function valueProblems(key: string, { type, value }: FieldValue): string[] {
  if (type === 'float') return Number.isFinite(value) ? [] : [`field "${key}" is ${value}, not a finite number`];
  if (type !== 'integer') return [];
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? [] : [`field "${key}" is beyond 64 bits`];
  return Number.isSafeInteger(value)
    ? []
    : [`field "${key}" is ${value}, not a whole number below 2^53 (give a bigint)`];
}

/** InfluxDB keeps the ends of the 64 bits to itself. */
const FURTHEST_NANOSECONDS = 9_223_372_036_854_775_806n;

const isInstant = (at: unknown): boolean =>
  typeof at === 'bigint' && at >= -FURTHEST_NANOSECONDS && at <= FURTHEST_NANOSECONDS;

/** The text of what is no number stays text, to be refused. */
function nanosecondsOf(timestamp: Metric['timestamp']): bigint | string | undefined {
  if (timestamp === undefined) return undefined;
  if ('milliseconds' in timestamp) {
    const { milliseconds } = timestamp;
    return Number.isSafeInteger(milliseconds) ? BigInt(milliseconds) * 1_000_000n : String(milliseconds);
  }
  const { nanoseconds } = timestamp;
  return /^-?\d{1,19}$/.test(nanoseconds) ? BigInt(nanoseconds) : nanoseconds;
}
