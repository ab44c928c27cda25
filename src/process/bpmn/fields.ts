/** Values of attributes and texts as the JSON form takes them: within its limits, else not at all. */
import { attribute, childNamed, element, textElement, textOf, type XmlElement } from './xml.ts';

/** What is read, before its schema looks at it. */
export type Draft = Record<string, unknown>;

const ID = /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/;
/** Names that mean something to JavaScript's objects. */
export const UNSAFE: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
export const isId = (text: string | undefined): text is string =>
  text !== undefined && ID.test(text) && !UNSAFE.has(text);
export const MAX_TEXT = 200;
const MAX_EXPRESSION = 4_000;
export const MAX_DOCUMENTATION = 20_000;
export const MAX_DURATION = 40;

/** An object without the keys that have no value. */
export const compact = (draft: Draft): Draft =>
  Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));

/** An object in the order of the entries; where a key occurs twice, its first value counts. */
export function firstOfEach(entries: readonly (readonly [string, string])[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const [key, value] of entries) if (!values.has(key)) values.set(key, value);
  return Object.fromEntries(values);
}

export const textIn = (text: string | undefined, limit = MAX_TEXT): string | undefined =>
  text !== undefined && text !== '' && text.length <= limit ? text : undefined;

export const idIn = (text: string | undefined): string | undefined => (isId(text) ? text : undefined);

export const idsIn = (text: string | undefined): string[] | undefined =>
  text === undefined || text === '' ? undefined : text.split(' ').filter(isId);

export function integerIn(text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined || !/^-?\d{1,9}$/.test(text) || /^-?0\d|^-0/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

export const flagIn = (text: string | undefined): true | undefined =>
  text === 'true' || text === '1' ? true : undefined;

/** Expressions of other languages: `${…}` and `#{…}` of JUEL. */
export const isForeignExpression = (text: string): boolean => /[$#]\{/.test(text);

/** FEEL as the JSON form has it: without the "=" that Camunda 8 begins it with. */
export function feelIn(text: string | undefined): string | undefined {
  if (text === undefined || isForeignExpression(text)) return undefined;
  return textIn(text.trim().replace(/^=\s*/, ''), MAX_EXPRESSION);
}

/** An attribute or text in which "=" begins FEEL, and anything else stands for itself. */
export const isFeel = (text: string | undefined): boolean => text?.trim().startsWith('=') === true;

/** The FEEL of a child element such as conditionExpression, unless it says that it is in another language. */
export function expressionIn(parent: XmlElement, name: string): string | undefined {
  const holder = childNamed(parent, name);
  if (holder === undefined) return undefined;
  const language = attribute(holder, 'language');
  if (language !== undefined && !/feel/i.test(language)) return undefined;
  return feelIn(textOf(holder));
}

/** A child element with an expression. */
export function expressionElement(name: string, text: string): XmlElement {
  const made = textElement(name, text);
  made.attributes.set('xsi:type', 'tFormalExpression');
  return made;
}

export const optional = (made: XmlElement): XmlElement[] =>
  made.attributes.size > 0 || made.children.length > 0 ? [made] : [];

/** An extension with those attributes that have a value; none without any. */
export const extension = (
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
): XmlElement[] => optional(element(name, attributes));
