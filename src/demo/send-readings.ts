/** Sends what the machines read in a stretch of time: as history, which starts nothing, or live. */
import type { Client } from '../client/client.ts';
import type { IngestMode } from '../client/wire-measurements.ts';
import type { Instant } from '../kernel/clock.ts';
import { type Plant, type Reading, readingInstants, readingsAt } from './plant.ts';

/** Rows of one call; the API takes 10,000. */
const MAX_ROWS = 4_000;

export type Stretch = {
  /** Readings after this instant, … */
  readonly after: Instant;
  /** … up to and including this one. */
  readonly to: Instant;
  readonly mode: IngestMode;
  /** Time between two readings that are sent; default: every reading of the plant. */
  readonly everyMs?: number;
  /** Up to where a machine has sent readings before; those are not sent again. */
  readonly sentBefore?: ReadonlyMap<string, Instant>;
  readonly signal?: AbortSignal;
};

/** Answers how many rows were stored. */
export async function sendReadings(
  client: Client,
  plant: Plant,
  { after, to, mode, everyMs = plant.everyMs, sentBefore, signal }: Stretch,
): Promise<number> {
  let stored = 0;
  let rows: Reading[] = [];
  const flush = async () => {
    if (rows.length > 0) stored += (await client.measurements.send(rows, { mode, ...(signal && { signal }) })).stored;
    rows = [];
  };
  for (const at of readingInstants(everyMs, { from: after + 1, to })) {
    rows.push(...readingsAt(plant, at).filter(({ device }) => at > (sentBefore?.get(device) ?? after)));
    if (rows.length >= MAX_ROWS) await flush();
  }
  await flush();
  return stored;
}
