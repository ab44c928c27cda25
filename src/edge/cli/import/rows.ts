/** Reads a file of measurements row by row, whatever its size, and tells how far it has come. */
import { createReadStream, statSync } from 'node:fs';
import { MillraceError, messageOf } from '../../../kernel/errors.ts';
import { readCsv } from './csv.ts';

/**
 * flat: cells by column, to be mapped. whole: `{device, ts, values}` as the API takes it. none: no row, as it stands.
 */
export type FileRow = {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  /** The share of the file that has been read. */
  readonly share: number;
} & (
  | { readonly kind: 'flat'; readonly cells: Readonly<Record<string, unknown>> }
  | { readonly kind: 'whole'; readonly row: Readonly<Record<string, unknown>> }
  | { readonly kind: 'none'; readonly text: string }
);
export type FileSource = { readonly file: string; readonly format: 'csv' | 'ndjson' };
type Row = FileRow extends infer One ? (One extends unknown ? Omit<One, 'share'> : never) : never;

/** The columns of a file, as its head names them; of NDJSON, what its first rows have. */
export type OpenFile = {
  readonly columns: readonly string[] | undefined;
  readonly rows: AsyncGenerator<FileRow, void, undefined>;
};

/** Throws `cli.unreadable-file`, also while the rows are read. */
export async function openFile({ file, format }: FileSource): Promise<OpenFile> {
  const progress = { read: 0 };
  const size = sizeOf(file);
  const withShare = async function* (rows: AsyncIterable<Row>): AsyncGenerator<FileRow, void, undefined> {
    for await (const row of rows) yield { ...row, share: size === 0 ? 1 : progress.read / size } as FileRow;
  };
  const chunks = chunksOf(file, progress);
  if (format === 'ndjson') return { columns: undefined, rows: withShare(jsonRows(chunks, file)) };
  const records = readCsv(chunks);
  const head = await records.next();
  const columns = head.done === true ? [] : head.value.cells.map((column) => column.trim());
  return { columns, rows: withShare(csvRows(records, columns)) };
}

/** A line with more cells than there are columns is no row: which cell belongs where, nobody can say. */
async function* csvRows(
  records: AsyncIterable<{ readonly line: number; readonly cells: string[] }>,
  columns: readonly string[],
): AsyncGenerator<Row> {
  for await (const { line, cells } of records) {
    if (cells.length > columns.length) yield { kind: 'none', line, text: cells.join(',') };
    else yield { kind: 'flat', line, cells: Object.fromEntries(cells.map((cell, at) => [columns[at] ?? '', cell])) };
  }
}

/** A line that is no object goes as it stands, for the quarantine; if it is the first, the file is another than it seems. */
async function* jsonRows(chunks: AsyncIterable<string>, file: string): AsyncGenerator<Row> {
  let isFirst = true;
  for await (const { line, text } of linesOf(chunks)) {
    const row = parseRow(text);
    if (row === undefined && isFirst)
      throw new MillraceError('cli.unreadable-file', { file, reason: `line ${line} is no JSON object` });
    isFirst = false;
    if (row === undefined) yield { kind: 'none', line, text };
    else if (typeof row.values === 'object' && row.values !== null) yield { kind: 'whole', line, row };
    else yield { kind: 'flat', line, cells: row };
  }
}

function parseRow(text: string): Record<string, unknown> | undefined {
  try {
    const row: unknown = JSON.parse(text);
    return typeof row === 'object' && row !== null && !Array.isArray(row)
      ? (row as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<{ line: number; text: string }> {
  let rest = '';
  let line = 0;
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      line += 1;
      if (text.trim() !== '') yield { line, text };
    }
  }
  if (rest.trim() !== '') yield { line: line + 1, text: rest };
}

async function* chunksOf(file: string, progress: { read: number }): AsyncGenerator<string> {
  try {
    for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
      progress.read += Buffer.byteLength(chunk as string);
      yield chunk as string;
    }
  } catch (error) {
    throw new MillraceError('cli.unreadable-file', { file, reason: messageOf(error) }, { cause: error });
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch (error) {
    throw new MillraceError('cli.unreadable-file', { file, reason: messageOf(error) }, { cause: error });
  }
}
