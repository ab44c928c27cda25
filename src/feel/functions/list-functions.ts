/** FEEL's functions on lists. Those that sum up take one list or the elements themselves: max([1, 2]) = max(1, 2). */

import { type Frame, spend } from '../evaluation/frame.ts';
import { includes, order } from '../values/comparison.ts';
import { add, divide, type FeelNumber, isNumber } from '../values/number.ts';
import { adopt, asList, isList, type List, type Value } from '../values/value.ts';
import { type BuiltIn, binary, unary } from './built-in.ts';

export const listFunctions: Readonly<Record<string, BuiltIn>> = {
  count: unary((list) => asList(list)?.length ?? null),
  min: summary((list, frame) => extreme(list, frame, -1)),
  max: summary((list, frame) => extreme(list, frame, 1)),
  sum: summary(sum),
  mean: summary((list) => {
    const total = sum(list);
    return total === null ? null : divide(total, list.length);
  }),
  'list contains': binary((source, element, frame) => {
    const list = asList(source);
    return list === null ? null : includes(list, element, frame);
  }),
  append: {
    least: 2,
    most: Number.POSITIVE_INFINITY,
    call: ([source = null, ...elements], frame) => {
      const list = asList(source);
      return list === null ? null : joined([list, elements], frame);
    },
  },
  concatenate: {
    least: 1,
    most: Number.POSITIVE_INFINITY,
    call: (operands, frame) => {
      const lists = operands.map(asList);
      return lists.every((list) => list !== null) ? joined(lists, frame) : null;
    },
  },
};

function summary(call: (list: List, frame: Frame) => Value): BuiltIn {
  return {
    least: 1,
    most: Number.POSITIVE_INFINITY,
    call: (operands, frame) => {
      const [first = null] = operands;
      const list = operands.length === 1 && isList(first) ? first : operands;
      spend(frame, list.length);
      return call(list, frame);
    },
  };
}

/** The least (sign -1) or greatest (sign 1) of numbers or of strings; null if there is none or one does not compare. */
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

function sum(list: List): FeelNumber | null {
  if (list.length === 0) return null;
  let total: FeelNumber | null = 0;
  for (const raw of list) {
    const element = adopt(raw);
    if (!isNumber(element) || total === null) return null;
    total = add(total, element);
  }
  return total;
}

function joined(lists: readonly List[], frame: Frame): List {
  spend(
    frame,
    lists.reduce((length, list) => length + list.length, 0),
  );
  return lists.flat();
}
