/** A DMN file as a tree that knows where in the text everything stands, so that a change touches nothing else. */
import { MillraceError } from '../../../kernel/errors.ts';
import {
  namespaceOf,
  type XmlAttribute,
  type XmlFault,
  XmlScanner,
  type XmlScope,
  type XmlSpan,
  type XmlTag,
} from '../../../kernel/xml-scan.ts';

export const MAX_DMN_BYTES = 5_000_000;
export const MAX_DMN_ELEMENTS = 50_000;
/** Elements in elements: boxed expressions nest. */
export const MAX_DMN_DEPTH = 100;

const LIMITS = { bytes: MAX_DMN_BYTES, elements: MAX_DMN_ELEMENTS, depth: MAX_DMN_DEPTH };

/** The namespaces of models, by version of DMN. */
const VERSIONS: ReadonlyMap<string, DmnVersion> = new Map([
  ['http://www.omg.org/spec/DMN/20151101/dmn.xsd', '1.1'],
  ['http://www.omg.org/spec/DMN/20151101/dmn11.xsd', '1.1'],
  ['http://www.omg.org/spec/DMN/20180521/MODEL/', '1.2'],
  ['https://www.omg.org/spec/DMN/20191111/MODEL/', '1.3'],
  ['https://www.omg.org/spec/DMN/20211108/MODEL/', '1.4'],
  ['https://www.omg.org/spec/DMN/20230324/MODEL/', '1.5'],
]);
export type DmnVersion = '1.1' | '1.2' | '1.3' | '1.4' | '1.5';

export type DmnElement = {
  /** The local name of an element of DMN itself; empty for those of other namespaces, which are passed over. */
  readonly name: string;
  /** As it is written, with its prefix. */
  readonly tagName: string;
  readonly attributes: ReadonlyMap<string, XmlAttribute>;
  readonly scope: XmlScope;
  readonly children: DmnElement[];
  text: string;
  /** Where its text begins, if it has any. */
  textStart: number | undefined;
  readonly line: number;
  readonly tag: XmlSpan & { readonly isEmpty: boolean };
  /** Behind its closing tag. */
  end: number;
  /** Where its content ends: before the closing tag. */
  contentEnd: number;
};

export type DmnDocument = {
  readonly xml: string;
  readonly root: DmnElement;
  readonly version: DmnVersion;
  readonly lineAt: (offset: number) => number;
};

/** Names that mean something to JavaScript's objects; no model needs them. */
const UNSAFE: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Throws `dmn.malformed`, `dmn.document-type`, `dmn.too-large` and `dmn.not-dmn`. */
export function readDocument(xml: string): DmnDocument {
  const scanner = new XmlScanner(xml, { limits: LIMITS, errorOf });
  const lineAt = linesOf(xml);
  const open: DmnElement[] = [];
  let root: DmnElement | undefined;
  scanner.scan({
    open: (tag) => {
      const made = elementOf(tag, scanner, lineAt);
      root ??= made;
      open.at(-1)?.children.push(made);
      if (!tag.isEmpty) open.push(made);
    },
    text: (text, { start }) => {
      const holder = open.at(-1);
      if (holder === undefined) return;
      if (holder.text === '') holder.textStart = start;
      holder.text += text;
    },
    close: ({ start, end }) => {
      const closed = open.pop();
      if (closed !== undefined) Object.assign(closed, { contentEnd: start, end });
    },
  });
  if (root === undefined) throw scanner.fail('there is no element');
  const uri = namespaceOf(root.scope, prefixOf(root.tagName)) ?? '';
  const version = VERSIONS.get(uri);
  if (version === undefined || root.name !== 'definitions') {
    throw new MillraceError('dmn.not-dmn', { found: `<${root.tagName}>${uri === '' ? '' : ` of ${uri}`}` });
  }
  return { xml, root, version, lineAt };
}

const errorOf = ({ kind, ...details }: XmlFault): MillraceError => new MillraceError(`dmn.${kind}`, details);

function elementOf(tag: XmlTag, scanner: XmlScanner, lineAt: (offset: number) => number): DmnElement {
  const { name: tagName, attributes, scope, start, end, isEmpty } = tag;
  const parts = tagName.split(':');
  if (parts.length > 2 || parts.includes('')) scanner.fail(`"${tagName}" is no name`, start);
  const uri = namespaceOf(scope, prefixOf(tagName));
  if (uri === undefined && parts.length === 2) scanner.fail(`the prefix of "${tagName}" is not declared`, start);
  const name = attributes.get('name')?.value.trim() ?? '';
  if (UNSAFE.has(name)) scanner.fail(`"${name}" cannot be the name of an element`, start);
  return {
    name: VERSIONS.has(uri ?? '') ? (parts.at(-1) ?? '') : '',
    tagName,
    attributes,
    scope,
    children: [],
    text: '',
    textStart: undefined,
    line: lineAt(start),
    tag: { start, end, isEmpty },
    end,
    contentEnd: end,
  };
}

const prefixOf = (name: string): string => (name.includes(':') ? (name.split(':')[0] ?? '') : '');

function linesOf(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

export const childrenNamed = (parent: DmnElement, name: string): DmnElement[] =>
  parent.children.filter((child) => child.name === name);

export const childNamed = (parent: DmnElement, name: string): DmnElement | undefined =>
  parent.children.find((child) => child.name === name);

export const attribute = (of: DmnElement, name: string): string | undefined => of.attributes.get(name)?.value;

/** Names are compared with one space between their words and none around them. */
export const nameIn = (of: DmnElement): string => (attribute(of, 'name') ?? '').trim().replace(/\s+/g, ' ');
