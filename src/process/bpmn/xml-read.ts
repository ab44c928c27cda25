/**
 * Reads XML in one pass and in linear time, and refuses early what could exhaust the server: size, depth, number of
 * elements, and document types (the door for entity bombs). Comments and processing instructions are left out.
 * A strict reader of its own and not bpmn-moddle: docs/decisions/0017-bpmn-is-patched-not-copied.md says why.
 */
import { MillraceError } from '../../kernel/errors.ts';
import { UNSAFE } from './fields.ts';
import { BPMN, BPMN_PREFIX, type Declarations, Namespaces } from './namespaces.ts';
import { everyElement, type XmlElement } from './xml.ts';

export const MAX_BPMN_BYTES = 5_000_000;
export const MAX_BPMN_ELEMENTS = 20_000;
export const MAX_BPMN_DEPTH = 100;

export type XmlDocument = { readonly root: XmlElement; readonly rootUri: string; readonly declarations: Declarations };

const START =
  ':A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';
const NAME = `[${START}][${START}.0-9\\-\\u00B7\\u0300-\\u036F\\u203F-\\u2040]*`;
const TAG_OPEN = new RegExp(`<(${NAME})`, 'uy');
const TAG_CLOSE = new RegExp(`</(${NAME})\\s*>`, 'uy');
const ATTRIBUTE = new RegExp(`\\s+(${NAME})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, 'uy');
const TAG_END = /\s*(\/?)>/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

type Scope = { readonly prefixes: ReadonlyMap<string, string>; readonly outer: Scope | undefined };
type Open = { readonly element: XmlElement; readonly tag: string; readonly scope: Scope };

/** Reads a whole document, or throws a `bpmn.…` error. */
export function readXml(xml: string): XmlDocument {
  if (xml.length > MAX_BPMN_BYTES || Buffer.byteLength(xml) > MAX_BPMN_BYTES) {
    throw new MillraceError('bpmn.too-large', { what: 'bytes', limit: MAX_BPMN_BYTES });
  }
  return new XmlReader(xml.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')).read();
}

class XmlReader {
  readonly #xml: string;
  readonly #namespaces = new Namespaces();
  readonly #open: Open[] = [];
  #at = 0;
  #count = 0;
  #root: XmlElement | undefined;
  #rootUri = '';

  constructor(xml: string) {
    this.#xml = xml;
  }

  read(): XmlDocument {
    const forbidden = FORBIDDEN.exec(this.#xml)?.index;
    if (forbidden !== undefined) this.#fail('a character that XML forbids', forbidden);
    if (!this.#xml.isWellFormed()) this.#fail('half of a character');
    while (this.#at < this.#xml.length) this.#next();
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) this.#fail(`<${unclosed.tag}> is never closed`);
    if (this.#root === undefined) this.#fail('there is no element');
    for (const inside of everyElement(this.#root!)) inside.children = withoutBlanks(inside);
    return { root: this.#root!, rootUri: this.#rootUri, declarations: this.#namespaces.declarations() };
  }

  #next(): void {
    const xml = this.#xml;
    if (xml[this.#at] !== '<') return this.#text();
    if (xml.startsWith('<!--', this.#at)) return this.#skip('-->');
    if (xml.startsWith('<?', this.#at)) return this.#skip('?>');
    if (xml.startsWith('<![CDATA[', this.#at)) return this.#data();
    if (xml.startsWith('<!', this.#at)) throw new MillraceError('bpmn.document-type', { line: this.#line() });
    if (xml.startsWith('</', this.#at)) return this.#close();
    this.#begin();
  }

  #text(): void {
    const end = this.#xml.indexOf('<', this.#at);
    const raw = this.#xml.slice(this.#at, end === -1 ? undefined : end);
    const holder = this.#open.at(-1);
    if (holder !== undefined) append(holder.element, this.#decoded(raw));
    else if (raw.trim() !== '') this.#fail('text outside of the root element');
    this.#at += raw.length;
  }

  #data(): void {
    const start = this.#at + '<![CDATA['.length;
    this.#skip(']]>');
    const holder = this.#open.at(-1);
    if (holder === undefined) this.#fail('text outside of the root element');
    append(holder!.element, this.#xml.slice(start, this.#at - 3));
  }

  #skip(until: string): void {
    const end = this.#xml.indexOf(until, this.#at + 2);
    if (end === -1) this.#fail(`"${until}" is missing`);
    this.#at = end + until.length;
  }

  #close(): void {
    const tag = this.#match(TAG_CLOSE)?.[1];
    const open = this.#open.pop();
    if (tag === undefined || open?.tag !== tag) this.#fail(`</${tag ?? ''}> closes nothing that is open`);
  }

  #begin(): void {
    const tag = this.#match(TAG_OPEN)?.[1];
    if (tag === undefined) this.#fail('"<" begins no tag');
    this.#count += 1;
    if (this.#count > MAX_BPMN_ELEMENTS) {
      throw new MillraceError('bpmn.too-large', { what: 'elements', limit: MAX_BPMN_ELEMENTS });
    }
    if (this.#open.length >= MAX_BPMN_DEPTH) {
      throw new MillraceError('bpmn.too-large', { what: 'levels of elements', limit: MAX_BPMN_DEPTH });
    }
    const written = this.#attributes();
    const end = this.#match(TAG_END);
    if (end === undefined) this.#fail(`the tag <${tag}> is broken`);
    const scope = this.#scopeOf(written);
    const made = this.#element(tag!, written, scope);
    const holder = this.#open.at(-1);
    if (holder !== undefined) holder.element.children.push(made);
    else if (this.#root === undefined) this.#root = made;
    else this.#fail('there is more than one root element');
    if (end?.[1] === '') this.#open.push({ element: made, tag: tag!, scope });
  }

  #attributes(): Map<string, string> {
    const written = new Map<string, string>();
    for (let found = this.#match(ATTRIBUTE); found !== undefined; found = this.#match(ATTRIBUTE)) {
      const [, name = '', double, single = ''] = found;
      if (written.has(name)) this.#fail(`the attribute ${name} stands there twice`);
      written.set(name, this.#decoded((double ?? single).replace(/[\t\n]/g, ' ')));
    }
    return written;
  }

  #scopeOf(written: ReadonlyMap<string, string>): Scope {
    const outer = this.#open.at(-1)?.scope;
    const prefixes = new Map<string, string>();
    for (const [name, value] of written) {
      if (name === 'xmlns') prefixes.set('', value);
      else if (name.startsWith('xmlns:')) prefixes.set(name.slice('xmlns:'.length), value);
    }
    if (outer === undefined) for (const [prefix, uri] of prefixes) this.#namespaces.declare(prefix, uri);
    return prefixes.size === 0 && outer !== undefined ? outer : { prefixes, outer };
  }

  #element(tag: string, written: ReadonlyMap<string, string>, scope: Scope): XmlElement {
    const attributes = new Map<string, string>();
    for (const [name, value] of written) {
      if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
      const canonical = name.includes(':')
        ? this.#canonical(name, scope).replace(/^(?!.*:)/, `${BPMN_PREFIX}:`)
        : safe(name);
      attributes.set(canonical, canonical === 'xsi:type' ? this.#typeName(value, scope) : value);
    }
    if (this.#root === undefined) this.#rootUri = uriIn(scope, tag.includes(':') ? tag.split(':')[0]! : '') ?? '';
    return { name: this.#canonical(tag, scope), attributes, children: [] };
  }

  /** xsi:type holds a name, so its prefix means what the document says. */
  #typeName(value: string, scope: Scope): string {
    const name = value.trim();
    const prefix = name.includes(':') ? name.split(':')[0]! : '';
    const uri = uriIn(scope, prefix);
    if (uri === undefined || uri === '') return value;
    return uri === BPMN ? name.slice(name.indexOf(':') + 1) : this.#canonical(name, scope);
  }

  #canonical(name: string, scope: Scope): string {
    const parts = name.split(':');
    if (parts.length > 2 || parts.includes('')) this.#fail(`"${name}" is no name`);
    const [prefix, local] = parts.length === 2 ? (parts as [string, string]) : (['', name] as const);
    safe(local);
    const uri = uriIn(scope, prefix);
    if (uri === undefined && prefix !== '') this.#fail(`the prefix of "${name}" is not declared`);
    if (uri === BPMN) return local;
    return uri === undefined || uri === '' ? `:${local}` : `${this.#namespaces.prefixOf(uri, prefix)}:${local}`;
  }

  #decoded(raw: string): string {
    if (!raw.includes('&')) return raw;
    return raw.replace(/&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));|&/g, (...found) => {
      const [all, decimal, hex, name] = found as [string, string?, string?, string?];
      if (name !== undefined) return ENTITIES[name as keyof typeof ENTITIES];
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      const legal = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
      if (all === '&' || !legal || FORBIDDEN.test(String.fromCodePoint(code)))
        this.#fail('"&" begins nothing that is known');
      return String.fromCodePoint(code);
    });
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#xml) ?? undefined;
    if (found !== undefined) this.#at = pattern.lastIndex;
    return found;
  }

  #line(at = this.#at): number {
    let line = 1;
    for (let end = this.#xml.indexOf('\n'); end !== -1 && end < at; end = this.#xml.indexOf('\n', end + 1)) line += 1;
    return line;
  }

  #fail(problem: string, at = this.#at): never {
    throw new MillraceError('bpmn.malformed', { line: this.#line(at), problem });
  }
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" } as const;

function uriIn(scope: Scope | undefined, prefix: string): string | undefined {
  for (let inner = scope; inner !== undefined; inner = inner.outer) {
    const uri = inner.prefixes.get(prefix);
    if (uri !== undefined) return uri;
  }
  return prefix === 'xml' ? 'http://www.w3.org/XML/1998/namespace' : undefined;
}

/** Names that mean something to JavaScript's objects are refused; no model needs them. */
export function safe(name: string): string {
  if (UNSAFE.has(name)) throw new MillraceError('bpmn.unsafe-name', { name });
  return name;
}

function append(to: XmlElement, text: string): void {
  const last = to.children.length - 1;
  const before = to.children[last];
  if (typeof before === 'string') to.children[last] = before + text;
  else if (text !== '') to.children.push(text);
}

/** Texts that are the id of something, in which blanks mean nothing. */
const REFERENCES = new Set(['incoming', 'outgoing', 'flowNodeRef']);

/** Blanks between elements are there for the eye; only in a text of ours may nothing but blanks be meant. */
function withoutBlanks({ name, children }: XmlElement): XmlElement['children'] {
  const isText = name === 'documentation' || name.startsWith('millrace:');
  if (isText && children.every((child) => typeof child === 'string')) return children;
  const kept = children.filter((child) => typeof child !== 'string' || child.trim() !== '');
  return REFERENCES.has(name) ? kept.map((child) => (typeof child === 'string' ? child.trim() : child)) : kept;
}
