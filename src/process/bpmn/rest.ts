/**
 * What a BPMN element has beyond its JSON form. Such a rest is the difference between the element that the export would
 * write by itself and the one that stood in the document, so a document comes back whole whatever the mapping knows:
 *
 *     { "gatewayDirection": "Mixed" }           an attribute that is added, unless the export writes it by itself
 *     { "messageRef": ["Message_1", "M7"] }     one that is other than the export writes it
 *     { "isExecutable": ["false"] }             one that is left out
 *     { "$children": [...], "$without": [...], "$within": { "extensionElements": {...} }, "$text": [...], "$type": [...] }
 *
 * Each change holds only while the export writes what it wrote at the import: once the JSON is edited, the JSON wins.
 */
import { MillraceError } from '../../kernel/errors.ts';
import { element, type XmlElement, type XmlNode } from './xml.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };
const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** An element as JSON: `{"$type": "textAnnotation", "id": "T1", "$children": [{"$type": "text", "$text": "…"}]}` */
export function encode(node: XmlNode): Json {
  if (typeof node === 'string') return node;
  const children = textsJoined(node.children);
  const [only] = children;
  const text = children.length === 1 && typeof only === 'string';
  return {
    $type: node.name,
    ...Object.fromEntries(node.attributes),
    ...(text ? { $text: only } : children.length > 0 ? { $children: children.map(encode) } : {}),
  };
}

/** Texts that stand side by side, as they do once what was between them has a JSON form of its own, are one. */
function textsJoined(children: readonly XmlNode[]): XmlNode[] {
  const joined: XmlNode[] = [];
  for (const child of children) {
    const before = joined.at(-1);
    if (typeof child === 'string' && typeof before === 'string') joined[joined.length - 1] = before + child;
    else joined.push(child);
  }
  return joined;
}

const NAME = /^[\p{L}_:][\p{L}\p{N}_.\-·:]*$/u;
const MAX_NESTING = 100;

/** The element of such JSON, which may come from anyone. */
export function decode(json: Json | undefined, depth = 0): XmlNode {
  if (typeof json === 'string') return json;
  if (!isObject(json) || typeof json.$type !== 'string') throw unreadable('an element is no object with a "$type"');
  if (depth > MAX_NESTING) throw unreadable('it is nested too deeply');
  const made = element(nameIn(json.$type));
  for (const [key, value] of Object.entries(json)) {
    if (key.startsWith('$')) continue;
    if (typeof value !== 'string') throw unreadable(`"${key}" is no text`);
    made.attributes.set(nameIn(key), value);
  }
  if (typeof json.$text === 'string') made.children = [json.$text];
  else if (Array.isArray(json.$children)) made.children = json.$children.map((child: Json) => decode(child, depth + 1));
  return made;
}

function nameIn(text: string): string {
  if (!NAME.test(text) || text.split(':').length > 2) throw unreadable(`"${text.slice(0, 100)}" is no name`);
  return text;
}

const unreadable = (problem: string): MillraceError => new MillraceError('bpmn.unreadable-rest', { problem });

/** What turns `base` into `origin`; elements that are `owned` have a JSON form of their own and are left aside. */
export function difference(base: XmlElement, origin: XmlElement, owned: ReadonlySet<XmlElement>): Json | undefined {
  const rest: Record<string, Json> = {};
  if (base.name !== origin.name) rest.$type = [base.name, origin.name];
  for (const [name, value] of origin.attributes) {
    const written = base.attributes.get(name);
    if (written === undefined) rest[name] = value;
    else if (written !== value) rest[name] = [written, value];
  }
  for (const [name, value] of base.attributes) if (!origin.attributes.has(name)) rest[name] = [value];
  const [before, after] = [plainText(base), plainText(origin)];
  if (before !== undefined && after !== undefined) {
    if (before !== after) rest.$text = [before, after];
  } else Object.assign(rest, childDifference(base, origin, owned));
  return Object.keys(rest).length === 0 ? undefined : rest;
}

/** Text alone, which is compared as a whole; an empty element has text when the other one has. */
function plainText({ children }: XmlElement): string | undefined {
  if (children.length === 0) return '';
  return children.length === 1 && typeof children[0] === 'string' ? children[0] : undefined;
}

