/**
 * What a message about one device says, as rows that can be taken in: a reading `{ts, values}` or `{ts, field: value, …}`,
 * a list of readings, or one reading a line. Whatever it is, it becomes rows: what is no reading of this device is handed on
 * as `{device, payload}`, which is no row, so that it goes to quarantine with what came.
 */

export type Spoken = {
  readonly device: string;
  /** The time of a reading that has none: when it came. Undefined: it was not said now, so nobody knows its time. */
  readonly at: number | undefined;
};

/** Of JSON or NDJSON. A text that is longer than the limit of a call is not read: it becomes one row that is too large. */
export function rowsOfText(text: string, spoken: Spoken): unknown[] {
  if (text.length > MAX_MESSAGE_CHARACTERS) return [notARow(text, spoken)];
  try {
    return rowsOfValue(JSON.parse(text), spoken);
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return lines.length < 2 ? [notARow(text, spoken)] : lines.map((line) => rowOfLine(line, spoken));
  }
}

/** Characters of a message that is read: what 10,000 rows of a machine with a hundred fields have over HTTP. */
export const MAX_MESSAGE_CHARACTERS = 16_000_000;

/** Of what a message says in JSON. */
export const rowsOfValue = (value: unknown, spoken: Spoken): unknown[] =>
  Array.isArray(value) ? value.map((item) => rowOf(item, spoken)) : [rowOf(value, spoken)];

function rowOfLine(line: string, spoken: Spoken): unknown {
  try {
    return rowOf(JSON.parse(line), spoken);
  } catch {
    return notARow(line, spoken);
  }
}

function rowOf(said: unknown, spoken: Spoken): unknown {
  const { device } = spoken;
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return notARow(said, spoken);
  const { ts = spoken.at, values, ...rest } = said as Record<string, unknown>;
  // A message about one device cannot speak for another: who may publish is a matter of topics.
  if (Object.hasOwn(rest, 'device') && rest.device !== device) return notARow(said, spoken);
  const others = Object.entries(rest).filter(([name]) => name !== 'device');
  if (typeof values === 'object' && values !== null) return { device, ts, values, ...Object.fromEntries(others) };
  const flat = Object.hasOwn(said, 'values') ? [...others, ['values', values] as const] : others;
  return { device, ts, values: Object.fromEntries(flat) };
}

const notARow = (payload: unknown, { device }: Spoken): unknown => ({ device, payload });
