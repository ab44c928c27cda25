/** The form of a task as rows of simple fields, and as the JSON Schema that says the same. */
import { isRecord } from '../api/http.ts';

type Schema = Readonly<Record<string, unknown>>;
export const FIELD_TYPES = ['text', 'number', 'integer', 'boolean', 'date', 'choice'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];
export type FormRow = {
  readonly name: string;
  readonly title: string;
  readonly type: FieldType;
  /** Of a choice. */
  readonly choices: readonly string[];
  readonly isRequired: boolean;
  /** What else its schema says; it is kept. */
  readonly rest: Schema;
};

const OWN = ['type', 'format', 'enum', 'title'];

/** Undefined: the schema says more than rows can show, and is edited as JSON. */
export function rowsOf(form: unknown): readonly FormRow[] | undefined {
  if (form === undefined) return [];
  if (!isRecord(form) || form.type !== 'object' || !isRecord(form.properties)) return undefined;
  const known = ['type', 'properties', 'required', 'additionalProperties', 'title', 'description', '$schema'];
  if (Object.keys(form).some((word) => !known.includes(word))) return undefined;
  const required: readonly unknown[] = Array.isArray(form.required) ? form.required : [];
  if (required.some((name) => !Object.hasOwn(form.properties as object, String(name)))) return undefined;
  const rows = Object.entries(form.properties).map(([name, part]) => rowOf(name, part, required.includes(name)));
  return rows.every((row) => row !== undefined) ? rows : undefined;
}

function rowOf(name: string, schema: unknown, isRequired: boolean): FormRow | undefined {
  if (!isRecord(schema)) return undefined;
  const { title = '' } = schema;
  const type = typeOf(schema);
  if (type === undefined || typeof title !== 'string') return undefined;
  const choices = Array.isArray(schema.enum) ? schema.enum.map(String) : [];
  const rest = Object.fromEntries(Object.entries(schema).filter(([word]) => !OWN.includes(word)));
  return { name, title, type, choices, isRequired, rest };
}

function typeOf(schema: Schema): FieldType | undefined {
  if (Array.isArray(schema.enum)) {
    const isTextual = schema.type === undefined || schema.type === 'string';
    return isTextual && schema.enum.every((value) => typeof value === 'string') ? 'choice' : undefined;
  }
  if (schema.type === 'string') {
    if (schema.format === undefined) return 'text';
    return schema.format === 'date' ? 'date' : undefined;
  }
  return schema.format === undefined ? FIELD_TYPES.find((type) => type !== 'text' && type === schema.type) : undefined;
}

/** The form with these rows, and what else it said before. */
export function formOf(before: unknown, rows: readonly FormRow[]): Schema | undefined {
  if (rows.length === 0) return undefined;
  const { required: _, ...rest } = isRecord(before) ? before : {};
  const required = rows.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    ...rest,
    type: 'object',
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(rows.map((row) => [row.name, schemaOf(row)])),
  };
}

function schemaOf({ type, title, choices, rest }: FormRow): Schema {
  const described = title === '' ? {} : { title };
  if (type === 'choice') return { enum: choices, ...described, ...rest };
  if (type === 'date') return { type: 'string', format: 'date', ...described, ...rest };
  return { type: type === 'text' ? 'string' : type, ...described, ...rest };
}

/** A name that no other row has. */
export function freshName(rows: readonly FormRow[]): string {
  const isTaken = (name: string): boolean => rows.some((row) => row.name === name);
  let at = rows.length + 1;
  while (isTaken(`field${at}`)) at++;
  return `field${at}`;
}
