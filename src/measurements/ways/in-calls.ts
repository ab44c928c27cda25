/** Stores any number of rows, call after call; when it resolves, all of them are stored or in quarantine. */
import { type IngestOptions, type IngestResult, MAX_CALL_ROWS } from '../ingest/ingest.ts';

export type TakeRows = (rows: readonly unknown[], options: IngestOptions) => Promise<IngestResult>;

export async function inCalls(ingest: TakeRows, rows: readonly unknown[], options: IngestOptions): Promise<void> {
  for (let from = 0; from < rows.length; from += MAX_CALL_ROWS)
    await ingest(rows.slice(from, from + MAX_CALL_ROWS), options);
}
