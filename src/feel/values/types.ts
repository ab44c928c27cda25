/** The types that `instance of` asks for, and whether a value is of one. */
import { ascend, descend, type Frame, spend } from '../evaluation/frame.ts';
import { isTemporal } from '../temporal/temporal.ts';
import { isNumber } from './number.ts';
import { adopt, isContext, isList, own, type Value } from './value.ts';

export type FeelType =
  | { readonly kind: 'plain'; readonly name: PlainType }
  | { readonly kind: 'list'; readonly element: FeelType }
  | { readonly kind: 'context'; readonly entries: readonly EntryType[] };

export type EntryType = { readonly key: string; readonly type: FeelType };

export const plainTypes = [
  ...(['Any', 'number', 'string', 'boolean', 'date', 'time', 'date and time'] as const),
  ...(['days and time duration', 'years and months duration'] as const),
];
type PlainType = (typeof plainTypes)[number];

/** null is an instance of nothing; inside of lists and contexts it may stand in place of anything. */
export const isInstance = (value: Value, type: FeelType, frame: Frame): boolean =>
  value !== null && conforms(value, type, frame);

function conforms(value: Value, type: FeelType, frame: Frame): boolean {
  if (value === null) return true;
  if (type.kind === 'plain') return type.name === 'Any' || type.name === nameOf(value);
  descend(frame);
  const fits = type.kind === 'list' ? areAll(value, type.element, frame) : hasAll(value, type.entries, frame);
  ascend(frame);
  return fits;
}

function areAll(value: Value, element: FeelType, frame: Frame): boolean {
  if (!isList(value)) return false;
  spend(frame, value.length);
  return value.every((raw) => conforms(adopt(raw), element, frame));
}

/** A context may have more entries than its type. */
function hasAll(value: Value, entries: readonly EntryType[], frame: Frame): boolean {
  spend(frame, entries.length);
  return (
    isContext(value) &&
    entries.every(({ key, type }) => Object.hasOwn(value, key) && conforms(own(value, key), type, frame))
  );
}

function nameOf(value: Value): string {
  if (isNumber(value)) return 'number';
  return isTemporal(value) ? value.kind : typeof value;
}