function childDifference(base: XmlElement, origin: XmlElement, owned: ReadonlySet<XmlElement>): Record<string, Json> {
  const isForeign = (child: XmlNode): boolean => typeof child === 'string' || !owned.has(child);
  const elements = origin.children.filter((child) => typeof child !== 'string' && !owned.has(child));
  const texts = origin.children.filter((child) => typeof child === 'string').join('');
  const kept = texts === '' ? elements : [...elements, texts];
  const left = new Set(kept.keys());
  const places = new Map<string, number[]>();
  for (const [index, child] of kept.entries()) {
    const key = outline(child);
    const at = places.get(key);
    if (at === undefined) places.set(key, [index]);
    else at.push(index);
  }
  const changed: [string, XmlElement][] = [];
  const without: XmlNode[] = [];
  for (const [key, child] of keyed(base.children.filter(isForeign))) {
    const candidates = places.get(outline(child)) ?? [];
    const match = candidates.slice(0, MAX_CANDIDATES).findIndex((index) => isSame(child, kept[index]!));
    if (match !== -1) left.delete(candidates.splice(match, 1)[0]!);
    else if (typeof child === 'string' || REFERENCES.has(child.name)) without.push(child);
    else changed.push([key, child]);
  }
  const byName = new Map<string, number[]>();
  for (const index of left) {
    const child = kept[index]!;
    if (typeof child === 'string') continue;
    const known = byName.get(child.name);
    if (known === undefined) byName.set(child.name, [index]);
    else known.push(index);
  }
  for (const indices of byName.values()) indices.reverse();
  const within: Record<string, Json> = {};
  for (const [key, child] of changed) {
    const index = byName.get(child.name)?.pop();
    if (index === undefined) without.push(child);
    else {
      left.delete(index);
      const inside = difference(child, kept[index] as XmlElement, owned);
      if (inside !== undefined) within[key] = inside;
    }
  }
  const added = [...left].map((index) => encode(kept[index]!));
  return {
    ...(added.length > 0 && { $children: added }),
    ...(without.length > 0 && { $without: without.map(encode) }),
    ...(Object.keys(within).length > 0 && { $within: within }),
  };
}

/** How many elements of the same outline are looked into; a file may hold thousands of them. */
const MAX_CANDIDATES = 20;

/** Lists of names, of which one does not turn into another. */
const REFERENCES = new Set(['incoming', 'outgoing', 'flowNodeRef']);

/** Children by name, the second of a name as `name#2`. */
function keyed(children: readonly XmlNode[]): [string, XmlNode][] {
  const seen = new Map<string, number>();
  return children.map((child) => {
    const name = typeof child === 'string' ? '$text' : child.name;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [count === 1 ? name : `${name}#${count}`, child];
  });
}

const outline = (node: XmlNode): string =>
  typeof node === 'string'
    ? node
    : JSON.stringify([
        node.name,
        [...node.attributes].toSorted(),
        node.children.filter((one) => typeof one === 'string'),
      ]);

function isSame(a: XmlNode, b: XmlNode): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return (
    a.name === b.name &&
    a.attributes.size === b.attributes.size &&
    [...a.attributes].every(([name, value]) => b.attributes.get(name) === value) &&
    a.children.length === b.children.length &&
    a.children.every((child, index) => isSame(child, b.children[index]!))
  );
}

/** Gives an element what its rest says; `owned` as for the difference. */
export function restore(target: XmlElement, rest: Json | undefined, owned: ReadonlySet<XmlElement>): void {
  if (rest === undefined) return;
  if (!isObject(rest)) throw unreadable('it is no object');
  const within = isObject(rest.$within) ? rest.$within : {};
  const children = new Map(keyed(target.children.filter((child) => typeof child === 'string' || !owned.has(child))));
  for (const [key, value] of Object.entries(within)) {
    const child = children.get(key);
    if (typeof child === 'object') restore(child, value, owned);
    else if (key === 'extensionElements') addChildren(target, [{ $type: key, ...onlyAdded(value) }]);
  }
  for (const [key, value] of Object.entries(rest))
    if (!key.startsWith('$')) restoreAttribute(target, nameIn(key), value);
  if (Array.isArray(rest.$type) && rest.$type[0] === target.name) target.name = nameIn(String(rest.$type[1]));
  if (Array.isArray(rest.$text) && (plainText(target) ?? '') === rest.$text[0]) {
    target.children = rest.$text[1] === '' ? [] : [String(rest.$text[1])];
  }
  for (const gone of listOf(rest.$without)) removeChild(target, decode(gone));
  addChildren(target, listOf(rest.$children));
}

const listOf = (json: Json | undefined): readonly Json[] => (Array.isArray(json) ? json : []);
const onlyAdded = (json: Json): JsonObject => (isObject(json) ? { $children: listOf(json.$children) } : {});

function restoreAttribute({ attributes }: XmlElement, name: string, change: Json): void {
  const written = attributes.get(name);
  if (typeof change === 'string') {
    if (written === undefined) attributes.set(name, change);
  } else if (Array.isArray(change)) {
    if (written !== change[0]) return;
    if (change.length > 1) attributes.set(name, String(change[1]));
    else attributes.delete(name);
  } else throw unreadable(`"${name}" is neither a text nor a list`);
}

function removeChild(target: XmlElement, gone: XmlNode): void {
  const index = target.children.findIndex((child) => isSame(child, gone));
  if (index !== -1) target.children.splice(index, 1);
}

function addChildren(target: XmlElement, added: readonly Json[]): void {
  for (const child of added.map((one) => decode(one))) {
    const present = target.children.find(
      (one): one is XmlElement => typeof one === 'object' && typeof child === 'object' && one.name === child.name,
    );
    const merges = typeof child === 'object' && child.name === 'extensionElements' && present !== undefined;
    if (merges) present.children.push(...child.children);
    else target.children.push(child);
  }
}
