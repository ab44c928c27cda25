/** FEEL's functions on strings. Each pays for the characters it looks at. */
import { type BuiltIn, binary, unary } from './built-in.ts';
import { type Frame, spend, spendOnText } from './frame.ts';
import { isNumber, parseNumber } from './number.ts';
import { formatValue } from './text.ts';
import type { Value } from './value.ts';

/** A search may look at every character of the text once per character of the pattern; that many of these are one step. */
const COMPARISONS_PER_STEP = 1_024;

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
  number: unary((value) => {
    if (isNumber(value)) return value;
    return typeof value === 'string' ? parseNumber(value) : null;
  }),
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
