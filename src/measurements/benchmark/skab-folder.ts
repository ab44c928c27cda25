/**
 * Reads a folder laid out like the data of SKAB: CSV files in the folder and its subfolders, one row about every second, a
 * column for each sensor. Files that have no column `anomaly` are not labelled and left out.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { messageOf } from '../../kernel/errors.ts';
import { parseSheet, unreadable } from './series-file.ts';

export type SkabFile = {
  readonly name: string;
  readonly times: Float64Array;
  readonly sensors: readonly Float64Array[];
  /** 1 where something is wrong. */
  readonly labels: Float64Array;
};
export type SkabFolder = { readonly files: readonly SkabFile[]; readonly unlabelled: readonly string[] };

const LABELS = ['anomaly', 'changepoint'];

/** In the order of their paths. Throws `cli.unreadable-file`. */
export function readSkabFolder(folder: string): SkabFolder {
  const files: SkabFile[] = [];
  const unlabelled: string[] = [];
  for (const file of csvFiles(folder)) {
    const { columns, times, values } = parseSheet(readFileSync(file, 'utf8'), { file, separator: ';' });
    const labels = values[columns.indexOf('anomaly') - 1];
    const name = relative(folder, file);
    if (labels === undefined) unlabelled.push(name);
    else
      files.push({
        name,
        times,
        labels,
        sensors: values.filter((_, place) => !LABELS.includes(columns[place + 1] ?? '')),
      });
  }
  if (files.length === 0) throw unreadable(folder, 'holds no CSV file with a column anomaly');
  return { files, unlabelled };
}

function csvFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.csv'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    throw unreadable(folder, messageOf(error), error);
  }
}
