/** The form of a task: a JSON Schema of the variables that completing it brings. */
import { z } from 'zod';
import type { JsonSchema } from './json-schema.ts';
import type { Variables } from './state.ts';

export type FormProblem = { readonly path: string; readonly message: string };
export type Form = {
  readonly schema: JsonSchema;
  /** What is wrong with variables that somebody filled in. */
  readonly problemsOf: (variables: Variables) => readonly FormProblem[];
};

const MAX_FORM_LENGTH = 50_000;

/** The sentence that says why it is no form; undefined: it is one. */
export function formProblem(schema: JsonSchema): string | undefined {
  if (schema.type !== 'object') return 'its "type" is "object": the variables that are filled in';
  if (typeof schema.properties !== 'object' || schema.properties === null) return 'it has no "properties"';
  if (JSON.stringify(schema).length > MAX_FORM_LENGTH) return `it is longer than ${MAX_FORM_LENGTH} characters`;
  try {
    z.fromJSONSchema(plain(schema) as Parameters<typeof z.fromJSONSchema>[0]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export function formOf(schema: JsonSchema): Form {
  const check = z.fromJSONSchema(plain(schema) as Parameters<typeof z.fromJSONSchema>[0]);
  return {
    schema,
    problemsOf: (variables) => {
      const { error } = check.safeParse(variables);
      return (error?.issues ?? []).map(({ path, message }) => ({
        path: ['variables', ...path.map(String)].join('.'),
        message,
      }));
    },
  };
}

/** A title may have several languages here; to the schema it says nothing. */
function plain(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(plain);
  if (typeof part !== 'object' || part === null) return part;
  const isLabel = (key: string, value: unknown) => key === 'title' && typeof value === 'object' && !hasType(value);
  return Object.fromEntries(
    Object.entries(part)
      .filter(([key, value]) => !isLabel(key, value))
      .map(([key, value]) => [key, plain(value)]),
  );
}

/** A property may be called "title" as well; that is a schema. */
const hasType = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ['type', 'enum', '$ref', 'anyOf'].some((key) => key in value);
