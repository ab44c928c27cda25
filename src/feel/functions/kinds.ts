/** The kinds of operands that functions take, and how a value is fitted to them: a list of one stands for its element, a single value for a list of one. */
import {
  DaysDuration,
  FeelDate,
  FeelDateTime,
  FeelTime,
  isTemporal,
  MonthsDuration,
  type Temporal,
} from '../temporal/temporal.ts';
import { type FeelNumber, isNumber } from '../values/number.ts';
import {
  adopt,
  type Context,
  FeelFunction,
  FeelRange,
  isContext,
  isList,
  type List,
  type Value,
} from '../values/value.ts';

/** What has an order, and so can lie in a range. */
export type Point = FeelNumber | string | Temporal;

type KindValues = {
  any: Value;
  number: FeelNumber;
  string: string;
  boolean: boolean;
  list: List;
  context: Context;
  function: FeelFunction;
  range: FeelRange;
  point: Point;
  day: FeelDate | FeelDateTime;
  date: FeelDate;
  time: FeelTime;
  moment: FeelDateTime;
  duration: DaysDuration | MonthsDuration;
  'days duration': DaysDuration;
};
export type KindName = keyof KindValues;
export type KindValue<Name extends KindName> = KindValues[Name];

type Kind<Of extends Value> = {
  readonly words: string;
  /** undefined if the value is of another kind. */
  readonly accept: (value: Value) => Of | undefined;
};

const single = <Of extends Value>(words: string, is: (value: Value) => value is Of): Kind<Of> => ({
  words,
  accept: (value) => {
    if (is(value)) return value;
    if (!isList(value) || value.length !== 1) return undefined;
    const only = adopt(value[0]);
    return is(only) ? only : undefined;
  },
});

export const kinds: { readonly [Name in KindName]: Kind<KindValues[Name]> } = {
  any: { words: 'any', accept: (value) => value },
  list: { words: 'list', accept: (value) => (isList(value) ? value : value === null ? undefined : [value]) },
  number: single('number', (value): value is FeelNumber => isNumber(value)),
  string: single('string', (value) => typeof value === 'string'),
  boolean: single('boolean', (value) => typeof value === 'boolean'),
  context: single('context', isContext),
  function: single('function', (value) => value instanceof FeelFunction),
  range: single('range', (value) => value instanceof FeelRange),
  point: single('point', (value): value is Point => isNumber(value) || typeof value === 'string' || isTemporal(value)),
  day: single('date or date and time', (value) => value instanceof FeelDate || value instanceof FeelDateTime),
  date: single('date', (value) => value instanceof FeelDate),
  time: single('time', (value) => value instanceof FeelTime),
  moment: single('date and time', (value) => value instanceof FeelDateTime),
  duration: single('duration', (value) => value instanceof DaysDuration || value instanceof MonthsDuration),
  'days duration': single('days and time duration', (value) => value instanceof DaysDuration),
};
