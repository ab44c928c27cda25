/** The text of a range → the range: `[1..3]`, `(@"2026-01-01"..)`. Its ends are literals, both of one kind. */
import { parseTemporal } from '../temporal/temporal-text.ts';
import { parseNumber } from '../values/number.ts';
import { parseText } from '../values/text.ts';
import { nameOf } from '../values/types.ts';
import { FeelRange, type Value } from '../values/value.ts';

/** Longer texts are none. */
const MAX_RANGE_LENGTH = 1_000;
const TEXT = String.raw`"(?:[^"\\]|\\.)*"`;
const END = String.raw`\s*((?:@|[a-z ]+\(\s*)?${TEXT}\s*\)?|-?[\d.eE+-]+?|)\s*`;
const RANGE = new RegExp(String.raw`^\s*([[(\]])${END}\.\.${END}([\])[])\s*$`);
const CALL = new RegExp(String.raw`^(@|(?:date|time|date and time|duration)\(\s*)?(${TEXT})\s*(\)?)$`);

/** null if the text is no range, or its ends are in the wrong order or of two kinds. */
export function parseRange(text: string): FeelRange | null {
  if (text.length > MAX_RANGE_LENGTH) return null;
  const [, opening = '', first = '', last = '', closing = ''] = RANGE.exec(text) ?? [];
  if (opening === '' || (first === '' && last === '')) return null;
  const low = endOf(first);
  const high = endOf(last);
  if (low === undefined || high === undefined) return null;
  if (low !== null && high !== null && nameOf(low) !== nameOf(high)) return null;
  const includesLow = opening === '[';
  const includesHigh = closing === ']';
  if ((low === null && includesLow) || (high === null && includesHigh)) return null;
  return new FeelRange({ low, high, includesLow, includesHigh });
}

/** null for an open end; undefined for what is none. */
function endOf(text: string): Value | undefined {
  if (text === '') return null;
  const [, call, literal] = CALL.exec(text) ?? [];
  if (literal === undefined) return parseNumber(text) ?? undefined;
  const content = parseText(literal);
  if (content === null) return undefined;
  return call === undefined ? content : (parseTemporal(content) ?? undefined);
}
