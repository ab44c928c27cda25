/** CSV comes out as it went in, however it is cut into pieces. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from './csv.ts';

async function read(...pieces: string[]): Promise<string[][]> {
  async function* chunks() {
    yield* pieces;
  }
  const records: string[][] = [];
  for await (const { cells } of readCsv(chunks())) records.push(cells);
  return records;
}
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

describe('CSV', () => {
  it('with quotes, delimiters and line ends inside cells is read as it was written, in any pieces', async () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', '1', ' ', ',', ';', '\t', '"', '\n', '\r\n', 'ü', '😀'),
      maxLength: 8,
    });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(',', ';', '\t'),
        fc.array(fc.nat(200), { maxLength: 6 }),
        async (rows, delimiter, cuts) => {
          const text = `${['head', 'line'].join(delimiter)}\n${rows.map((row) => row.map(quoted).join(delimiter)).join('\r\n')}`;
          const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
          const pieces = places.slice(1).map((end, at) => text.slice(places[at], end));
          // A character of two halves is never cut: files are read as whole characters.
          fc.pre(pieces.every((piece) => piece.isWellFormed()));
          expect(await read(...pieces)).toEqual([['head', 'line'], ...rows]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('says on which line each record begins', async () => {
    async function* chunks() {
      yield 'a,b\r\n1,"two\nlines"\n';
      yield '\n3,4\n5,6';
    }
    const lines: [number, string][] = [];
    for await (const { line, cells } of readCsv(chunks())) lines.push([line, cells[0] ?? '']);
    expect(lines).toEqual([
      [1, 'a'],
      [2, '1'],
      [5, '3'],
      [6, '5'],
    ]);
  });

  it('without quotes keeps empty cells and leaves out empty lines and a byte order mark', async () => {
    expect(await read('\uFEFFa,b,c\n1,,3\n\n\r\n,,\n')).toEqual([
      ['a', 'b', 'c'],
      ['1', '', '3'],
      ['', '', ''],
    ]);
    expect(await read('')).toEqual([]);
    expect(await read('only one line')).toEqual([['only one line']]);
    expect(await read('a,b\n5" pipe,x"y')).toEqual([
      ['a', 'b'],
      ['5" pipe', 'x"y'],
    ]);
  });
});
