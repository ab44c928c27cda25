/**
 * Reads InfluxDB's line protocol character by character, as InfluxDB and Telegraf do. Written from the specification and
 * not from our encoder, so that a mistake of one is not a mistake of both.
 */

export type ParsedField =
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'integer'; readonly value: bigint }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string };

export type ParsedPoint = {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, ParsedField>>;
  readonly nanoseconds: string | undefined;
};

/** Throws a SyntaxError that says where. */
export const parseLines = (text: string): ParsedPoint[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => new LineReader(line).point());

class LineReader {
  readonly #line: string;
  #place = 0;

  constructor(line: string) {
    this.#line = line;
  }

  point(): ParsedPoint {
    const measurement = this.#word(', ', ', ');
    const tags: Record<string, string> = Object.create(null);
    while (this.#takes(',')) {
      const key = this.#word('=', ',= ');
      this.#expect('=');
      if (key in tags) this.#fail(`tag ${key} twice`);
      tags[key] = this.#word(', ', ',= ');
    }
    this.#expect(' ');
    const fields: Record<string, ParsedField> = Object.create(null);
    do {
      const key = this.#word('=', ',= ');
      this.#expect('=');
      fields[key] = this.#takes('"') ? { type: 'string', value: this.#quoted() } : this.#plain();
    } while (this.#takes(','));
    const nanoseconds = this.#takes(' ') ? this.#line.slice(this.#place) : undefined;
    if (nanoseconds !== undefined && !/^-?\d{1,19}$/.test(nanoseconds)) this.#fail('no timestamp');
    if (nanoseconds === undefined && this.#place < this.#line.length) this.#fail('something after the fields');
    return { measurement, tags, fields, nanoseconds };
  }

  /** Up to one of `ends`; a backslash before one of `escapable` makes it part of the word, any other one is itself. */
  #word(ends: string, escapable: string): string {
    let word = '';
    while (this.#place < this.#line.length && !ends.includes(this.#at(0))) {
      if (this.#at(0) === '\\' && this.#at(1) !== '' && escapable.includes(this.#at(1))) this.#place += 1;
      else if (escapable.includes(this.#at(0))) this.#fail('a character without its escape');
      word += this.#at(0);
      this.#place += 1;
    }
    if (word === '') this.#fail('an empty word');
    return word;
  }

  #quoted(): string {
    let text = '';
    while (!this.#takes('"')) {
      if (this.#place >= this.#line.length) this.#fail('no end of the string');
      if (this.#at(0) === '\\' && ['"', '\\'].includes(this.#at(1))) this.#place += 1;
      text += this.#at(0);
      this.#place += 1;
    }
    return text;
  }

  #plain(): ParsedField {
    const rest = this.#line.slice(this.#place);
    const text = /^[^, ]*/.exec(rest)?.[0] ?? '';
    this.#place += text.length;
    if (/^(?:true|false)$/.test(text)) return { type: 'boolean', value: text === 'true' };
    if (/^-?(?:0|[1-9]\d*)i$/.test(text)) return { type: 'integer', value: BigInt(text.slice(0, -1)) };
    if (!/^-?\d+(?:\.\d*)?(?:e[+-]?\d+)?$/i.test(text)) this.#fail(`"${text}" is no value`);
    return { type: 'float', value: Number(text) };
  }

  #at(ahead: number): string {
    return this.#line[this.#place + ahead] ?? '';
  }

  #takes(character: string): boolean {
    if (this.#at(0) !== character) return false;
    this.#place += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#takes(character)) this.#fail(`expected "${character}"`);
  }

  #fail(problem: string): never {
    throw new SyntaxError(`${problem} at ${this.#place} of ${this.#line}`);
  }
}
