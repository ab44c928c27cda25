/** Bodies and results are checked by any Standard Schema: zod, arktype, valibot, or an own one. */
import type { StandardSchemaV1 } from '@standard-schema/spec';

export type Schema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>;
export type InputOf<S> = S extends Schema ? StandardSchemaV1.InferInput<S> : undefined;
export type OutputOf<S> = S extends Schema ? StandardSchemaV1.InferOutput<S> : undefined;

/** The body is plain text, not JSON. */
export const plainText: Schema<string, string> = {
  '~standard': {
    version: 1,
    vendor: 'millrace',
    validate: (value) => (typeof value === 'string' ? { value } : { issues: [{ message: 'must be text' }] }),
  },
};

export type Checked = { readonly value: unknown } | { readonly problems: readonly string[] };

/** Problems named in an error at most. */
const MAX_PROBLEMS = 10;

/** The value as the schema gives it, or what is wrong with it. A promise only if the schema needs one. */
export function check(schema: Schema | undefined, value: unknown): Checked | Promise<Checked> {
  if (schema === undefined) return { value: undefined };
  const result = schema['~standard'].validate(value);
  return result instanceof Promise ? result.then(checked) : checked(result);
}

function checked(result: StandardSchemaV1.Result<unknown>): Checked {
  if (result.issues === undefined) return { value: result.value };
  return { problems: result.issues.slice(0, MAX_PROBLEMS).map(problemOf) };
}

function problemOf({ path = [], message }: StandardSchemaV1.Issue): string {
  const place = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return place === '' ? message : `${place}: ${message}`;
}

/** As JSON Schema, where the library can say it ({@link https://standardschema.dev/json-schema}); undefined where not. */
export function jsonSchemaOf(schema: Schema | undefined, side: 'input' | 'output'): object | undefined {
  if (schema === undefined) return undefined;
  if (schema === plainText) return { type: 'string' };
  const { jsonSchema } = schema['~standard'] as { jsonSchema?: Record<string, (options: object) => object> };
  try {
    return jsonSchema?.[side]?.({ target: 'draft-07' });
  } catch {
    return undefined; // a type that JSON Schema cannot say
  }
}
