/** Lines that travel together: of one measurement, because that is the routing key, and few enough for one message. */
import { MAX_BODY_BYTES } from '../broker.ts';
import type { Line } from './line.ts';

export const MAX_BATCH_LINES = 200;

export type Batch = { readonly measurement: string; readonly body: string; readonly lines: number };

/** In the order of the lines, as far as they share a measurement. */
export function batchesOf(lines: readonly Line[]): Batch[] {
  const byMeasurement = new Map<string, string[]>();
  for (const { measurement, text } of lines) {
    const texts = byMeasurement.get(measurement);
    if (texts === undefined) byMeasurement.set(measurement, [text]);
    else texts.push(text);
  }
  return [...byMeasurement].flatMap(([measurement, texts]) =>
    chunksOf(texts).map((chunk) => ({ measurement, body: chunk.join('\n'), lines: chunk.length })),
  );
}

function chunksOf(texts: readonly string[]): string[][] {
  const chunks: string[][] = [];
  let room = 0;
  for (const text of texts) {
    const bytes = Buffer.byteLength(text) + 1;
    const last = chunks.at(-1);
    if (last === undefined || last.length === MAX_BATCH_LINES || bytes > room) {
      chunks.push([text]);
      room = MAX_BODY_BYTES - bytes;
    } else {
      last.push(text);
      room -= bytes;
    }
  }
  return chunks;
}
