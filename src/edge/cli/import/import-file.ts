/**
 * Brings a file of measurements to the server, batch after batch in the order of the file, so that a replay sees time go
 * forward. Its first rows are held against the device before anything is sent. When it breaks off it says where to go on;
 * rows sent twice are counted as duplicates and change nothing.
 */
import type { Client } from '../../../client/client.ts';
import { isClientError } from '../../../client/client-error.ts';
import type { IngestMode, Measurement } from '../../../client/wire-measurements.ts';
import { MillraceError, messageOf } from '../../../kernel/errors.ts';
import type { ProgressBar } from '../progress-bar.ts';
import { FIRST_ROWS, type FirstRow, requireFitting } from './first-rows.ts';
import {
  isText,
  isTimeColumn,
  type KnownField,
  type Mapping,
  type MappingRequest,
  mappingOf,
  measurementOf,
} from './mapping.ts';
import { type FileRow, type FileSource, openFile } from './rows.ts';

/** Rows of one call. */
export const DEFAULT_BATCH_ROWS = 1_000;
export const MAX_BATCH_ROWS = 10_000;

export type ImportRequest = FileSource &
  MappingRequest & { readonly mode: IngestMode; readonly skip: number; readonly batch: number };
export type ImportResult = {
  /** Rows of the file that were sent. */
  rows: number;
  stored: number;
  duplicate: number;
  quarantined: number;
  /** How many were quarantined for which reason. */
  reasons: Record<string, number>;
};
type Progress = {
  readonly bar: ProgressBar;
  readonly now: () => number;
  /** Aborted: it breaks off behind the batch that is on its way. */
  readonly signal?: AbortSignal;
};

/** Throws `cli.usage` before anything is stored, `cli.unreadable-file`, and `cli.import-interrupted` with the row to go on from. */
export async function importFile(
  client: Client,
  request: ImportRequest,
  { bar, now, signal }: Progress,
): Promise<ImportResult> {
  const result: ImportResult = { rows: 0, stored: 0, duplicate: 0, quarantined: 0, reasons: {} };
  const { columns, rows } = await openFile(request);
  const first: FileRow[] = [];
  while (first.length < FIRST_ROWS) {
    const next = await rows.next();
    if (next.done === true) break;
    first.push(next.value);
  }
  const read = await openMapping(client, request, { columns, first });
  const begun = now();
  let batch: Measurement[] = [];
  const send = async (share: number) => {
    if (batch.length === 0) return;
    const sent = batch;
    batch = [];
    try {
      count(result, sent.length, await client.measurements.send(sent, { mode: request.mode }));
    } catch (error) {
      bar.clear();
      throw interrupted(error, request.skip + result.rows);
    }
    bar.show(share, progressText(result.rows, now() - begun));
  };
  let place = 0;
  for await (const row of chain(first, rows)) {
    place += 1;
    if (place <= request.skip) continue;
    batch.push(read(row));
    if (batch.length < request.batch) continue;
    await send(row.share);
    if (signal?.aborted) {
      bar.clear();
      throw new MillraceError('cli.import-interrupted', { row: request.skip + result.rows, reason: 'it was stopped' });
    }
  }
  await send(1);
  bar.clear();
  return result;
}

/** `12,000 rows  8,000 rows/s` */
export function progressText(rows: number, elapsedMs: number): string {
  const rate = elapsedMs <= 0 ? '' : `  ${Math.round((rows * 1_000) / elapsedMs).toLocaleString('en')} rows/s`;
  return `${rows.toLocaleString('en')} rows${rate}`;
}

async function* chain(first: readonly FileRow[], rest: AsyncIterable<FileRow>): AsyncGenerator<FileRow> {
  yield* first;
  yield* rest;
}

type Head = { readonly columns: readonly string[] | undefined; readonly first: readonly FileRow[] };

/** How each row becomes one of the API. A device that is not there yet is made, once the first rows are seen to fit. */
async function openMapping(
  client: Client,
  request: ImportRequest,
  { columns, first }: Head,
): Promise<(row: FileRow) => Measurement> {
  const flat = first.flatMap((row) => (row.kind === 'flat' ? [row] : []));
  const mapping = mappingFor(request, { columns, flat });
  const { device } = request;
  const known = device === undefined ? undefined : await fieldsOf(client, device);
  if (mapping !== undefined) requireFitting(flat, mapping, known);
  const whole = first.flatMap((row) => (row.kind === 'whole' ? Object.keys(row.row.values as object) : []));
  const wanted = [...new Set([...(mapping?.fields.values() ?? []), ...whole])];
  if (device !== undefined && known === undefined && wanted.length > 0)
    await client.devices.create({ id: device, fields: wanted.map((name) => ({ name })) });
  const texts = new Set((known ?? []).filter(isText).map(({ name }) => name));
  return (row) => {
    if (row.kind === 'none') return row.text as unknown as Measurement;
    if (row.kind === 'whole') return { ...row.row, ...(device !== undefined && { device }) } as Measurement;
    const isAsNamed = columns === undefined && request.map.length === 0 && request.field === undefined;
    return measurementOf(row.cells, mapping === undefined || isAsNamed ? allOf(row, request) : mapping, texts);
  };
}

/** Undefined: no row of the file needs one. */
function mappingFor(
  request: ImportRequest,
  { columns, flat }: { readonly columns: readonly string[] | undefined; readonly flat: readonly FirstRow[] },
): Mapping | undefined {
  if (columns !== undefined) return mappingOf({ columns, line: 1 }, request);
  const [row] = flat;
  if (row === undefined) return undefined;
  return mappingOf({ columns: [...new Set(flat.flatMap(({ cells }) => Object.keys(cells)))], line: row.line }, request);
}

/** A row whose members are the fields, all of them: one that came up late is for the device to know or to refuse. */
function allOf({ cells }: FirstRow, { device = '', timeColumn }: ImportRequest): Mapping {
  const names = Object.keys(cells);
  const time = timeColumn ?? names.find(isTimeColumn) ?? 'ts';
  return {
    device,
    timeColumn: time,
    fields: new Map(names.filter((name) => name !== time).map((name) => [name, name])),
  };
}

/** Undefined: there is no such device. */
async function fieldsOf(client: Client, device: string): Promise<readonly KnownField[] | undefined> {
  try {
    return (await client.devices.get(device)).fields;
  } catch (error) {
    if (isClientError(error, 'device.unknown')) return undefined;
    throw error;
  }
}

function count(
  result: ImportResult,
  rows: number,
  {
    stored,
    duplicate,
    quarantined,
  }: {
    readonly stored: number;
    readonly duplicate: number;
    readonly quarantined: readonly { readonly code: string }[];
  },
): void {
  result.rows += rows;
  result.stored += stored;
  result.duplicate += duplicate;
  result.quarantined += quarantined.length;
  for (const { code } of quarantined) result.reasons[code] = (result.reasons[code] ?? 0) + 1;
}

/** A refusal of the very first rows is no interruption: nothing was sent, and the server's own words say more. */
function interrupted(error: unknown, row: number): unknown {
  if (row === 0 || !isClientError(error)) return error;
  return new MillraceError('cli.import-interrupted', { row, reason: messageOf(error) }, { cause: error });
}
