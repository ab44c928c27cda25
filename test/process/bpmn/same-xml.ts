/** Compares XML files by a reader that is not ours: everything but prefixes, order, blanks, and ids of diagram elements. */
import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  preserveOrder: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: true,
  htmlEntities: true,
  ignorePiTags: true,
  ignoreDeclaration: true,
  cdataPropName: false,
});

type Raw = { readonly ':@'?: Record<string, string>; readonly [tag: string]: unknown };
type Scope = Readonly<Record<string, string>>;
const DIAGRAM = /\/spec\/(?:BPMN\/20100524\/DI|DD\/20100524\/D[CI])$/;
const DIAGRAM_NAMES = /^(?:labelStyle|choreographyActivityShape|sourceElement|targetElement)$/;

/** The elements of a file as sorted text, each with its own attributes and content; equal lists are equal files. */
export function canonicalXml(xml: string): string {
  const [root] = (parser.parse(xml) as Raw[]).filter((node) => !('#text' in node));
  return canonical(root!, {}, '');
}

function canonical(node: Raw, outer: Scope, indent: string): string {
  const tag = Object.keys(node).find((key) => key !== ':@')!;
  const written = node[':@'] ?? {};
  const scope = { ...outer };
  for (const [name, value] of Object.entries(written)) {
    if (name === 'xmlns') scope[''] = value;
    else if (name.startsWith('xmlns:')) scope[name.slice(6)] = value;
  }
  const { uri, local } = resolved(tag, scope, true);
  const isDiagram = DIAGRAM.test(uri);
  const attributes = Object.entries(written)
    .filter(([name]) => name !== 'xmlns' && !name.startsWith('xmlns:'))
    .filter(([name]) => !(isDiagram && (name === 'id' || DIAGRAM_NAMES.test(name))))
    .map(([name, value]) => {
      const key = resolved(name, scope, false);
      const isType = key.local === 'type' && key.uri.endsWith('XMLSchema-instance');
      const type = isType ? resolved(value.trim(), scope, true) : undefined;
      return ` {${key.uri}}${key.local}=${JSON.stringify(type ? `{${type.uri}}${type.local}` : value.replace(/[\t\n\r]/g, ' '))}`;
    });
  const children: string[] = [];
  let text = '';
  const endText = (): void => {
    if (text.trim() !== '') children.push(`${indent} ${JSON.stringify(text.replace(/\r\n?/g, '\n'))}`);
    text = '';
  };
  for (const child of node[tag] as Raw[]) {
    if ('#text' in child) text += String(child['#text']);
    else {
      endText();
      children.push(canonical(child, scope, `${indent} `));
    }
  }
  endText();
  return [`${indent}{${uri}}${local}${attributes.toSorted().join('')}`, ...children.toSorted()].join('\n');
}

function resolved(name: string, scope: Scope, usesDefault: boolean): { uri: string; local: string } {
  const at = name.indexOf(':');
  if (at === -1) return { uri: usesDefault ? (scope[''] ?? '') : '', local: name };
  return { uri: scope[name.slice(0, at)] ?? name.slice(0, at), local: name.slice(at + 1) };
}
