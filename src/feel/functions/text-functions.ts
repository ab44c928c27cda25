/** FEEL's functions on strings: DMN 1.5, table 74. Each pays for the characters it looks at. Positions count characters, from 1 or from the end. */
import { type Frame, spend, spendOnText } from '../evaluation/frame.ts';
import type { Pay } from '../patterns/matching.ts';
import { findPattern, type Pattern } from '../patterns/pattern.ts';
import { isPosition, MAX_NUMBER_LENGTH, parseNumber, wholeOf } from '../values/number.ts';
import { formatValue } from '../values/text.ts';
import { adopt, type List, type Value } from '../values/value.ts';
import { type BuiltIn, define, either } from './built-in.ts';

/** A search may look at every character of the text once per character of the pattern; that many of these are one step. */
const COMPARISONS_PER_STEP = 1_024;
/** Finding a pattern takes as long as this many steps, and one for each of its characters. */
const PATTERN_STEPS = 50;

/** What may stand between thousands, and before the fraction; null is the default: nothing, and a point. */
const GROUPINGS: ReadonlySet<Value> = new Set([null, ' ', ',', '.']);
const POINTS: ReadonlySet<Value> = new Set([null, ',', '.']);

export const textFunctions: Readonly<Record<string, BuiltIn>> = {
  contains: define('string: string, match: string', ([text, part], frame) => {
    payForSearch(frame, text, part);
    return text.includes(part);
  }),
  'starts with': define('string: string, match: string', ([text, start], frame) => {
    spendOnText(frame, start.length);
    return text.startsWith(start);
  }),
  'ends with': define('string: string, match: string', ([text, end], frame) => {
    spendOnText(frame, end.length);
    return text.endsWith(end);
  }),
  'string length': ofText(countCharacters),
  'upper case': ofText((text) => text.toUpperCase()),
  'lower case': ofText((text) => text.toLowerCase()),
  substring: define('string: string, start position: number, length?: number', ([text, start, length], frame) => {
    spendOnText(frame, text.length);
    return substring(Array.from(text), wholeOf(start), length === null ? null : wholeOf(length));
  }),
  'substring before': define('string: string, match: string', ([text, part], frame) => {
    payForSearch(frame, text, part);
    return text.slice(0, Math.max(text.indexOf(part), 0));
  }),
  'substring after': define('string: string, match: string', ([text, part], frame) => {
    payForSearch(frame, text, part);
    const found = text.indexOf(part);
    return found === -1 ? '' : text.slice(found + part.length);
  }),
  matches: define('input: string, pattern: string, flags?: string', ([text, pattern, flags], frame) =>
    search({ pattern, flags, frame }, (found, pay) => found.test(text, pay)),
  ),
  replace: define(
    'input: string, pattern: string, replacement: string, flags?: string',
    ([text, pattern, replacement, flags], frame) =>
      search({ pattern, flags, frame }, (found, pay) => paid(found.replace(text, replacement, pay), frame)),
  ),
  split: define('string: string, delimiter: string', ([text, pattern], frame) =>
    search({ pattern, flags: null, frame }, (found, pay) => found.split(text, pay)),
  ),
  'string join': define('list: list, delimiter?: string', ([list, delimiter], frame) =>
    join(list, delimiter ?? '', frame),
  ),
  string: define('from: any', ([value], frame) => (value === null ? null : formatValue(value, frame))),
  number: either(
    define('from: number', ([number]) => number),
    define('from: string', ([text]) => parseNumber(text)),
    define('from: string, grouping separator?: string, decimal separator?: string', ([text, grouping, point]) =>
      readNumber(text, grouping, point),
    ),
  ),
};

/** What a pattern makes of a text; null if it is no pattern. */
function search(
  { pattern, flags, frame }: { readonly pattern: string; readonly flags: string | null; readonly frame: Frame },
  use: (pattern: Pattern, pay: Pay) => Value,
): Value {
  spend(frame, PATTERN_STEPS + pattern.length);
  const found = findPattern(pattern, flags ?? '');
  return found === null ? null : use(found, (steps) => spend(frame, steps));
}

function payForSearch(frame: Frame, text: string, part: string): void {
  spendOnText(frame, text.length);
  spend(frame, Math.floor((text.length * part.length) / COMPARISONS_PER_STEP));
}

function paid(text: string | null, frame: Frame): string | null {
  if (text !== null) spendOnText(frame, text.length);
  return text;
}

/** A start outside of the text, and a length of less than one, have no answer; one that leads out of it ends with it. */
function substring(characters: readonly string[], start: number, length: number | null): string | null {
  if (!isPosition(start, characters.length) || (length !== null && !(length >= 1))) return null;
  const from = start > 0 ? start - 1 : characters.length + start;
  return characters.slice(from, length === null ? undefined : from + length).join('');
}

/** Nulls are left out; anything else but strings has no answer. */
function join(list: List, delimiter: string, frame: Frame): string | null {
  const texts: string[] = [];
  for (const raw of list) {
    const element = adopt(raw);
    spend(frame, 1);
    if (element === null) continue;
    if (typeof element !== 'string') return null;
    spendOnText(frame, element.length + delimiter.length);
    texts.push(element);
  }
  return texts.join(delimiter);
}

function readNumber(text: string, grouping: string | null, point: string | null): Value {
  if (!GROUPINGS.has(grouping) || !POINTS.has(point) || (grouping !== null && grouping === point)) return null;
  if (text.length > MAX_NUMBER_LENGTH) return null;
  const digits = grouping === null ? text : text.replaceAll(grouping, '');
  if (point !== ',') return parseNumber(digits);
  return digits.includes('.') ? null : parseNumber(digits.replace(',', '.'));
}

function ofText(call: (text: string) => Value): BuiltIn {
  return define('string: string', ([text], frame) => {
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
