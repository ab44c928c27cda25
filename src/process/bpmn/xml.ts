/**
 * An XML element as the import and the export of BPMN see it. Names are canonical whatever prefixes a document uses:
 * an element of BPMN itself is `task`, one of a namespace with a prefix `camunda:field`, one of no namespace `:field`.
 */
export type XmlElement = { name: string; readonly attributes: Map<string, string>; children: XmlNode[] };
export type XmlNode = XmlElement | string;

export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
  children: XmlNode[] = [],
): XmlElement {
  const given = Object.entries(attributes).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, String(value)]],
  );
  return { name, attributes: new Map(given), children };
}

/** An element with nothing but text. */
export const textElement = (name: string, text: string): XmlElement => element(name, {}, text === '' ? [] : [text]);

export const elementsOf = ({ children }: XmlElement): XmlElement[] =>
  children.filter((child): child is XmlElement => typeof child !== 'string');

export const childrenNamed = (parent: XmlElement, name: string): XmlElement[] =>
  elementsOf(parent).filter((child) => child.name === name);

export const childNamed = (parent: XmlElement, name: string): XmlElement | undefined =>
  elementsOf(parent).find((child) => child.name === name);

/** The text of an element that holds nothing else. */
export const textOf = (of: XmlElement): string | undefined =>
  elementsOf(of).length > 0 ? undefined : of.children.join('');

export const attribute = (of: XmlElement, name: string): string | undefined => of.attributes.get(name);

/** What extensionElements hold. */
export function extensionsOf(of: XmlElement): XmlElement[] {
  const holder = childNamed(of, 'extensionElements');
  return holder === undefined ? [] : elementsOf(holder);
}

export const extensionNamed = (of: XmlElement, name: string): XmlElement | undefined =>
  extensionsOf(of).find((extension) => extension.name === name);

/** Adds to the extensionElements, which are made when there are none. */
export function extend(target: XmlElement, ...extensions: readonly XmlElement[]): void {
  if (extensions.length === 0) return;
  let holder = childNamed(target, 'extensionElements');
  if (holder === undefined) {
    holder = element('extensionElements');
    target.children.push(holder);
  }
  holder.children.push(...extensions);
}

/** An element and all in it, without recursion. */
export function* everyElement(root: XmlElement): Generator<XmlElement> {
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    for (let index = next.children.length - 1; index >= 0; index -= 1) {
      const child = next.children[index];
      if (typeof child === 'object') waiting.push(child);
    }
  }
}
