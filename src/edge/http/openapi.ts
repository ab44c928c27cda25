/** OpenAPI 3.1 from the declared routes: their zod schemas become JSON Schema 2020-12, which OpenAPI 3.1 speaks. */
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { errorTable } from '../../kernel/error-table.ts';
import { audienceText } from './audience.ts';
import { JSON_TYPE } from './content.ts';
import { pathTemplate, type Route } from './route.ts';

type Schema = Record<string, unknown>;
export type OpenApi = {
  readonly openapi: '3.1.0';
  readonly info: Schema;
  readonly servers: readonly Schema[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: Schema;
  readonly security: readonly Schema[];
};
export type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Schema[];
  readonly requestBody?: Schema;
  readonly responses: Record<string, Schema>;
  readonly security?: readonly Schema[];
};

export function openApiOf(routes: readonly Route[], version: string): OpenApi {
  const paths: OpenApi['paths'] = {};
  for (const route of routes) {
    const path = pathTemplate(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Millrace',
      version,
      description: 'Runs the processes of a plant.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ area }) => area))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'millrace token create --role engineer' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'millrace_session',
          description: 'Changes also need the header X-Millrace: 1.',
        },
      },
      schemas: { Problem: problemSchema },
    },
    security: [{ token: [] }, { session: [] }],
  };
}

function operationOf(route: Route): Operation {
  const { method, path, area, summary, params, query, body, accepts = [JSON_TYPE], audience } = route;
  const parameters = [
    ...parametersOf(params, 'path'),
    ...parametersOf(query, 'query'),
    ...(method === 'POST' && route.isSecret !== true ? [idempotencyKey] : []),
  ];
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[/:.-]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: [area],
    summary,
    description: `For: ${audienceText(audience)}.`,
    parameters,
    ...(body !== undefined && {
      requestBody: {
        required: !body.safeParse(undefined).success,
        content: Object.fromEntries(accepts.map((type) => [type, { schema: schemaOf(body, 'input') }])),
      },
    }),
    responses: { [route.answer.status]: answerOf(route), ...problemsOf(route) },
    ...(audience === 'public' && { security: [] }),
  };
}

function answerOf({ answer, alternatives = {} }: Route): Schema {
  const { status, schema, type, description = STATUS_CODES[status] ?? '' } = answer;
  const others = Object.keys(alternatives).map((other) => [other, { schema: { type: 'string' } }] as const);
  if (type !== undefined) return { description, content: { [type]: { schema: { type: 'string' } } } };
  return schema === undefined
    ? { description }
    : { description, content: { [JSON_TYPE]: { schema: schemaOf(schema, 'output') }, ...Object.fromEntries(others) } };
}

/** The codes a route names itself, by status; what every route can answer stands in the text of the page. */
function problemsOf({ errors = [] }: Route): Record<string, Schema> {
  const byStatus = new Map<number, string[]>();
  for (const code of errors) {
    const { status } = errorTable[code as keyof typeof errorTable];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  const named = [...byStatus].map(
    ([status, codes]) => [String(status), { description: codes.join(', '), content }] as const,
  );
  return Object.fromEntries([...named, ['default', { description: 'A problem with a stable code.', content }]]);
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): Schema[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // Every whole number of zod has these bounds; they say nothing and stand everywhere.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return rest;
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key again within 24 hours gets the first answer.',
  schema: { type: 'string', maxLength: 200 },
};

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'action'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: {
      anyOf: [
        { type: 'string', enum: Object.keys(errorTable) },
        { type: 'string', description: 'Of a service that was called over the bus: its own.' },
      ],
    },
    detail: { type: 'string' },
    action: { type: 'string', description: 'What to do about it.' },
    errors: {
      type: 'array',
      items: { type: 'object' },
      description: 'The problems of a refused request or definition, one by one.',
    },
  },
};
