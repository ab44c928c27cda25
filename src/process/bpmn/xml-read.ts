/**
 * The tree that the import of BPMN works on. Comments and processing instructions are left out.
 * A strict reader of its own and not bpmn-moddle: docs/decisions/0017-bpmn-is-patched-not-copied.md says why.
 */
import { MillraceError } from '../../kernel/errors.ts';
import { namespaceOf, type XmlFault, XmlScanner, type XmlScope, type XmlTag } from '../../kernel/xml-scan.ts';
import { UNSAFE } from './fields.ts';
import { BPMN, BPMN_PREFIX, type Declarations, Namespaces } from './namespaces.ts';
import { everyElement, type XmlElement } from './xml.ts';

export const MAX_BPMN_BYTES = 5_000_000;
export const MAX_BPMN_ELEMENTS = 20_000;
export const MAX_BPMN_DEPTH = 100;

export type XmlDocument = { readonly root: XmlElement; readonly rootUri: string; readonly declarations: Declarations };

const LIMITS = { bytes: MAX_BPMN_BYTES, elements: MAX_BPMN_ELEMENTS, depth: MAX_BPMN_DEPTH };

/** Reads a whole document, or throws a `bpmn.…` error. */
export const readXml = (xml: string): XmlDocument => new XmlReader(xml).read();

const errorOf = ({ kind, ...details }: XmlFault): MillraceError => new MillraceError(`bpmn.${kind}`, details);

class XmlReader {
  readonly #scanner: XmlScanner;
  readonly #namespaces = new Namespaces();
  readonly #open: XmlElement[] = [];
  #root: XmlElement | undefined;
  #rootUri = '';

  constructor(xml: string) {
    this.#scanner = new XmlScanner(xml, { limits: LIMITS, errorOf });
  }

  read(): XmlDocument {
    this.#scanner.scan({
      open: (tag) => this.#begin(tag),
      text: (text) => append(this.#open.at(-1)!, text),
      close: () => void this.#open.pop(),
    });
    for (const inside of everyElement(this.#root!)) inside.children = withoutBlanks(inside);
    return { root: this.#root!, rootUri: this.#rootUri, declarations: this.#namespaces.declarations() };
  }

  #begin(tag: XmlTag): void {
    if (this.#root === undefined) {
      for (const [prefix, uri] of tag.scope.prefixes) this.#namespaces.declare(prefix, uri);
    }
    const made = this.#element(tag);
    this.#open.at(-1)?.children.push(made);
    this.#root ??= made;
    if (!tag.isEmpty) this.#open.push(made);
  }

  #element({ name: tag, attributes: written, scope }: XmlTag): XmlElement {
    const attributes = new Map<string, string>();
    for (const [name, { value }] of written) {
      if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
      const canonical = name.includes(':')
        ? this.#canonical(name, scope).replace(/^(?!.*:)/, `${BPMN_PREFIX}:`)
        : safe(name);
      attributes.set(canonical, canonical === 'xsi:type' ? this.#typeName(value, scope) : value);
    }
    if (this.#root === undefined) this.#rootUri = namespaceOf(scope, prefixIn(tag)) ?? '';
    return { name: this.#canonical(tag, scope), attributes, children: [] };
  }

  /** xsi:type holds a name, so its prefix means what the document says. */
  #typeName(value: string, scope: XmlScope): string {
    const name = value.trim();
    const uri = namespaceOf(scope, prefixIn(name));
    if (uri === undefined || uri === '') return value;
    return uri === BPMN ? name.slice(name.indexOf(':') + 1) : this.#canonical(name, scope);
  }

  #canonical(name: string, scope: XmlScope): string {
    const parts = name.split(':');
    if (parts.length > 2 || parts.includes('')) this.#scanner.fail(`"${name}" is no name`);
    const [prefix, local] = parts.length === 2 ? (parts as [string, string]) : (['', name] as const);
    safe(local);
    const uri = namespaceOf(scope, prefix);
    if (uri === undefined && prefix !== '') this.#scanner.fail(`the prefix of "${name}" is not declared`);
    if (uri === BPMN) return local;
    return uri === undefined || uri === '' ? `:${local}` : `${this.#namespaces.prefixOf(uri, prefix)}:${local}`;
  }
}

const prefixIn = (name: string): string => (name.includes(':') ? name.split(':')[0]! : '');

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
