/** Reads a file of measurements row by row, whatever its size, and tells how far it has come. */
import { createReadStream, statSync } from 'node:fs';
import type { Measurement } from '../../../client/wire-measurements.ts';
import { MillraceError, messageOf } from '../../../kernel/errors.ts';
import { readCsv } from './csv.ts';
import { type Mapping, type MappingRequest, mappingOf, measurementOf } from './mapping.ts';

export type FileRow = {
  readonly measurement: Measurement;
  /** The share of the file that has been read. */
  readonly share: number;
};
export type FileRequest = MappingRequest & { readonly file: string; readonly format: 'csv' | 'ndjson' };

/** The mapping is known once the first row has come; `onMapping` is called then, and awaited. */
export async function* readRows(
  request: FileRequest,
  onMapping: (mapping: Mapping) => Promise<void>,
): AsyncGenerator<FileRow, void, undefined> {
  const progress = { read: 0 };
  const size = sizeOf(request.file);
  const chunks = chunksOf(request.file, progress);
  const rows = request.format === 'csv' ? csvRows(chunks, request, onMapping) : jsonRows(chunks, request, onMapping);
  for await (const measurement of rows) yield { measurement, share: size === 0 ? 1 : progress.read / size };
}

async function* csvRows(
  chunks: AsyncIterable<string>,
  request: FileRequest,
  onMapping: (mapping: Mapping) => Promise<void>,
): AsyncGenerator<Measurement> {
  let columns: readonly string[] | undefined;
  let mapping: Mapping | undefined;
  for await (const cells of readCsv(chunks)) {
    if (columns === undefined || mapping === undefined) {
      columns = cells.map((column) => column.trim());
      mapping = mappingOf(columns, request);
      await onMapping(mapping);
      continue;
    }
    const names = columns;
    yield measurementOf(Object.fromEntries(cells.map((cell, place) => [names[place] ?? '', cell])), mapping);
  }
}

/**
 * Rows as the API takes them go as they are; flat rows are mapped like those of a table. A line that is no row goes as it
 * stands, for the quarantine; if it is the first, the file is another than it seems.
 */
async function* jsonRows(
  chunks: AsyncIterable<string>,
  request: FileRequest,
  onMapping: (mapping: Mapping) => Promise<void>,
): AsyncGenerator<Measurement> {
  let mapping: Mapping | undefined;
  let line = 0;
  for await (const text of linesOf(chunks)) {
    line += 1;
    const row = parseRow(text);
    if (row === undefined) {
      if (line > 1) yield text as unknown as Measurement;
      else throw new MillraceError('cli.unreadable-file', { file: request.file, reason: 'line 1 is no JSON object' });
      continue;
    }
    if (typeof row.values === 'object' && row.values !== null) {
      if (mapping === undefined && request.device !== undefined) {
        mapping = {
          device: request.device,
          timeColumn: 'ts',
          fields: new Map(Object.keys(row.values).map((name) => [name, name])),
        };
        await onMapping(mapping);
      }
      yield { ...row, ...(request.device !== undefined && { device: request.device }) } as Measurement;
      continue;
    }
    if (mapping === undefined) {
      mapping = mappingOf(Object.keys(row), request);
      await onMapping(mapping);
    }
    yield measurementOf(row, mapping);
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

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') yield rest;
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
