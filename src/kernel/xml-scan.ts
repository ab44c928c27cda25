/**
 * Reads XML in one pass and in linear time, tells a listener what it meets, and refuses early what could exhaust the
 * server: size, depth, number of elements, and document types (the door for entity bombs). Offsets point into the text
 * as it was handed in, so that a reader can say where something stands, or change it there.
 */
export type XmlSpan = { readonly start: number; readonly end: number };
/** The span is that of the value, without its quotes. */
export type XmlAttribute = XmlSpan & { readonly value: string };
/** Which namespace a prefix means; the default namespace has the prefix "". */
export type XmlScope = { readonly prefixes: ReadonlyMap<string, string>; readonly outer: XmlScope | undefined };

export type XmlTag = XmlSpan & {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, XmlAttribute>;
  readonly scope: XmlScope;
  /** `<a/>`: no `close` follows. */
  readonly isEmpty: boolean;
};

export type XmlListener = {
  readonly open: (tag: XmlTag) => void;
  /** Characters, with entities resolved; several in a row where data sections or comments stand between. */
  readonly text: (text: string, span: XmlSpan) => void;
  readonly close: (tag: XmlSpan) => void;
};

export type XmlLimits = { readonly bytes: number; readonly elements: number; readonly depth: number };

export type XmlFault =
  | { readonly kind: 'malformed'; readonly line: number; readonly problem: string }
  | { readonly kind: 'document-type'; readonly line: number }
  | { readonly kind: 'too-large'; readonly what: string; readonly limit: number };

export type XmlScanOptions = {
  readonly limits: XmlLimits;
  /** What is thrown for a fault. */
  readonly errorOf: (fault: XmlFault) => Error;
};

const START =
  ':A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';
