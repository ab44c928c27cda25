/** The fields of a task's form: what its JSON Schema asks for, in the order in which it does. */
import { isRecord } from '../api/http.ts';
import type { Label } from '../api/label.ts';

type Asked = {
  /** The names on the way to its value; none for a form that is filled in as a whole. */
  readonly path: readonly string[];
  readonly label: Label;
  readonly description: string;
  readonly isRequired: boolean;
  readonly mayBeNull: boolean;
};
export type Choice = { readonly text: string; readonly label: Label };
export type SimpleField = Asked & {
  /** What is in it at first. */
  readonly initial: string;
} & (
    | { readonly kind: 'text'; readonly maxLength: number | undefined }
    | { readonly kind: 'date' | 'boolean' | 'json' }
    | NumberField
    /** Its texts are the values as JSON. */
    | { readonly kind: 'choice'; readonly choices: readonly Choice[] }
  );
type NumberField = {
  readonly kind: 'number';
  readonly isWhole: boolean;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
};
export type Group = Asked & { readonly kind: 'group'; readonly fields: readonly SimpleField[] };
export type FormField = SimpleField | Group;

type Schema = Readonly<Record<string, unknown>>;

/** Words that ask for more than one property after another can say. */
const JOINT = ['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'patternProperties'];

export function fieldsOf(schema: Schema | null): readonly FormField[] {
  if (schema === null) return [];
  return isJoint(schema) ? [jsonField(schema, askedOf(schema, [], true))] : propertiesOf(schema, [], fieldOf);
}

/** Tells fields apart, whatever their names are made of. */
export const keyOf = ({ path }: Pick<Asked, 'path'>): string => JSON.stringify(path);

/** How the server names the place of a field. */
export const placeOf = ({ path }: Pick<Asked, 'path'>): string => ['variables', ...path].join('.');

/** Those that somebody fills in, groups opened. */
export const simpleFieldsOf = (fields: readonly FormField[]): readonly SimpleField[] =>
  fields.flatMap((field) => (field.kind === 'group' ? field.fields : [field]));

/** Also what is required without being described. */
function propertiesOf<T>(schema: Schema, path: readonly string[], read: (part: Schema, asked: Asked) => T): T[] {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const names = new Set([...Object.keys(properties), ...required]);
  return [...names].map((name) => {
    const part = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const known = isRecord(part) ? part : {};
    return read(known, askedOf(known, [...path, name], required.includes(name)));
  });
}

function askedOf(schema: Schema, path: readonly string[], isRequired: boolean): Asked {
  return {
    path,
    label: labelOf(schema.title) ?? path.at(-1) ?? '',
    description: typeof schema.description === 'string' ? schema.description : '',
    isRequired,
    mayBeNull: Array.isArray(schema.type) && schema.type.includes('null'),
  };
}

function fieldOf(schema: Schema, asked: Asked): FormField {
  const isGroup = schema.type === 'object' && isRecord(schema.properties) && !isJoint(schema);
  if (!isGroup || isRecord(schema.default)) return simpleField(schema, asked);
  return { ...asked, kind: 'group', fields: propertiesOf(schema, asked.path, simpleField) };
}

function simpleField(schema: Schema, asked: Asked): SimpleField {
  const choices = choicesOf(schema);
  if (choices !== undefined) {
    const initial = isPlain(schema.default) ? JSON.stringify(schema.default) : '';
    return { ...asked, initial, kind: 'choice', choices };
  }
  const type = typeOf(schema);
  if (isJoint(schema)) return jsonField(schema, asked);
  const initial = isPlain(schema.default) ? String(schema.default) : '';
  switch (type) {
    case 'string':
      return schema.format === 'date'
        ? { ...asked, initial, kind: 'date' }
        : { ...asked, initial, kind: 'text', maxLength: numberOf(schema.maxLength) };
    case 'boolean':
      return { ...asked, initial, kind: 'boolean' };
    case 'integer':
    case 'number': {
      const { minimum, maximum } = schema;
      const bounds = { minimum: numberOf(minimum), maximum: numberOf(maximum) };
      return { ...asked, initial, kind: 'number', isWhole: type === 'integer', ...bounds };
    }
    default:
      return jsonField(schema, asked);
  }
}

function jsonField(schema: Schema, asked: Asked): SimpleField {
  const initial = schema.default === undefined ? '' : JSON.stringify(schema.default, null, 2);
  return { ...asked, initial, kind: 'json' };
}

const isJoint = (schema: Schema): boolean => JOINT.some((word) => Object.hasOwn(schema, word));

/** The one type it has beside null. */
function typeOf({ type }: Schema): unknown {
  if (!Array.isArray(type)) return type;
  const types = type.filter((one) => one !== 'null');
  return types.length === 1 ? types[0] : undefined;
}

/** An `enum`, a `const`, or a `oneOf` whose every part is a value with a title. */
function choicesOf({ enum: values, const: only, oneOf }: Schema): readonly Choice[] | undefined {
  if (Array.isArray(oneOf) && oneOf.length > 0 && oneOf.every((one) => isRecord(one) && isPlain(one.const)))
    return oneOf.map((one: Schema) => choiceOf(one.const, labelOf(one.title)));
  const all = Array.isArray(values) ? values : isPlain(only) ? [only] : [];
  const chosen = all.filter((value) => value !== null);
  return chosen.length > 0 && chosen.every(isPlain) ? chosen.map((value) => choiceOf(value)) : undefined;
}

const choiceOf = (value: unknown, label?: Label): Choice => ({
  text: JSON.stringify(value),
  label: label ?? String(value),
});

const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function labelOf(title: unknown): Label | undefined {
  if (typeof title === 'string') return title === '' ? undefined : title;
  if (!isRecord(title)) return undefined;
  const texts = Object.entries(title).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return texts.length === 0 ? undefined : Object.fromEntries(texts);
}
