import { describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '../broker.ts';
import { batchesOf, MAX_BATCH_LINES } from './batch.ts';
import type { Line } from './line.ts';

const aLine = (measurement: string, text: string): Line => ({ measurement, text, types: new Map() });

describe('batches of lines', () => {
  it('keep measurements apart and lines in order', () => {
    const lines = [aLine('a', 'a 1'), aLine('b', 'b 1'), aLine('a', 'a 2')];
    expect(batchesOf(lines)).toEqual([
      { measurement: 'a', body: 'a 1\na 2', lines: 2 },
      { measurement: 'b', body: 'b 1', lines: 1 },
    ]);
    expect(batchesOf([])).toEqual([]);
  });

  it('have no more lines than a batch may', () => {
    const lines = Array.from({ length: 2 * MAX_BATCH_LINES + 1 }, (_, n) => aLine('m', `m v=${n}`));
    const batches = batchesOf(lines);
    expect(batches.map((batch) => batch.lines)).toEqual([200, 200, 1]);
    expect(batches.map(({ body }) => body).join('\n')).toBe(lines.map(({ text }) => text).join('\n'));
  });

  it('have no more bytes than a message may, counted as they travel', () => {
    const lines = Array.from({ length: 40 }, (_, n) => aLine('m', `${n}${'ש'.repeat(32_000)}`));
    const batches = batchesOf(lines);
    expect(batches.map((batch) => batch.lines)).toEqual([16, 16, 8]);
    for (const { body } of batches) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BODY_BYTES);
  });
});
