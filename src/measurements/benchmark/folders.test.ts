/** Folders laid out like those of the benchmarks, small ones of our own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readNabFolder } from './nab-folder.ts';
import { readSkabFolder } from './skab-folder.ts';

function folderOf(files: Readonly<Record<string, string>>): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'benchmark-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
const time = (row: number) =>
  new Date(Date.UTC(2026, 0, 5) + row * 300_000).toISOString().slice(0, 19).replace('T', ' ');
const csv = (rows: number) =>
  `timestamp,value\n${Array.from({ length: rows }, (_, row) => `${time(row)},${row / 2}`).join('\n')}\n`;
const windows = (...pairs: [number, number][]) =>
  pairs.map(([from, to]) => [`${time(from)}.000000`, `${time(to)}.000000`]);
const labels = (of: object) => ({ 'labels/combined_windows.json': JSON.stringify(of) });

describe('a folder of NAB', () => {
  it('is read by its labels; a series without a file is left out and named', () => {
    using folder = folderOf({
      ...labels({ 'real/a.csv': windows([50, 60]), 'art/b.csv': [], 'real/gone.csv': windows([1, 2]) }),
      'real/a.csv': csv(100),
      'art/b.csv': csv(10).replaceAll('\n', '\r\n'),
    });
    const { series, missing } = readNabFolder(folder.path);
    expect(missing).toEqual(['real/gone.csv']);
    expect(series.map(({ name, times, marking }) => [name, times.length, marking.windows])).toEqual([
      ['real/a.csv', 100, [[50, 60]]],
      ['art/b.csv', 10, []],
    ]);
    expect([series[0]?.times[1], series[0]?.values[3]]).toEqual([Date.parse('2026-01-05T00:05:00Z'), 1.5]);
  });

  it('takes the first row where a time comes twice', () => {
    const jumpsBack = `${csv(60)}${csv(60).split('\n').slice(31).join('\n')}`;
    using folder = folderOf({ ...labels({ 'a.csv': windows([40, 50]) }), 'a.csv': jumpsBack });
    expect(readNabFolder(folder.path).series[0]?.marking.windows).toEqual([[40, 50]]);
  });

  it('takes the next row inside where a window begins or ends between two', () => {
    const between = [['2026-01-05 00:41:00', '2026-01-05 01:04:00.500000']];
    using folder = folderOf({ ...labels({ 'a.csv': between }), 'a.csv': csv(60) });
    expect(readNabFolder(folder.path).series[0]?.marking.windows).toEqual([[9, 12]]);
  });

  it.each([
    ['no labels', {}, /combined_windows[.]json/],
    ['labels of another form', labels({ 'a.csv': [['2026-01-05']] }), /is no list of windows for each series/],
    ['none of its series', labels({ 'a.csv': [] }), /holds none of the 1 series/],
    [
      'a window beside its rows',
      { ...labels({ 'a.csv': windows([50, 60]) }), 'a.csv': csv(10) },
      /no rows in the window/,
    ],
    [
      'a line that is no reading',
      { ...labels({ 'a.csv': [] }), 'a.csv': `${csv(3)}noon,1\n` },
      /line 5 is not a time and 1/,
    ],
  ])('with %s is refused with the reason', (_, files, reason) => {
    using folder = folderOf(files);
    expect(() => readNabFolder(folder.path)).toThrow(reason);
  });
});

describe('a folder of SKAB', () => {
  it('has its labelled files in all its folders', () => {
    const head = 'datetime;Current;Pressure;anomaly;changepoint\r\n';
    using folder = folderOf({
      'valve1/0.csv': `${head}2020-03-09 10:14:33;1.5;0.2;0.0;0.0\r\n2020-03-09 10:14:34;1.6;0.3;1.0;1.0\r\n`,
      'anomaly-free/f.csv': 'datetime;Current;Pressure\r\n2020-03-09 10:14:33;1.5;0.2\r\n',
      'README.md': 'nothing',
    });
    const { files, unlabelled } = readSkabFolder(folder.path);
    expect(unlabelled).toEqual(['anomaly-free/f.csv']);
    expect(files.map(({ name, sensors, labels: marks }) => [name, sensors.map((one) => [...one]), [...marks]])).toEqual(
      [
        [
          'valve1/0.csv',
          [
            [1.5, 1.6],
            [0.2, 0.3],
          ],
          [0, 1],
        ],
      ],
    );
  });

  it('without labels, or without being there, is refused', () => {
    using folder = folderOf({ 'f.csv': 'datetime;Current\n2020-03-09 10:14:33;1.5\n' });
    expect(() => readSkabFolder(folder.path)).toThrow('no CSV file with a column anomaly');
    expect(() => readSkabFolder(join(folder.path, 'gone'))).toThrow('ENOENT');
  });
});
