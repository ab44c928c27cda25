/** The text of a benchmark's CSV file: one header, one separator, times without a zone that are UTC. */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';

export type Sheet = {
  readonly columns: readonly string[];
  /** The first column. */
  readonly times: Float64Array;
  /** One array for each of the other columns. */
  readonly values: readonly Float64Array[];
};

/** Throws `cli.unreadable-file` with the line. */
export function parseSheet(
  text: string,
  { file, separator }: { readonly file: string; readonly separator: string },
): Sheet {
  const [head = '', ...lines] = text.trimEnd().split(/\r?\n/);
  const columns = head.split(separator).map((title) => title.trim());
  if (columns.length < 2)
    throw unreadable(file, `the header names one column; a time and numbers are wanted, separated by "${separator}"`);
  const times = new Float64Array(lines.length);
  const values = columns.slice(1).map(() => new Float64Array(lines.length));
  for (const [row, line] of lines.entries()) {
    const cells = line.split(separator);
    const numbers = cells.slice(1).map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell)));
    const at = parseTime(cells[0] ?? '');
    if (cells.length !== columns.length || Number.isNaN(at) || numbers.some(Number.isNaN))
      throw unreadable(file, `line ${row + 2} is not a time and ${columns.length - 1} numbers`);
    times[row] = at;
    for (const [place, number] of numbers.entries()) (values[place] as Float64Array)[row] = number;
  }
  return { columns, times, values };
}

/** `2014-04-10 07:15:00` or with a fraction; NaN when it is neither. */
export function parseTime(text: string): Instant {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?$/.exec(text.trim());
  return parts === null ? Number.NaN : Date.parse(`${parts[1]}T${parts[2]}${(parts[3] ?? '').slice(0, 4)}Z`);
}

export const unreadable = (file: string, reason: string, cause?: unknown): MillraceError =>
  new MillraceError('cli.unreadable-file', { file, reason }, cause === undefined ? {} : { cause });
