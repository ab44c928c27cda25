/**
 * Arrays as PostgreSQL takes them in binary (array_recv): neither side has to escape or parse text, which for a thousand
 * JSON texts a statement is the larger part of the work. A value that does not fit its column throws a TypeError here.
 */
import { MillraceError } from '../../kernel/errors.ts';
import type { Value } from '../../store/family.ts';
import type { Column, SqlType } from './table.ts';

type NumberType = Exclude<SqlType, 'text' | 'jsonb'>;

const OIDS = { bigint: 20, 'double precision': 701, text: 25, jsonb: 3_802 } as const;
/** Dimensions, null flag, element type, length, lower bound. */
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NUMBER_BYTES = 8;
const NULL = -1;
const TWO_TO_32 = 2 ** 32;

type Values = readonly (Value | undefined)[];

/** The values of a column; undefined is null. */
export function arrayParameter(column: Column, values: Values): Buffer {
  const { type } = column;
  return type === 'text' || type === 'jsonb' ? textArray(column, { type, values }) : numberArray(type, values);
}

/** Numbers that are no column's. */
export const integerArray = (values: readonly number[]): Buffer => numberArray('bigint', values);

/** JSON in binary is its text behind the number of the format, which is 1 (jsonb_recv). */
const JSON_FORMAT = 1;

function textArray(
  column: Column,
  { type, values }: { readonly type: 'text' | 'jsonb'; readonly values: Values },
): Buffer {
  const before = type === 'jsonb' ? 1 : 0;
  const sizes = values.map((value) => textBytes(column, value) + (typeof value === 'string' ? before : 0));
  const buffer = withHeader(type, values.length, sum(sizes));
  let at = HEADER_BYTES;
  for (let place = 0; place < values.length; place++) {
    const value = values[place];
    const size = sizes[place] as number;
    buffer.writeInt32BE(typeof value === 'string' ? size - LENGTH_BYTES : NULL, at);
    if (typeof value === 'string') {
      if (before > 0) buffer[at + LENGTH_BYTES] = JSON_FORMAT;
      buffer.write(value, at + LENGTH_BYTES + before);
    }
    at += size;
  }
  return buffer;
}

function numberArray(type: NumberType, values: Values): Buffer {
  const buffer = withHeader(type, values.length, numbersBytes(values));
  let at = HEADER_BYTES;
  for (const value of values) {
    if (value === null || value === undefined) at = buffer.writeInt32BE(NULL, at);
    else at = writeNumber(buffer, { at, value, type });
  }
  return buffer;
}

function withHeader(type: SqlType, length: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + bytes);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(1, 4);
  buffer.writeInt32BE(OIDS[type], 8);
  buffer.writeInt32BE(length, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}

/** Throws unless the text can be stored as it is: PostgreSQL takes no NUL, and half a character would become a question mark. */
function textBytes({ family, name }: Column, value: Value | undefined): number {
  if (value === null || value === undefined) return LENGTH_BYTES;
  if (typeof value !== 'string') throw new TypeError(`${family}.${name} is text, not ${value}`);
  if (value.includes('\0') || !value.isWellFormed()) {
    throw new MillraceError('store.invalid-value', { family, column: name });
  }
  return LENGTH_BYTES + Buffer.byteLength(value);
}

function numbersBytes(values: Values): number {
  let bytes = values.length * LENGTH_BYTES;
  for (const value of values) if (value !== null && value !== undefined) bytes += NUMBER_BYTES;
  return bytes;
}

function writeNumber(
  buffer: Buffer,
  { at, value, type }: { readonly at: number; readonly value: Value; readonly type: NumberType },
): number {
  const fits = type === 'bigint' ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!fits || typeof value !== 'number') throw new TypeError(`a ${type} is wanted, not ${JSON.stringify(value)}`);
  buffer.writeInt32BE(NUMBER_BYTES, at);
  if (type === 'double precision') return buffer.writeDoubleBE(value, at + LENGTH_BYTES);
  const high = Math.floor(value / TWO_TO_32);
  buffer.writeInt32BE(high, at + LENGTH_BYTES);
  return buffer.writeUInt32BE(value - high * TWO_TO_32, at + 2 * LENGTH_BYTES);
}

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
