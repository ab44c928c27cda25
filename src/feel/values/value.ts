/**
 * What an expression computes with: JSON values, decimals where a double would lose digits, and dates, times, durations,
 * ranges and functions, which come from literals and functions only: a string stays a string.
 * Data is foreign here: only own properties are read, and what is no JSON (undefined, NaN, functions) is null.
 */

import type { Temporal } from '../temporal/temporal.ts';
import { type FeelNumber, isNumber } from './number.ts';
import { Opaque } from './opaque.ts';

export type List = readonly unknown[];
export type Context = { readonly [key: string]: unknown };
export type Value = null | boolean | FeelNumber | string | List | Context | Temporal | FeelRange | FeelFunction;

/** `[1..3]`, `> 5`, `range("[1..3)")`. An open end is null, and then it is not included. */
export type RangeEnds = {
  readonly low: Value;
  readonly high: Value;
  readonly includesLow: boolean;
  readonly includesHigh: boolean;
};

export class FeelRange extends Opaque {
  readonly kind = 'range';
  readonly low: Value;
  readonly high: Value;
  readonly includesLow: boolean;
  readonly includesHigh: boolean;

  constructor({ low, high, includesLow, includesHigh }: RangeEnds) {
    super();
    this.low = low;
    this.high = high;
    this.includesLow = includesLow && low !== null;
    this.includesHigh = includesHigh && high !== null;
  }
}

/** Functions of an expression, of a decision model, or of the language. */
export type FunctionParameter = { readonly name: string; readonly type: FeelType };

/** What a function is made of. `invoke` gets as many operands as there are parameters, each already of its type. */
export type FunctionParts = {
  readonly name: string;
  readonly parameters: readonly FunctionParameter[];
  readonly result: FeelType;
  readonly invoke: (operands: readonly Value[], frame: Frame) => Value;
};

export class FeelFunction extends Opaque {
  readonly kind = 'function';
  /** For reasons and traces; empty for a function without a name. */
  readonly name: string;
  readonly parameters: readonly FunctionParameter[];
  readonly result: FeelType;
  readonly invoke: FunctionParts['invoke'];

  constructor({ name, parameters, result, invoke }: FunctionParts) {
    super();
    this.name = name;
    this.parameters = parameters;
    this.result = result;
    this.invoke = invoke;
  }
}

/** What `instance of` asks for, and what parameters and variables declare. */
export type FeelType =
  | { readonly kind: 'plain'; readonly name: PlainType }
  | { readonly kind: 'list'; readonly element: FeelType }
  | { readonly kind: 'range'; readonly element: FeelType }
  | { readonly kind: 'context'; readonly entries: readonly EntryType[] }
  /** Without parameters it stands for every function. */
  | { readonly kind: 'function'; readonly parameters?: readonly FeelType[]; readonly result: FeelType }
  | ConstrainedType;

export type EntryType = { readonly key: string; readonly type: FeelType };

/**
 * A type of a decision model that allows only some values of another: its `allows` is never asked about null. Of a component
 * it may look at those beside it, which lie in the frame.
 */
export type ConstrainedType = {
  readonly kind: 'constrained';
  readonly name: string;
  readonly base: FeelType;
  readonly allows: (value: Value, frame: Frame) => boolean;
};

export const plainTypes = [
  ...(['Any', 'Null', 'number', 'string', 'boolean', 'date', 'time', 'date and time'] as const),
  ...(['days and time duration', 'years and months duration'] as const),
];
export type PlainType = (typeof plainTypes)[number];

/** What an evaluation carries with it. */
export type Frame = {
  /** The text that is running; a function of another text runs with its own. */
  expression: string;
  context: Context;
  locals: Value[];
  readonly limit: number;
  readonly clock: Clock;
  /** Collects why something is null; without it nobody asks. */
  readonly notes?: Note[] | undefined;
  /** The entries beside the value whose type is asked about. */
  siblings?: Context;
  fuel: number;
  depth: number;
  calls: number;
  /** Where in the text it failed: the innermost call, loop or filter. */
  failedAt?: number;
};

/** Why a part of an expression is null, and where in the text it stands; offsets count from 0. */
export type Note = { readonly expression: string; readonly offset: number; readonly reason: string };

/** What `now()` and `today()` answer. */
export type Clock = {
  /** Milliseconds since 1970. */
  readonly now?: number;
  /** IANA name; UTC if there is none. */
  readonly timeZone?: string;
};

/** true, false, or null where FEEL cannot say. */
export type Verdict = boolean | null;

export const isList = (value: Value): value is List => Array.isArray(value);

export const isContext = (value: Value): value is Context =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !isNumber(value) &&
  !(value instanceof Opaque);

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
