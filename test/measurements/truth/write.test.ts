import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { generatePlant } from './generate.ts';
import { writePlant } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-truth-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a written plant', () => {
  it('has the rows as they are sent, and line by line what each is', async () => {
    const plant = generatePlant({ devices: 3, days: 1, seed: 2 });
    const counts = await writePlant(plant, folder);
    const lines = (name: string): Record<string, unknown>[] =>
      readFileSync(join(folder, name), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    const [raw, rows] = [lines('raw.ndjson'), lines('rows.ndjson')];
    expect(raw.length).toBe(plant.devices.reduce((sum, { arrivals }) => sum + arrivals.rows, 0));
    expect(rows.length).toBe(raw.length);
    for (const [name, count] of Object.entries(counts)) expect(lines(name).length).toBe(count);
    for (const [place, { verdict, device }] of rows.entries())
      expect(raw[place]!.device === device).toBe(verdict !== 'unknown-device');
    const jumps = plant.devices.reduce((sum, { observable }) => sum + observable.jumps.length, 0);
    expect(rows.filter(({ verdict }) => verdict === 'counter-jump').length).toBe(jumps);
    expect(jumps).toBeGreaterThan(0);
    expect(lines('kpis.ndjson').every(({ device, elements, physical }) => device && elements && physical)).toBe(true);
  });
});
