/** What the readers of models, boxed expressions and tables share: ids, types, texts. */
import { namespaceOf } from '../../../kernel/xml-scan.ts';
import type { Identified, Named, TextAt, Typed, TypeRef, Variable } from '../model.ts';
import { attribute, childNamed, type DmnDocument, type DmnElement, nameIn } from './document.ts';

const FEEL_NAMESPACE = /\/DMN\/\d+\/FEEL\/$|\/FEEL\/\d+$|^feel$/i;

export type Reading = DmnDocument & {
  /** Of the model itself. */
  readonly namespace: string;
};

/** `fallback` names an element that has neither id nor name. */
export const identified = (of: DmnElement, fallback: string = of.name): Identified => ({
  id: attribute(of, 'id') ?? (nameIn(of) || fallback),
  line: of.line,
});

export const named = (of: DmnElement): Named => ({ ...identified(of), name: nameIn(of) });

export function readVariable(of: DmnElement, reading: Reading): Variable {
  return { ...named(of), ...typed(of, reading) };
}

/** The declared type: an attribute, or in item definitions an element. */
export function typed(of: DmnElement | undefined, reading: Reading): Typed {
  if (of === undefined) return {};
  const text = attribute(of, 'typeRef') ?? childNamed(of, 'typeRef')?.text;
  const type = text === undefined ? undefined : readTypeRef(text, of, reading);
  return type === undefined ? {} : { type };
}

/** `tPerson`, `imported.tPerson`, or with the prefix of a namespace as DMN 1.1 wrote it: `feel:string`. */
export function readTypeRef(text: string, at: DmnElement, { namespace }: Reading): TypeRef | undefined {
  const name = text.trim().replace(/\s+/g, ' ');
  if (name === '') return undefined;
  const [, prefix, local] = /^([^:\s]+):(.+)$/.exec(name) ?? [];
  if (prefix === undefined || local === undefined) return { name };
  const uri = namespaceOf(at.scope, prefix);
  if (uri === undefined) return prefix === 'feel' ? { name: local } : { name };
  return FEEL_NAMESPACE.test(uri) || uri === namespace ? { name: local } : { name: local, namespace: uri };
}

/** The `text` inside of an element that is an expression or a list of tests. */
export function readText(of: DmnElement | undefined, { lineAt }: Reading): TextAt | undefined {
  if (of === undefined) return undefined;
  const holder = childNamed(of, 'text');
  const language = attribute(of, 'expressionLanguage');
  const lead = holder?.text.search(/\S|$/) ?? 0;
  const line = holder?.textStart === undefined ? of.line : lineAt(holder.textStart) + newlinesIn(holder.text, lead);
  return { text: holder?.text.trim() ?? '', line, ...(language !== undefined && { language }) };
}

const newlinesIn = (text: string, until: number): number => text.slice(0, until).split('\n').length - 1;

/** A property that may be missing, for spreading: absent rather than undefined. */
export const optional = <Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [Name in Key]?: Value } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [Name in Key]?: Value };

/** The text of a child that is nothing but text. */
export function plainText(of: DmnElement, name: string): string | undefined {
  const text = childNamed(of, name)?.text.trim();
  return text === undefined || text === '' ? undefined : text;
}
