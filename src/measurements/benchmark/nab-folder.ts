/**
 * Reads a folder laid out like the data of NAB: `labels/combined_windows.json` says which series there are, by their path,
 * and when something was wrong in each. A series whose file is not there is left out, and named.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../kernel/errors.ts';
import { type Marking, markingOf, type RowWindow } from './nab-score.ts';
import { parseSheet, parseTime, unreadable } from './series-file.ts';

export type NabSeries = {
  /** The path of its file in the folder. */
  readonly name: string;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly marking: Marking;
};
export type NabFolder = { readonly series: readonly NabSeries[]; readonly missing: readonly string[] };

export const NAB_LABELS = 'labels/combined_windows.json';
const labelsSchema = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));

/** Throws `cli.unreadable-file`. */
export function readNabFolder(folder: string): NabFolder {
  const labels = readLabels(join(folder, NAB_LABELS));
  const series: NabSeries[] = [];
  const missing: string[] = [];
  for (const [name, windows] of Object.entries(labels)) {
    const file = join(folder, name);
    if (existsSync(file)) series.push(readSeries(file, name, windows));
    else missing.push(name);
  }
  if (series.length === 0) throw unreadable(folder, `holds none of the ${missing.length} series of ${NAB_LABELS}`);
  return { series, missing };
}

function readLabels(file: string): z.output<typeof labelsSchema> {
  try {
    return labelsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw unreadable(
      file,
      error instanceof z.ZodError ? 'is no list of windows for each series' : messageOf(error),
      error,
    );
  }
}

function readSeries(file: string, name: string, windows: readonly (readonly [string, string])[]): NabSeries {
  const { times, values } = parseSheet(readFileSync(file, 'utf8'), { file, separator: ',' });
  const rows = windows.map((window) => rowsOf(times, window, { file }));
  return { name, times, values: values[0] as Float64Array, marking: markingOf(times.length, rows) };
}

/** From the row of the one time to the row of the other; where a time occurs twice its first row, where it has none the next one inside. */
function rowsOf(
  times: Float64Array,
  window: readonly [string, string],
  { file }: { readonly file: string },
): RowWindow {
  const [from, to] = window.map(parseTime) as [number, number];
  const rowOf = (time: number, otherwise: () => number) => {
    const exact = times.indexOf(time);
    return exact >= 0 ? exact : otherwise();
  };
  const first = rowOf(from, () => times.findIndex((time) => time >= from));
  const last = rowOf(to, () => times.findLastIndex((time) => time <= to));
  if (first < 0 || last < first) throw unreadable(file, `has no rows in the window ${window.join(' to ')}`);
  return [first, last];
}
