/** Types: what `instance of` asks for, what parameters and variables declare, and how a value is fitted to one. */
import { ascend, descend, type Frame, spend } from '../evaluation/frame.ts';
import { dateTimeOf, FeelDate, isTemporal, UTC } from '../temporal/temporal.ts';
import { isNumber } from './number.ts';
import {
  adopt,
  type ConstrainedType,
  type Context,
  type EntryType,
  FeelFunction,
  FeelRange,
  type FeelType,
  isContext,
  isList,
  own,
  type Value,
} from './value.ts';

export const ANY: FeelType = { kind: 'plain', name: 'Any' };

/** null is an instance of nothing but Null; inside of lists and contexts it may stand in place of anything. */
export const isInstance = (value: Value, type: FeelType, frame: Frame): boolean =>
  value === null ? type.kind === 'plain' && type.name === 'Null' : conforms(value, type, frame);

/**
 * The value as one of the type: itself, a list of one as its element, a single value as a list of one, a date as its
 * midnight in UTC (DMN 1.5, 10.3.2.9.4). undefined if it is none.
 */
export function fitTo(value: Value, type: FeelType, frame: Frame): Value | undefined {
  if (value === null || conforms(value, type, frame)) return value;
  if (isList(value) && value.length === 1) {
    const only = adopt(value[0]);
    if (only !== null && conforms(only, type, frame)) return only;
  }
  if (type.kind === 'list' && conforms(value, type.element, frame)) return [value];
  if (value instanceof FeelDate && type.kind === 'plain' && type.name === 'date and time') {
    return dateTimeOf(value.day, 0, UTC);
  }
  return type.kind === 'constrained' ? fitConstrained(value, type, frame) : undefined;
}

function fitConstrained(value: Value, type: ConstrainedType, frame: Frame): Value | undefined {
  const fitted = fitTo(value, type.base, frame);
  return fitted === undefined || fitted === null || !conforms(fitted, type, frame) ? undefined : fitted;
}

/** Whether a value is of a type; null is of every type here. */
function conforms(value: Value, type: FeelType, frame: Frame): boolean {
  if (value === null) return true;
  if (type.kind === 'plain') return type.name === 'Any' || type.name === nameOf(value);
  descend(frame);
  const fits = conformsInside(value, type, frame);
  ascend(frame);
  return fits;
}

function conformsInside(value: Value, type: Exclude<FeelType, { kind: 'plain' }>, frame: Frame): boolean {
  switch (type.kind) {
    case 'list':
      return areAll(value, type.element, frame);
    case 'context':
      return hasAll(value, type.entries, frame);
    case 'range':
      return (
        value instanceof FeelRange &&
        conforms(value.low, type.element, frame) &&
        conforms(value.high, type.element, frame)
      );
    case 'function':
      return value instanceof FeelFunction && isAtLeast(typeOfFunction(value), type);
    case 'constrained':
      return conforms(value, type.base, frame) && type.allows(value, frame);
    default:
      return type satisfies never;
  }
}

function areAll(value: Value, element: FeelType, frame: Frame): boolean {
  if (!isList(value)) return false;
  spend(frame, value.length);
  return value.every((raw) => conforms(adopt(raw), element, frame));
}

/** A context may have more entries than its type. */
function hasAll(value: Value, entries: readonly EntryType[], frame: Frame): boolean {
  spend(frame, entries.length);
  if (!isContext(value)) return false;
  const { siblings = NONE } = frame;
  frame.siblings = value;
  const fits = entries.every(({ key, type }) => Object.hasOwn(value, key) && conforms(own(value, key), type, frame));
  frame.siblings = siblings;
  return fits;
}

const NONE: Context = {};

const typeOfFunction = ({ parameters, result }: FeelFunction): FeelType => ({
  kind: 'function',
  parameters: parameters.map(({ type }) => type),
  result,
});

/** Whether every value of the narrow type is one of the wide type (DMN 1.5, 10.3.2.9.3). Constraints are left aside. */
export function isAtLeast(narrow: FeelType, wide: FeelType): boolean {
  if (wide.kind === 'plain') return wide.name === 'Any' || (narrow.kind === 'plain' && narrow.name === wide.name);
  if (wide.kind === 'constrained') return isAtLeast(narrow, wide.base);
  if (narrow.kind === 'constrained') return isAtLeast(narrow.base, wide);
  if ((wide.kind === 'list' || wide.kind === 'range') && narrow.kind === wide.kind) {
    return isAtLeast(narrow.element, wide.element);
  }
  if (wide.kind === 'context' && narrow.kind === 'context') {
    return wide.entries.every(({ key, type }) =>
      narrow.entries.some((entry) => entry.key === key && isAtLeast(entry.type, type)),
    );
  }
  if (wide.kind !== 'function' || narrow.kind !== 'function') return false;
  const { parameters: wanted } = wide;
  if (wanted === undefined) return true;
  const given = narrow.parameters;
  return (
    given?.length === wanted.length &&
    given.every((parameter, place) => isAtLeast(wanted[place] ?? ANY, parameter)) &&
    (isAny(narrow.result) || isAtLeast(narrow.result, wide.result))
  );
}

/** Of a result nobody has declared: it may be of any type. */
const isAny = (type: FeelType): boolean => type.kind === 'plain' && type.name === 'Any';

/** What a value is, as people call it. */
export function nameOf(value: Value): string {
  if (value === null) return 'null';
  if (isNumber(value)) return 'number';
  if (isTemporal(value) || value instanceof FeelRange || value instanceof FeelFunction) return value.kind;
  if (isList(value)) return 'list';
  return typeof value === 'object' ? 'context' : typeof value;
}

/** A type as an expression would name it. */
export function describeType(type: FeelType): string {
  switch (type.kind) {
    case 'plain':
    case 'constrained':
      return type.name;
    case 'list':
    case 'range':
      return `${type.kind}<${describeType(type.element)}>`;
    case 'context':
      return `context<${type.entries.map((entry) => `${entry.key}: ${describeType(entry.type)}`).join(', ')}>`;
    case 'function':
      return `function<${(type.parameters ?? []).map(describeType).join(', ')}> -> ${describeType(type.result)}`;
    default:
      return type satisfies never;
  }
}
