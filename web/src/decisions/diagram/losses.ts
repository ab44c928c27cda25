/**
 * What a modeler would lose of a file: the file as it was, beside what is written of it with nothing changed. Compared are
 * elements, attributes and texts; how they are spelled, and in which order the parts of an element stand, means nothing.
 * Pure.
 */
import { asDmn13 } from './dmn-versions.ts';
import { readTree, type XmlNode } from './xml-tree.ts';

export type Loss = {
  /** The name of the decision, or whatever else it stands in; empty for the file itself. */
  readonly of: string;
  /** `<conditional>`, an attribute such as `isCollection`, or `<!-- -->`. */
  readonly what: string;
};

/** Losses that are told. */
const MAX_LOSSES = 20;

export function lossesOf(before: string, after: string): Loss[] {
  const found = lossesIn(readTree(asDmn13(before)), readTree(asDmn13(after)), '');
  const all = [...besideElements(before), ...found];
  const told = new Map(all.map((loss) => [JSON.stringify(loss), loss]));
  return [...told.values()].slice(0, MAX_LOSSES);
}

/** Comments and instructions to programs have no place in a modeler. */
function besideElements(xml: string): Loss[] {
  const outside = xml.replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>/g, '');
  return [
    ...(outside.includes('<!--') ? [{ of: '', what: '<!-- -->' }] : []),
    ...(/<\?(?!xml\s)/.test(outside) ? [{ of: '', what: '<? ?>' }] : []),
  ];
}

/** They are left out where they are written, as they mean the same as nothing. */
const DEFAULTS: Readonly<Record<string, string>> = { hitPolicy: 'UNIQUE', textFormat: 'text/plain' };

/** Their order counts, whatever they are: in lists and rows. */
const EXPRESSIONS: ReadonlySet<string> = new Set(
  'literalExpression context invocation list relation functionDefinition decisionTable'.split(' '),
);

function lossesIn(before: XmlNode, after: XmlNode, outer: string): Loss[] {
  const name = before.attributes.get('name');
  const of = name === undefined || before.name === 'definitions' ? outer : name;
  const attributes = [...before.attributes].filter(([key, value]) => {
    const written = after.attributes.get(key);
    return !(areSame(value, written) || (written === undefined && DEFAULTS[key] === value));
  });
  const hasOtherText = textOf(before) !== textOf(after);
  const [old, kept] = [grouped(before), grouped(after)];
  return [
    ...attributes.map(([key]) => ({ of, what: key })),
    ...(hasOtherText ? [{ of, what: `<${before.name}>` }] : []),
    ...[...old].flatMap(([group, nodes]) => lossesOfGroup(nodes, kept.get(group) ?? [], of)),
  ];
}

function lossesOfGroup(before: readonly XmlNode[], after: readonly XmlNode[], of: string): Loss[] {
  if (before.length !== after.length) return [{ of, what: `<${before[0]?.name}>` }];
  return before.flatMap((node, at) => {
    const other = after[at];
    return other?.name === node.name ? lossesIn(node, other, of) : [{ of, what: `<${node.name}>` }];
  });
}

function grouped(node: XmlNode): Map<string, XmlNode[]> {
  const groups = new Map<string, XmlNode[]>();
  for (const child of node.children) {
    const group = EXPRESSIONS.has(child.name) ? 'expression' : child.name;
    const key = `{${child.namespace}}${group}`;
    groups.set(key, [...(groups.get(key) ?? []), child]);
  }
  return groups;
}

/** Places are numbers, which may be written in several ways. */
const areSame = (one: string, other: string | undefined): boolean =>
  one === other || (/^-?\d+\.\d+$/.test(one) && other !== undefined && Number(one) === Number(other));

const textOf = ({ text }: XmlNode): string => (text.trim() === '' ? '' : text);
