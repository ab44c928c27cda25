import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadServices } from './load-services.ts';

const scratch = mkdtempSync(join(tmpdir(), 'millrace-services-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const KILN =
  "{ name: 'kiln', about: 'Burns.', fields: [{ name: 'temperature' }], watch: { signals: { temperature: ['z-score'] } } }";
const FILES: Readonly<Record<string, string>> = {
  'plain.mjs': `export const kiln = ${KILN};\nexport const limit = 1_000;\nexport default kiln;\n`,
  'two.mjs': `export const dryer = { ...${KILN}, name: 'dryer' };\nexport const oven = { ...${KILN}, name: 'oven' };\n`,
  'none.mjs': 'export const limit = 1_000;\n',
  'wrong.mjs': `export const kiln = { ...${KILN}, output: 'bricks' };\n`,
  'broken.mjs': 'export const kiln = {\n',
  'taken.mjs': `export const brick = { ...${KILN}, name: 'brick-production' };\n`,
};
beforeAll(() => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(scratch, name), text);
});
const load = (...names: string[]) => loadServices(names.map((name) => join(scratch, name)));

describe('files with measurement services', () => {
  it('export declarations, and whatever else they like; each service is loaded once and has every default', async () => {
    const services = await load('plain.mjs', 'two.mjs');
    expect(services.map(({ name }) => name)).toEqual(['kiln', 'dryer', 'oven']);
    expect(services[0]).toMatchObject({ version: 1, bucketMs: 900_000, watch: { stoppage: false } });
  });

  it.each([
    ['missing.mjs', /Cannot find module|Failed to load|does the file exist/i],
    ['broken.mjs', /./],
    ['none.mjs', /^it exports no service/],
    ['wrong.mjs', /there is no field "bricks"/],
    ['taken.mjs', /^its name "brick-production" is that of Millrace itself$/],
  ])('are refused with file and reason: %s', async (name, problem) => {
    await expect(load(name)).rejects.toMatchObject({
      code: 'measurement.cannot-load-service',
      details: { file: join(scratch, name), problem: expect.stringMatching(problem) },
    });
  });

  it('have services with names of their own', async () => {
    writeFileSync(join(scratch, 'again.mjs'), FILES['plain.mjs'] ?? '');
    await expect(load('plain.mjs', 'again.mjs')).rejects.toMatchObject({
      details: { problem: `its name "kiln" is that of ${join(scratch, 'plain.mjs')}` },
    });
  });
});
