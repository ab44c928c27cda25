/** What leaves an evaluation is plain JSON, a copy: decimals become the nearest double, times ISO texts, and its size is paid for. */
import { ascend, descend, type Frame, failure, spend } from '../evaluation/frame.ts';
import { isTemporal } from '../temporal/temporal.ts';
import { isoOf } from '../temporal/temporal-text.ts';
import { formatNumber, isNumber } from './number.ts';
import { formatValue } from './text.ts';
import { adopt, FeelFunction, FeelRange, isList, own, type Value } from './value.ts';

export function toJson(value: Value, frame: Frame): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isNumber(value)) {
    const double = Number(value);
    if (Number.isFinite(double)) return double;
    throw failure(frame, `the result ${formatNumber(value).slice(0, 20)}… is too large for a JSON number`);
  }
  if (isTemporal(value)) return isoOf(value);
  if (value instanceof FeelRange || value instanceof FeelFunction) return formatValue(value, frame);
  descend(frame);
  const result = isList(value)
    ? Array.from(value, (raw) => entryToJson(raw, frame))
    : Object.fromEntries(Object.keys(value).map((key) => [key, entryToJson(own(value, key), frame)]));
  ascend(frame);
  return result;
}

function entryToJson(raw: unknown, frame: Frame): unknown {
  spend(frame, 1);
  return toJson(adopt(raw), frame);
}
