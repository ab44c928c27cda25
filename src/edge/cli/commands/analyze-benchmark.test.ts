import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../../testing/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchmark-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = 1_000;
const time = (row: number, stepMs: number) =>
  new Date(Date.UTC(2026, 0, 5) + row * stepMs).toISOString().slice(0, 19).replace('T', ' ');
const lines = (head: string, line: (row: number) => string) =>
  [head, ...Array.from({ length: ROWS }, (_, row) => line(row))].join('\n');
/** Two levels in turn, and a third one in rows 700 to 709. */
const value = (row: number) => (row >= 700 && row < 710 ? 400 : row % 20 < 10 ? 10 : 20) + (row % 3) / 10;

mkdirSync(join(folder, 'labels'));
writeFileSync(
  join(folder, 'labels/combined_windows.json'),
  JSON.stringify({ 'pump.csv': [[time(690, 300_000), time(720, 300_000)]], 'gone.csv': [] }),
);
writeFileSync(
  join(folder, 'pump.csv'),
  lines('timestamp,value', (row) => `${time(row, 300_000)},${value(row)}`),
);
mkdirSync(join(folder, 'rig'));
writeFileSync(
  join(folder, 'rig/0.csv'),
  lines('datetime;A;B;anomaly', (row) => {
    const isFault = row >= 600 && row < 800;
    return `${time(row, 1_000)};${Math.sin(row) + (isFault ? 40 : 0)};${Math.cos(row * 2)};${isFault ? 1 : 0}`;
  }),
);
const run = (...argv: string[]) => runCommand(['analyze', 'benchmark', ...argv], { data: '/nowhere' });
const objects = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, number | string>);

describe('analyze benchmark', () => {
  it('scores every detector on a folder of NAB without a server, and says what is not there', async () => {
    const { code, out, err } = await run('nab', folder, '--series');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^1 series; not in the folder, left out: gone[.]csv\n\ndetector +threshold +standard +low FP +low FN\n/,
    );
    expect(out).toMatch(/\nnovelty +0[.]8 +\d+[.]\d +/);
    expect(out).toMatch(/\nnovelty +windows hit +false alarms +standard\npump[.]csv +1 of 1 +\d+ +\d+[.]\d\n/);
  });

  it('prints an object a line and detector for machines', async () => {
    const { code, out, err } = await run('nab', folder, '--json');
    expect([code, err]).toEqual([0, '1 series; not in the folder, left out: gone.csv\n']);
    const results = objects(out);
    expect(results.map(({ detector }) => detector)).toEqual(['z-score', 'sudden-change', 'novelty', 'drift', 'stuck']);
    for (const result of results)
      expect(Object.keys(result)).toEqual(['detector', 'threshold', 'standard', 'lowFp', 'lowFn']);
    expect(results[2]?.standard).toBeGreaterThan(60);
    expect(results[4]).toEqual({ detector: 'stuck', threshold: 3, standard: 0, lowFp: 0, lowFn: 0 });
  });

  it('scores machines with several sensors, with false and missed alarms in percent', async () => {
    const [multivariate, ...others] = objects((await run('skab', join(folder, 'rig'), '--json')).out);
    expect(Object.keys(multivariate ?? {})).toEqual(['detector', 'threshold', 'f1', 'far', 'mar']);
    expect(multivariate).toMatchObject({ detector: 'multivariate', mar: 0 });
    expect(multivariate?.f1).toBeGreaterThan(0.75);
    expect(others).toHaveLength(5);
    const { out } = await run('skab', join(folder, 'rig'), '--series');
    expect(out).toMatch(/^1 labelled files; 0 without labels left out\n\ndetector +threshold +F1 /);
    expect(out).toMatch(/\nmultivariate +F1 +false alarms % +missed alarms %\n0[.]csv +0[.]8\d+ /);
  });

  it('fails with a reason where there is no such folder', async () => {
    const nowhere = join(folder, 'nowhere');
    const { code, err } = await run('nab', nowhere, '--json');
    expect([code, JSON.parse(err).code]).toEqual([1, 'cli.unreadable-file']);
    expect((await run('skab', nowhere)).code).toBe(1);
    expect((await run('nab')).code).toBe(2);
  });
});
