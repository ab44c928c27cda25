/**
 * A measurement is what a device said at one moment, as it was received: append-only, never corrected. Its key holds a
 * hash of the values, so that the same reading sent twice is one row, and two different readings of one moment are two.
 */
import { hash } from 'node:crypto';
import { defineFamily, type RowOf } from '../../store/family.ts';
import { type Field, isText } from '../device/field.ts';
import type { QuarantineCode } from './quarantine.ts';

export const measurementFamily = defineFamily({
  name: 'measurement',
  area: 'measurements',
  columns: {
    device: 'text',
    at: 'integer',
    /** Of the payload. */
    hash: 'text',
    receivedAt: 'integer',
    /** JSON object of field → number, fields in the order of their names. */
    payload: 'json',
  },
  key: ['device', 'at', 'hash'],
  partition: { column: 'at', by: 'month' },
});
export type MeasurementRow = RowOf<typeof measurementFamily>;

/** Where each field of a device stands in a row of numbers. */
export type Layout = {
  readonly fields: readonly Field[];
  readonly places: ReadonlyMap<string, number>;
  /** Places in the order of the field names: the order of the payload. */
  readonly byName: readonly number[];
  /** Places of the fields that a reading must have. */
  readonly required: readonly number[];
  /** Of states and labels: text → its place in the field's values. */
  readonly texts: readonly (ReadonlyMap<string, number> | undefined)[];
};

export function layoutOf(fields: readonly Field[]): Layout {
  const names = fields.map(({ name }) => name);
  return {
    fields,
    places: new Map(names.map((name, place) => [name, place])),
    byName: [...names].sort().map((name) => names.indexOf(name)),
    required: fields.flatMap(({ required = false }, place) => (required ? [place] : [])),
    texts: fields.map((field) =>
      isText(field) ? new Map(field.values?.map((value, place) => [value, place])) : undefined,
    ),
  };
}

/**
 * The numbers of a row by place, NaN where a field is absent; states and labels are the place of their text among the
 * values of the field. Or why the row is refused.
 */
export function readNumbers(layout: Layout, values: Readonly<Record<string, unknown>>): Float64Array | QuarantineCode {
  const names = Object.keys(values);
  if (names.length === 0) return 'no-values';
  const numbers = new Float64Array(layout.fields.length).fill(Number.NaN);
  for (const name of names) {
    const place = layout.places.get(name);
    if (place === undefined) return 'unknown-field';
    const number = readNumber(layout, place, values[name]);
    if (typeof number === 'string') return number;
    numbers[place] = number;
  }
  return layout.required.some((place) => Number.isNaN(numbers[place])) ? 'missing-field' : numbers;
}

function readNumber({ fields, texts }: Layout, place: number, value: unknown): number | QuarantineCode {
  const known = texts[place];
  if (known !== undefined) return (typeof value === 'string' ? known.get(value) : undefined) ?? 'unknown-value';
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'not-a-number';
  const { min = -Infinity, max = Infinity, modulus = Infinity, role } = fields[place] as Field;
  if (value < min || value > max || value >= modulus) return 'out-of-range';
  return role === 'counter' && !Number.isSafeInteger(value) ? 'not-a-number' : value;
}

/** The stored form; the same numbers always give the same text. */
export function payloadOf({ fields, byName, texts }: Layout, numbers: Float64Array): string {
  let text = '';
  for (const place of byName) {
    const number = numbers[place] as number;
    if (Number.isNaN(number)) continue;
    const { name, values } = fields[place] as Field;
    const value = texts[place] === undefined ? number : JSON.stringify(values?.[number]);
    text += `${text === '' ? '' : ','}"${name}":${value}`;
  }
  return `{${text}}`;
}

export const payloadHash = (payload: string): string => hash('sha256', payload, 'hex').slice(0, 16);
