/**
 * Brings a file of measurements to the server, chunk after chunk in the order of the file, so that a replay sees time go
 * forward. When it breaks off it says where to go on; rows sent twice are counted as duplicates and change nothing.
 */
import type { Client } from '../../../client/client.ts';
import { isClientError } from '../../../client/client-error.ts';
import type { IngestMode, Measurement } from '../../../client/wire-measurements.ts';
import { MillraceError, messageOf } from '../../../kernel/errors.ts';
import type { ProgressBar } from '../progress-bar.ts';
import type { Mapping } from './mapping.ts';
import { type FileRequest, readRows } from './rows.ts';

/** Rows of one call. */
export const CHUNK_ROWS = 5_000;

export type ImportRequest = FileRequest & { readonly mode: IngestMode; readonly skip: number };
export type ImportResult = {
  /** Rows of the file that were sent. */
  rows: number;
  stored: number;
  duplicate: number;
  quarantined: number;
  /** How many were quarantined for which reason. */
  reasons: Record<string, number>;
};

/** Throws `cli.import-interrupted` with the row to go on from. */
export async function importFile(client: Client, request: ImportRequest, bar: ProgressBar): Promise<ImportResult> {
  const result: ImportResult = { rows: 0, stored: 0, duplicate: 0, quarantined: 0, reasons: {} };
  let chunk: Measurement[] = [];
  let place = 0;
  const send = async (share: number) => {
    if (chunk.length === 0) return;
    const rows = chunk;
    chunk = [];
    try {
      count(result, rows.length, await client.measurements.send(rows, { mode: request.mode }));
    } catch (error) {
      bar.clear();
      throw interrupted(error, request.skip + result.rows);
    }
    bar.show(share, `${result.rows.toLocaleString('en')} rows`);
  };
  for await (const { measurement, share } of readRows(request, (mapping) => makeKnown(client, mapping))) {
    place += 1;
    if (place <= request.skip) continue;
    chunk.push(measurement);
    if (chunk.length >= CHUNK_ROWS) await send(share);
  }
  await send(1);
  bar.clear();
  return result;
}

/** A device that is not there yet is made, with the fields of the file. */
async function makeKnown(client: Client, { device: id, fields }: Mapping): Promise<void> {
  const wanted = [...new Set(fields.values())];
  try {
    const device = await client.devices.get(id);
    const missing = wanted.filter((name) => !device.fields.some((field) => field.name === name));
    if (missing.length === 0) return;
    throw new MillraceError('cli.usage', {
      problem: `the device ${id} has no field ${missing.join(', ')}; it has ${device.fields.map(({ name }) => name).join(', ')}; say which column is which with --map column=field`,
    });
  } catch (error) {
    if (!isClientError(error, 'device.unknown')) throw error;
  }
  await client.devices.create({ id, fields: wanted.map((name) => ({ name })) });
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
