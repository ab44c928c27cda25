/** FEEL's functions on strings. Each pays for the characters it looks at. */

import { type Frame, spend, spendOnText } from '../evaluation/frame.ts';
import { isNumber, MAX_NUMBER_LENGTH, parseNumber } from '../values/number.ts';
import { formatValue } from '../values/text.ts';
import type { Value } from '../values/value.ts';
import { type BuiltIn, binary, unary } from './built-in.ts';

/** A search may look at every character of the text once per character of the pattern; that many of these are one step. */
const COMPARISONS_PER_STEP = 1_024;

/** What may stand between thousands, and before the fraction; null is the default: nothing, and a point. */
const GROUPINGS: ReadonlySet<Value> = new Set([null, ' ', ',', '.']);
const POINTS: ReadonlySet<Value> = new Set([null, ',', '.']);

export const textFunctions: Readonly<Record<string, BuiltIn>> = {
  contains: binary((text, part, frame) => {
    if (typeof text !== 'string' || typeof part !== 'string') return null;
    spendOnText(frame, text.length);
    spend(frame, Math.floor((text.length * part.length) / COMPARISONS_PER_STEP));
    return text.includes(part);
  }),
  'starts with': binary((text, start, frame) => {
    if (typeof text !== 'string' || typeof start !== 'string') return null;
    spendOnText(frame, start.length);
    return text.startsWith(start);
  }),
  'ends with': binary((text, end, frame) => {
    if (typeof text !== 'string' || typeof end !== 'string') return null;
    spendOnText(frame, end.length);
    return text.endsWith(end);
  }),
  'string length': ofText(countCharacters),
  'upper case': ofText((text) => text.toUpperCase()),
  'lower case': ofText((text) => text.toLowerCase()),
  string: unary((value, frame) => (value === null ? null : formatValue(value, frame))),
  number: {
    least: 1,
    most: 3,
    call: ([value = null, grouping = null, point = null]) => {
      if (!GROUPINGS.has(grouping) || !POINTS.has(point) || (grouping !== null && grouping === point)) return null;
      if (typeof value !== 'string') return isNumber(value) ? value : null;
      if (value.length > MAX_NUMBER_LENGTH) return null;
      const digits = grouping === null ? value : value.replaceAll(String(grouping), '');
      if (point !== ',') return parseNumber(digits);
      return digits.includes('.') ? null : parseNumber(digits.replace(',', '.'));
    },
  },
};

function ofText(call: (text: string) => Value): BuiltIn {
  return unary((text, frame: Frame) => {
    if (typeof text !== 'string') return null;
    spendOnText(frame, text.length);
    return call(text);
  });
}

/** FEEL counts characters, not UTF-16 units: an emoji is one. */
function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
