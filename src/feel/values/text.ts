/** Strings: how they are written in an expression, and how values look as text. */
import { ascend, descend, type Frame, spend, spendOnText } from '../evaluation/frame.ts';
import { isTemporal } from '../temporal/temporal.ts';
import { formatTemporal } from '../temporal/temporal-text.ts';
import { formatNumber, isNumber } from './number.ts';
import { adopt, FeelFunction, FeelRange, isList, own, type Value } from './value.ts';

const ESCAPE = /\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|["'\\nrt])/g;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
const WRITTEN: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't' };
const LARGEST_CODE_POINT = 0x10ffff;
const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A literal with its quotes → the string; null if it names a character that does not exist. Unknown escapes stay as they are. */
export function parseText(literal: string): string | null {
  let isValid = true;
  const text = literal.slice(1, -1).replace(ESCAPE, (_, escaped: string) => {
    if (escaped.length === 1) return ESCAPED[escaped] ?? escaped;
    const codePoint = Number.parseInt(escaped.slice(1), 16);
    if (codePoint <= LARGEST_CODE_POINT) return String.fromCodePoint(codePoint);
    isValid = false;
    return '';
  });
  return isValid ? text : null;
}

/** `string(value)`: a string, date, time or duration as it is, everything else as FEEL would write it. */
export function formatValue(value: Value, frame: Frame): string {
  if (typeof value === 'string') return value;
  return isTemporal(value) ? paid(formatTemporal(value), frame) : write(value, frame);
}

function write(value: Value, frame: Frame): string {
  spend(frame, 1);
  if (value === null || typeof value === 'boolean') return String(value);
  if (isNumber(value)) return paid(formatNumber(value), frame);
  if (typeof value === 'string') return quote(value, frame);
  if (isTemporal(value)) return `@${quote(formatTemporal(value), frame)}`;
  if (value instanceof FeelFunction) return `function(${value.parameters.map(({ name }) => name).join(', ')})`;
  descend(frame);
  if (value instanceof FeelRange) {
    const range = writeRange(value, frame);
    ascend(frame);
    return range;
  }
  const text = isList(value)
    ? `[${Array.from(value, (raw) => write(adopt(raw), frame)).join(', ')}]`
    : `{${Object.keys(value)
        .map((key) => `${PLAIN_KEY.test(key) ? key : quote(key, frame)}: ${write(own(value, key), frame)}`)
        .join(', ')}}`;
  ascend(frame);
  return paid(text, frame);
}

function writeRange({ low, high, includesLow, includesHigh }: FeelRange, frame: Frame): string {
  const ends = [low, high].map((end) => (end === null ? '' : write(end, frame)));
  return `${includesLow ? '[' : '('}${ends.join('..')}${includesHigh ? ']' : ')'}`;
}

function paid(text: string, frame: Frame): string {
  spendOnText(frame, text.length);
  return text;
}

function quote(text: string, frame: Frame): string {
  return `"${paid(text, frame).replace(/["\\\n\r\t]/g, (character) => `\\${WRITTEN[character] ?? character}`)}"`;
}
