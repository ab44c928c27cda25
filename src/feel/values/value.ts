/**
 * What an expression computes with: JSON values, decimals where a double would lose digits, and dates, times and
 * durations, which come from literals and functions only: a string stays a string.
 * Data is foreign here: only own properties are read, and what is no JSON (undefined, NaN, functions) is null.
 */

import { isTemporal, type Temporal } from '../temporal/temporal.ts';
import { type FeelNumber, isNumber } from './number.ts';

export type List = readonly unknown[];
export type Context = { readonly [key: string]: unknown };
export type Value = null | boolean | FeelNumber | string | List | Context | Temporal;

/** true, false, or null where FEEL cannot say. */
export type Verdict = boolean | null;

export const isList = (value: Value): value is List => Array.isArray(value);

export const isContext = (value: Value): value is Context =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isNumber(value) && !isTemporal(value);

/** Any JavaScript value → a value of FEEL. */
export function adopt(raw: unknown): Value {
  switch (typeof raw) {
    case 'string':
    case 'boolean':
      return raw;
    case 'number':
      return Number.isFinite(raw) ? raw : null;
    case 'object':
      return raw as Value;
    default:
      return null;
  }
}

export const own = (holder: Context, key: string): Value => (Object.hasOwn(holder, key) ? adopt(holder[key]) : null);

export const has = (holder: Context, key: string): boolean => Object.hasOwn(holder, key) && holder[key] !== undefined;

/** FEEL turns a single value into a list of one where a list is expected; null stays null. */
export function asList(value: Value): List | null {
  if (value === null) return null;
  return isList(value) ? value : [value];
}
