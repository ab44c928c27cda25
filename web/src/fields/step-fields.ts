/** The fields of a step as somebody fills them in: how each is edited, by its JSON Schema and by what is in it. */
import { isRecord } from '../api/http.ts';

export type Schema = Readonly<Record<string, unknown>>;
export type FieldKind =
  | 'text'
  | 'lines'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'list'
  | 'pairs'
  | 'rules'
  | 'form'
  | 'role'
  | 'recipients'
  | 'process'
  | 'json';
export type StepField = {
  readonly name: string;
  readonly schema: Schema;
  readonly kind: FieldKind;
  readonly isRequired: boolean;
};

/** Longer texts get several lines. */
const SHORT = 400;

/** Fields whose meaning a schema cannot say. */
const BY_NAME: Readonly<Record<string, FieldKind>> = {
  rules: 'rules',
  form: 'form',
  role: 'role',
  notify: 'recipients',
  to: 'recipients',
  process: 'process',
  script: 'lines',
  apply: 'list',
};

export function stepFieldsOf(config: Schema): readonly StepField[] {
  const required = Array.isArray(config.required) ? config.required : [];
  return Object.entries(isRecord(config.properties) ? config.properties : {}).map(([name, part]) => {
    const schema = isRecord(part) ? part : {};
    const isRequired = required.includes(name);
    return { name, schema, isRequired, kind: kindOf(name, formsOf(schema)[0] ?? {}) };
  });
}

/** A schema may take several forms; the first is the one that people write. */
const formsOf = (schema: Schema): readonly Schema[] =>
  Array.isArray(schema.anyOf) ? schema.anyOf.filter(isRecord) : [schema];

function kindOf(name: string, schema: Schema): FieldKind {
  const named = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  if (named !== undefined && takes(schema, named)) return named;
  if (Array.isArray(schema.enum)) return 'choice';
  switch (schema.type) {
    case 'string':
      return typeof schema.maxLength !== 'number' || schema.maxLength <= SHORT ? 'text' : 'lines';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return isTextual(schema.items) ? 'list' : 'json';
    case 'object':
      return isTextual(schema.additionalProperties) ? 'pairs' : 'json';
    default:
      return 'json';
  }
}

const SHAPES: Readonly<Partial<Record<FieldKind, string>>> = { rules: 'array', form: 'object' };

/** A module of a plant may mean something else by a name. */
function takes(schema: Schema, kind: FieldKind): boolean {
  if (kind === 'list') return true;
  return schema.type === (SHAPES[kind] ?? 'string');
}

const isTextual = (schema: unknown): boolean => isRecord(schema) && schema.type === 'string';

/**
 * How a value is edited: as its field is, unless it does not suit that; then as another form that the field may take, an
 * expression as a text, anything else as JSON.
 */
export function kindFor(field: Pick<StepField, 'kind' | 'schema'>, value: unknown): FieldKind {
  if (value === undefined || suits(field, value)) return field.kind;
  for (const schema of formsOf(field.schema)) {
    const kind = kindOf('', schema);
    if (kind !== 'json' && suits({ kind, schema }, value)) return kind;
  }
  const isWord = typeof value === 'string' && field.kind !== 'json' && !['rules', 'form'].includes(field.kind);
  return isWord ? 'text' : 'json';
}

function suits({ kind, schema }: Pick<StepField, 'kind' | 'schema'>, value: unknown): boolean {
  switch (kind) {
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return Array.isArray(schema.enum) && schema.enum.includes(value);
    case 'list':
      return typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
    case 'pairs':
      return isRecord(value) && Object.entries(value).every(([name, item]) => isPair(name, item));
    case 'rules':
      return Array.isArray(value) && value.every(isRecord);
    case 'form':
      return isRecord(value);
    case 'json':
      return true;
    default:
      return typeof value === 'string';
  }
}

const isPair = (name: string, value: unknown): boolean =>
  typeof value === 'string' && !/[=\n]/.test(name) && !value.includes('\n') && name.trim() === name && name !== '';

/** One a line; empty lines are none. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

export const listText = (value: unknown): string =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).join('\n');

/** `name = value`, one a line; a line without "=" is a name with nothing. */
export const pairsText = (value: unknown): string =>
  Object.entries(isRecord(value) ? value : {})
    .map(([name, item]) => `${name} = ${String(item)}`)
    .join('\n');

export function pairsOf(text: string): Readonly<Record<string, string>> | undefined {
  const pairs = linesOf(text).map((line) => {
    const at = line.indexOf('=');
    return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}
