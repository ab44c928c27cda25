/** CSV as RFC 4180 has it, read as it comes: quotes, doubled quotes, line ends inside quotes; comma, semicolon or tab between. */

/** `line` is the one of the file on which the record begins, from 1. */
export type CsvRecord = { readonly line: number; readonly cells: string[] };

/** Empty lines are left out. */
export async function* readCsv(chunks: AsyncIterable<string>): AsyncGenerator<CsvRecord, void, undefined> {
  const parser = new CsvParser();
  let head: string | undefined = '';
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield* parser.read(chunk);
      continue;
    }
    head += chunk;
    if (!head.includes('\n')) continue;
    yield* parser.begin(head);
    head = undefined;
  }
  if (head !== undefined) yield* parser.begin(head);
  yield* parser.end();
}

class CsvParser {
  #delimiter = ',';
  #cells: string[] = [];
  #cell = '';
  #line = 1;
  #begunOn = 1;
  /** quote: behind a quote inside a quoted cell, where a second one is a quote and anything else ends the quoting. */
  #state: 'start' | 'plain' | 'quoted' | 'quote' = 'start';

  /** The delimiter is the one that the first line has most of. */
  begin(text: string): CsvRecord[] {
    const first = text.split('\n', 1)[0] ?? '';
    const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: first.split(delimiter).length }));
    this.#delimiter = counts.sort((a, b) => b.count - a.count)[0]?.delimiter ?? ',';
    return this.read(text.replace(/^\uFEFF/, ''));
  }

  read(text: string): CsvRecord[] {
    const records: CsvRecord[] = [];
    for (const character of text) {
      if (character === '\n') this.#line += 1;
      if (this.#isInQuotes(character)) continue;
      if (character === this.#delimiter) this.#endCell();
      else if (character === '\n') records.push(...this.end());
      else if (character !== '\r') {
        this.#cell += character;
        this.#state = 'plain';
      }
    }
    return records;
  }

  /** The record that was being read, if there was one. */
  end(): CsvRecord[] {
    this.#endCell();
    const cells = this.#cells;
    const line = this.#begunOn;
    this.#cells = [];
    this.#begunOn = this.#line;
    return cells.length === 1 && cells[0] === '' ? [] : [{ line, cells }];
  }

  /** Takes characters that quotes are about. */
  #isInQuotes(character: string): boolean {
    const isQuote = character === '"';
    if (this.#state === 'quoted') {
      if (isQuote) this.#state = 'quote';
      else this.#cell += character;
      return true;
    }
    if (!isQuote || this.#state === 'plain') return false;
    if (this.#state === 'quote') this.#cell += '"';
    this.#state = 'quoted';
    return true;
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = '';
    this.#state = 'start';
  }
}
