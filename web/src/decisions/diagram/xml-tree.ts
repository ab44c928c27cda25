/** A DMN file as a tree whose names do not depend on prefixes, and which knows where in the text everything stands. Pure. */
import { namespaceOf, XmlScanner, type XmlScope, type XmlSpan } from '../../../../src/kernel/xml-scan.ts';

export type XmlNode = {
  readonly namespace: string;
  /** Without its prefix. */
  readonly name: string;
  /** By name, those of another namespace with it: `{uri}name`. Declarations of namespaces are left out. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlNode[];
  text: string;
  readonly tag: XmlSpan;
  /** Where its first attribute would be written. */
  readonly nameEnd: number;
  /** Where its content ends: before the closing tag. */
  contentEnd: number;
  end: number;
};

/** The server has limits of its own; what it keeps can be read here. */
const LIMITS = { bytes: 20_000_000, elements: 200_000, depth: 200 };

/** Throws an error that says what is wrong, and in which line. */
export function readTree(xml: string): XmlNode {
  const open: XmlNode[] = [];
  let root: XmlNode | undefined;
  new XmlScanner(xml, { limits: LIMITS, errorOf: (fault) => new Error(JSON.stringify(fault)) }).scan({
    open: ({ name, attributes, scope, isEmpty, start, end }) => {
      const written = [...attributes].filter(([key]) => key !== 'xmlns' && !key.startsWith('xmlns:'));
      const made: XmlNode = {
        namespace: namespaceOf(scope, prefixOf(name)) ?? '',
        name: localOf(name),
        attributes: new Map(written.map(([key, { value }]) => [attributeName(key, scope), expanded(value, scope)])),
        children: [],
        text: '',
        tag: { start, end },
        nameEnd: start + 1 + name.length,
        contentEnd: end,
        end,
      };
      root ??= made;
      open.at(-1)?.children.push(made);
      if (!isEmpty) open.push(made);
    },
    text: (text) => {
      const holder = open.at(-1);
      if (holder !== undefined) holder.text += text;
    },
    close: ({ start, end }) => {
      const closed = open.pop();
      if (closed !== undefined) Object.assign(closed, { contentEnd: start, end });
    },
  });
  if (root === undefined) throw new Error('there is no element');
  return root;
}

/** A node and everything in it, in the order of the file. */
export function* nodesOf(node: XmlNode): Generator<XmlNode> {
  yield node;
  for (const child of node.children) yield* nodesOf(child);
}

const prefixOf = (name: string): string => (name.includes(':') ? name.slice(0, name.indexOf(':')) : '');
const localOf = (name: string): string => name.slice(name.indexOf(':') + 1);

function attributeName(name: string, scope: XmlScope): string {
  const prefix = prefixOf(name);
  return prefix === '' ? name : `{${namespaceOf(scope, prefix) ?? prefix}}${localOf(name)}`;
}

/** A value that is a name with a declared prefix means the same with any other prefix. */
function expanded(value: string, scope: XmlScope): string {
  const [, prefix = '', name = ''] = /^([\w.-]+):([\w.-]+)$/.exec(value) ?? [];
  const uri = prefix === '' ? undefined : namespaceOf(scope, prefix);
  return uri === undefined ? value : `{${uri}}${name}`;
}
