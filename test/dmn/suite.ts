/** The public conformance cases of DMN as data. They lie beside the project, in shared/data/dmn-tck, where there are any. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseTemporal } from '../../src/feel/temporal/temporal-text.ts';
import { parseNumber } from '../../src/feel/values/number.ts';
import type { Value } from '../../src/feel/values/value.ts';
import { type XmlAttribute, XmlScanner } from '../../src/kernel/xml-scan.ts';

const directory = fileURLToPath(new URL('../../../shared/data/dmn-tck', import.meta.url));

export const hasCases = existsSync(directory);

export type Suite = {
  /** "2" or "3". */
  readonly level: string;
  readonly folder: string;
  readonly file: string;
  readonly model: string;
  /** The other models of its folder. */
  readonly others: readonly string[];
  readonly cases: readonly Case[];
};

export type Case = {
  readonly id: string;
  /** The service or function that is called; otherwise the decisions that are asked for are evaluated. */
  readonly called: string | undefined;
  readonly input: Readonly<Record<string, Value>>;
  readonly results: readonly { readonly name: string; readonly expected: Value; readonly isError: boolean }[];
};

export function readSuites(): Suite[] {
  if (!hasCases) return [];
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /-test-\d+\.xml$/.test(file))
    .sort()
    .map((file) => {
      const root = readXml(readFileSync(join(directory, file), 'utf8'));
      const folder = join(directory, dirname(file));
      const model = childText(root, 'modelName');
      return {
        level: /compliance-level-(\d)/.exec(file)?.[1] ?? '',
        folder: basename(folder),
        file: basename(file, '.xml'),
        model: readFileSync(join(folder, model), 'utf8'),
        others: readdirSync(folder)
          .filter((name) => name.endsWith('.dmn') && name !== model)
          .map((name) => readFileSync(join(folder, name), 'utf8')),
        cases: all(root, 'testCase').map(readCase),
      };
    });
}

function readCase(of: Element): Case {
  const inputs = all(of, 'inputNode').map((node): [string, Value] => [node.attributes.name ?? '', readValue(node)]);
  return {
    id: of.attributes.id ?? '',
    called:
      of.attributes.type === undefined || of.attributes.type === 'decision' ? undefined : of.attributes.invocableName,
    input: Object.fromEntries(inputs),
    results: all(of, 'resultNode').map((node) => ({
      name: node.attributes.name ?? '',
      isError: node.attributes.errorResult === 'true',
      expected: readValue(all(node, 'expected')[0] ?? node),
    })),
  };
}

function readValue(holder: Element): Value {
  const [list] = all(holder, 'list');
  if (list !== undefined) return all(list, 'item').map(readValue);
  const components = all(holder, 'component');
  if (components.length > 0) {
    return Object.fromEntries(components.map((component) => [component.attributes.name ?? '', readValue(component)]));
  }
  const [value] = all(holder, 'value');
  if (value === undefined || value.attributes.nil === 'true') return null;
  const type = value.attributes.type?.replace(/^\w+:/, '');
  if (type === 'string') return value.text;
  if (type === 'boolean') return value.text.trim() === 'true';
  return ['date', 'time', 'dateTime', 'duration'].includes(type ?? '')
    ? parseTemporal(value.text.trim())
    : parseNumber(value.text.trim());
}

type Element = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
};

const all = (element: Element, name: string): Element[] => element.children.filter((child) => child.name === name);

const childText = (element: Element, name: string): string => all(element, name)[0]?.text.trim() ?? '';

const LIMITS = { bytes: 10_000_000, elements: 200_000, depth: 50 };

function readXml(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  new XmlScanner(xml, { limits: LIMITS, errorOf: (fault) => new Error(JSON.stringify(fault)) }).scan({
    open: ({ name, attributes, isEmpty }) => {
      const made: Element = { name: local(name), attributes: plain(attributes), children: [], text: '' };
      open.at(-1)?.children.push(made);
      if (!isEmpty) open.push(made);
    },
    text: (text) => {
      const holder = open.at(-1);
      if (holder !== undefined) holder.text += text;
    },
    close: () => void open.pop(),
  });
  return root.children[0] ?? root;
}

const local = (name: string): string => name.replace(/^.*:/, '');

const plain = (attributes: ReadonlyMap<string, XmlAttribute>): Record<string, string> =>
  Object.fromEntries([...attributes].map(([name, { value }]) => [local(name), value]));
