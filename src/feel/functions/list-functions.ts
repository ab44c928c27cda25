/** FEEL's functions on lists: DMN 1.5, table 75. Those that sum up take one list or the elements themselves: max([1, 2]) = max(1, 2). */
import { apply } from '../evaluation/apply.ts';
import { ascend, descend, type Frame, spend } from '../evaluation/frame.ts';
import { equals, includes, order } from '../values/comparison.ts';
import { type FeelNumber, isPosition, wholeOf } from '../values/number.ts';
import { adopt, type FeelFunction, isList, type List, type Value } from '../values/value.ts';
import { type BuiltIn, define, either } from './built-in.ts';

export const listFunctions: Readonly<Record<string, BuiltIn>> = {
  count: define('list: list', ([list]) => list.length),
  min: summary((list, frame) => extreme(list, frame, -1)),
  max: summary((list, frame) => extreme(list, frame, 1)),
  all: summary((list) => verdictOf(list, false)),
  any: summary((list) => verdictOf(list, true)),
  'list contains': define('list: list, element: any', ([list, element], frame) => includes(list, element, frame)),
  append: define('list: list, ...item: any', ([list, items], frame) => joined([list, items], frame)),
  concatenate: define('...list: list', ([lists], frame) => joined(lists, frame)),
  union: define('...list: list', ([lists], frame) => distinct(joined(lists, frame), frame)),
  'distinct values': define('list: list', ([list], frame) => distinct(list, frame)),
  flatten: define('list: list', ([list], frame) => flatten(list, frame)),
  reverse: define('list: list', ([list], frame) => joined([list], frame).toReversed()),
  'index of': define('list: list, match: any', ([list, match], frame) => {
    spend(frame, list.length);
    return list.flatMap((raw, place) => (equals(adopt(raw), match, frame) === true ? place + 1 : []));
  }),
  sublist: define('list: list, start position: number, length?: number', ([list, start, length], frame) =>
    sublist(joined([list], frame), wholeOf(start), length === null ? null : wholeOf(length)),
  ),
  'insert before': define('list: list, position: number, newItem: any', ([list, position, item], frame) =>
    spliced(list, { position, frame }, (place, copy) => copy.toSpliced(place, 0, item)),
  ),
  remove: define('list: list, position: number', ([list, position], frame) =>
    spliced(list, { position, frame }, (place, copy) => copy.toSpliced(place, 1)),
  ),
  'list replace': either(
    define('list: list, position: number, newItem: any', ([list, position, item], frame) =>
      spliced(list, { position, frame }, (place, copy) => copy.with(place, item)),
    ),
    define('list: list, match: function, newItem: any', ([list, match, item], frame) =>
      replaceMatches(list, { match, item, frame }),
    ),
  ),
  sort: define('list: list, precedes?: function', ([list, precedes], frame) => sort(list, precedes, frame)),
};

/** A function of one list, or of its elements. */
export function summary(call: (list: List, frame: Frame) => Value): BuiltIn {
  const paid = (list: List, frame: Frame): Value => {
    spend(frame, list.length);
    return call(list, frame);
  };
  return either(
    define('list: list', ([list], frame) => paid(list, frame)),
    define('...element: any', ([elements], frame) => paid(elements, frame)),
  );
}

/** The least (sign -1) or greatest (sign 1) of numbers, strings or times; null if there is none or one does not compare. */
function extreme(list: List, frame: Frame, sign: -1 | 1): Value {
  const [first, ...others] = list;
  let best = adopt(first);
  if (order(best, best, frame) === null) return null;
  for (const raw of others) {
    const element = adopt(raw);
    const comparison = order(element, best, frame);
    if (comparison === null) return null;
    if (comparison * sign > 0) best = element;
  }
  return best;
}

/** `decisive` as soon as one element is; else null if one is no boolean; else the other. */
function verdictOf(list: List, decisive: boolean): boolean | null {
  if (list.includes(decisive)) return decisive;
  return list.every((element) => element === !decisive) ? !decisive : null;
}

function joined(lists: readonly List[], frame: Frame): List {
  spend(
    frame,
    lists.reduce((length, list) => length + list.length, 0),
  );
  return lists.flat();
}

function distinct(list: List, frame: Frame): List {
  const found: Value[] = [];
  for (const raw of list) {
    const element = adopt(raw);
    if (!includes(found, element, frame)) found.push(element);
  }
  return found;
}

function flatten(list: List, frame: Frame): List {
  descend(frame);
  spend(frame, list.length);
  const flat = list.flatMap((raw) => {
    const element = adopt(raw);
    return isList(element) ? flatten(element, frame) : [element];
  });
  ascend(frame);
  return flat;
}

/** A start outside of the list, and a length that is less than one or leads out of it, have no answer. */
function sublist(list: List, start: number, length: number | null): List | null {
  if (!isPosition(start, list.length)) return null;
  const from = start > 0 ? start - 1 : list.length + start;
  const to = length === null ? list.length : from + length;
  return to > from && to <= list.length ? list.slice(from, to) : null;
}

/** What becomes of a copy at a position; a position outside of the list has no answer. */
function spliced(
  list: List,
  { position, frame }: { readonly position: FeelNumber; readonly frame: Frame },
  change: (place: number, copy: List) => List,
): List | null {
  const place = wholeOf(position);
  if (!isPosition(place, list.length)) return null;
  spend(frame, list.length);
  return change(place > 0 ? place - 1 : list.length + place, list);
}

/** `match` looks at an element and the new one; null if it once answers neither true nor false. */
function replaceMatches(
  list: List,
  { match, item, frame }: { readonly match: FeelFunction; readonly item: Value; readonly frame: Frame },
): List | null {
  const replaced: Value[] = [];
  for (const raw of list) {
    const element = adopt(raw);
    const verdict = apply(match, [element, item], frame);
    if (typeof verdict !== 'boolean') return null;
    replaced.push(verdict ? item : element);
  }
  return replaced;
}

/** Equal elements stay in their order. Without `precedes` by their own order, if they have one. */
function sort(list: List, precedes: FeelFunction | null, frame: Frame): List | null {
  let isOrdered = true;
  const compare = (left: Value, right: Value): number => {
    spend(frame, 1);
    if (precedes === null) {
      const sign = order(left, right, frame);
      if (sign === null) isOrdered = false;
      return sign ?? 0;
    }
    if (apply(precedes, [left, right], frame) === true) return -1;
    return apply(precedes, [right, left], frame) === true ? 1 : 0;
  };
  const sorted = list.map(adopt).toSorted(compare);
  return isOrdered ? sorted : null;
}