const NAME = `[${START}][${START}.0-9\\-\\u00B7\\u0300-\\u036F\\u203F-\\u2040]*`;
const TAG_OPEN = new RegExp(`<(${NAME})`, 'uy');
const TAG_CLOSE = new RegExp(`</(${NAME})\\s*>`, 'uy');
const ATTRIBUTE = new RegExp(`\\s+(${NAME})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, 'uy');
const ENCODING = /^\uFEFF?<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]{1,40})["']/;
const TAG_END = /\s*(\/?)>/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" } as const;
const XML_URI = 'http://www.w3.org/XML/1998/namespace';

type Open = { readonly name: string; readonly scope: XmlScope };

export class XmlScanner {
  readonly #xml: string;
  readonly #options: XmlScanOptions;
  readonly #open: Open[] = [];
  #at = 0;
  #count = 0;

  constructor(xml: string, options: XmlScanOptions) {
    this.#xml = xml;
    this.#options = options;
  }

  /** Goes through the whole document once, or throws what the faults are made into. */
  scan(listener: XmlListener): void {
    const { bytes } = this.#options.limits;
    if (this.#xml.length > bytes || new TextEncoder().encode(this.#xml).length > bytes) {
      this.#tooLarge('bytes', bytes);
    }
    const forbidden = FORBIDDEN.exec(this.#xml)?.index;
    if (forbidden !== undefined) this.fail('a character that XML forbids', forbidden);
    if (!this.#xml.isWellFormed()) this.fail('half of a character');
    if (this.#xml.startsWith('\uFEFF')) this.#at = 1;
    const encoding = ENCODING.exec(this.#xml)?.[1] ?? 'UTF-8';
    if (encoding.toUpperCase() !== 'UTF-8' && this.#xml.includes('\uFFFD')) {
      this.fail(`the file is in ${encoding}; only UTF-8 is read`);
    }
    while (this.#at < this.#xml.length) this.#next(listener);
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) this.fail(`<${unclosed.name}> is never closed`);
    if (this.#count === 0) this.fail('there is no element');
  }

  lineAt(offset: number): number {
    let line = 1;
    for (let end = this.#xml.indexOf('\n'); end !== -1 && end < offset; end = this.#xml.indexOf('\n', end + 1)) {
      line += 1;
    }
    return line;
  }

  /** Refuses the document for what stands where the scanner is. */
  fail(problem: string, at = this.#at): never {
    throw this.#options.errorOf({ kind: 'malformed', line: this.lineAt(at), problem });
  }

  #tooLarge(what: string, limit: number): never {
    throw this.#options.errorOf({ kind: 'too-large', what, limit });
  }

  #next(listener: XmlListener): void {
    const xml = this.#xml;
    if (xml[this.#at] !== '<') return this.#text(listener);
    if (xml.startsWith('<!--', this.#at)) return this.#skip('-->');
    if (xml.startsWith('<?', this.#at)) return this.#skip('?>');
    if (xml.startsWith('<![CDATA[', this.#at)) return this.#data(listener);
    if (xml.startsWith('<!', this.#at)) {
      throw this.#options.errorOf({ kind: 'document-type', line: this.lineAt(this.#at) });
    }
    if (xml.startsWith('</', this.#at)) return this.#close(listener);
    this.#begin(listener);
  }

  #text(listener: XmlListener): void {
    const start = this.#at;
    const next = this.#xml.indexOf('<', start);
    const end = next === -1 ? this.#xml.length : next;
    const raw = this.#xml.slice(start, end);
    if (this.#open.length > 0) listener.text(this.#decoded(raw), { start, end });
    else if (raw.trim() !== '') this.fail('text outside of the root element');
    this.#at = end;
  }

  #data(listener: XmlListener): void {
    const start = this.#at;
    this.#skip(']]>');
    if (this.#open.length === 0) this.fail('text outside of the root element');
    const text = this.#xml.slice(start + '<![CDATA['.length, this.#at - ']]>'.length);
    listener.text(text.replace(/\r\n?/g, '\n'), { start, end: this.#at });
  }

  #skip(until: string): void {
    const end = this.#xml.indexOf(until, this.#at + 2);
    if (end === -1) this.fail(`"${until}" is missing`);
    this.#at = end + until.length;
  }

  #close(listener: XmlListener): void {
    const start = this.#at;
    const name = this.#match(TAG_CLOSE)?.[1];
    const open = this.#open.pop();
    if (name === undefined || open?.name !== name) this.fail(`</${name ?? ''}> closes nothing that is open`);
    listener.close({ start, end: this.#at });
  }

  #begin(listener: XmlListener): void {
    const { limits } = this.#options;
    const start = this.#at;
    const name = this.#match(TAG_OPEN)?.[1];
    if (name === undefined) this.fail('"<" begins no tag');
    if (this.#count > 0 && this.#open.length === 0) this.fail('there is more than one root element');
    this.#count += 1;
    if (this.#count > limits.elements) this.#tooLarge('elements', limits.elements);
    if (this.#open.length >= limits.depth) this.#tooLarge('levels of elements', limits.depth);
    const attributes = this.#attributes();
    const end = this.#match(TAG_END);
    if (end === undefined) this.fail(`the tag <${name}> is broken`);
    const scope = scopeOf(attributes, this.#open.at(-1)?.scope);
    const isEmpty = end[1] !== '';
    listener.open({ name, attributes, scope, isEmpty, start, end: this.#at });
    if (!isEmpty) this.#open.push({ name, scope });
  }

  #attributes(): Map<string, XmlAttribute> {
    const attributes = new Map<string, XmlAttribute>();
    for (let found = this.#match(ATTRIBUTE); found !== undefined; found = this.#match(ATTRIBUTE)) {
      const [, name = '', double, single = ''] = found;
      if (attributes.has(name)) this.fail(`the attribute ${name} stands there twice`);
      const raw = double ?? single;
      const end = this.#at - 1;
      const value = this.#decoded(raw.replace(/\r\n/g, ' ').replace(/[\t\r\n]/g, ' '));
      attributes.set(name, { value, start: end - raw.length, end });
    }
    return attributes;
  }

  #decoded(raw: string): string {
    const text = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw;
    if (!text.includes('&')) return text;
    return text.replace(/&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));|&/g, (...found) => {
      const [all, decimal, hex, name] = found as [string, string?, string?, string?];
      if (name !== undefined) return ENTITIES[name as keyof typeof ENTITIES];
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      const isLegal = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
      if (all === '&' || !isLegal || FORBIDDEN.test(String.fromCodePoint(code))) {
        this.fail('"&" begins nothing that is known');
      }
      return String.fromCodePoint(code);
    });
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#xml) ?? undefined;
    if (found !== undefined) this.#at = pattern.lastIndex;
    return found;
  }
}

/** The namespace of a prefix where a tag stands; "" where somebody took it back. */
export function namespaceOf(scope: XmlScope | undefined, prefix: string): string | undefined {
  for (let inner = scope; inner !== undefined; inner = inner.outer) {
    const uri = inner.prefixes.get(prefix);
    if (uri !== undefined) return uri;
  }
  return prefix === 'xml' ? XML_URI : undefined;
}

function scopeOf(attributes: ReadonlyMap<string, XmlAttribute>, outer: XmlScope | undefined): XmlScope {
  const prefixes = new Map<string, string>();
  for (const [name, { value }] of attributes) {
    if (name === 'xmlns') prefixes.set('', value);
    else if (name.startsWith('xmlns:')) prefixes.set(name.slice('xmlns:'.length), value);
  }
  return prefixes.size === 0 && outer !== undefined ? outer : { prefixes, outer };
}
