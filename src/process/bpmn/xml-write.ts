/** Writes an element tree as XML: BPMN's names with the prefix `bpmn`, children in the order of BPMN's schema. */
import { MillraceError } from '../../kernel/errors.ts';
import { BPMN, BPMN_PREFIX, type Declarations, uriOf } from './namespaces.ts';
import type { XmlElement, XmlNode } from './xml.ts';

/** What the schema wants before and behind the elements that have no rank of their own. */
const RANKS = new Map(
  [
    ...['documentation', 'extensionElements', 'import', 'extension', 'auditing', 'monitoring', 'categoryValueRef'],
    ...['incoming', 'outgoing', 'ioSpecification', 'property', 'dataInput', 'dataOutput', 'dataInputAssociation'],
    ...['dataOutputAssociation', 'inputSet', 'outputSet'],
  ].map((name, rank): [string, number] => [name, rank]),
);
const RESOURCES = new Set(['resourceRole', 'performer', 'humanPerformer', 'potentialOwner']);
const LOOPS = new Set(['standardLoopCharacteristics', 'multiInstanceLoopCharacteristics']);
const ARTIFACTS = new Set(['association', 'group', 'textAnnotation']);
const LAST = ['completionCondition', 'correlationSubscription', 'supports', 'bpmndi:BPMNDiagram', 'relationship'];
const MIDDLE = 50;

function rankOf(name: string, parent: string): number {
  const early = RANKS.get(name);
  if (early !== undefined) return early;
  if (RESOURCES.has(name)) return parent === 'process' ? 70 : 30;
  if (LOOPS.has(name)) return 31;
  if (name === 'laneSet') return 32;
  if (ARTIFACTS.has(name)) return 60;
  const late = LAST.indexOf(name);
  return late === -1 ? MIDDLE : 80 + late;
}

/** The whole document; declares every namespace that is used, and those that were declared. */
export function writeXml(root: XmlElement, declarations: Declarations = {}): string {
  const writer = new XmlWriter(declarations);
  writer.element(root, 1);
  const uses = [...writer.used].toSorted();
  const declared = new Map<string, string>([[BPMN_PREFIX, BPMN]]);
  for (const [prefix, uri] of Object.entries(declarations)) declared.set(prefix, uri);
  for (const prefix of uses) declared.set(prefix, uriOf(prefix, declarations) ?? '');
  declared.delete('xml');
  const head = [...declared].map(([prefix, uri]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escaped(uri)}"`);
  const name = written(root.name);
  const rest = writer.text.slice(`<${name}`.length);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${head.join('')}${rest}\n`;
}

class XmlWriter {
  readonly used = new Set<string>();
  readonly #declarations: Declarations;
  readonly #parts: string[] = [];

  constructor(declarations: Declarations) {
    this.#declarations = declarations;
  }

  get text(): string {
    return this.#parts.join('');
  }

  element(of: XmlElement, depth: number): void {
    const tag = this.#name(of.name);
    this.#parts.push('<', tag);
    if (of.name.startsWith(':') && Object.hasOwn(this.#declarations, '')) this.#parts.push(' xmlns=""');
    for (const [name, value] of of.attributes) {
      const text = name === 'xsi:type' && !value.includes(':') ? `${BPMN_PREFIX}:${value}` : value;
      this.#parts.push(' ', name.includes(':') ? this.#name(name) : name, '="', escaped(text), '"');
    }
    if (of.children.length === 0) {
      this.#parts.push('/>');
      return;
    }
    this.#parts.push('>');
    const mixed = of.children.some((child) => typeof child === 'string');
    for (const child of inOrder(of)) this.#child(child, mixed ? undefined : depth);
    if (!mixed) this.#parts.push('\n', '  '.repeat(depth - 1));
    this.#parts.push('</', tag, '>');
  }

  #child(child: XmlNode, depth: number | undefined): void {
    if (typeof child === 'string') {
      this.#parts.push(escapedText(child));
      return;
    }
    if (depth !== undefined) this.#parts.push('\n', '  '.repeat(depth));
    this.element(child, (depth ?? 0) + 1);
  }

  #name(name: string): string {
    const prefix = name.includes(':') ? name.slice(0, name.indexOf(':')) : BPMN_PREFIX;
    if (prefix === '') return name.slice(1);
    if (uriOf(prefix, this.#declarations) === undefined)
      throw new MillraceError('bpmn.unreadable-rest', { problem: `the prefix of "${name}" has no namespace` });
    this.used.add(prefix);
    return written(name);
  }
}

const written = (name: string): string => (name.includes(':') ? name : `${BPMN_PREFIX}:${name}`);

/** The children as the schema wants them; between texts they stay where they are. */
export function inOrder({ name, children }: XmlElement): XmlElement['children'] {
  const elements = children.filter((child): child is XmlElement => typeof child !== 'string');
  if (elements.length < children.length) return children;
  return elements.toSorted((a, b) => rankOf(a.name, name) - rankOf(b.name, name));
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot hold them, however they are written
const UNWRITABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

const escapedText = (text: string): string =>
  text
    .toWellFormed()
    .replace(UNWRITABLE, '\uFFFD')
    .replace(/[&<>\r]/g, (one) => escapes[one]!);
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(UNWRITABLE, '\uFFFD')
    .replace(/[&<>"\n\r\t]/g, (one) => escapes[one]!);
