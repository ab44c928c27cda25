/** The data collection tells what its page of output says, and its streams end when they should. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { client, openBroker, startApp } from '../../src/index.ts';
import { printedBy } from '../../test/example-process.ts';
import { MAX_SAMPLES } from './collection.ts';
import type { Sample } from './messages.ts';
import { DataCollection } from './service.ts';

it('tells its story in one process', { timeout: 120_000 }, async () => {
  expect(await printedBy('data-collection')).toBe(readFileSync(new URL('./stdout.txt', import.meta.url), 'utf8'));
});

async function collections() {
  const broker = await openBroker('memory');
  let value = 0;
  const app = await startApp({ broker, services: [new DataCollection(async () => value++)] });
  return {
    calls: client<DataCollection>(app, 'data-collection'),
    async [Symbol.asyncDispose]() {
      await app.close();
      await broker.close();
    },
  };
}

it('follows a collection until it is stopped, and misses no sample', async () => {
  await using parts = await collections();
  const params = { collectionId: 'a' };
  await parts.calls.start({ params, body: { device: 'press-1', everyMs: 1 } });
  const seen: Sample[] = [];
  for await (const sample of parts.calls.samples({ params, body: { last: 1_000, follow: true } })) {
    seen.push(sample);
    if (sample.seq === 50) void parts.calls.stop({ params });
  }
  expect(seen.length).toBeGreaterThan(50);
  expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, place) => place));
});

it('keeps the latest samples, and gives as many of them as are wanted', async () => {
  await using parts = await collections();
  const params = { collectionId: 'a' };
  await parts.calls.start({ params, body: { device: 'press-1', everyMs: 1 } });
  await expect
    .poll(async () => (await parts.calls.list())[0]?.samples, { timeout: 20_000 })
    .toBeGreaterThan(MAX_SAMPLES);
  const { samples } = await parts.calls.stop({ params });
  const read = async (last: number): Promise<number[]> => {
    const seqs: number[] = [];
    for await (const { seq } of parts.calls.samples({ params, body: { last } })) seqs.push(seq);
    return seqs;
  };
  expect(await read(3)).toEqual([samples - 3, samples - 2, samples - 1]);
  expect(await read(0)).toEqual([]);
  expect(await read(1_000_000)).toHaveLength(MAX_SAMPLES);
});
